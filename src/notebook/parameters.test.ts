import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Notebook } from "./notebook-file.js";
import { withParameters } from "./parameters.js";

const code = (source: string, ...tags: string[]) => ({
  cell_type: "code" as const,
  id: source.slice(0, 4).replaceAll(" ", ""),
  metadata: { tags },
  source,
  execution_count: null,
  outputs: [],
});
const notebook: Notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [code("1"), code("const gbps = 10, orders = [0];\nlet note: string = 'x'", "parameters"), code("gbps")],
};
const sources = ({ cells }: Notebook) => cells.map(({ source }) => source);

describe("withParameters()", () => {
  it("puts the values behind the parameters cell, as JSON", async () => {
    const given = await withParameters({ file: "a", notebook, parameters: { gbps: 100, orders: [0, 3], note: 'say "hi"' } });
    assert.deepEqual(sources(given).slice(2, 3), ['let gbps = 100;\nlet orders = [0,3];\nlet note = "say \\"hi\\"";']);
    assert.equal(given.cells.length, 4);
  });

  it("replaces the cell of an earlier run", async () => {
    const once = await withParameters({ file: "a", notebook, parameters: { gbps: 40 } });
    const twice = await withParameters({ file: "a", notebook: once, parameters: { gbps: 100 } });
    assert.equal(twice.cells.length, 4);
    assert.equal(sources(twice)[2], "let gbps = 100;");
  });

  it("refuses what would have no effect", async () => {
    await assert.rejects(withParameters({ file: "a.ipynb", notebook, parameters: { gpbs: 100 } }), {
      name: "RangeError",
      message: 'a.ipynb: there is no parameter "gpbs": the cell tagged "parameters" declares gbps, orders, note',
    });
    const untagged = { ...notebook, cells: [code("const gbps = 10")] };
    await assert.rejects(withParameters({ file: "a.ipynb", notebook: untagged, parameters: { gbps: 1 } }), /no cell is tagged/);
  });
});
