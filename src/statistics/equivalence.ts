import { requireNumber } from "./require-number.js";
import { tCdf } from "./t-distribution.js";
import { type TInterval, tInterval } from "./t-interval.js";

/** Whether a difference is too small to matter; low and high are the interval at 2 level - 1 (90 % at 0.95) that decides. */
export interface Equivalence extends TInterval {
  /** The whole interval lies within -margin to margin. */
  readonly equivalent: boolean;
}

/**
 * "No regression": whether a difference lies within `margin` of 0 for certain, by two one-sided t tests.
 *
 * Takes what `welch`, `meanInterval` or the `log` of `pairedRatio` gave, and a margin in the same unit (2 ns; on logs 0.01 is 1 %).
 * Not significant is not this: it may be that nothing could have been seen. Its p is the larger of the two one-sided ones.
 * Source: D. J. Schuirmann, "A comparison of the two one-sided tests procedure and the power approach for assessing the equivalence
 * of average bioavailability", Journal of Pharmacokinetics and Biopharmaceutics 15, 1987.
 * @throws RangeError for a margin, standard error or degrees of freedom that are not positive, or a level outside 0.5 to 1.
 * @example
 * equivalence({ estimate: 0.4, standardError: 0.5, degreesOfFreedom: 8, margin: 2 }).equivalent // true
 * equivalence({ estimate: 0.4, standardError: 2, degreesOfFreedom: 8, margin: 2 }).equivalent // false
 */
export function equivalence({
  estimate,
  standardError,
  degreesOfFreedom,
  margin,
  level = 0.95,
}: {
  estimate: number;
  standardError: number;
  degreesOfFreedom: number;
  margin: number;
  level?: number;
}): Equivalence {
  requireNumber({ caller: "equivalence", name: "margin", value: margin, above: 0 });
  requireNumber({ caller: "equivalence", name: "level", value: level, above: 0.5, below: 1 });
  const interval = tInterval({ estimate, standardError, degreesOfFreedom, level: 2 * level - 1 });
  const p = tCdf((Math.abs(estimate) - margin) / standardError, degreesOfFreedom);
  return { ...interval, p, equivalent: p < 1 - level };
}
