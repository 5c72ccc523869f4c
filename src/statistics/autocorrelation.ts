import { mean } from "simple-statistics";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";

/**
 * Correlation of a series with itself `lag` values later: `sum (x_t - m)(x_(t+lag) - m) / sum (x_t - m)^2`.
 *
 * The divisor is that of the whole series, as usual for time series, so it is not `sampleCorrelation` of the two parts.
 * Source: G. E. P. Box, G. M. Jenkins, "Time Series Analysis", 1970.
 * @throws RangeError for fewer than `lag` + 2 values, values that do not vary, or a lag that is not an integer >= 1.
 * @example
 * autocorrelation([1, -1, 1, -1]) // -0.75
 */
export function autocorrelation(values: readonly number[], lag = 1): number {
  requireNumber({ caller: "autocorrelation", name: "lag", value: lag, min: 1, integer: true });
  requireSamples({ caller: "autocorrelation", samples: { values }, points: lag + 2, vary: true });
  const center = mean([...values]);
  const deviations = values.map((value) => value - center);
  const total = deviations.reduce((sum, deviation) => sum + deviation * deviation, 0);
  const lagged = deviations.slice(lag).reduce((sum, deviation, index) => sum + deviation * (deviations[index] as number), 0);
  return lagged / total;
}
