// What every function of the room refuses, and that the refusal names the function, the argument, the bound and the value.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { autocorrelation } from "./autocorrelation.js";
import { batchMeans } from "./batch-means.js";
import { bcaInterval } from "./bca-interval.js";
import { benjaminiHochberg } from "./benjamini-hochberg.js";
import { betaCdf, betaQuantile } from "./beta-distribution.js";
import { blockBootstrap } from "./block-bootstrap.js";
import { chiSquareCdf, chiSquareQuantile } from "./chi-square-distribution.js";
import { detectionLimit } from "./detection-limit.js";
import { effectiveSampleSize } from "./effective-sample-size.js";
import { equivalence } from "./equivalence.js";
import { exactPermutation } from "./exact-permutation.js";
import { exactSignFlip } from "./exact-sign-flip.js";
import { fCdf, fQuantile } from "./f-distribution.js";
import { fiellerInterval } from "./fieller-interval.js";
import { hodgesLehmann } from "./hodges-lehmann.js";
import { holm } from "./holm.js";
import { interleaving } from "./interleaving.js";
import { leastSquares } from "./least-squares.js";
import { mannWhitney } from "./mann-whitney.js";
import { meanInterval } from "./mean-interval.js";
import { medianInterval } from "./median-interval.js";
import { multimodality } from "./multimodality.js";
import { neededRuns } from "./needed-runs.js";
import { newcombeInterval } from "./newcombe-interval.js";
import { noncentralTCdf } from "./noncentral-t-cdf.js";
import { nonlinearLeastSquares } from "./nonlinear-least-squares.js";
import { normalCdf, normalQuantile } from "./normal-distribution.js";
import { orderDrift } from "./order-drift.js";
import { pairedRatio } from "./paired-ratio.js";
import { ratioDifference } from "./ratio-difference.js";
import { scalingLaw } from "./scaling-law.js";
import { segmentedFit } from "./segmented-fit.js";
import { seriesDrift } from "./series-drift.js";
import { tCdf, tQuantile } from "./t-distribution.js";
import { tInterval } from "./t-interval.js";
import { tTestPower } from "./t-test-power.js";
import { warmUpCut } from "./warm-up-cut.js";
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
  [() => seriesDrift({ values: [1, 2, 3] }), "seriesDrift requires values of at least 20 points: got 3"],
  [() => seriesDrift({ values: Array(20).fill(7) }), "seriesDrift requires values that vary: all are 7"],
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
  [() => bcaInterval({ rows: [1, 2, 3], statistic: () => 1 }), "bcaInterval requires a finite number of rows >= 10: got 3"],
  [() => bcaInterval({ rows: blocks, statistic: () => NAN }), "bcaInterval requires a finite statistic: got NaN"],
  [
    () => detectionLimit({ standardError: 1, degreesOfFreedom: 4, power: 0.04 }),
    "detectionLimit requires a finite power > 0.05 and < 1: got 0.04",
  ],
  [
    () => equivalence({ estimate: 0, standardError: 1, degreesOfFreedom: 4, margin: 0 }),
    "equivalence requires a finite margin > 0: got 0",
  ],
  [
    () => hodgesLehmann({ before: [1, 0], after: [1, 2], scale: "ratio" }),
    "hodgesLehmann requires a finite before[1] > 0: got 0",
  ],
  [() => hodgesLehmann({ before: [1], after: [1, 2] }), "hodgesLehmann requires before of at least 2 points: got 1"],
  [() => interleaving(["before", "before"]), "interleaving requires runs of both arms: got before before"],
  [
    () => mannWhitney({ before: Array(60).fill(1), after: Array(60).fill(2) }),
    "mannWhitney requires a finite number of values <= 100: got 120",
  ],
  [() => mannWhitney({ before: [1, NAN], after: [2] }), "mannWhitney requires a finite before[1]: got NaN"],
  [() => medianInterval({ values: [1] }), "medianInterval requires values of at least 2 points: got 1"],
  [() => multimodality({ values: [1, 2, 3] }), "multimodality requires values of at least 4 points: got 3"],
  [() => neededRuns({ standardDeviation: 1, difference: 0 }), "neededRuns requires a finite difference > 0: got 0"],
  [
    () => newcombeInterval({ before: { successes: 1, trials: 2 }, after: { successes: 3, trials: 2 } }),
    "wilsonInterval requires a finite successes >= 0 and <= 2: got 3",
  ],
  [() => noncentralTCdf({ t: 1, shift: NAN, degreesOfFreedom: 3 }), "noncentralTCdf requires a finite shift: got NaN"],
  [
    () => nonlinearLeastSquares({ x: [1, 2], y: [1, 2], model: (x) => x, start: [1] }),
    "nonlinearLeastSquares requires a finite effect of start[0] on the model > 0: got 0",
  ],
  [
    () => orderDrift({ arms: ["before", "after"], values: [1, 2, 3, 4] }),
    "orderDrift requires arms and values of one length: got 2 and 4",
  ],
  [
    () => pairedRatio({ arms: ["before", "after"], values: [1, 2] }),
    "pairedRatio requires an order of at least 2 balanced blocks: got before after, which has 1",
  ],
  [
    () => pairedRatio({ arms: ["before", "after"], values: [1] }),
    "pairedRatio requires arms and values of one length: got 2 and 1",
  ],
  [() => pairedRatio({ arms: ["before", "after"], values: [1, -2] }), "pairedRatio requires a finite values[1] > 0: got -2"],
  [
    () => exactPermutation({ before: Array(12).fill(1), after: Array(12).fill(1) }),
    "exactPermutation requires at most 1000000 ways to deal the runs: got 12 and 12 runs; mannWhitney takes them",
  ],
  [
    () => scalingLaw({ cores: [1, 1, 1, 2, 2, 2], rates: [1, 2, 3, 4, 5, 6] }),
    "scalingLaw requires a finite number of different cores >= 3: got 2",
  ],
  [
    () => scalingLaw({ cores: [0, 1, 2, 3, 4, 5], rates: [1, 2, 3, 4, 5, 6] }),
    "scalingLaw requires a finite cores[0] > 0: got 0",
  ],
  [
    () => segmentedFit({ x: [1, 1, 2, 2, 3, 3], y: [1, 2, 3, 4, 5, 6] }),
    "segmentedFit requires a finite number of different x >= 5: got 3",
  ],
  [() => exactSignFlip(Array(21).fill(1)), "exactSignFlip requires a finite number of differences <= 20: got 21"],
  [
    () => tTestPower({ difference: 1, standardError: -1, degreesOfFreedom: 3 }),
    "tTestPower requires a finite standardError > 0: got -1",
  ],
  [() => warmUpCut([1, 2, 3]), "warmUpCut requires values of at least 20 points: got 3"],
];

describe("refusals", () => {
  for (const [call, message] of REFUSALS) {
    it(message, () => assert.throws(call, { name: "RangeError", message }));
  }
});
