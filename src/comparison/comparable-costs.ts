import type { Warning } from "../captures/parsed.js";
import type { ArmRun } from "./run-order.js";

/** What the costs per packet of all runs are: of one event, in one unit, of the same CPUs. */
export interface CostKind {
  readonly costUnit: "ns" | "cycles";
  /** The event and the CPUs: `cpu-clock, CPU 0,1`. */
  readonly costOf: string;
  /** How many CPUs that is: a cost is the time of all of them. */
  readonly costCpus: number;
}

/**
 * What the costs of all runs are, if of one kind: else they cannot be held against each other, and a warning says so.
 *
 * @example
 * comparableCosts([{ arm: "before", run: { classes: [{ name: "gro", perPacket: 5, samples: 9 }], costUnit: "ns", costOf: "cpu-clock, CPU 0", costCpus: 1 } }]).kind // { costUnit: "ns", costOf: "cpu-clock, CPU 0", costCpus: 1 }
 */
export function comparableCosts(runs: readonly ArmRun[]): { kind?: CostKind; warnings: readonly Warning[] } {
  const kinds = runs.map(({ run: { classes, costUnit, costOf, costCpus } }) =>
    classes.length === 0 || !costUnit || costOf === undefined || costCpus === undefined
      ? undefined
      : { costUnit, costOf, costCpus },
  );
  const [kind] = kinds;
  const names = new Set(kinds.map((kind) => (kind ? `${kind.costUnit} of ${kind.costOf}` : "none")));
  if (names.size <= 1) return { ...(kind && { kind }), warnings: [] };
  const message = `costs per packet are not compared: the runs have ${[...names].join(", ")}; choose the same CPUs and events for all`;
  return { warnings: [{ file: runs[0]?.run.path ?? "", line: 0, message }] };
}
