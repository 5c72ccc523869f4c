import { requireNumber } from "../statistics/require-number.js";
import type { Ns } from "../units.js";
import type { Mechanism, Parameter } from "./mechanism.js";

/** One mechanism of a path, with the values of its parameters. */
export interface PathStep {
  readonly mechanism: Mechanism;
  readonly values: Readonly<Record<string, number>>;
  /** Times per packet; 1 where left out. */
  readonly times?: number;
}

/** What a packet passes through, mechanism by mechanism. */
export interface PacketPath {
  readonly name: string;
  readonly steps: readonly PathStep[];
}

/** What the mechanisms of a path explain of a packet's time. */
export interface ExplainedPath {
  readonly name: string;
  /** By step and term, in the order of the path. */
  readonly parts: readonly { readonly mechanism: string; readonly term: string; readonly ns: Ns }[];
  /** The sum of the parts. */
  readonly explainedNs: Ns;
  readonly budgetNs: Ns;
  /** Explained beyond the budget; negative is what is left of it. */
  readonly overBudgetNs: Ns;
  readonly measuredNs?: Ns;
  /** Measured and not explained; negative: explained and not measured. */
  readonly remainingNs?: Ns;
  /** By what they do to the sum, the one that matters most first. */
  readonly sensitivities: readonly Sensitivity[];
  readonly doubts: readonly string[];
}

/** One parameter varied, all others held. */
export interface Sensitivity {
  readonly mechanism: string;
  readonly parameter: string;
  readonly value: number;
  /** The path with the parameter lowered and raised; either stays where a bound forbids it. */
  readonly lowNs: Ns;
  readonly highNs: Ns;
  /** How far apart the two are. */
  readonly swingNs: Ns;
}

/**
 * Composes mechanisms into one packet path: what they explain of a measured time, what remains, and which parameter matters most.
 *
 * Each parameter is varied alone by `spread` of itself, whole numbers by at least one, within its bounds. Costs are added up, as if
 * none overlapped: a CPU hides part of a wait behind other work, so more may be explained than was measured, which `doubts` say.
 * Source: A. Saltelli et al., "Global sensitivity analysis: the primer", 2008 (one at a time, and what it does not show: two
 * parameters that matter together).
 * @throws RangeError for a path without steps, a budget or a measured time that is not above 0, a spread outside 0 to 1, and as the mechanisms.
 * @example
 * explainPath({ budgetNs: 67.2, measuredNs: 80, path: { name: "drop", steps: [{ values: { workNs: 50 },
 *   mechanism: { name: "driver", parameters: { workNs: { unit: "ns", min: 0 } }, cost: ({ workNs }) => ({ mechanism: "driver", ns: workNs, terms: { work: workNs } }) } }] } }).remainingNs // 30
 */
export function explainPath({
  path,
  budgetNs,
  measuredNs,
  spread = 0.1,
}: {
  path: PacketPath;
  budgetNs: Ns;
  measuredNs?: Ns;
  spread?: number;
}): ExplainedPath {
  const caller = "explainPath";
  requireNumber({ caller, name: "number of steps", value: path.steps.length, min: 1 });
  requireNumber({ caller, name: "budgetNs", value: budgetNs, above: 0 });
  if (measuredNs !== undefined) requireNumber({ caller, name: "measuredNs", value: measuredNs, above: 0 });
  requireNumber({ caller, name: "spread", value: spread, above: 0, below: 1 });
  const parts = path.steps.flatMap((step) => {
    const { times = 1 } = step;
    requireNumber({ caller, name: `times of ${step.mechanism.name}`, value: times, min: 0 });
    const { mechanism, terms } = step.mechanism.cost(step.values);
    return Object.entries(terms).map(([term, ns]) => ({ mechanism, term, ns: times * ns }));
  });
  const explainedNs = parts.reduce((sum, { ns }) => sum + ns, 0);
  const sensitivities = path.steps
    .flatMap((step) => sensitivitiesOf({ step, spread, explainedNs }))
    .sort((one, other) => other.swingNs - one.swingNs);
  const remainingNs = measuredNs === undefined ? undefined : measuredNs - explainedNs;
  return {
    name: path.name,
    parts,
    explainedNs,
    budgetNs,
    overBudgetNs: explainedNs - budgetNs,
    ...(measuredNs !== undefined && { measuredNs, remainingNs: measuredNs - explainedNs }),
    sensitivities,
    doubts:
      remainingNs !== undefined && remainingNs < 0
        ? [
            `the parts explain ${explainedNs.toFixed(1)} ns of ${measuredNs?.toFixed(1)}: they overlap, or their numbers are of other machines`,
          ]
        : [],
  };
}

function sensitivitiesOf({ step, spread, explainedNs }: { step: PathStep; spread: number; explainedNs: Ns }): Sensitivity[] {
  const { mechanism, values, times = 1 } = step;
  const own = mechanism.cost(values).ns;
  const pathNs = (parameter: string, value: number): Ns => {
    try {
      return explainedNs + times * (mechanism.cost({ ...values, [parameter]: value }).ns - own);
    } catch (error) {
      // A bound that spans two parameters (shares that sum to at most 1): the parameter stays where it is.
      if (error instanceof RangeError) return explainedNs;
      throw error;
    }
  };
  return Object.entries(mechanism.parameters).map(([parameter, bounds]) => {
    const value = values[parameter] as number;
    const step = bounds.integer ? Math.max(1, Math.round(spread * value)) : spread * Math.abs(value);
    const [lowNs, highNs] = [pathNs(parameter, held(value - step, bounds)), pathNs(parameter, held(value + step, bounds))];
    return { mechanism: mechanism.name, parameter, value, lowNs, highNs, swingNs: Math.abs(highNs - lowNs) };
  });
}

/** The nearest value that the bounds allow. */
function held(value: number, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Parameter): number {
  return Math.min(Math.max(value, min), max);
}
