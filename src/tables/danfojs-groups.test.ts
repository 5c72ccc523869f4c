import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { danfojs } from "./danfojs.js";

const { DataFrame } = danfojs();
const text = (frame: { values: unknown }) => (frame.values as unknown[][]).map((row) => row.join(" ")).join(", ");

describe("groupby of danfojs()", () => {
  const frameOf = (...rows: [x: string, y: string, n: number][]) =>
    new DataFrame(rows, { columns: ["x", "y", "n"], dtypes: ["string", "string", "int32"] });

  it("keeps keys apart that look alike when joined", () => {
    const groups = frameOf(["a-b", "c", 1], ["a", "b-c", 2], ["a-b", "c", 4]).groupby(["x", "y"]);
    assert.equal(groups.ngroups, 2);
    assert.equal(text(groups.sum()), "a-b c 5, a b-c 2");
    assert.deepEqual(groups.sum().columns, ["x", "y", "n_sum"]);
    assert.equal(text(groups.getGroup(["a", "b-c"])), "a b-c 2");
    assert.throws(() => groups.getGroup(["a-b"]), /getGroup requires the key of a group: got \["a-b"\]/);
  });

  it("sums as a Map does, whatever the keys", () => {
    const key = fc.oneof(fc.stringMatching(/^[ab_"-]{0,3}$/), fc.constantFrom("constructor", "1", "__proto__"));
    fc.assert(
      fc.property(fc.array(fc.tuple(key, key, fc.integer()), { minLength: 1 }), (rows) => {
        const sums = new Map<string, number>();
        for (const [x, y, n] of rows) sums.set(JSON.stringify([x, y]), (sums.get(JSON.stringify([x, y])) ?? 0) + n);
        const grouped = frameOf(...rows)
          .groupby(["x", "y"])
          .sum().values as unknown[][];
        const found = grouped.map(([x, y, n]): [string, unknown] => [JSON.stringify([x, y]), n]);
        assert.equal(found.length, sums.size);
        assert.deepEqual(new Map(found), sums);
      }),
    );
  });

  it("keeps infinities apart, and columns whose names every object has", () => {
    const rows = [
      [Infinity, 1],
      [-Infinity, 2],
      [Number.NaN, 4],
      [Infinity, 8],
    ];
    const sums = new DataFrame(rows, { columns: ["constructor", "toString"] }).groupby(["constructor"]).sum();
    assert.equal(text(sums), "Infinity 9, -Infinity 2, NaN 4");
  });

  it("puts groups with the same first value together, each in the order of its first row", () => {
    const groups = frameOf(["b", "p", 1], ["a", "q", 2], ["b", "r", 3]).groupby(["x", "y"]);
    assert.equal(text(groups.sum()), "b p 1, b r 3, a q 2");
  });

  it("keeps the types of the keys, also of text that looks like a number", () => {
    const sums = frameOf(["0", "00", 1], ["1", "01", 2]).groupby(["x", "y"]).sum();
    assert.deepEqual(sums.dtypes, ["string", "string", "float32"]);
    assert.equal(text(sums), "0 00 1, 1 01 2");
  });

  it("aggregates without the missing values", () => {
    const groups = frameOf(["k", "", 1], ["k", "", Number.NaN], ["k", "", 0], ["none", "", Number.NaN]).groupby(["x"]);
    const statistics = groups.agg({ n: ["max", "min", "sum", "mean", "median", "std", "count"] });
    assert.equal(text(statistics), `k 1 0 1 0.5 0.5 ${Math.sqrt(0.5)} 2, none NaN NaN 0 NaN NaN NaN 0`);
    assert.throws(() => groups.col(["n"]).cumSum(), /group cumsum requires a value in every cell/);
    assert.equal(text(frameOf(["k", "", 1], ["k", "", 2]).groupby(["x"]).col(["n"]).cumSum()), "k 1, k 3");
  });

  it("first, last, size and apply see each group's rows", () => {
    const groups = frameOf(["a", "p", 1], ["b", "q", 2], ["a", "r", 3]).groupby(["x"]);
    assert.equal(text(groups.first()), "a a p 1, b b q 2");
    assert.equal(text(groups.last()), "a a r 3, b b q 2");
    assert.equal(text(groups.size()), "a 2, b 1");
    assert.equal(text(groups.apply((group) => group.query(group.column("n").gt(1)))), "a a r 3, b b q 2");
  });

  it("refuses a column that is not there, and no rows", () => {
    const frame = frameOf(["a", "p", 1]);
    assert.throws(() => frame.groupby(["queue"]), /groupby requires columns of the frame: got queue/);
    assert.throws(() => frame.query([false]).groupby(["x"]), /groupby requires at least one row/);
  });
});
