import { medianSorted } from "simple-statistics";
import { betaCdf } from "./beta-distribution.js";
import type { ExactInterval } from "./interval.js";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";

/**
 * Median of independent values with its exact interval between two of them: loads of a time_bench module, runs of one arm.
 *
 * The number of values below the median is binomial with 1/2, whatever their distribution. Under 6 values 95 % cannot be reached:
 * `attained` says what is. Source: W. R. Thompson, "On confidence ranges for the median", Annals of Mathematical Statistics 7, 1936.
 * @throws RangeError for fewer than 2 values, a value that is not finite, or a level outside 0 to 1.
 * @example
 * medianInterval({ values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }).low // 2
 * medianInterval({ values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }).attained.toFixed(4) // "0.9785"
 */
export function medianInterval({ values, level = 0.95 }: { values: readonly number[]; level?: number }): ExactInterval {
  requireSamples({ caller: "medianInterval", samples: { values }, points: 2 });
  requireNumber({ caller: "medianInterval", name: "level", value: level, above: 0, below: 1 });
  const sorted = [...values].sort((left, right) => left - right);
  /** That at most `count` values lie below the median. */
  const tail = (count: number) => betaCdf({ x: 0.5, a: sorted.length - count, b: count + 1 });
  // The largest count whose tail is small enough, by halving.
  let [outside, beyond] = [0, Math.ceil(sorted.length / 2)];
  while (beyond - outside > 1) {
    const middle = Math.floor((outside + beyond) / 2);
    [outside, beyond] = tail(middle) <= (1 - level) / 2 ? [middle, beyond] : [outside, middle];
  }
  return {
    estimate: medianSorted(sorted),
    low: sorted[outside] as number,
    high: sorted[sorted.length - 1 - outside] as number,
    level,
    attained: 1 - 2 * tail(outside),
  };
}
