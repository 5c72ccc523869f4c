import { gammaln } from "simple-statistics";
import { increasingRoot } from "./increasing-root.js";
import { requireNumber } from "./require-number.js";

const MAX_TERMS = 1_000_000;

/**
 * Cumulative beta distribution, that is the regularised incomplete beta function `I_x(a, b)`.
 *
 * Source: NIST Digital Library of Mathematical Functions, 8.17.22 (continued fraction) and 8.17.4 (mirrored above the mean).
 * @throws RangeError for x outside 0 to 1, or an a or b that is not positive.
 * @example
 * betaCdf({ x: 0.5, a: 2, b: 2 }).toFixed(6) // "0.500000"
 */
export function betaCdf({ x, a, b }: { x: number; a: number; b: number }): number {
  requireNumber({ caller: "betaCdf", name: "x", value: x, min: 0, max: 1 });
  requireNumber({ caller: "betaCdf", name: "a", value: a, above: 0 });
  requireNumber({ caller: "betaCdf", name: "b", value: b, above: 0 });
  if (x === 0 || x === 1) return x;
  return x <= (a + 1) / (a + b + 2) ? lowerPart(x, a, b) : 1 - lowerPart(1 - x, b, a);
}

function lowerPart(x: number, a: number, b: number): number {
  const logFactor = a * Math.log(x) + b * Math.log1p(-x) + gammaln(a + b) - gammaln(a) - gammaln(b);
  return (Math.exp(logFactor) / a) * continuedFraction(x, a, b);
}

/** DLMF 8.17.22 by Lentz's method, two terms a turn. */
function continuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < Number.EPSILON) return value;
  }
  return value;
}

/**
 * The value below which a beta distribution has the probability `p`: the inverse of `betaCdf`.
 *
 * @throws RangeError for p outside 0 to 1, or an a or b that is not positive.
 * @example
 * betaQuantile({ p: 0.5, a: 3, b: 3 }).toFixed(6) // "0.500000"
 */
export function betaQuantile({ p, a, b }: { p: number; a: number; b: number }): number {
  requireNumber({ caller: "betaQuantile", name: "p", value: p, min: 0, max: 1 });
  requireNumber({ caller: "betaQuantile", name: "a", value: a, above: 0 });
  requireNumber({ caller: "betaQuantile", name: "b", value: b, above: 0 });
  return increasingRoot({ f: (x) => betaCdf({ x, a, b }) - p, low: 0, high: 1 });
}
