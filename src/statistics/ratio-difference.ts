import { sum } from "simple-statistics";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";
import type { TInterval } from "./t-interval.js";
import { welch } from "./welch.js";

/** What one ratio of sums is made of, by block of time or by run. */
export interface RatioParts {
  readonly numerators: readonly number[];
  readonly denominators: readonly number[];
}

/**
 * Difference of two ratios of sums, after - before, with interval and p-value: ns per packet of a symbol in two recordings.
 *
 * `welch` of the linearised blocks, `R + (numerator - R denominator) / mean denominator`. Needs no draws, so many symbols cost
 * little, and its p-values are fine enough for `benjaminiHochberg`. Assumes independent blocks (20 or more) or runs, and
 * denominators that vary by less than about 10 %. Source: W. G. Cochran, "Sampling Techniques", 3rd edition, 1977.
 * @throws RangeError for fewer than 2 blocks, lists of different length, a value that is not finite, a negative denominator or
 * denominators of 0 alone, blocks that do not vary, or a level outside 0 to 1.
 * @example
 * ratioDifference({
 *   before: { numerators: [20, 31, 39], denominators: [2, 3, 4] },
 *   after: { numerators: [24, 37, 47], denominators: [2, 3, 4] },
 * }).estimate // 2
 */
export function ratioDifference({
  before,
  after,
  level = 0.95,
}: {
  before: RatioParts;
  after: RatioParts;
  level?: number;
}): TInterval {
  requireNumber({ caller: "ratioDifference", name: "level", value: level, above: 0, below: 1 });
  return welch({ before: linearised("before", before), after: linearised("after", after), level });
}

function linearised(arm: string, { numerators, denominators }: RatioParts): number[] {
  const samples = { [`${arm}.denominators`]: denominators };
  requireSamples({ caller: "ratioDifference", samples, points: 2, min: 0 });
  requireSamples({
    caller: "ratioDifference",
    samples: { ...samples, [`${arm}.numerators`]: numerators },
    points: 2,
    sameLength: true,
  });
  const whole = sum([...denominators]);
  if (whole === 0) throw new RangeError(`ratioDifference requires ${arm}.denominators of a sum > 0: got 0`);
  const ratio = sum([...numerators]) / whole;
  const scale = denominators.length / whole;
  return numerators.map((numerator, block) => ratio + (numerator - ratio * (denominators[block] as number)) * scale);
}
