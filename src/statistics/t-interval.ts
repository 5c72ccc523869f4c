import type { Interval } from "./interval.js";
import { requireNumber } from "./require-number.js";
import { tCdf, tQuantile } from "./t-distribution.js";

/** An interval from Student's t, with what it was made of: `equivalence` and `detectionLimit` take it as it is. */
export interface TInterval extends Interval {
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /** Two-sided p-value of "the true value is 0". */
  readonly p: number;
}

/** What rounding leaves of the error of values that lie exactly on a line, as a part of them: an error is taken as no smaller. */
export const ROUNDING_ERROR = 1e-12;

/**
 * The interval `estimate +- t * standardError`, and the p-value of 0.
 *
 * Assumes a normal estimate with a standard error of `degreesOfFreedom`. Source: Student, "The probable error of a mean",
 * Biometrika 6, 1908.
 * @throws RangeError for a standard error or degrees of freedom that are not positive (values that do not vary give no interval),
 * or a level outside 0 to 1.
 * @example
 * tInterval({ estimate: 10, standardError: 1, degreesOfFreedom: 4 }).low.toFixed(4) // "7.2236"
 */
export function tInterval({
  estimate,
  standardError,
  degreesOfFreedom,
  level = 0.95,
}: {
  estimate: number;
  standardError: number;
  degreesOfFreedom: number;
  level?: number;
}): TInterval {
  requireNumber({ caller: "tInterval", name: "estimate", value: estimate });
  requireNumber({ caller: "tInterval", name: "standardError", value: standardError, above: 0 });
  requireNumber({ caller: "tInterval", name: "degreesOfFreedom", value: degreesOfFreedom, above: 0 });
  requireNumber({ caller: "tInterval", name: "level", value: level, above: 0, below: 1 });
  const half = tQuantile((1 + level) / 2, degreesOfFreedom) * standardError;
  const p = 2 * tCdf(-Math.abs(estimate / standardError), degreesOfFreedom);
  return { estimate, low: estimate - half, high: estimate + half, level, standardError, degreesOfFreedom, p };
}
