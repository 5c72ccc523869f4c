import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { danfojs } from "./danfojs.js";

const { DataFrame, Series } = danfojs();
const ab = (...values: unknown[][]) => new DataFrame(values, { columns: ["a", "b"] });
const text = (frame: { values: unknown }) => (frame.values as unknown[][]).map((row) => row.join(" ")).join(", ");

describe("frames and series of danfojs()", () => {
  it("sortValues puts missing values last, either way, and keeps ties in order", () => {
    const unsorted = ab([3, "c"], [Number.NaN, "d"], [1, "a"], [2, "b"]);
    assert.equal(text(unsorted.sortValues("a")), "1 a, 2 b, 3 c, NaN d");
    assert.equal(text(unsorted.sortValues("a", { ascending: false })), "3 c, 2 b, 1 a, NaN d");
    assert.deepEqual(unsorted.sortValues("a").index, [2, 3, 0, 1]);
    assert.equal(text(ab([1, "x"], [0, "y"], [1, "z"]).sortValues("a", { ascending: false })), "1 x, 1 z, 0 y");
    assert.deepEqual(new Series(["b", "a", "c"]).sortValues().values, ["a", "b", "c"]);
    const own = unsorted.copy();
    own.sortValues("b", { inplace: true });
    assert.equal(text(own), "1 a, 2 b, 3 c, NaN d");
    assert.deepEqual(own.index, [2, 3, 0, 1]);
  });

  it("sortValues orders any numbers", () => {
    const number = fc.oneof(fc.double(), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(number, { minLength: 1 }), (values) => {
        const sorted = new Series(values).sortValues().values as number[];
        const present = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
        assert.deepEqual(
          sorted.map((value) => value + 0), // -0 and 0 are equal, in either order
          [...present, ...values.filter(Number.isNaN)].map((value) => value + 0),
        );
      }),
    );
  });

  it("query() and iloc take a mask by position, also after a sort or a filter", () => {
    const sorted = ab([1, 5], [2, 6], [3, 7], [4, 8]).sortValues("a", { ascending: false });
    assert.equal(text(sorted.query(sorted.column("a").gt(3))), "4 8");
    const filtered = sorted.query(sorted.column("a").gt(2));
    assert.equal(text(filtered.query(filtered.column("b").lt(8))), "3 7");
    assert.equal(text(filtered.iloc({ rows: [false, true], columns: [1] })), "7");
    assert.deepEqual(filtered.column("a").iloc([false, true]).values, [3]);
    const none = filtered.query(filtered.column("a").gt(9));
    assert.deepEqual([none.shape, none.head().shape, inspect(none)], [[0, 2], [0, 2], "  a  b\n0 rows x 2 columns"]);
    assert.throws(() => sorted.query([true]), /a mask requires a boolean per row: got 1 for 4/);
    assert.throws(() => sorted.iloc({ rows: 0 as unknown as number[] }), /rows parameter must be an Array/);
  });

  it("sample draws rows of the frame, also after a filter; the same for the same seed", async () => {
    const filtered = ab([1, 5], [2, 6], [3, 7], [4, 8]).query([false, true, false, true]);
    const drawn = await filtered.sample(2, { seed: 7 });
    assert.deepEqual([...(drawn.column("a").values as number[])].sort(), [2, 4]);
    assert.deepEqual((await filtered.sample(2, { seed: 7 })).values, drawn.values);
    assert.equal((await filtered.sample(1)).shape[0], 1);
    assert.equal((await filtered.column("a").sample(-1)).values.length, 2);
    await assert.rejects(filtered.sample(3), /cannot be bigger than number of rows/);
  });

  it("describe passes over missing values in every line", () => {
    const described = ab([1, "x"], [Number.NaN, "y"], [3, "z"]).describe();
    assert.deepEqual(described.index, ["count", "mean", "std", "min", "median", "max", "variance"]);
    assert.deepEqual(described.column("a").values, [2, 2, Math.sqrt(2), 1, 2, 3, 2]);
    const nothing = [0, ...Array(6).fill(Number.NaN)];
    assert.deepEqual(ab([Number.NaN, 1]).describe().column("a").values, nothing);
    assert.throws(() => ab(["x", "y"]).describe(), /describe requires a column of numbers: got a,b/);
  });

  it("cumulative sums over missing values are refused: danfojs moves the values below them up", () => {
    assert.throws(() => ab([1, Number.NaN], [3, 3]).cumSum({ axis: 0 }), /cumulative sum requires a value in every cell/);
  });

  it("a column named like a member leaves the member in place", () => {
    const frame = new DataFrame([[1, 2, 3]], { columns: ["mean", "index", "values"] });
    assert.deepEqual(frame.mean().values, [2]);
    assert.deepEqual(frame.index, [0]);
    assert.equal(text(frame.head()), "1 2 3");
    assert.deepEqual(frame.column("index").values, [2]);
    assert.deepEqual(frame.rename({ mean: "average" }).average.values, [1]);
  });

  it("asType, fillNa and a copy leave the original alone", () => {
    const original = ab([1.5, Number.NaN]);
    assert.equal(text(original.asType("a", "int32")), "1 NaN");
    assert.equal(text(original.fillNa([7], { columns: ["b"] })), "1.5 7");
    original.copy().a = [9];
    assert.equal(text(original), "1.5 NaN");
    original.fillNa(7, { inplace: true });
    assert.equal(text(original), "1.5 7");
  });

  it("show as a table, derived ones too", () => {
    assert.equal(inspect(ab([1, 10], [4, 20]).add(1).head(1)), "   a   b\n0  2  11\n1 row x 2 columns");
    assert.equal(inspect(ab([1, 10]).column("b")), "    b\n0  10\n1 row x 1 column");
    const bundle = ab([1, "<b>"]).groupby(["b"]).sum()[Symbol.for("Jupyter.display") as unknown as string]();
    assert.match(bundle["text/html"], /&lt;b&gt;/);
  });
});
