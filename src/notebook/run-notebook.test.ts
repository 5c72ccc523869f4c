import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { PLOTLY_TYPE } from "../render/complete-plotly-bundle.js";
import { withRecord } from "../render/picture-record.js";
import { encodePng } from "../render/png.js";
import type { CellOutputRecord, CodeCell, Notebook } from "./notebook-file.js";
import { notebookText } from "./notebook-file.js";
import { type NotebookRunError, type RunProgress, runNotebook } from "./run-notebook.js";

const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
process.env.TMPDIR = mkdtempSync(join(folder, "tmp-")); // where the kernels of these tests keep their sockets
process.env.XDG_CACHE_HOME = join(folder, "cache"); // compiled cells go there
after(() => rmSync(folder, { recursive: true }));

const code = (source: string, ...tags: string[]): CodeCell => ({
  cell_type: "code",
  id: `cell-${source.length}`,
  metadata: { tags },
  source,
  execution_count: 17,
  outputs: [{ output_type: "stream", name: "stdout", text: "old" }],
});
const notebookOf = (...cells: CodeCell[]): Notebook => ({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
const path = join(folder, "lab.ipynb");
const outputsOf = ({ cells }: Notebook, index: number) => (cells[index] as CodeCell).outputs;
const failure = async (notebook: Notebook, options: object = {}): Promise<NotebookRunError> => {
  const { error } = await runNotebook({ notebook, path, ...options });
  assert.ok(error);
  return error;
};

describe("runNotebook()", () => {
  it("keeps the picture of a figure that the file shows as it is, and draws one that has changed", async () => {
    const file = join(folder, "figures.ipynb");
    const show = (y: number) => `display(displayable({ "${PLOTLY_TYPE}": { data: [{ y: [${y}] }], layout: {} } }))`;
    const notebook = notebookOf(code('import { display, displayable } from "linerate";'), code(show(67.2)), code(show(60)));
    const png = encodePng({ width: 1, height: 1, pixels: new Uint8Array(4) }); // not what is drawn of it
    const picture = withRecord({ png, json: '{"data":[{"y":[67.2]}],"layout":{}}' }).toString("base64");
    const before: CellOutputRecord = {
      output_type: "display_data",
      data: { [PLOTLY_TYPE]: {}, "image/png": picture },
      metadata: {},
    };
    const cells = notebook.cells.map((cell) => ({ ...cell, outputs: [before] }));
    writeFileSync(file, notebookText({ ...notebook, cells: cells as CodeCell[] }));
    const { notebook: done } = await runNotebook({ notebook, path: file });
    const pictures = [1, 2].map((index) => Object(outputsOf(done, index)[0]).data["image/png"]);
    assert.equal(pictures[0], picture);
    assert.ok(pictures[1].length > 10 * picture.length, "a picture that was drawn");
  });

  it("runs every cell in order, the same on every run", async () => {
    const notebook = notebookOf(
      code("const ns = 60;", "parameters"),
      code('import { display, displayable, progress, updatableDisplay } from "linerate";'),
      code("for (let i = 0; i < 10_000; i++) console.log(i);"),
      code("  \n"),
      code('const view = updatableDisplay("one"); display(displayable({ "text/html": "<b>" }));'),
      code('for (const step of progress([1, 2, 3])) await step;\nview.update("two"); ns'),
      code('throw new Error("expected")', "raises-exception"),
      code("not code", "skip-execution"),
      code("new Map([[1, { ns }]])"),
    );
    const steps: RunProgress[] = [];
    const run = () => runNotebook({ notebook, path, parameters: { ns: 67.2 }, onProgress: (step) => steps.push(step) });
    const { notebook: done, error } = await run();
    assert.equal(error, undefined);
    assert.deepEqual(outputsOf(done, 3), [
      { output_type: "stream", name: "stdout", text: Array.from({ length: 10_000 }, (_, i) => `${i}\n`).join("") },
    ]);
    assert.deepEqual(outputsOf(done, 5), [
      { output_type: "display_data", data: { "text/plain": "'two'" }, metadata: {} },
      { output_type: "display_data", data: { "text/html": "<b>" }, metadata: {} },
    ]);
    assert.deepEqual(outputsOf(done, 6).at(-1), {
      output_type: "execute_result",
      data: { "text/plain": "67.2" },
      metadata: {},
      execution_count: 6,
    });
    const counts = done.cells.map((cell) => (cell as CodeCell).execution_count);
    assert.deepEqual(counts, [1, 2, 3, 4, null, 5, 6, 7, 17, 8]);
    assert.deepEqual(
      steps.map(({ done, total, cell }) => [done, total, cell?.source.slice(0, 7)]),
      ["const n", "let ns ", "import ", "for (le", "const v", "for (co", "throw n", "new Map", undefined].map((source, i) => [
        i,
        8,
        source,
      ]),
    );
    assert.equal(notebookText((await run()).notebook), notebookText(done));
  });

  it("stops at the first error and names notebook, cell and line", async () => {
    const thrown = notebookOf(
      code("1"),
      code('function check() {\n  throw new Error("67.2 is not 67");\n}\n\ncheck();'),
      code("2"),
    );
    const { notebook, error } = await runNotebook({ notebook: thrown, path: "lab.ipynb" });
    assert.equal(error?.message.split("\n")[0], "lab.ipynb, cell[2], line 5: Error: 67.2 is not 67");
    assert.match(error?.message ?? "", /2 \| {3}throw new Error/);
    assert.deepEqual(outputsOf(notebook, 2), []);
    const mistyped = await failure(notebookOf(code("\nconst ns: number = '67.2';")));
    assert.equal(mistyped.line, 2);
    assert.match(mistyped.message, /lab\.ipynb, cell\[1\], line 2: cell\[1\]:2:7 - error TS2322/);
  });

  it("says what happened when a cell takes too long, the kernel dies, or the run is stopped", async () => {
    const endless = notebookOf(code("1"), code("while (true) {}"));
    assert.equal(
      (await failure(endless, { timeoutMs: 3000 })).message,
      `${path}, cell[2]: it ran longer than the 3 s it may take`,
    );
    const dying = notebookOf(code("process.exit(3)"));
    assert.equal((await failure(dying)).message, `${path}, cell[1]: the kernel process ended with exit code 3`);
    const stop = new AbortController();
    const onProgress = ({ done }: RunProgress) => done === 1 && stop.abort();
    assert.equal(
      (await failure(endless, { signal: stop.signal, onProgress })).message,
      `${path}, cell[2]: the run was interrupted`,
    );
    assert.equal((await failure(endless, { signal: AbortSignal.abort() })).message, `${path}: the run was interrupted`);
    assert.deepEqual(readdirSync(tmpdir()), []);
  });

  // What ipykernel, Deno's kernel and jslab write into the metadata.
  it("refuses a notebook in another language, and runs those of other kernels in its own", async () => {
    const python = { kernelspec: { name: "python3" }, language_info: { name: "python" } };
    const running = (metadata: object) => runNotebook({ notebook: { ...notebookOf(), metadata: { ...metadata } }, path });
    await assert.rejects(
      running(python),
      /^RangeError: .*lab\.ipynb: its metadata say that it is in python, and linerate runs TypeScript/,
    );
    for (const language of ["typescript", "javascript"]) {
      assert.equal((await running({ kernelspec: { name: "other", language } })).error, undefined);
    }
  });

  it("says that the notebook's folder is missing", async () => {
    const error = await failure(notebookOf(code("1")), { path: join(folder, "none", "lab.ipynb") });
    assert.match(error.message, /none\/lab\.ipynb: the kernel cannot be started: there is no folder .*none$/);
  });
});
