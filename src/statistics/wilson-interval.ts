import type { Interval } from "./interval.js";
import { normalQuantile } from "./normal-distribution.js";
import { requireNumber } from "./require-number.js";

/**
 * Interval of a share, `successes` of `trials` independent samples; it holds near 0 and 1, where share +- z * sd does not.
 *
 * Counts need not be integers: weighted samples come with `weightedSampleSize`. Assumes independent samples, which the samples of
 * one profile are only roughly (they come in bursts): `blockBootstrap` is the better interval where the times are known.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.
 * @throws RangeError for trials that are not positive, successes outside 0 to trials, or a level outside 0 to 1.
 * @example
 * wilsonInterval({ successes: 0, trials: 100 }).low // 0
 * wilsonInterval({ successes: 0, trials: 100 }).high.toFixed(4) // "0.0370"
 */
export function wilsonInterval({
  successes,
  trials,
  level = 0.95,
}: {
  successes: number;
  trials: number;
  level?: number;
}): Interval {
  requireNumber({ caller: "wilsonInterval", name: "trials", value: trials, above: 0 });
  requireNumber({ caller: "wilsonInterval", name: "successes", value: successes, min: 0, max: trials });
  requireNumber({ caller: "wilsonInterval", name: "level", value: level, above: 0, below: 1 });
  const z = normalQuantile((1 + level) / 2);
  const share = successes / trials;
  const scale = 1 + (z * z) / trials;
  const spread = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  const high = Math.min(1, (share + (z * z) / (2 * trials) + spread) / scale);
  // The two ends are the roots of a quadratic whose product is share^2 / scale: so the lower one keeps its digits near 0.
  const low = (share * share) / (scale * high);
  return { estimate: share, low, high, level };
}
