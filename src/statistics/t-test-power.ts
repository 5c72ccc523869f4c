import { noncentralTCdf } from "./noncentral-t-cdf.js";
import { requireNumber } from "./require-number.js";
import { tQuantile } from "./t-distribution.js";

/**
 * Power of a two-sided t test: how often it finds a true difference, at a level of say 95 % (alpha 5 %).
 *
 * Assumes what the test assumes, and a standard error known beforehand, from a pilot or from the runs at hand.
 * Source: J. Cohen, "Statistical Power Analysis for the Behavioral Sciences", 2nd edition, 1988.
 * @throws RangeError for a difference that is not finite, a standard error or degrees of freedom that are not positive, or a level
 * outside 0 to 1.
 * @example
 * tTestPower({ difference: 1, standardError: 0.342997, degreesOfFreedom: 32 }).toFixed(3) // "0.807"
 * tTestPower({ difference: 0, standardError: 1, degreesOfFreedom: 8 }).toFixed(3) // "0.050"
 */
export function tTestPower({
  difference,
  standardError,
  degreesOfFreedom,
  level = 0.95,
}: {
  difference: number;
  standardError: number;
  degreesOfFreedom: number;
  level?: number;
}): number {
  requireNumber({ caller: "tTestPower", name: "difference", value: difference });
  requireNumber({ caller: "tTestPower", name: "standardError", value: standardError, above: 0 });
  requireNumber({ caller: "tTestPower", name: "degreesOfFreedom", value: degreesOfFreedom, above: 0 });
  requireNumber({ caller: "tTestPower", name: "level", value: level, above: 0, below: 1 });
  const critical = tQuantile((1 + level) / 2, degreesOfFreedom);
  const shift = difference / standardError;
  const below = (t: number) => noncentralTCdf({ t, shift, degreesOfFreedom });
  return 1 - below(critical) + below(-critical);
}
