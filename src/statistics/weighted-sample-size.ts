import { requireSamples } from "./require-samples.js";

/**
 * How many equal samples a set of weighted ones is worth: `(sum w)^2 / sum w^2`, n when all weights are equal.
 *
 * For samples of perf in frequency mode, whose periods differ: give it to `wilsonInterval` as `trials`, and the weighted share
 * times it as `successes`. Source: L. Kish, "Survey Sampling", 1965.
 * @throws RangeError for no weights, a negative one, or a sum of 0.
 * @example
 * weightedSampleSize([2, 2, 2, 2]) // 4
 * weightedSampleSize([9, 1]).toFixed(2) // "1.22"
 */
export function weightedSampleSize(weights: readonly number[]): number {
  requireSamples({ caller: "weightedSampleSize", samples: { weights }, min: 0 });
  let [sum, squares] = [0, 0];
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  if (sum === 0) throw new RangeError(`weightedSampleSize requires a sum of weights > 0: got ${weights.length} weights of 0`);
  return (sum * sum) / squares;
}
