import type { ExactTest } from "./interval.js";
import { MOST_RANKED, rankSumDistribution } from "./rank-sum-distribution.js";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";

/** Whether one of two arms tends to larger values. */
export interface MannWhitney extends ExactTest {
  /** Pairs in which after is larger, ties half; of `before.length * after.length`. */
  readonly u: number;
  /** One-sided: of "after is not larger". */
  readonly pGreater: number;
}

/**
 * Exact Mann-Whitney test of two arms of runs, ties included: p counts the arrangements whose rank sum of mid-ranks lies at least
 * as far from the middle.
 *
 * Assumes independent runs and an order that drift cannot confound. With ties R and scipy fall back to the normal approximation
 * or ignore them (0.481 where 0.446 is right). Source: H. B. Mann, D. R. Whitney, Annals of Mathematical Statistics 18, 1947.
 * @throws RangeError for an empty arm, a value that is not finite, or more than 100 values in all.
 * @example
 * mannWhitney({ before: [1, 2, 3, 4, 5], after: [6, 7, 8, 9, 10] }).p.toFixed(4) // "0.0079"
 * mannWhitney({ before: [1, 2, 3], after: [4, 5, 6] }).smallestP.toFixed(4) // "0.1000"
 */
export function mannWhitney({ before, after }: { before: readonly number[]; after: readonly number[] }): MannWhitney {
  requireSamples({ caller: "mannWhitney", samples: { before, after } });
  const values = [...before, ...after];
  requireNumber({ caller: "mannWhitney", name: "number of values", value: values.length, max: MOST_RANKED });

  const ranks = doubledMidRanks(values);
  const distribution = rankSumDistribution({ ranks, size: after.length });
  const observed = ranks.slice(before.length).reduce((sum, rank) => sum + rank, 0);
  const middle = after.length * (values.length + 1);
  const largest = distribution.findLastIndex((probability) => probability > 0);
  const smallest = distribution.findIndex((probability) => probability > 0);
  const farAs = (distance: number) => probabilityOf(distribution, (sum) => Math.abs(sum - middle) >= distance);
  return {
    u: (observed - after.length * (after.length + 1)) / 2,
    p: farAs(Math.abs(observed - middle)),
    pGreater: probabilityOf(distribution, (sum) => sum >= observed),
    smallestP: farAs(Math.max(largest - middle, middle - smallest)),
  };
}

function probabilityOf(distribution: Float64Array, wanted: (sum: number) => boolean): number {
  return Math.min(
    1,
    distribution.reduce((total, probability, sum) => (wanted(sum) ? total + probability : total), 0),
  );
}

/** Twice the mid-rank of each value, an integer. */
function doubledMidRanks(values: readonly number[]): number[] {
  const sorted = [...values].sort((left, right) => left - right);
  return values.map((value) => sorted.indexOf(value) + sorted.lastIndexOf(value) + 2);
}
