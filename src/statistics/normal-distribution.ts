import { incompleteGamma } from "./incomplete-gamma.js";
import { increasingRoot } from "./increasing-root.js";
import { requireNumber } from "./require-number.js";

/**
 * Cumulative standard normal distribution, exact to about 14 digits in both tails (simple-statistics' is a table of 4 digits).
 *
 * `normalCdf(-z) = Q(1/2, z^2 / 2) / 2`. Source: NIST Digital Library of Mathematical Functions, 7.11.2.
 * @throws RangeError for a z that is not finite.
 * @example
 * normalCdf(1.96).toFixed(6) // "0.975002"
 */
export function normalCdf(z: number): number {
  requireNumber({ caller: "normalCdf", name: "z", value: z });
  const tail = incompleteGamma({ a: 0.5, x: (z * z) / 2 }).upper / 2;
  return z < 0 ? tail : 1 - tail;
}

/**
 * The z below which the standard normal distribution has the probability `p`: the inverse of `normalCdf`.
 *
 * @throws RangeError for p outside 0 to 1, the ends excluded.
 * @example
 * normalQuantile(0.975).toFixed(6) // "1.959964"
 */
export function normalQuantile(p: number): number {
  requireNumber({ caller: "normalQuantile", name: "p", value: p, above: 0, below: 1 });
  const tail = Math.min(p, 1 - p);
  const z = increasingRoot({ f: (distance) => tail - normalCdf(-distance), low: 0, high: Number.POSITIVE_INFINITY });
  return p < 0.5 ? -z : z;
}
