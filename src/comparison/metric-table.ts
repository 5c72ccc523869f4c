import type { Warning } from "../captures/parsed.js";
import { NOT_USED } from "../runs/open-run.js";
import type { Metric } from "./metric.js";
import type { ArmRun } from "./run-order.js";

/** A metric with its value in each run. */
export interface CompleteRow extends Omit<Metric, "value"> {
  readonly values: readonly number[];
}

/**
 * The metrics that every run has, with its value in each; a warning names each metric that is left out, and why.
 *
 * @throws RangeError for a metric whose unit, or whose better direction, is not the same in all runs.
 * @example
 * metricTable([{ arm: "before", run: { runId: "a", metrics: [{ name: "p99", unit: "us", value: 41 }] } }]).complete // [{ name: "p99", unit: "us", values: [41] }]
 */
export function metricTable(runs: readonly ArmRun[]): { complete: CompleteRow[]; warnings: Warning[] } {
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
  const complete: CompleteRow[] = [];
  const warnings: Warning[] = [];
  for (const [name, { value: _, runId: __, ...known }] of metrics) {
    const values = runs.flatMap(({ run }) => run.metrics.find((metric) => metric.name === name)?.value ?? []);
    if (values.length === runs.length) complete.push({ ...known, values });
    else warnings.push(notCompared(name, `${values.length} of ${runs.length} runs have it`));
  }
  for (const { run } of runs) {
    for (const [name, why] of run.ambiguous ?? []) warnings.push(notCompared(name, why, run.runId));
  }
  return { complete, warnings };
}

function notCompared(name: string, why: string, file = ""): Warning {
  return { file, line: 0, message: `${name} is not compared: ${why}` };
}

function kind({ unit, better }: Metric): string {
  return `${unit || "no unit"}${better ? ` (${better} is better)` : ""}`;
}

/**
 * The error for a metric that some run has not: which, why, and what all runs have instead.
 *
 * @example
 * missingMetric("p99", [{ arm: "before", run: { runId: "a", metrics: [] } }]).message // "compare requires p99 of every run: no run has it"
 */
export function missingMetric(metric: string, runs: readonly ArmRun[]): RangeError {
  const without = runs.map(({ run }) => run).filter(({ metrics }) => !metrics.some(({ name }) => name === metric));
  const [first] = without;
  const known = metricTable(runs).complete.map(({ name }) => name);
  const reason = first?.ambiguous?.get(metric) ?? (metric === "pps" ? first?.withoutPackets : undefined);
  const unread = (first?.warnings ?? []).map(({ message }) => message).filter((message) => message.startsWith(NOT_USED));
  const reasons = [reason ?? [], unread].flat();
  const why = reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
  const which = without.length === runs.length ? "no run has it" : `${without.map(({ runId }) => runId).join(", ")} has not`;
  const instead = known.length > 0 ? `; all have ${known.join(", ")}: choose with --metric` : "";
  return new RangeError(`compare requires ${metric} of every run: ${which}${why}${instead}`);
}
