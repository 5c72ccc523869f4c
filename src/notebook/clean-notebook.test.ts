import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { cleanNotebook } from "./clean-notebook.js";
import { type Notebook, notebookText, parseNotebook } from "./notebook-file.js";

const cleanText = (text: string) => notebookText(cleanNotebook({ notebook: parseNotebook({ file: "a.ipynb", text }) }));
const shown = { output_type: "execute_result", data: { "text/plain": "67.2" }, metadata: {}, execution_count: 7 } as const;
const notebook: Notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {
    papermill: { start_time: "2026-01-01" },
    signature: "sha256:0",
    orig_nbformat: 3,
    orig_nbformat_minor: 0,
    kernelspec: { name: "linerate" },
  },
  cells: [
    {
      cell_type: "code",
      id: "mine",
      metadata: {
        tags: ["parameters"],
        execution: { timeout: 5, "iopub.execute_input": "2026-01-01", "shell.execute_reply": "2026-01-01" },
        ExecuteTime: { start_time: "2026-01-01" },
        scrolled: true,
        trusted: true,
      },
      source: "ns",
      execution_count: 7,
      outputs: [shown],
    },
    { cell_type: "markdown", id: "text", metadata: { collapsed: true, editable: false }, source: "# a" },
  ],
};

describe("cleanNotebook()", () => {
  it("takes away counts and records of a run, and keeps ids, outputs and the author's metadata", () => {
    assert.deepEqual(cleanNotebook({ notebook }), {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: { name: "linerate" } },
      cells: [
        {
          cell_type: "code",
          id: "mine",
          metadata: { tags: ["parameters"], execution: { timeout: 5 } },
          source: "ns",
          execution_count: null,
          outputs: [{ ...shown, execution_count: null }],
        },
        { cell_type: "markdown", id: "text", metadata: { editable: false }, source: "# a" },
      ],
    });
    const [first] = cleanNotebook({ notebook, dropOutputs: true }).cells;
    assert.deepEqual(first?.cell_type === "code" && first.outputs, []);
  });

  it("is the same text when it is done again, whatever the notebook holds", () => {
    const cell = fc.record({
      cell_type: fc.constantFrom("code", "markdown", "raw"),
      id: fc.string(),
      source: fc.oneof(fc.string(), fc.array(fc.string())),
      metadata: fc.dictionary(fc.constantFrom("scrolled", "execution", "tags", "a"), fc.jsonValue()),
      outputs: fc.constantFrom([], [shown]),
    });
    fc.assert(
      fc.property(fc.array(cell), (cells) => {
        const once = cleanText(JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells }));
        assert.equal(cleanText(once), once);
      }),
    );
  });
});
