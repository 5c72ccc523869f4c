import { mean, sampleCovariance, sampleVariance } from "simple-statistics";
import type { Interval } from "./interval.js";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";
import { tQuantile } from "./t-distribution.js";

/**
 * Interval of a ratio of sums over paired values, one pair per run: cycles and packets, ns of a function and packets.
 *
 * All ratios R for which `mean(numerator) - R mean(denominator)` is within t standard errors of 0. The ratio of the sums, never
 * the mean of the ratios. Assumes pairs that are independent and roughly normal.
 * Source: E. C. Fieller, "Some problems in interval estimation", Journal of the Royal Statistical Society B 16, 1954.
 * @throws RangeError for fewer than 2 pairs, lists of different length, a value that is not finite, a level outside 0 to 1, or
 * denominators that vary so much that 0 is among their plausible means: then the interval has no end.
 * @example
 * fiellerInterval({ numerators: [20, 31, 39], denominators: [2, 3, 4] }).estimate // 10
 */
export function fiellerInterval({
  numerators,
  denominators,
  level = 0.95,
}: {
  numerators: readonly number[];
  denominators: readonly number[];
  level?: number;
}): Interval {
  requireSamples({ caller: "fiellerInterval", samples: { numerators, denominators }, points: 2, sameLength: true });
  requireNumber({ caller: "fiellerInterval", name: "level", value: level, above: 0, below: 1 });
  const [upper, lower] = [[...numerators], [...denominators]];
  const pairs = upper.length;
  const [meanUpper, meanLower] = [mean(upper), mean(lower)];
  const squaredT = tQuantile((1 + level) / 2, pairs - 1) ** 2 / pairs;
  // R solves a R^2 - 2 b R + c = 0.
  const a = meanLower ** 2 - squaredT * sampleVariance(lower);
  const b = meanUpper * meanLower - squaredT * sampleCovariance(upper, lower);
  const c = meanUpper ** 2 - squaredT * sampleVariance(upper);
  if (!(a > 0)) {
    throw new RangeError(
      `fiellerInterval requires denominators whose mean differs from 0 at level ${level}: got a mean of ${meanLower}`,
    );
  }
  const root = Math.sqrt(Math.max(0, b * b - a * c));
  return { estimate: meanUpper / meanLower, low: (b - root) / a, high: (b + root) / a, level };
}
