import { autocorrelation } from "./autocorrelation.js";
import { requireSamples } from "./require-samples.js";

/**
 * How many independent values a correlated series is worth for its mean: `n (1 - r) / (1 + r)`, r the lag-1 autocorrelation.
 *
 * Assumes a steady series whose correlation falls off geometrically (AR(1)); a negative r counts as 0, so it is never above n.
 * Source: G. V. Bayley, J. M. Hammersley, "The 'effective' number of independent observations in an autocorrelated time series",
 * Supplement to the Journal of the Royal Statistical Society 8, 1946.
 * @throws RangeError for fewer than 10 values (r is noise below that), values that do not vary, or a value that is not finite.
 * @example
 * effectiveSampleSize([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]).toFixed(2) // "1.76"
 */
export function effectiveSampleSize(values: readonly number[]): number {
  requireSamples({ caller: "effectiveSampleSize", samples: { values }, points: 10 });
  const correlation = Math.max(0, autocorrelation(values));
  return (values.length * (1 - correlation)) / (1 + correlation);
}
