import { betaCdf } from "./beta-distribution.js";
import { increasingRoot } from "./increasing-root.js";
import { requireNumber } from "./require-number.js";

/**
 * Cumulative F distribution, of the ratio of two independent variances; degrees of freedom as [numerator, denominator].
 *
 * `I_x(n / 2, d / 2)` at `x = n f / (n f + d)`. Source: NIST Digital Library of Mathematical Functions, 8.17.
 * @throws RangeError for a negative f, or degrees of freedom that are not positive.
 * @example
 * fCdf(1, [5, 5]).toFixed(6) // "0.500000"
 */
export function fCdf(f: number, degreesOfFreedom: readonly [numerator: number, denominator: number]): number {
  const [numerator, denominator] = degreesOfFreedom;
  requireNumber({ caller: "fCdf", name: "f", value: f, min: 0 });
  requireNumber({ caller: "fCdf", name: "degreesOfFreedom[0]", value: numerator, above: 0 });
  requireNumber({ caller: "fCdf", name: "degreesOfFreedom[1]", value: denominator, above: 0 });
  const [part, rest] = [numerator * f, denominator];
  // From the smaller part, since 1 - x loses the digits of a long tail.
  return part < rest
    ? betaCdf({ x: part / (part + rest), a: numerator / 2, b: denominator / 2 })
    : 1 - betaCdf({ x: rest / (part + rest), a: denominator / 2, b: numerator / 2 });
}

/**
 * The f below which the F distribution has the probability `p`: the inverse of `fCdf`.
 *
 * @throws RangeError for p outside 0 to 1 (1 excluded), or degrees of freedom that are not positive.
 * @example
 * fQuantile(0.95, [1, 5]).toFixed(6) // "6.607891"
 */
export function fQuantile(p: number, degreesOfFreedom: readonly [numerator: number, denominator: number]): number {
  requireNumber({ caller: "fQuantile", name: "p", value: p, min: 0, below: 1 });
  return increasingRoot({ f: (f) => fCdf(f, degreesOfFreedom) - p, low: 0, high: Number.POSITIVE_INFINITY });
}
