import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { executionWarnings, redefinitionWarnings } from "./cell-order.js";

const counted = (...counts: (number | null)[]) =>
  executionWarnings(counts.map((count) => ({ execution_count: count }))).map(({ cell }) => cell);
const redefined = async (...sources: string[]) =>
  (await redefinitionWarnings(sources.map((source) => ({ source })))).map(({ cell, message }) => [
    cell,
    /`(.*)`/.exec(message)?.[1],
  ]);

describe("executionWarnings()", () => {
  it("says nothing of cells in order, with gaps or without counts", () => {
    assert.deepEqual(counted(1, 2, 3), []);
    assert.deepEqual(counted(4, 9, 12), []);
    assert.deepEqual(counted(null, null), []);
    assert.deepEqual(counted(), []);
  });

  it("names each cell that was executed before one above it, or not at all", () => {
    assert.deepEqual(counted(1, 5, 2, 3, 6), [3, 4]);
    assert.deepEqual(counted(1, null, 2), [2]);
  });
});

describe("redefinitionWarnings()", () => {
  it("names the cells between two definitions that use the name", async () => {
    assert.deepEqual(
      await redefined("const rows = [1];", "rows.length", "const f = () => rows;", "const rows = [2];", "rows"),
      [
        [2, "rows"],
        [3, "rows"],
      ],
    );
    assert.deepEqual(await redefined("let n = 0;", "n += 1", "n += 1"), [[2, "n"]]);
  });

  it("says nothing of a name that is defined once, or used nowhere between", async () => {
    assert.deepEqual(await redefined("const ns = 1;", "ns", "const f = (ns: number) => ns;"), []);
    assert.deepEqual(await redefined("let a = 1; a", "let a = 2; a"), []);
    assert.deepEqual(await redefined("Math.max(1)", "const Math = 1;"), []);
  });
});
