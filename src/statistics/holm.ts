import { requireSamples } from "./require-samples.js";

/**
 * P-values adjusted so that the chance of even one false claim among all stays below the level they are compared with.
 *
 * In order of size, `max over j <= i of (m - j + 1) p_j`, at most 1. For the headline set of a report; holds whatever the
 * dependence. Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979.
 * @returns the adjusted p-values in the order given.
 * @throws RangeError for no p-values, or one outside 0 to 1.
 * @example
 * holm([0.01, 0.04]) // [0.02, 0.04]
 */
export function holm(pValues: readonly number[]): number[] {
  requireSamples({ caller: "holm", samples: { pValues }, min: 0, max: 1 });
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  const ascending = [...pValues.keys()].sort((left, right) => (pValues[left] as number) - (pValues[right] as number));
  for (const [rank, index] of ascending.entries()) {
    largest = Math.max(largest, (pValues.length - rank) * (pValues[index] as number));
    adjusted[index] = Math.min(1, largest);
  }
  return adjusted;
}
