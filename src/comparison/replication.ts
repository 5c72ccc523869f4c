import { mean } from "simple-statistics";
import type { Arm } from "../statistics/interleaving.js";
import type { Change } from "./environment-differences.js";
import type { RunOrder } from "./run-order.js";

/** What is counted as one observation of an arm. */
export interface Replication {
  readonly unit: "run" | "boot";
  /** Of each unit, in order. */
  readonly arms: readonly Arm[];
  /** The runs of each unit: indices into the order. */
  readonly members: readonly (readonly number[])[];
  /** What is to be known of it. */
  readonly notes: readonly string[];
}

/**
 * The unit of replication. Runs of one kernel are units themselves. Where the arms are different kernels, what a boot fixes (the layout
 * of memory, the slabs, which CPU gets which interrupt) is the same in all of its runs, so the boot is the unit, and its runs are
 * averaged; with one boot of each kernel there is no second unit, and intervals are those within these boots.
 *
 * @example
 * replication({ order: { runs: [{ arm: "before", run: { bootId: "x" } }, { arm: "after", run: { bootId: "y" } }] }, change: { kind: "setting" } }).unit // "run"
 */
export function replication({ order: { runs }, change }: { order: RunOrder; change: Pick<Change, "kind"> }): Replication {
  const single: Replication = {
    unit: "run",
    arms: runs.map(({ arm }) => arm),
    members: runs.map((_, index) => [index]),
    notes: [],
  };
  if (change.kind !== "kernel") return single;
  if (runs.some(({ run }) => run.bootId === undefined)) {
    return {
      ...single,
      notes: ["the kernels differ and not every run names its boot: runs are taken as independent, which they are not"],
    };
  }
  const boots = new Map<string, number[]>();
  for (const [index, { arm, run }] of runs.entries()) {
    const key = `${arm} ${run.bootId}`;
    boots.set(key, [...(boots.get(key) ?? []), index]);
  }
  const members = [...boots.values()];
  const arms = members.map(([first = 0]) => runs[first]?.arm as Arm);
  const count = (arm: Arm) => arms.filter((of) => of === arm).length;
  if (count("before") === 1 && count("after") === 1) {
    const note =
      "one boot of each kernel: intervals are within these boots, and what another boot would change is in none of them";
    return { ...single, notes: [note] };
  }
  return { unit: "boot", arms, members, notes: [] };
}

/**
 * Values of runs as values of units: means over the runs of each, on logarithms for a ratio.
 *
 * @example
 * unitValues({ values: [1, 3, 10], members: [[0, 1], [2]], scale: "difference" }) // [2, 10]
 */
export function unitValues({
  values,
  members,
  scale,
}: {
  values: readonly number[];
  members: Replication["members"];
  scale: "ratio" | "difference";
}): number[] {
  const [enter, leave] = scale === "ratio" ? [Math.log, Math.exp] : [Number, Number];
  return members.map((runs) => {
    const own = runs.map((run) => values[run] as number);
    return own.length === 1 ? (own[0] as number) : leave(mean(own.map(enter)));
  });
}
