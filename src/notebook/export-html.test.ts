import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { notebookHtml } from "./export-html.js";
import type { CellOutputRecord, Notebook, NotebookCell } from "./notebook-file.js";

const FIGURE = { data: [{ type: "scatter", x: [0], y: [68] }], layout: {} };

describe("notebookHtml()", () => {
  it("embeds plotly once for several figures, and not at all without one", () => {
    const figure = shown({ "application/vnd.plotly.v1+json": FIGURE, "image/png": "AAAA", "text/plain": "68 ns" });
    const two = page([figure, figure]);
    assert.equal(two.split("const drawPlotlyFigure =").length - 1, 1);
    assert.match(two, /id="figure-1"/);
    assert.match(two, /id="figure-2"/);
    assert.ok(page([shown({ "text/plain": "68 ns" })]).length < 20_000);
  });

  it("loads nothing from elsewhere", () => {
    const html = page([shown({ "application/vnd.plotly.v1+json": FIGURE })]).replace(/<script>.*?<\/script>/gs, "");
    assert.doesNotMatch(html, /\b(?:src|href)\s*=\s*["']?(?:https?:)?\/\//i);
    assert.doesNotMatch(html, /@import|url\(/);
  });

  it("shows the richest form that a page can, and the text of a stream as text", () => {
    assert.match(page([shown({ "text/html": "<table></table>", "text/plain": "t" })]), /<table><\/table>/);
    assert.match(page([shown({ "image/png": "AA\nAA", "text/plain": "t" })]), /src="data:image\/png;base64,AAAA"/);
    assert.match(
      page([shown({ "image/svg+xml": "<svg/>", "text/plain": "t" })]),
      /src="data:image\/svg\+xml;base64,PHN2Zy8\+"/,
    );
    assert.match(
      page([{ output_type: "stream", name: "stdout", text: "\u001b[31ma < b\u001b[39m\n" }]),
      /<pre class="stdout">a &lt; b\n<\/pre>/,
    );
  });

  // Content Security Policy Level 3: a script runs where its hash is listed; without 'unsafe-inline' no attribute and no link does.
  it("lets its own scripts run, and none that comes with an output", () => {
    const hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>";
    for (const outputs of [[FIGURE, FIGURE].map((figure) => shown({ "application/vnd.plotly.v1+json": figure })), []]) {
      const html = page([...outputs, shown({ "text/html": hostile })]);
      const [, policy = ""] = /^<meta http-equiv="Content-Security-Policy" content="script-src ([^"]+)">$/m.exec(html) ?? [];
      const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = ""]) => script);
      const allowed = scripts.filter((script) => script !== "alert(1)");
      assert.deepEqual([scripts.length, allowed.length], outputs.length > 0 ? [4, 3] : [1, 0]);
      const hashes = allowed.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
      assert.deepEqual(policy.split(" ").sort(), hashes.length > 0 ? hashes.sort() : ["'none'"]);
      assert.ok(html.indexOf("Content-Security-Policy") < html.indexOf("<script>"));
    }
  });

  it("names the types of an output that it cannot show", () => {
    assert.match(page([shown({ "application/json": { ns: 67.2 } })]), /<pre>\[application\/json\]<\/pre>/);
  });

  it("does not let code or prose become markup", () => {
    const cells: NotebookCell[] = [
      { cell_type: "markdown", id: "a", metadata: {}, source: "<script>alert(1)</script>" },
      { cell_type: "code", id: "b", metadata: {}, source: 'const a = "</pre><script>";', execution_count: 1, outputs: [] },
    ];
    assert.doesNotMatch(notebookHtml({ notebook: notebook(cells), title: "<b>" }), /<script>|<b>/);
  });
});

function shown(data: Readonly<Record<string, unknown>>): CellOutputRecord {
  return { output_type: "display_data", data, metadata: {} };
}

function page(outputs: readonly CellOutputRecord[]): string {
  const cell: NotebookCell = { cell_type: "code", id: "a", metadata: {}, source: "figure", execution_count: 1, outputs };
  return notebookHtml({ notebook: notebook([cell]), title: "a page" });
}

function notebook(cells: readonly NotebookCell[]): Notebook {
  return { nbformat: 4, nbformat_minor: 5, metadata: {}, cells };
}
