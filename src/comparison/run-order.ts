import type { Arm } from "../statistics/interleaving.js";
import type { MeasuredRun } from "./measured-run.js";

/** A run with the arm that it was given as. */
export interface ArmRun {
  readonly arm: Arm;
  readonly run: MeasuredRun;
}

/** The runs of both arms in the order in which they were made. */
export interface RunOrder {
  readonly runs: readonly ArmRun[];
  /** What says so; undefined where nothing does, and the runs stand as they were given. */
  readonly from?: "positions" | "start times";
  /** Why the order is in doubt. */
  readonly doubt?: string;
}

/**
 * Recovers the order in which runs were made: from their positions, else from their start times.
 *
 * Positions count where every run has one and no two have the same: arms that were numbered each for itself have no common order.
 * @example
 * runOrder([{ arm: "after", run: { runId: "b", position: 2 } }, { arm: "before", run: { runId: "a", position: 1 } }]).runs.map(({ arm }) => arm) // ["before", "after"]
 */
export function runOrder(runs: readonly ArmRun[]): RunOrder {
  const positions = distinct(runs.map(({ run }) => run.position));
  const starts = distinct(runs.map(({ run }) => (run.started === undefined ? undefined : Date.parse(run.started))));
  const sorted = (keys: readonly number[]) =>
    [...runs.keys()].sort((a, b) => (keys[a] as number) - (keys[b] as number)).map((index) => runs[index] as ArmRun);
  if (!positions && !starts) {
    return { runs, doubt: "neither positions nor start times in the manifests say in which order the runs were made" };
  }
  if (!positions) return { runs: sorted(starts as number[]), from: "start times" };
  const order = sorted(positions);
  const contradicts = starts && sorted(starts).some((run, index) => run !== order[index]);
  return {
    runs: order,
    from: "positions",
    ...(contradicts && { doubt: "the positions in the manifests contradict their start times" }),
  };
}

/** The keys if all are there and no two the same. */
function distinct(keys: readonly (number | undefined)[]): number[] | undefined {
  const known = keys.filter((key) => key !== undefined && !Number.isNaN(key)) as number[];
  return known.length === keys.length && new Set(known).size === keys.length ? known : undefined;
}
