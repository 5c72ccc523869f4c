import { betaCdf } from "./beta-distribution.js";
import { increasingRoot } from "./increasing-root.js";
import { requireNumber } from "./require-number.js";

/**
 * Cumulative distribution of Student's t; the two-sided p-value of a t is `2 * tCdf(-|t|, df)`.
 *
 * Lower tail `I_x(df / 2, 1/2) / 2` at `x = df / (df + t^2)`. Degrees of freedom need not be an integer (Welch).
 * Source: NIST Digital Library of Mathematical Functions, 8.17 with the definition of the t distribution.
 * @throws RangeError for a t that is not finite, or degrees of freedom that are not positive.
 * @example
 * tCdf(0, 4) // 0.5
 * (2 * tCdf(-2.776445, 4)).toFixed(6) // "0.050000"
 */
export function tCdf(t: number, degreesOfFreedom: number): number {
  requireNumber({ caller: "tCdf", name: "t", value: t });
  requireNumber({ caller: "tCdf", name: "degreesOfFreedom", value: degreesOfFreedom, above: 0 });
  const x = degreesOfFreedom / (degreesOfFreedom + t * t);
  const tail = betaCdf({ x, a: degreesOfFreedom / 2, b: 0.5 }) / 2;
  return t < 0 ? tail : 1 - tail;
}

/**
 * The t below which Student's distribution has the probability `p`: the inverse of `tCdf`.
 *
 * @throws RangeError for p outside 0 to 1 (the ends excluded), or degrees of freedom that are not positive.
 * @example
 * tQuantile(0.975, 4).toFixed(6) // "2.776445"
 */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  requireNumber({ caller: "tQuantile", name: "p", value: p, above: 0, below: 1 });
  requireNumber({ caller: "tQuantile", name: "degreesOfFreedom", value: degreesOfFreedom, above: 0 });
  const tail = Math.min(p, 1 - p);
  const t = increasingRoot({
    f: (distance) => tail - tCdf(-distance, degreesOfFreedom),
    low: 0,
    high: Number.POSITIVE_INFINITY,
  });
  return p < 0.5 ? -t : t;
}
