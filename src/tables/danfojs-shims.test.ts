// The four packages that stand in for danfojs's heavy dependencies, called as danfojs-node 1.2.0 calls them.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import fc from "fast-check";

const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs-node");
const math = require("mathjs");

describe("the stand-in for tfjs-node", () => {
  const binary: [name: string, a: number, b: number, expected: number][] = [
    ["add", 16_777_217, 0, 16_777_217], // 2^24 + 1, the first whole number float32 cannot hold
    ["sub", 9_007_199_254_740_991, 9_007_199_254_740_981, 10],
    ["mul", 14_880_952, 67.2, 14_880_952 * 67.2],
    ["div", 1e9, 14_880_952, 1e9 / 14_880_952],
    ["divNoNan", 5, 0, 0],
    ["divNoNan", 5, 2, 2.5],
    ["pow", 2, 40, 1_099_511_627_776],
    ["mod", 7, 3, 1],
    ["mod", -7, 3, 2], // floor(-7 / 3) * 3 + 2 = -7
    ["mod", 7, -3, -2],
    ["mod", -6, 3, 0],
    ["greater", 2, 1, 1],
    ["greaterEqual", 1, 1, 1],
    ["less", 2, 1, 0],
    ["lessEqual", 1, 1, 1],
    ["equal", 16_777_217, 16_777_216, 0],
    ["notEqual", 16_777_217, 16_777_216, 1],
  ];
  for (const [name, a, b, expected] of binary) {
    it(`${name}(${a}, ${b}) is ${expected}`, () => {
      assert.equal(tf.scalar(a)[name](tf.scalar(b)).arraySync() + 0, expected);
    });
  }

  it("repeats a scalar, a row and a column over a table", () => {
    const table = tf.tensor2d([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const plus = (other: unknown) => table.add(other).arraySync();
    assert.deepEqual(plus(tf.scalar(10)), [
      [11, 12, 13],
      [14, 15, 16],
    ]);
    assert.deepEqual(plus(tf.tensor1d([10, 20, 30])), [
      [11, 22, 33],
      [14, 25, 36],
    ]);
    assert.deepEqual(plus(tf.tensor2d([10, 20, 30], [3, 1]).transpose()), plus(tf.tensor1d([10, 20, 30])));
    assert.deepEqual(plus(tf.tensor2d([10, 20], [2, 1])), [
      [11, 12, 13],
      [24, 25, 26],
    ]);
    assert.throws(() => plus(tf.tensor1d([1, 2])), /add requires shapes that fit: got \[2,3\] and \[2\]/);
  });

  it("computes tables of any doubles as plain arithmetic does", () => {
    const pair = fc.tuple(fc.double(), fc.double());
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1 }), (pairs) => {
        const [left, right] = [tf.tensor1d(pairs.map(([a]) => a)), tf.tensor1d(pairs.map(([, b]) => b))];
        assert.deepEqual(
          left.mul(right).arraySync(),
          pairs.map(([a, b]) => a * b),
        );
        assert.deepEqual(
          left.sub(right).arraySync(),
          pairs.map(([a, b]) => a - b),
        );
      }),
    );
  });

  it("keeps the shape of nested arrays, and transposes", () => {
    const nested = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    const tensor = tf.tensor(nested);
    assert.deepEqual([tensor.shape, tensor.rank, tensor.size], [[3, 2], 2, 6]);
    assert.deepEqual(tensor.arraySync(), nested);
    assert.deepEqual(tensor.dataSync(), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(tensor.transpose().arraySync(), [
      [1, 3, 5],
      [2, 4, 6],
    ]);
    assert.deepEqual(tf.tensor1d([]).arraySync(), []);
    assert.deepEqual(tf.tensor([[[1], [2]]]).arraySync(), [[[1], [2]]]);
    assert.ok(tensor.clone() instanceof tf.Tensor);
    assert.throws(() => tf.tensor([[1, 2], [3]]), /as many values as its shape \[2,2\] has places: got 3/);
    assert.throws(() => tf.tensor1d(nested), /tensor1d requires a flat array/);
    assert.throws(() => tf.tensor2d([1, 2]), /tensor2d requires an array of rows/);
  });

  it("reduces along an axis", () => {
    const table = tf.tensor2d([
      [1, 20],
      [5, 10],
    ]);
    assert.deepEqual(table.sum(0).arraySync(), [6, 30]);
    assert.deepEqual(table.mean(0).arraySync(), [3, 15]);
    assert.deepEqual(table.mean(1).arraySync(), [10.5, 7.5]);
    assert.equal(table.mean().arraySync(), 9);
    assert.deepEqual(table.max(0).arraySync(), [5, 20]);
    assert.deepEqual(table.min(1).arraySync(), [1, 5]);
    assert.deepEqual(table.argMax(0).arraySync(), [1, 0]);
    const { mean, variance } = tf.moments(table, 0);
    assert.deepEqual(
      [mean.arraySync(), variance.arraySync()],
      [
        [3, 15],
        [4, 25],
      ],
    );
    assert.deepEqual(variance.sqrt().arraySync(), [2, 5]);
  });

  it("finds the first of equal extremes, NaN passed over", () => {
    const series = tf.tensor1d([Number.NaN, 3, 9, 1, 9, 1]);
    assert.equal(series.argMax().arraySync(), 2);
    assert.equal(series.argMin().arraySync(), 3);
  });

  it("takes missing cells for NaN and booleans for 0 and 1, and refuses text in arithmetic", () => {
    assert.deepEqual(tf.tensor1d([null, undefined, true, false]).arraySync(), [Number.NaN, Number.NaN, 1, 0]);
    assert.deepEqual(tf.tensor1d(["eth0"]).arraySync(), ["eth0"]);
    assert.throws(() => tf.tensor1d(["eth0"]).add(1), /add requires numbers: got "eth0"/);
    assert.throws(() => tf.tensor1d([1n]), /numbers, booleans or text: got bigint 1/);
  });

  it("shuffles by seed, and draws every row as often as the others", async () => {
    const rows = Array.from({ length: 10 }, (_, row) => row);
    const drawn = (seed: string, count: number): Promise<number[]> =>
      tf.data.array(rows).shuffle(count, seed).take(count).toArray();
    assert.deepEqual(await drawn("1", 10), await drawn("1", 10));
    assert.deepEqual([...(await drawn("1", 10))].sort(), rows);
    const counts = rows.map(() => 0);
    for (let seed = 0; seed < 2000; seed++) {
      for (const row of await drawn(String(seed), 1)) counts[row] = (counts[row] ?? 0) + 1;
    }
    // 200 expected each; the seeds are fixed, so this holds or fails for good. 5 standard deviations are 67.
    for (const count of counts) assert.ok(Math.abs(count - 200) < 67, `drawn ${counts}`);
  });
});

