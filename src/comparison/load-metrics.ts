import type { Iperf3Result } from "../captures/iperf3.js";
import type { StatedMetric } from "../captures/metrics-csv.js";
import type { NetperfResult } from "../captures/netperf.js";
import type { Run } from "../runs/open-run.js";
import { type Metric, metric } from "./metric.js";

/** A metric and where it stands. */
export interface SourcedMetric extends Metric {
  /** `netperf.txt:3`. */
  readonly source: string;
}

const NETPERF: readonly (readonly [name: string, field: keyof NetperfResult])[] = [
  ["throughput", "bitsPerSecond"],
  ["transactions", "transactionsPerSecond"],
  ["rt-latency", "roundTripUs"],
  ["mean-latency", "meanLatencyUs"],
  ["min-latency", "minLatencyUs"],
  ["max-latency", "maxLatencyUs"],
  ["stddev-latency", "stddevLatencyUs"],
  ["p50", "p50LatencyUs"],
  ["p90", "p90LatencyUs"],
  ["p99", "p99LatencyUs"],
];

/**
 * The figures that the programs of the load print, and those that a CSV of the run states: `throughput` of iperf3; `throughput`,
 * `transactions`, `rt-latency`, `mean-latency`, `min-latency`, `max-latency`, `stddev-latency`, `p50`, `p90` and `p99` of netperf.
 * A tool's figure of 0 is none: arms are compared by ratios.
 *
 * @example
 * loadMetrics({ captures: [] }) // []
 */
export function loadMetrics({ captures }: Pick<Run, "captures">): SourcedMetric[] {
  return captures.flatMap(({ name: file, format, rows }) => {
    const at = (line: number) => `${file}:${line}`;
    if (format.name === "iperf3") {
      return (rows as readonly Iperf3Result[])
        .filter(({ bitsPerSecond }) => bitsPerSecond > 0)
        .map(({ line, bitsPerSecond: value }) => ({ ...metric({ name: "throughput", value }), source: at(line) }));
    }
    if (format.name === "netperf") {
      return (rows as readonly NetperfResult[]).flatMap((row) =>
        NETPERF.flatMap(([name, field]) => {
          const value = Number(row[field] ?? 0);
          return value > 0 ? [{ ...metric({ name, value }), source: at(row.line) }] : [];
        }),
      );
    }
    if (format.name !== "metrics-csv") return [];
    return (rows as readonly StatedMetric[]).map(({ line, metric: name, ...stated }) => ({
      ...metric({ name, ...stated }),
      source: at(line),
    }));
  });
}

/**
 * Metrics that have one value, and why the others have none: two tests of a load are neither added nor averaged here.
 *
 * @example
 * oneOfEach([{ name: "p99", unit: "us", value: 41, source: "a:1" }, { name: "p99", unit: "us", value: 43, source: "b:1" }]).ambiguous.get("p99") // "2 values: 41 (a:1), 43 (b:1); leave one in the run, or name them apart in a CSV"
 */
export function oneOfEach(all: readonly SourcedMetric[]): {
  readonly metrics: readonly Metric[];
  readonly ambiguous: ReadonlyMap<string, string>;
} {
  const byName = new Map<string, SourcedMetric[]>();
  for (const one of all) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  const groups = [...byName];
  return {
    metrics: groups.flatMap(([, group]) => (group.length === 1 ? group.map(({ source: _, ...metric }) => metric) : [])),
    ambiguous: new Map(groups.filter(([, group]) => group.length > 1).map(([name, group]) => [name, several(group)])),
  };
}

const MOST_NAMED = 3;

function several(group: readonly SourcedMetric[]): string {
  const named = group.slice(0, MOST_NAMED).map(({ value, source }) => `${value} (${source})`);
  const more = group.length > MOST_NAMED ? ", ..." : "";
  return `${group.length} values: ${named.join(", ")}${more}; leave one in the run, or name them apart in a CSV`;
}
