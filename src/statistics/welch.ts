import { mean, sampleVariance } from "simple-statistics";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";
import { type TInterval, tInterval } from "./t-interval.js";

/**
 * Difference of two means, after - before, with its interval and p-value, variances not assumed equal (Welch).
 *
 * Assumes independent values, roughly normal, one per run, and no drift over the session. Under 6 values per arm prefer
 * `hodgesLehmann`. Source: B. L. Welch, "The generalization of 'Student's' problem when several different population variances
 * are involved", Biometrika 34, 1947.
 * @throws RangeError for fewer than 2 values in an arm, a value that is not finite, arms that both do not vary, or a level outside
 * 0 to 1.
 * @example
 * welch({ before: [10, 11, 12], after: [13, 14, 15] }).estimate // 3
 * welch({ before: [10, 11, 12], after: [13, 14, 15] }).p.toFixed(4) // "0.0213"
 */
export function welch({
  before,
  after,
  level = 0.95,
}: {
  before: readonly number[];
  after: readonly number[];
  level?: number;
}): TInterval {
  requireSamples({ caller: "welch", samples: { before, after }, points: 2 });
  requireNumber({ caller: "welch", name: "level", value: level, above: 0, below: 1 });
  const constant = (values: readonly number[]) => values.every((value) => value === values[0]);
  if (constant(before) && constant(after)) {
    throw new RangeError(`welch requires values that vary: before are all ${before[0]}, after are all ${after[0]}`);
  }
  const [first, second] = [[...before], [...after]];
  const [firstError, secondError] = [sampleVariance(first) / first.length, sampleVariance(second) / second.length];
  const variance = firstError + secondError;
  const weight = firstError ** 2 / (first.length - 1) + secondError ** 2 / (second.length - 1);
  return tInterval({
    estimate: mean(second) - mean(first),
    standardError: Math.sqrt(variance),
    degreesOfFreedom: variance ** 2 / weight,
    level,
  });
}
