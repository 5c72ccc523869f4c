import type { ExactTest } from "./interval.js";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";

const MAX_PAIRS = 20;
/** Sums of the same values in another order differ by rounding. */
const ROUNDING = 1e-12;

/**
 * Exact test that paired differences (after - before, or log ratios, one per block) centre on 0: p is the share of all ways to flip
 * their signs whose sum is at least as far from 0.
 *
 * Assumes that without an effect a pair could have come out either way round, which a random order within each pair makes true.
 * Source: R. A. Fisher, "The Design of Experiments", 1935.
 * @throws RangeError for no differences, more than 20, or one that is not finite.
 * @example
 * exactSignFlip([3, 1, 4, 1, 5, 9]).p // 2 / 64
 */
export function exactSignFlip(differences: readonly number[]): ExactTest {
  requireSamples({ caller: "exactSignFlip", samples: { differences } });
  requireNumber({ caller: "exactSignFlip", name: "number of differences", value: differences.length, max: MAX_PAIRS });
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const largest = total(differences.map(Math.abs));
  const share = (least: number) => {
    let count = 0;
    const flip = (index: number, sum: number) => {
      if (index < differences.length) {
        flip(index + 1, sum + (differences[index] as number));
        flip(index + 1, sum - (differences[index] as number));
      } else if (Math.abs(sum) >= least - ROUNDING * largest) count += 1;
    };
    flip(0, 0);
    return count / 2 ** differences.length;
  };
  return { p: share(Math.abs(total(differences))), smallestP: share(largest) };
}
