import { mean, sampleStandardDeviation } from "simple-statistics";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";
import { type TInterval, tInterval } from "./t-interval.js";

/**
 * Mean of independent values, one per run, with its t interval: `mean +- t(n - 1) * sd / sqrt(n)`.
 *
 * Values must be independent: seconds of one run are not (see `batchMeans`). Source: Student, Biometrika 6, 1908.
 * @throws RangeError for fewer than 2 values, a value that is not finite, values that do not vary, or a level outside 0 to 1.
 * @example
 * meanInterval({ values: [9, 10, 11] }).estimate // 10
 * meanInterval({ values: [9, 10, 11] }).high.toFixed(3) // "12.484"
 */
export function meanInterval({ values, level = 0.95 }: { values: readonly number[]; level?: number }): TInterval {
  requireSamples({ caller: "meanInterval", samples: { values }, points: 2, vary: true });
  requireNumber({ caller: "meanInterval", name: "level", value: level, above: 0, below: 1 });
  const numbers = [...values];
  return tInterval({
    estimate: mean(numbers),
    standardError: sampleStandardDeviation(numbers) / Math.sqrt(numbers.length),
    degreesOfFreedom: numbers.length - 1,
    level,
  });
}
