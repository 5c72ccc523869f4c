// 10,000 lines and 5 MB of one cell: all, in order, in that cell, in the notebook and in what is exported of it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { notebookHtml } from "./export-html.js";
import { notebookMarkdown } from "./export-markdown.js";
import { type Notebook, notebookText, parseNotebook } from "./notebook-file.js";
import { runNotebook } from "./run-notebook.js";

process.env.XDG_CACHE_HOME = mkdtempSync(join(tmpdir(), "linerate-test-")); // compiled cells go there
after(() => rmSync(String(process.env.XDG_CACHE_HOME), { recursive: true }));

const LINES = 10_000;
const FILL = 500;
const EXPECTED = Array.from({ length: LINES }, (_, line) => `${line} ${"x".repeat(FILL)}\n`).join("");

it("10,000 lines and 5 MB of one cell arrive, and are exported, whole and in order", async () => {
  assert.ok(EXPECTED.length > 5_000_000);
  const source = `for (let line = 0; line < ${LINES}; line++) console.log(line, "x".repeat(${FILL}));`;
  const cell = { cell_type: "code" as const, id: "a", metadata: {}, source, execution_count: null, outputs: [] };
  const next = { ...cell, id: "b", source: 'console.log("next");' };
  const notebook: Notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell, next] };
  const { notebook: run, error } = await runNotebook({ notebook, path: "large.ipynb" });
  assert.equal(error, undefined);
  const stored = parseNotebook({ file: "large.ipynb", text: notebookText(run) });
  const texts = stored.cells.map((cell) => (cell.cell_type === "code" ? cell.outputs : []));
  const isWhole = texts[0]?.length === 1 && texts[0][0]?.output_type === "stream" && texts[0][0].text === EXPECTED;
  assert.ok(isWhole, "the first cell does not hold exactly what it printed");
  assert.deepEqual(texts[1], [{ output_type: "stream", name: "stdout", text: "next\n" }]);
  const { text } = await notebookMarkdown({ notebook: stored });
  assert.ok(text.includes(`\`\`\`text\n${EXPECTED}\`\`\`\n`), "the Markdown does not hold all of it");
  assert.ok(
    notebookHtml({ notebook: stored, title: "large" }).includes(`<pre class="stdout">${EXPECTED}</pre>`),
    "nor the page",
  );
});
