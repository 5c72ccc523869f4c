// The operations danfojs documents that go through the stand-ins. Expected values are worked out by hand.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { danfojs } from "./danfojs.js";

const { DataFrame, Series, ...rest } = danfojs();
const ab = (...values: unknown[][]) => new DataFrame(values, { columns: ["a", "b"] });

/** "1 10, 4 20": cells by blanks, rows (or the values of a series) by commas. */
const text = (values: unknown) => (values as unknown[]).map((row) => [row].flat().join(" ")).join(", ");

describe("operations of danfojs()", () => {
  const frame = ab([1, 10], [4, 20], [9, 60]);
  const withGap = ab([1, Number.NaN], [2, 3]);
  const columns = { axis: 0 } as const;
  const varianceOfA = ((1 - 14 / 3) ** 2 + (4 - 14 / 3) ** 2 + (9 - 14 / 3) ** 2) / 2;

  const operations: [name: string, operation: () => { values: unknown }, expected: string][] = [
    ["add", () => frame.add(1), "2 11, 5 21, 10 61"],
    ["add of a row", () => frame.add([1, 2]), "2 12, 5 22, 10 62"],
    ["add of a column", () => frame.add([1, 2, 3], columns), "2 11, 6 22, 12 63"],
    ["add of a series", () => frame.add(new Series([1, 2])), "2 12, 5 22, 10 62"],
    ["sub of a frame", () => frame.sub(ab([1, 1], [2, 2], [3, 3])), "0 9, 2 18, 6 57"],
    ["mul", () => frame.mul(0.5), "0.5 5, 2 10, 4.5 30"],
    ["div", () => frame.div(4), "0.25 2.5, 1 5, 2.25 15"],
    ["divNoNan", () => frame.divNoNan([0, 10]), "0 1, 0 2, 0 6"],
    ["pow", () => frame.pow(2), "1 100, 16 400, 81 3600"],
    ["mod", () => frame.mod(3), "1 1, 1 2, 0 0"],
    ["gt", () => frame.gt(9), "false true, false true, false true"],
    ["lt of a row", () => frame.lt([4, 20]), "true true, false false, false false"],
    ["ge", () => frame.ge(9), "false true, false true, true true"],
    ["le", () => frame.le(9), "true false, true false, true false"],
    ["eq", () => frame.eq(4), "false false, true false, false false"],
    ["ne", () => frame.ne(4), "true true, false true, true true"],
    ["sum of columns", () => frame.sum(columns), "14, 90"],
    ["sum of rows", () => frame.sum(), "11, 24, 69"],
    ["mean", () => frame.mean(columns), `${14 / 3}, 30`],
    ["median", () => frame.median(columns), "4, 20"],
    ["min", () => frame.min(columns), "1, 10"],
    ["max", () => frame.max(columns), "9, 60"],
    ["var", () => frame.var(columns), `${varianceOfA}, 700`],
    ["std", () => ab([1, 10], [3, 30]).std(columns), `${Math.sqrt(2)}, ${Math.sqrt(200)}`],
    ["mode", () => ab([1, 5], [1, 6], [2, 6]).mode(columns), "1, 6"],
    ["count", () => withGap.count(columns), "2, 1"],
    ["cumSum", () => frame.cumSum(columns), "1 10, 5 30, 14 90"],
    ["cumProd", () => frame.cumProd(columns), "1 10, 4 200, 36 12000"],
    ["cumMax", () => ab([2, 1], [1, 3]).cumMax(columns), "2 1, 2 3"],
    ["cumMin", () => ab([2, 1], [1, 3]).cumMin(columns), "2 1, 1 1"],
    ["diff", () => frame.diff(1), "NaN NaN, 3 10, 5 40"],
    ["pctChange", () => frame.pctChange(1), "NaN NaN, 3 1, 1.25 2"],
    ["abs", () => ab([-1, 2]).abs(), "1 2"],
    ["round", () => ab([67.249, 1]).round(1), "67.2 1"],
    ["T", () => frame.T, "1 4 9, 10 20 60"],
    ["fillNa", () => withGap.fillNa(7), "1 7, 2 3"],
    ["dropNa", () => withGap.dropNa(), "2 3"],
    ["describe of b", () => frame.describe().loc({ columns: ["b"] }), `3, 30, ${Math.sqrt(700)}, 10, 20, 60, 700`],
    ["tensor", () => ({ values: frame.tensor.transpose().arraySync() }), "1 4 9, 10 20 60"],
    ["argMax and argMin", () => ({ values: [frame.column("b").argMax(), frame.column("b").argMin()] }), "2, 0"],
    ["mode of a series", () => ({ values: new Series([3, 5, 5, 3]).mode() }), "5, 3"],
    ["std of a series", () => ({ values: [new Series([1, 2, 3, 4, 5]).std()] }), `${Math.sqrt(2.5)}`],
  ];
  for (const [name, operation, expected] of operations) {
    it(`${name} is ${expected}`, () => assert.equal(text(operation().values), expected));
  }

  it("is exact where float32 is not", () => {
    const counter = (value: number) => new DataFrame([[value]], { columns: ["rx"] });
    assert.deepEqual(counter(16_777_217).add(0).values, [[16_777_217]]);
    assert.deepEqual(counter(14_880_952).mul(67.2).values, [[14_880_952 * 67.2]]);
    assert.deepEqual(counter(9_007_199_254_740_991).sub(counter(9_007_199_254_740_981)).values, [[10]]);
  });

  it("takes a tensor for a frame", () => {
    assert.deepEqual(new DataFrame(rest.tensorflow.tensor2d([[16_777_217, 2]])).values, [[16_777_217, 2]]);
  });
});

describe("scalers and encoders of danfojs()", () => {
  it("StandardScaler takes off the mean and divides by the population's standard deviation", () => {
    const scaler = new rest.StandardScaler();
    const distances = [-2, -1, 0, 1, 2].map((distance) => distance / Math.sqrt(2));
    assert.deepEqual(scaler.fitTransform([1, 2, 3, 4, 5]), distances);
    assert.deepEqual(scaler.inverseTransform([0, 0]), [3, 3]);
    assert.equal(text((scaler.fitTransform(ab([0, 0], [2, 20])) as { values: unknown }).values), "-1 -1, 1 1");
  });

  it("MinMaxScaler maps to 0..1 and back", () => {
    const scaler = new rest.MinMaxScaler();
    assert.deepEqual(scaler.fitTransform([1, 2, 3, 4, 5]), [0, 0.25, 0.5, 0.75, 1]);
    assert.deepEqual(scaler.inverseTransform([0, 0.25, 0.5, 0.75, 1]), [1, 2, 3, 4, 5]);
  });

  it("encoders number and unfold labels", () => {
    assert.equal(text(new rest.OneHotEncoder().fitTransform(["a", "b", "c"])), "1 0 0, 0 1 0, 0 0 1");
    const labels = new rest.LabelEncoder().fit(["rx", "tx"]);
    assert.deepEqual(labels.transform(["tx", "rx", "tx"]), [1, 0, 1]);
    assert.deepEqual(labels.inverseTransform([1, 0]), ["tx", "rx"]);
    assert.equal(text(rest.getDummies(new Series(["a", "b", "a"])).values), "1 0, 0 1, 1 0");
  });
});
