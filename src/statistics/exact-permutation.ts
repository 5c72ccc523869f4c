import { mean } from "simple-statistics";
import type { ExactTest } from "./interval.js";
import { requireSamples } from "./require-samples.js";

/** 11 against 11 runs are 705,432. */
const MAX_ARRANGEMENTS = 1_000_000;
/** Sums of the same values in another order differ by rounding. */
const ROUNDING = 1e-12;

/**
 * Exact permutation test of the difference of two means: p is the share of all ways to deal the runs to the arms whose difference is
 * at least as large as the one seen.
 *
 * Assumes runs that could have been dealt either way: interleaved or randomised. It uses the sizes, where `mannWhitney` uses ranks,
 * and suffers from a wild run. Source: E. J. G. Pitman, "Significance tests which may be applied to samples from any populations",
 * Supplement to the Journal of the Royal Statistical Society 4, 1937.
 * @throws RangeError for an empty arm, a value that is not finite, or more than 1,000,000 ways (about 11 runs per arm).
 * @example
 * exactPermutation({ before: [1, 2, 3, 4], after: [11, 12, 13, 14] }).p.toFixed(4) // "0.0286"
 */
export function exactPermutation({ before, after }: { before: readonly number[]; after: readonly number[] }): ExactTest {
  requireSamples({ caller: "exactPermutation", samples: { before, after } });
  const ways = combinations(before.length + after.length, after.length);
  if (ways > MAX_ARRANGEMENTS) {
    throw new RangeError(
      `exactPermutation requires at most ${MAX_ARRANGEMENTS} ways to deal the runs: got ${before.length} and ${after.length} runs; mannWhitney takes them`,
    );
  }
  const values = [...before, ...after];
  const center = mean(values);
  const deviations = values.map((value) => value - center);
  const sums = sumsOfChoices(deviations, after.length).map(Math.abs);
  const observed = Math.abs(deviations.slice(before.length).reduce((sum, value) => sum + value, 0));
  const rounding = ROUNDING * deviations.reduce((sum, value) => sum + Math.abs(value), 0);
  const share = (least: number) => sums.reduce((count, sum) => (sum >= least - rounding ? count + 1 : count), 0) / ways;
  return { p: share(observed), smallestP: share(sums.reduce((most, sum) => Math.max(most, sum), 0)) };
}

function combinations(all: number, chosen: number): number {
  let ways = 1;
  for (let index = 1; index <= chosen; index++) ways = (ways * (all - chosen + index)) / index;
  return Math.round(ways);
}

/** The sum of every choice of `size` of the values. */
function sumsOfChoices(values: readonly number[], size: number): Float64Array {
  const sums = new Float64Array(combinations(values.length, size));
  let filled = 0;
  const choose = (from: number, left: number, sum: number) => {
    if (left === 0) {
      sums[filled] = sum;
      filled += 1;
      return;
    }
    for (let index = from; index <= values.length - left; index++) choose(index + 1, left - 1, sum + (values[index] as number));
  };
  choose(0, size, 0);
  return sums;
}
