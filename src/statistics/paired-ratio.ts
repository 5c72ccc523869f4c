import { mean } from "simple-statistics";
import type { Interval } from "./interval.js";
import { meanInterval } from "./mean-interval.js";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";
import type { TInterval } from "./t-interval.js";

/** Runs taken close together: a pair AB or BA, or a longer balanced stretch (see `interleaving`). */
export interface RunBlock {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The ratio after / before, 1.02 being 2 % more. */
export interface PairedRatio extends Interval {
  /** Natural logarithm of the ratio per block. */
  readonly logRatios: readonly number[];
  /** The interval on the logarithms, with its standard error and p-value: for `equivalence`, `detectionLimit`, `signFlipTest`. */
  readonly log: TInterval;
}

/**
 * Ratio of two arms from interleaved blocks of runs: a t interval over the mean log ratio of each block.
 *
 * What drifts slowly is alike within a block and drops out, entirely so where the order within blocks alternates or is random.
 * Assumes independent blocks of log ratios that are roughly normal. Source: Student, "The probable error of a mean", Biometrika 6,
 * 1908 (its example is of pairs), on logarithms.
 * @throws RangeError for fewer than 2 blocks (AAABBB is one), a block without a run of each arm, a value that is not positive,
 * ratios that do not vary, or a level outside 0 to 1.
 * @example
 * pairedRatio({ blocks: [{ before: [100], after: [102] }, { before: [101], after: [104] }, { before: [99], after: [101] }] }).estimate.toFixed(4) // "1.0233"
 */
export function pairedRatio({ blocks, level = 0.95 }: { blocks: readonly RunBlock[]; level?: number }): PairedRatio {
  requireNumber({ caller: "pairedRatio", name: "number of blocks", value: blocks.length, min: 2 });
  requireNumber({ caller: "pairedRatio", name: "level", value: level, above: 0, below: 1 });
  const logRatios = blocks.map(({ before, after }, index) => {
    const samples = { [`blocks[${index}].before`]: before, [`blocks[${index}].after`]: after };
    requireSamples({ caller: "pairedRatio", samples, above: 0 });
    return mean(after.map(Math.log)) - mean(before.map(Math.log));
  });
  requireSamples({ caller: "pairedRatio", samples: { "log ratios": logRatios }, vary: true });
  const log = meanInterval({ values: logRatios, level });
  return { estimate: Math.exp(log.estimate), low: Math.exp(log.low), high: Math.exp(log.high), level, logRatios, log };
}
