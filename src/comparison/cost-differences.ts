import { mean } from "simple-statistics";
import { benjaminiHochberg } from "../statistics/benjamini-hochberg.js";
import { holm } from "../statistics/holm.js";
import { type ArmDifference, armDifference } from "./arm-difference.js";
import type { MeasuredCost } from "./measured-run.js";
import { type Replication, unitValues } from "./replication.js";
import type { ArmRun } from "./run-order.js";

/** The difference of what a class or a function costs a packet. */
export interface CostDifference extends ArmDifference {
  readonly name: string;
  /** After correction for having looked at all of them: Holm's for classes, Benjamini and Hochberg's for functions. */
  readonly adjustedP?: number;
  /** Whether that is below 5 %. */
  readonly differs: boolean;
}

/** The differences of functions. */
export interface SymbolDifferences {
  /** Those that differ beyond chance, the largest first. */
  readonly changed: readonly CostDifference[];
  /** How many were looked at. */
  readonly tested: number;
  /** In no run of before, and in most of after; largest first. */
  readonly appeared: readonly string[];
  readonly vanished: readonly string[];
}

/**
 * The differences of the cost classes, the largest first: fixed beforehand, so Holm's correction keeps the chance of any false one at 5 %.
 *
 * @throws RangeError as `armDifference`.
 * @example
 * classDifferences({ runs: [], units: { unit: "run", arms: [], members: [], notes: [] }, ordered: true }) // []
 */
export function classDifferences({ runs, units, ordered }: Arms): CostDifference[] {
  const rows = table(runs.map(({ run }) => run.classes));
  const differences = [...rows].map(([name, values]) => ({ name, ...differenceOf({ values, units, ordered }) }));
  return withAdjusted(differences, holm).sort((a, b) => Math.abs(b.delta) - Math.abs(a.delta));
}

/**
 * The differences of functions: those of 0.2 % or more of all cost, with Benjamini and Hochberg's correction, and those that only one
 * arm has. A function that appears as another vanishes is often the same cost under another name.
 *
 * @throws RangeError as `armDifference`.
 * @example
 * symbolDifferences({ runs: [], units: { unit: "run", arms: [], members: [], notes: [] }, ordered: true }).tested // 0
 */
export function symbolDifferences({ runs, units, ordered }: Arms): SymbolDifferences {
  const rows = table(runs.map(({ run }) => run.symbols));
  const wholes = runs.map(({ run }) => run.classes.reduce((sum, { perPacket }) => sum + perPacket, 0));
  const whole = wholes.length > 0 ? mean(wholes) : 0;
  const inArm = (values: readonly number[], arm: string) => values.filter((_, run) => runs[run]?.arm === arm);
  const sizes = new Map([...rows].map(([name, values]) => [name, mean(values) / whole]));
  const large = [...rows].filter(([name]) => (sizes.get(name) as number) >= LEAST_TESTED);
  const tested = large.map(([name, values]) => ({ name, ...differenceOf({ values, units, ordered }) }));
  const only = (one: string, other: string) =>
    [...rows]
      .filter(([name, values]) => {
        const has = inArm(values, one).filter((value) => value > 0).length;
        const none = inArm(values, other).every((value) => value === 0);
        return none && has > inArm(values, one).length / 2 && (sizes.get(name) as number) >= LEAST_LISTED;
      })
      .sort((a, b) => mean(b[1]) - mean(a[1]))
      .map(([name]) => name);
  return {
    changed: withAdjusted(tested, benjaminiHochberg)
      .filter(({ differs }) => differs)
      .sort((a, b) => Math.abs(b.delta) - Math.abs(a.delta)),
    tested: tested.length,
    appeared: only("after", "before"),
    vanished: only("before", "after"),
  };
}

/** Runs in their order, and what of them is one observation. */
export interface Arms {
  readonly runs: readonly ArmRun[];
  readonly units: Replication;
  readonly ordered: boolean;
}

/** Of all cost, in the mean of all runs. */
const LEAST_TESTED = 0.002;
const LEAST_LISTED = 0.0005;
const LEVEL = 0.05;

/** By name, a value for each run: 0 where a run has none. */
function table(costs: readonly (readonly MeasuredCost[])[]): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  for (const [run, own] of costs.entries()) {
    for (const { name, perPacket } of own) {
      const values = rows.get(name) ?? new Array<number>(costs.length).fill(0);
      values[run] = perPacket;
      rows.set(name, values);
    }
  }
  return rows;
}

function differenceOf({
  values,
  units: { arms, members, unit },
  ordered,
}: { values: readonly number[] } & Omit<Arms, "runs">): ArmDifference {
  const scale = "difference";
  return armDifference({ arms, values: unitValues({ values, members, scale }), scale, ordered, unit });
}

function withAdjusted(
  differences: readonly (ArmDifference & { readonly name: string })[],
  adjust: (p: readonly number[]) => number[],
): CostDifference[] {
  const tested = differences.filter(({ p }) => p !== undefined);
  const adjusted = tested.length > 0 ? adjust(tested.map(({ p }) => p as number)) : [];
  return differences.map((difference) => {
    const adjustedP = adjusted[tested.indexOf(difference)];
    return {
      ...difference,
      ...(adjustedP !== undefined && { adjustedP }),
      differs: adjustedP !== undefined && adjustedP < LEVEL,
    };
  });
}
