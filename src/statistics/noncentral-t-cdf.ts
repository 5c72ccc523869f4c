import { gammaln } from "simple-statistics";
import { betaCdf } from "./beta-distribution.js";
import { normalCdf } from "./normal-distribution.js";
import { requireNumber } from "./require-number.js";
import { tCdf } from "./t-distribution.js";

/** Poisson weights farther than this many standard deviations from their mean do not count in 15 digits. */
const REACH = 10;

/**
 * Cumulative distribution of the noncentral t: of a t whose numerator has the mean `shift` instead of 0. What power is made of.
 *
 * `Phi(-shift) + 1/2 sum (p_j I_x(j + 1/2, df / 2) + q_j I_x(j + 1, df / 2))` with Poisson weights around shift^2 / 2.
 * Source: R. V. Lenth, "Algorithm AS 243: cumulative distribution function of the non-central t distribution", Applied Statistics
 * 38, 1989.
 * @throws RangeError for a t or shift that is not finite, or degrees of freedom that are not positive.
 * @example
 * noncentralTCdf({ t: 2, shift: 0, degreesOfFreedom: 4 }).toFixed(6) // "0.941942"
 */
export function noncentralTCdf({ t, shift, degreesOfFreedom }: { t: number; shift: number; degreesOfFreedom: number }): number {
  requireNumber({ caller: "noncentralTCdf", name: "t", value: t });
  requireNumber({ caller: "noncentralTCdf", name: "shift", value: shift });
  requireNumber({ caller: "noncentralTCdf", name: "degreesOfFreedom", value: degreesOfFreedom, above: 0 });
  if (shift === 0) return tCdf(t, degreesOfFreedom);
  if (t < 0) return 1 - noncentralTCdf({ t: -t, shift: -shift, degreesOfFreedom });
  const x = (t * t) / (degreesOfFreedom + t * t);
  const rate = (shift * shift) / 2;
  const reach = REACH * Math.sqrt(rate) + 30;
  let sum = 0;
  for (let j = Math.max(0, Math.floor(rate - reach)); j <= rate + reach; j++) {
    const logWeight = j * Math.log(rate) - rate;
    const even = Math.exp(logWeight - gammaln(j + 1)) * betaCdf({ x, a: j + 0.5, b: degreesOfFreedom / 2 });
    const odd = Math.exp(logWeight - gammaln(j + 1.5)) * betaCdf({ x, a: j + 1, b: degreesOfFreedom / 2 });
    sum += even + (shift / Math.SQRT2) * odd;
  }
  return Math.min(1, Math.max(0, normalCdf(-shift) + sum / 2));
}
