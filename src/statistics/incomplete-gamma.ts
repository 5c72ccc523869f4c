import { gammaln } from "simple-statistics";
import { requireNumber } from "./require-number.js";

const MAX_TERMS = 1_000_000;

/**
 * The regularised incomplete gamma functions, `lower` P(a, x) and `upper` Q(a, x) = 1 - P; each keeps its digits in its own tail.
 *
 * Source: NIST Digital Library of Mathematical Functions, 8.11.4 (series, below a + 1) and 8.9.2 (continued fraction, above).
 * @throws RangeError for an a that is not positive, or a negative x.
 * @example
 * incompleteGamma({ a: 1, x: 2 }).upper.toFixed(12) // Math.exp(-2).toFixed(12)
 */
export function incompleteGamma({ a, x }: { a: number; x: number }): { readonly lower: number; readonly upper: number } {
  requireNumber({ caller: "incompleteGamma", name: "a", value: a, above: 0 });
  requireNumber({ caller: "incompleteGamma", name: "x", value: x, min: 0 });
  if (x === 0) return { lower: 0, upper: 1 };
  const factor = Math.exp(a * Math.log(x) - x - gammaln(a));
  if (x < a + 1) {
    const lower = factor * series(a, x);
    return { lower, upper: 1 - lower };
  }
  const upper = factor * continuedFraction(a, x);
  return { lower: 1 - upper, upper };
}

function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MAX_TERMS && term > sum * Number.EPSILON; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** The even part of DLMF 8.9.2, by Lentz's method. */
function continuedFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Number.POSITIVE_INFINITY;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < MAX_TERMS; n++) {
    const numerator = n * (a - n);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < Number.EPSILON) break;
  }
  return value;
}
