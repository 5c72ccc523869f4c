import { incompleteGamma } from "./incomplete-gamma.js";
import { increasingRoot } from "./increasing-root.js";
import { requireNumber } from "./require-number.js";

/**
 * Cumulative chi-square distribution: `P(df / 2, x / 2)`.
 *
 * Source: NIST Digital Library of Mathematical Functions, 8.2 with the definition of the chi-square distribution.
 * @throws RangeError for a negative x, or degrees of freedom that are not positive.
 * @example
 * chiSquareCdf(2 * Math.LN2, 2).toFixed(6) // "0.500000"
 */
export function chiSquareCdf(x: number, degreesOfFreedom: number): number {
  requireNumber({ caller: "chiSquareCdf", name: "x", value: x, min: 0 });
  requireNumber({ caller: "chiSquareCdf", name: "degreesOfFreedom", value: degreesOfFreedom, above: 0 });
  return incompleteGamma({ a: degreesOfFreedom / 2, x: x / 2 }).lower;
}

/**
 * The x below which the chi-square distribution has the probability `p`: the inverse of `chiSquareCdf`.
 *
 * @throws RangeError for p outside 0 to 1 (1 excluded), or degrees of freedom that are not positive.
 * @example
 * chiSquareQuantile(0.95, 1).toFixed(6) // "3.841459"
 */
export function chiSquareQuantile(p: number, degreesOfFreedom: number): number {
  requireNumber({ caller: "chiSquareQuantile", name: "p", value: p, min: 0, below: 1 });
  return increasingRoot({ f: (x) => chiSquareCdf(x, degreesOfFreedom) - p, low: 0, high: Number.POSITIVE_INFINITY });
}
