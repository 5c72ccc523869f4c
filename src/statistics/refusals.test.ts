// What every function of the room refuses, and that the refusal names the function, the argument, the bound and the value.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { autocorrelation } from "./autocorrelation.js";
import { batchMeans } from "./batch-means.js";
import { benjaminiHochberg } from "./benjamini-hochberg.js";
import { betaCdf, betaQuantile } from "./beta-distribution.js";
import { blockBootstrap } from "./block-bootstrap.js";
import { chiSquareCdf, chiSquareQuantile } from "./chi-square-distribution.js";
import { driftTest } from "./drift-test.js";
import { effectiveSampleSize } from "./effective-sample-size.js";
import { fCdf, fQuantile } from "./f-distribution.js";
import { fiellerInterval } from "./fieller-interval.js";
import { holm } from "./holm.js";
import { leastSquares } from "./least-squares.js";
import { meanInterval } from "./mean-interval.js";
import { normalCdf, normalQuantile } from "./normal-distribution.js";
import { ratioDifference } from "./ratio-difference.js";
import { tCdf, tQuantile } from "./t-distribution.js";
import { tInterval } from "./t-interval.js";
import { weightedSampleSize } from "./weighted-sample-size.js";
import { welch } from "./welch.js";
import { wilsonInterval } from "./wilson-interval.js";

const NAN = Number.NaN;
const blocks = Array.from({ length: 20 }, (_, block) => block + 1);
const parts = { numerators: [1, 2, 4], denominators: [1, 2, 3] };

const REFUSALS: readonly [call: () => unknown, message: string][] = [
  [() => autocorrelation([1, 2]), "autocorrelation requires values of at least 3 points: got 2"],
  [() => autocorrelation([1, 2, 3], 0), "autocorrelation requires an integer lag >= 1: got 0"],
  [() => autocorrelation([5, 5, 5]), "autocorrelation requires values that vary: all are 5"],
  [() => batchMeans({ values: blocks, batches: 11 }), "batchMeans requires values of at least 22 points: got 20"],
  [() => batchMeans({ values: blocks, batches: 1 }), "batchMeans requires an integer batches >= 2: got 1"],
  [() => benjaminiHochberg([0.1, 1.5]), "benjaminiHochberg requires a finite pValues[1] >= 0 and <= 1: got 1.5"],
  [() => holm([]), "holm requires pValues of at least 1 points: got 0"],
  [() => betaCdf({ x: -0.1, a: 1, b: 1 }), "betaCdf requires a finite x >= 0 and <= 1: got -0.1"],
  [() => betaQuantile({ p: NAN, a: 1, b: 1 }), "betaQuantile requires a finite p >= 0 and <= 1: got NaN"],
  [() => chiSquareCdf(-1, 1), "chiSquareCdf requires a finite x >= 0: got -1"],
  [() => chiSquareQuantile(1, 1), "chiSquareQuantile requires a finite p >= 0 and < 1: got 1"],
  [() => fCdf(1, [0, 1]), "fCdf requires a finite degreesOfFreedom[0] > 0: got 0"],
  [() => fQuantile(-1, [1, 1]), "fQuantile requires a finite p >= 0 and < 1: got -1"],
  [() => normalCdf(NAN), "normalCdf requires a finite z: got NaN"],
  [() => normalQuantile(0), "normalQuantile requires a finite p > 0 and < 1: got 0"],
  [() => tCdf(1, 0), "tCdf requires a finite degreesOfFreedom > 0: got 0"],
  [() => tQuantile(1, 3), "tQuantile requires a finite p > 0 and < 1: got 1"],
  [
    () => blockBootstrap({ rows: [[1]], denominators: blocks }),
    "blockBootstrap requires denominators and rows[0] of one length: got 20 and 1",
  ],
  [
    () => blockBootstrap({ rows: [blocks.with(3, NAN)], denominators: blocks }),
    "blockBootstrap requires a finite rows[0][3]: got NaN",
  ],
  [
    () => blockBootstrap({ rows: [blocks], denominators: blocks.with(0, -1) }),
    "blockBootstrap requires a finite denominators[0] >= 0: got -1",
  ],
  [
    () => blockBootstrap({ rows: [blocks], denominators: blocks, resamples: 10 }),
    "blockBootstrap requires an integer resamples >= 200: got 10",
  ],
  [() => driftTest({ values: [1, 2, 3] }), "driftTest requires values of at least 20 points: got 3"],
  [() => driftTest({ values: Array(20).fill(7) }), "driftTest requires values that vary: all are 7"],
  [() => effectiveSampleSize([1, 2, 3]), "effectiveSampleSize requires values of at least 10 points: got 3"],
  [
    () => fiellerInterval({ numerators: [1, 2], denominators: [1] }),
    "fiellerInterval requires denominators of at least 2 points: got 1",
  ],
  [
    () => fiellerInterval({ numerators: [1, 2, 3], denominators: [1, 2] }),
    "fiellerInterval requires numerators and denominators of one length: got 3 and 2",
  ],
  [
    () => leastSquares({ x: [1, 2], y: [1, 2], basis: [() => 1, (x) => x] }),
    "leastSquares requires y of at least 3 points: got 2",
  ],
  [
    () => leastSquares({ x: [1, 2, 3], y: [1, 2, 3], basis: [() => 1, () => 2] }),
    "leastSquares requires an independent basis: basis[1] follows from those before it on these points",
  ],
  [
    () => leastSquares({ x: [0, 1, 2], y: [1, 2, 3], basis: [(x) => 1 / x] }),
    "leastSquares requires a finite basis[0](x)[0]: got Infinity",
  ],
  [() => meanInterval({ values: [4] }), "meanInterval requires values of at least 2 points: got 1"],
  [() => meanInterval({ values: [4, 4] }), "meanInterval requires values that vary: all are 4"],
  [
    () => ratioDifference({ before: parts, after: { ...parts, denominators: [0, 0, 0] } }),
    "ratioDifference requires after.denominators of a sum > 0: got 0",
  ],
  [
    () => tInterval({ estimate: 1, standardError: 0, degreesOfFreedom: 3 }),
    "tInterval requires a finite standardError > 0: got 0",
  ],
  [() => weightedSampleSize([]), "weightedSampleSize requires weights of at least 1 points: got 0"],
  [() => weightedSampleSize([0, 0]), "weightedSampleSize requires a sum of weights > 0: got 2 weights of 0"],
  [() => welch({ before: [1], after: [1, 2] }), "welch requires before of at least 2 points: got 1"],
  [() => welch({ before: [1, 2], after: [1, 2], level: 95 }), "welch requires a finite level > 0 and < 1: got 95"],
  [() => welch({ before: [1, 1], after: [2, 2] }), "welch requires values that vary: before are all 1, after are all 2"],
  [() => wilsonInterval({ successes: 5, trials: 4 }), "wilsonInterval requires a finite successes >= 0 and <= 4: got 5"],
];

describe("refusals", () => {
  for (const [call, message] of REFUSALS) {
    it(message, () => assert.throws(call, { name: "RangeError", message }));
  }
});
