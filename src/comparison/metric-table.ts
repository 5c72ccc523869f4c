import { NOT_USED } from "../runs/open-run.js";
import type { Metric } from "./metric.js";
import type { ArmRun } from "./run-order.js";

/** A metric with its value in each run. */
export interface MetricRow extends Omit<Metric, "value"> {
  readonly values: readonly (number | undefined)[];
}

/**
 * Each metric of the runs with its value in each of them.
 *
 * @throws RangeError for a metric whose unit, or whose better direction, is not the same in all runs.
 * @example
 * metricTable([{ arm: "before", run: { runId: "a", metrics: [{ name: "p99", unit: "us", value: 41 }] } }]) // [{ name: "p99", unit: "us", values: [41] }]
 */
export function metricTable(runs: readonly ArmRun[]): MetricRow[] {
  const metrics = new Map<string, Metric & { readonly runId: string }>();
  for (const { run } of runs) {
    for (const metric of run.metrics) {
      const known = metrics.get(metric.name);
      if (!known) metrics.set(metric.name, { ...metric, runId: run.runId });
      else if (kind(known) !== kind(metric)) {
        throw new RangeError(
          `compare requires ${metric.name} in one unit: ${known.runId} has ${kind(known)}, ${run.runId} has ${kind(metric)}`,
        );
      }
    }
  }
  return [...metrics].map(([name, { value: _, runId: __, ...known }]) => ({
    ...known,
    values: runs.map(({ run }) => run.metrics.find((metric) => metric.name === name)?.value),
  }));
}

function kind({ unit, better }: Metric): string {
  return `${unit || "no unit"}${better ? ` (${better} is better)` : ""}`;
}

/**
 * The error for a metric that some run has not: which, why, and what there is instead.
 *
 * @example
 * missingMetric("p99", [{ arm: "before", run: { runId: "a", metrics: [] } }]).message // "compare requires p99 of every run: no run has it"
 */
export function missingMetric(metric: string, runs: readonly ArmRun[]): RangeError {
  const without = runs.map(({ run }) => run).filter(({ metrics }) => !metrics.some(({ name }) => name === metric));
  const [first] = without;
  const known = [...new Set(runs.flatMap(({ run }) => run.metrics.map(({ name }) => name)))];
  const reason = first?.ambiguous?.get(metric) ?? (metric === "pps" ? first?.withoutPackets : undefined);
  const unread = (first?.warnings ?? []).map(({ message }) => message).filter((message) => message.startsWith(NOT_USED));
  const reasons = [reason ?? [], unread].flat();
  const why = reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
  const which = without.length === runs.length ? "no run has it" : `${without.map(({ runId }) => runId).join(", ")} has not`;
  const instead = known.length > 0 ? `; there is ${known.join(", ")}: choose with --metric` : "";
  return new RangeError(`compare requires ${metric} of every run: ${which}${why}${instead}`);
}