describe("the stand-in for mathjs", () => {
  it("gives mean, unbiased variance, its root and the median", () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9]; // mean 5, squared distances 9 1 1 1 0 0 4 16 = 32
    assert.equal(math.mean(values), 5);
    assert.equal(math.variance(values), 32 / 7);
    assert.equal(math.std(values), Math.sqrt(32 / 7));
    assert.equal(math.median(values), 4.5);
    assert.equal(math.median([9, 1, 10]), 9); // numbers, not text: "10" < "9"
    assert.deepEqual(values, [2, 4, 4, 4, 5, 5, 7, 9]);
  });

  it("gives every mode, in the order in which they reached their count", () => {
    assert.deepEqual(math.mode([1, 2.7, 3.2, 4, 2.7]), [2.7]);
    assert.deepEqual(math.mode([1, 4, 6, 1, 6]), [1, 6]);
    assert.deepEqual(math.mode([3, 5, 5, 3]), [5, 3]);
    assert.deepEqual(math.mode(["a", "a", "b", "c"]), ["a"]);
  });

  it("says NaN where there is no answer, and refuses text", () => {
    for (const name of ["mean", "variance", "std", "median"]) {
      assert.equal(math[name]([]), Number.NaN, name);
      assert.equal(math[name]([1, Number.NaN, 3]), Number.NaN, name);
      assert.throws(() => math[name](["eth0"]), /requires numbers: got string eth0/);
    }
    assert.equal(math.std([5]), Number.NaN); // one value tells nothing of spread
    assert.deepEqual(math.mode([]), []);
    assert.equal(math.mean([true, false]), 0.5);
  });
});

describe("the stand-ins for xlsx and request", () => {
  it("refuse with what to do instead", () => {
    assert.throws(() => require("xlsx").readFile("sheet.xlsx"), /save the sheet as CSV and use readCSV/);
    assert.throws(() => require("xlsx").utils.book_new(), /Excel files are left out on purpose/);
    assert.throws(() => require("request")({ url: "http://a.example/b" }), /download http:\/\/a.example\/b to a file/);
    assert.throws(() => require("request").get("http://a.example/b"), /reading URLs is left out on purpose/);
  });
});
