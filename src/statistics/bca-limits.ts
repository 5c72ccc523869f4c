import { normalCdf, normalQuantile } from "./normal-distribution.js";

/**
 * Ends of a bootstrap interval, corrected for bias and for a spread that grows with the value (BCa).
 *
 * `replicates` are the statistic of the resamples; `influences` say how far each observation pulls the estimate
 * (`(n - 1) (estimate - estimate without it)`; any common factor drops out). Replicates that are all equal give that value twice.
 * Source: B. Efron, "Better bootstrap confidence intervals", JASA 82, 1987.
 * @example
 * bcaLimits({ replicates: Float64Array.of(5, 5, 5), influences: [0, 0], estimate: 5, level: 0.95 }) // [5, 5]
 */
export function bcaLimits({
  replicates,
  influences,
  estimate,
  level,
}: {
  replicates: Float64Array;
  influences: readonly number[];
  estimate: number;
  level: number;
}): [low: number, high: number] {
  const sorted = Float64Array.from(replicates).sort();
  const below = sorted.reduce((count, value) => count + (value < estimate ? 1 : value === estimate ? 0.5 : 0), 0);
  // Half a resample keeps the correction finite where every replicate lies on one side.
  const share = Math.min(Math.max(below, 0.5), sorted.length - 0.5) / sorted.length;
  const bias = normalQuantile(share);
  const slant = acceleration(influences);
  const end = (probability: number) => {
    const z = bias + normalQuantile(probability);
    return interpolated(sorted, normalCdf(bias + z / (1 - slant * z)));
  };
  return [end((1 - level) / 2), end((1 + level) / 2)];
}

/**
 * How fast the spread of an estimate grows with its value: `sum u^3 / (6 (sum u^2)^1.5)` of the influences.
 *
 * Source: as `bcaLimits`.
 * @example
 * acceleration([-1, 1]) // 0
 */
export function acceleration(influences: readonly number[]): number {
  let [squares, cubes] = [0, 0];
  for (const pull of influences) {
    squares += pull ** 2;
    cubes += pull ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** The value at `share` of a sorted sample, interpolated between order statistics (k of n at k / (n + 1)). */
function interpolated(sorted: Float64Array, share: number): number {
  const position = Math.min(Math.max(share * (sorted.length + 1) - 1, 0), sorted.length - 1);
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position % 1);
}
