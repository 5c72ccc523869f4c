import { requireSamples } from "./require-samples.js";

/**
 * P-values adjusted so that of all claims made at a level, at most that share is false on average.
 *
 * In order of size, `min over j >= i of (m / j) p_j`, at most 1. For lists of many symbols or classes; holds for independent or
 * positively dependent tests. Source: Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal
 * Statistical Society B 57, 1995.
 * @returns the adjusted p-values in the order given.
 * @throws RangeError for no p-values, or one outside 0 to 1.
 * @example
 * benjaminiHochberg([0.01, 0.04]) // [0.02, 0.04]
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  requireSamples({ caller: "benjaminiHochberg", samples: { pValues }, min: 0, max: 1 });
  const adjusted = new Array<number>(pValues.length);
  const descending = [...pValues.keys()].sort((left, right) => (pValues[right] as number) - (pValues[left] as number));
  let smallest = 1;
  for (const [rank, index] of descending.entries()) {
    smallest = Math.min(smallest, (pValues.length / (pValues.length - rank)) * (pValues[index] as number));
    adjusted[index] = smallest;
  }
  return adjusted;
}
