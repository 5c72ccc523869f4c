import assert from "node:assert/strict";
import { describe, it } from "node:test";
import MarkdownIt from "markdown-it";
import { notebookHtml } from "./export-html.js";
import { notebookMarkdown } from "./export-markdown.js";
import type { CellOutputRecord, Notebook, NotebookCell } from "./notebook-file.js";

const notebook = (...cells: NotebookCell[]): Notebook => ({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
const code = (source: string, ...outputs: CellOutputRecord[]): NotebookCell => ({
  cell_type: "code",
  id: "a",
  metadata: {},
  source,
  execution_count: 1,
  outputs,
});
const shown = (data: Readonly<Record<string, unknown>>): CellOutputRecord => ({
  output_type: "display_data",
  data,
  metadata: {},
});
const exported = (...cells: NotebookCell[]) =>
  notebookMarkdown({ notebook: notebook(...cells), pictureUrl: (name) => `lab_files/${name}` });

describe("notebookMarkdown()", () => {
  it("writes code and text in fences that nothing in them ends", async () => {
    const { text } = await exported(code("ns", { output_type: "stream", name: "stdout", text: "\u001b[31m```\u001b[39m\n" }));
    assert.equal(text, "```typescript\nns\n```\n\n````text\n```\n````\n");
  });

  it("writes pictures to files under the figures' names, their summary as the alternative text", async () => {
    const figure = { data: [], layout: { meta: { name: "budget" } } };
    const bundle = { "application/vnd.plotly.v1+json": figure, "image/png": "AAEC", "text/plain": "68 ns\n[at 4 GHz]" };
    const { text, pictures } = await exported(code("", shown(bundle), shown(bundle), shown({ "image/svg+xml": "<svg/>" })));
    const alt = "![68 ns \\[at 4 GHz\\]]";
    assert.equal(text, `${alt}(lab_files/budget.png)\n\n${alt}(lab_files/budget-2.png)\n\n![](lab_files/picture.svg)\n`);
    assert.deepEqual(
      pictures.map(({ name, data }) => [name, data.length]),
      [
        ["budget.png", 3],
        ["budget-2.png", 3],
        ["picture.svg", 6],
      ],
    );
    const { text: whole } = await notebookMarkdown({ notebook: notebook(code("", shown(bundle))) });
    assert.equal(whole, `${alt}(data:image/png;base64,AAEC)\n`);
  });

  it("draws a figure that holds integers beyond 2^53", async () => {
    const counters = { data: [{ type: "bar", y: [18446744073709551615n, 1] }], layout: {} };
    const output = code("", shown({ "application/vnd.plotly.v1+json": counters }));
    assert.equal((await exported(output)).pictures.length, 1);
    assert.match(notebookHtml({ notebook: notebook(output), title: "t" }), /18446744073709552000/);
  });

  it("draws a figure that holds no picture", async () => {
    const { pictures } = await exported(code("", shown({ "application/vnd.plotly.v1+json": { data: [], layout: {} } })));
    assert.deepEqual(
      pictures.map(({ name, data }) => [name, Buffer.from(data).toString("latin1", 1, 4)]),
      [["picture.png", "PNG"]],
    );
  });

  it("passes tables through as one block of HTML, and takes the text of other HTML", async () => {
    const table = shown({ "text/html": "<table>\n\n<tr><td>1</td></tr>\n \n</table>", "text/plain": "1" });
    const bar = shown({ "text/html": "<progress></progress>", "text/plain": "2 of 2" });
    const other = shown({ "application/json": { ns: 67.2 } });
    const { text } = await exported(code("", table, bar, other));
    const fences = "```text\n2 of 2\n```\n\n```text\n[application/json]\n```\n";
    assert.equal(text, `<table>\n<tr><td>1</td></tr>\n</table>\n\n${fences}`);
  });

  it("closes a fence that a cell of prose leaves open, and no other", async () => {
    const prose = (source: string): NotebookCell => ({ cell_type: "markdown", id: "a", metadata: {}, source });
    for (const [source, ending] of [
      ["```ts\nlet a;", "\n```"],
      ["~~~~\n```\n~~~\n", "\n~~~~"],
      ["```\na\n```", ""],
      ["- ```\n  in a list", ""],
      ["    ```\nindented", ""],
    ] as const) {
      const { text } = await exported(prose(source), prose("# next"));
      assert.equal(text, `${source.replace(/\n$/, "")}${ending}\n\n# next\n`);
      assert.match(new MarkdownIt().render(text), /<h1>next<\/h1>/);
    }
  });

  // JupyterLab stores every attachment in base64, SVG too, and writes names with blanks encoded; nbconvert reads them so.
  it("finds attachments by their encoded names, and SVG in base64", async () => {
    const prose: NotebookCell = {
      cell_type: "markdown",
      id: "a",
      metadata: {},
      source: "![](attachment:my%20lab.svg) ![](<attachment:my lab.svg>) ![](attachment:a.png) ![](attachment:a.png.png)",
      attachments: {
        "my lab.svg": { "image/svg+xml": "PHN2Zy8+" },
        "a.png": { "image/png": "AAEC" },
        "a.png.png": { "image/png": "AAED" },
      },
    };
    const { text, pictures } = await exported(prose);
    assert.equal(text, "![](lab_files/my-lab.svg) ![](<lab_files/my-lab.svg>) ![](lab_files/a.png) ![](lab_files/a.png.png)\n");
    assert.equal(String(pictures.find(({ name }) => name === "my-lab.svg")?.data), "<svg/>");
    const svg = '<img src="data:image/svg+xml;base64,PHN2Zy8+" alt="">';
    assert.ok(
      notebookHtml({ notebook: notebook(prose), title: "a" }).includes(`${svg} ${svg} <img src="data:image/png;base64,AAEC"`),
    );
  });

  it("brings attached pictures along, and so does the page", async () => {
    const prose: NotebookCell = {
      cell_type: "markdown",
      id: "a",
      metadata: {},
      source: "![setup](attachment:lab.png)",
      attachments: { "lab.png": { "image/png": "AAEC" } },
    };
    const { text, pictures } = await exported(prose);
    assert.deepEqual([text, pictures.length], ["![setup](lab_files/lab.png)\n", 1]);
    assert.match(
      notebookHtml({ notebook: notebook(prose), title: "a" }),
      /<img src="data:image\/png;base64,AAEC" alt="setup">/,
    );
  });
});
