import assert from "node:assert/strict";
import { it } from "node:test";
import { notebookFigures } from "./notebook-figures.js";
import type { NotebookCell } from "./notebook-file.js";

it("notebookFigures() numbers a figure that is shown again, and passes over other outputs", () => {
  const layout = { meta: { name: "page-order", provenance: [{ kind: "published", source: "a mail" }] } };
  const data = { "application/vnd.plotly.v1+json": { data: [], layout }, "image/png": "AAAA", "text/plain": "68 ns" };
  const cell = (id: string, bundle: Readonly<Record<string, unknown>>): NotebookCell => ({
    cell_type: "code",
    id,
    metadata: {},
    source: id,
    execution_count: 1,
    outputs: [{ output_type: "execute_result", data: bundle, metadata: {}, execution_count: 1 }],
  });
  const cells = [cell("a", data), cell("b", { "text/plain": "1" }), cell("c", data)];
  const figures = notebookFigures({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
  assert.deepEqual(
    figures.map(({ name }) => name),
    ["page-order", "page-order-2"],
  );
  assert.deepEqual(figures[0], {
    name: "page-order",
    figure: { data: [], layout },
    png: "AAAA",
    summary: "68 ns",
    provenance: layout.meta.provenance,
  });
});
