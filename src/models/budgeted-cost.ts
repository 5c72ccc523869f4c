import { requireNumber } from "../statistics/require-number.js";
import { type Cycles, type Ghz, type Ns, nsFromCycles } from "../units.js";

/** A cost held against a budget. */
export interface BudgetedCost {
  readonly cycles: Cycles;
  readonly ns: Ns;
  /** By how much the cost exceeds the budget; negative is what is left of it. */
  readonly overNs: Ns;
  readonly verdict: "over" | "within";
}

/**
 * A cost in cycles of a clock of `ghz`, held against a budget in ns. A cost that equals the budget is within it.
 *
 * Cycles alone decide nothing: the same count is over one budget at 3 GHz and within it at 4 GHz.
 * @throws RangeError for negative cycles, and a clock or a budget that is not above 0.
 * @example
 * budgetedCost({ cycles: 266, ghz: 4, budgetNs: 67.2 }).verdict // "within"
 * budgetedCost({ cycles: 266, ghz: 3, budgetNs: 67.2 }).verdict // "over"
 */
export function budgetedCost({ cycles, ghz, budgetNs }: { cycles: Cycles; ghz: Ghz; budgetNs: Ns }): BudgetedCost {
  const caller = "budgetedCost";
  requireNumber({ caller, name: "cycles", value: cycles, min: 0 });
  requireNumber({ caller, name: "ghz", value: ghz, above: 0 });
  requireNumber({ caller, name: "budgetNs", value: budgetNs, above: 0 });
  const ns = nsFromCycles({ cycles, ghz });
  return { cycles, ns, overNs: ns - budgetNs, verdict: ns > budgetNs ? "over" : "within" };
}
