import { increasingRoot } from "./increasing-root.js";
import { requireNumber } from "./require-number.js";
import { tTestPower } from "./t-test-power.js";

/**
 * The smallest true difference that runs like these find with the given power: "could have seen 1.9 ns".
 *
 * In the unit of the standard error that `welch`, `meanInterval` or the `log` of `pairedRatio` gave. Assumes what `tTestPower` does.
 * Source: as `tTestPower`.
 * @throws RangeError for a standard error or degrees of freedom that are not positive, or a power or level outside 0 to 1 (the power
 * must be above 1 - level, which chance alone reaches).
 * @example
 * detectionLimit({ standardError: 0.5, degreesOfFreedom: 8 }).toFixed(3) // "1.600"
 */
export function detectionLimit({
  standardError,
  degreesOfFreedom,
  power = 0.8,
  level = 0.95,
}: {
  standardError: number;
  degreesOfFreedom: number;
  power?: number;
  level?: number;
}): number {
  requireNumber({ caller: "detectionLimit", name: "standardError", value: standardError, above: 0 });
  requireNumber({ caller: "detectionLimit", name: "degreesOfFreedom", value: degreesOfFreedom, above: 0 });
  requireNumber({ caller: "detectionLimit", name: "level", value: level, above: 0, below: 1 });
  requireNumber({ caller: "detectionLimit", name: "power", value: power, above: 1 - level, below: 1 });
  return standardError * standardErrors({ degreesOfFreedom, power, level });
}

interface Asked {
  readonly degreesOfFreedom: number;
  readonly power: number;
  readonly level: number;
}

/** What was asked last: a comparison asks the same of each class and each function. */
let last: (Asked & { readonly limit: number }) | undefined;

/** The limit as a number of standard errors. */
function standardErrors({ degreesOfFreedom, power, level }: Asked): number {
  if (last?.degreesOfFreedom === degreesOfFreedom && last.power === power && last.level === level) return last.limit;
  const excess = (shift: number) => tTestPower({ difference: shift, standardError: 1, degreesOfFreedom, level }) - power;
  const limit = increasingRoot({ f: excess, low: 0, high: Number.POSITIVE_INFINITY });
  last = { degreesOfFreedom, power, level, limit };
  return limit;
}
