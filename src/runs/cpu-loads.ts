import type { MpstatLoad } from "../captures/mpstat-load.js";
import type { RunCapture } from "./open-run.js";

/** How busy one CPU was while a run was recorded. */
export interface CpuLoad {
  readonly cpu: number;
  /** All that is neither idle nor waiting for I/O, of 1. */
  readonly busy: number;
  /** In softirqs, of 1. */
  readonly soft: number;
}

/**
 * The mean load of each CPU, from a run's mpstat: its own mean where it printed one, else that of its intervals.
 *
 * @throws RangeError for a report since boot, which is not of the run, and one without single CPUs.
 * @example
 * cpuLoads([]) // []
 */
export function cpuLoads(captures: readonly Pick<RunCapture, "name" | "format" | "rows">[]): CpuLoad[] {
  const found = captures.find(({ format }) => format.name === "mpstat");
  if (!found) return [];
  const rows = found.rows as readonly MpstatLoad[];
  if (rows.some(({ sinceBoot }) => sinceBoot)) {
    throw new RangeError(
      `cpuLoads requires the load of the run: ${found.name} is the mean since boot; record mpstat -P ALL 1 10`,
    );
  }
  const means = rows.filter(({ interval, cpu }) => interval === 0 && cpu !== undefined);
  const used = means.length > 0 ? means : rows.filter(({ cpu }) => cpu !== undefined);
  if (used.length === 0) {
    throw new RangeError(`cpuLoads requires single CPUs: ${found.name} has all of them together; record mpstat -P ALL 1 10`);
  }
  return [...new Set(used.map(({ cpu }) => cpu as number))]
    .sort((one, other) => one - other)
    .map((cpu) => {
      const own = used.filter((row) => row.cpu === cpu);
      const mean = (share: (row: MpstatLoad) => number) => own.reduce((sum, row) => sum + share(row), 0) / own.length / 100;
      return { cpu, busy: 1 - mean(({ idle = 0, iowait = 0 }) => idle + iowait), soft: mean(({ soft = 0 }) => soft) };
    });
}
