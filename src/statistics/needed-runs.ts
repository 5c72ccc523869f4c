import { normalQuantile } from "./normal-distribution.js";
import { requireNumber } from "./require-number.js";
import { tTestPower } from "./t-test-power.js";

/**
 * Runs per arm that find a true difference with the given power: for runs of a standard deviation of 1 %, 17 to see 1 %.
 *
 * `standardDeviation` is that of single runs of one arm, from a pilot, in the unit of `difference` (ns, or parts of the value).
 * `paired` is for `pairedRatio` over as many pairs, which has fewer degrees of freedom and is free of drift. A pilot of few runs may
 * be off by a factor of 2, and below 4 runs per arm no exact test reaches 5 %. Source: as `tTestPower`.
 * @throws RangeError for a standard deviation or difference that is not positive, or a power or level outside 0 to 1.
 * @example
 * neededRuns({ standardDeviation: 1, difference: 1 }) // 17
 * neededRuns({ standardDeviation: 0.5, difference: 1 }) // 6
 */
export function neededRuns({
  standardDeviation,
  difference,
  paired = false,
  power = 0.8,
  level = 0.95,
}: {
  standardDeviation: number;
  difference: number;
  paired?: boolean;
  power?: number;
  level?: number;
}): number {
  requireNumber({ caller: "neededRuns", name: "standardDeviation", value: standardDeviation, above: 0 });
  requireNumber({ caller: "neededRuns", name: "difference", value: difference, above: 0 });
  requireNumber({ caller: "neededRuns", name: "level", value: level, above: 0, below: 1 });
  requireNumber({ caller: "neededRuns", name: "power", value: power, above: 1 - level, below: 1 });
  const powerOf = (runs: number) =>
    tTestPower({
      difference,
      standardError: standardDeviation * Math.sqrt(2 / runs),
      degreesOfFreedom: paired ? runs - 1 : 2 * runs - 2,
      level,
    });
  // The normal approximation is a little too few, so the search starts there.
  const z = normalQuantile((1 + level) / 2) + normalQuantile(power);
  let runs = Math.max(2, Math.floor(2 * (z * (standardDeviation / difference)) ** 2));
  while (powerOf(runs) < power) runs += 1;
  return runs;
}
