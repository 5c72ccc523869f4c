import { mean } from "simple-statistics";
import { type Arm, interleaving } from "./interleaving.js";
import type { Interval } from "./interval.js";
import { meanInterval } from "./mean-interval.js";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";
import type { TInterval } from "./t-interval.js";

/** The ratio after / before, 1.02 being 2 % more. */
export interface PairedRatio extends Interval {
  /** Natural logarithm of the ratio per block, in the order taken: for `exactSignFlip`. */
  readonly logRatios: readonly number[];
  /** The interval on the logarithms, with its standard error and p-value: for `equivalence` and `detectionLimit`. */
  readonly log: TInterval;
  /** Indices of runs at the end that are in no block, and so not in the ratio. */
  readonly rest: readonly number[];
}

/**
 * Ratio of two arms from runs in the order they were taken: a t interval over the mean log ratio of each balanced block of them (see
 * `interleaving`).
 *
 * What drifts slowly is alike within a block and drops out, entirely so where the order within blocks alternates or is random.
 * Assumes independent blocks of log ratios that are roughly normal. Source: Student, "The probable error of a mean", Biometrika 6,
 * 1908 (its example is of pairs), on logarithms.
 * @throws RangeError for an order of fewer than 2 balanced blocks (AAABBB is one), arms and values of different length, a value
 * that is not positive, ratios that do not vary, or a level outside 0 to 1.
 * @example
 * pairedRatio({ arms: ["before", "after", "after", "before"], values: [100, 102, 104, 101] }).estimate.toFixed(4) // "1.0248"
 */
export function pairedRatio({
  arms,
  values,
  level = 0.95,
}: {
  arms: readonly Arm[];
  values: readonly number[];
  level?: number;
}): PairedRatio {
  requireSamples({ caller: "pairedRatio", samples: { values }, above: 0 });
  if (arms.length !== values.length) {
    throw new RangeError(`pairedRatio requires arms and values of one length: got ${arms.length} and ${values.length}`);
  }
  requireNumber({ caller: "pairedRatio", name: "level", value: level, above: 0, below: 1 });
  const { blocks, rest } = interleaving(arms);
  if (blocks.length < 2) {
    throw new RangeError(
      `pairedRatio requires an order of at least 2 balanced blocks: got ${arms.join(" ")}, which has ${blocks.length}`,
    );
  }
  const meanLog = (runs: readonly number[]) => mean(runs.map((run) => Math.log(values[run] as number)));
  const logRatios = blocks.map(({ before, after }) => meanLog(after) - meanLog(before));
  requireSamples({ caller: "pairedRatio", samples: { "log ratios": logRatios }, vary: true });
  const log = meanInterval({ values: logRatios, level });
  return { estimate: Math.exp(log.estimate), low: Math.exp(log.low), high: Math.exp(log.high), level, logRatios, log, rest };
}
