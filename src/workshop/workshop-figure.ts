import { CaptureError } from "../captures/capture-error.js";
import type { Warning } from "../captures/parsed.js";
import type { Figure, Provenance } from "../figures/figure.js";
import { meaninglessNs } from "../runs/meaningless-ns.js";
import type { Run } from "../runs/open-run.js";
import { packetRatesOf } from "../runs/packet-rates.js";
import { type Ns, nsFromPps, type Pps } from "../units.js";

/** A figure of the workshop: from published numbers, and from a run where it holds what the figure shows. */
export interface WorkshopFigure {
  readonly name: string;
  /** Of the recording of the talk. */
  readonly minutes: string;
  /** What it shows, in a line. */
  readonly shows: string;
  readonly published: () => Figure;
  /** What measures it: a capture, and how to record that. */
  readonly measuredBy: string;
  /** The published figure with a run's own numbers in it. Absent where no run can hold what it takes. */
  readonly ofRun?: (run: Run) => Figure | Promise<Figure>;
  /** The same with several runs: a sweep, a run each; or one before a change and one after. */
  readonly ofRuns?: (runs: readonly Run[]) => Figure | Promise<Figure>;
}

/**
 * The provenance of a published number.
 *
 * @example
 * published("a mail").kind // "published"
 */
export function published(source: string): Provenance {
  return { kind: "published", source };
}

/**
 * The provenance of what a formula gives.
 *
 * @example
 * modelled("a + b / n").kind // "modelled"
 */
export function modelled(source: string): Provenance {
  return { kind: "modelled", source };
}

/** What a packet costs a run's CPUs, for a mark beside published ones. */
export interface RunCost {
  readonly label: string;
  readonly pps: Pps;
  readonly ns: Ns;
  readonly provenance: Provenance;
  readonly warnings: readonly Warning[];
}

/**
 * The time per packet of a run, from the best of its packet counters: `CPUs * 1e9 / pps`, one CPU where the counter does not say.
 *
 * @throws CaptureError for a run without a packet rate, with how to record one.
 * @example
 * (() => { try { runCost({ path: "run", captures: [] }); } catch ({ message }) { return message.startsWith("run: no packet rate"); } })() // true
 */
export function runCost(run: Run): RunCost {
  const { rates, refused } = packetRatesOf({ run });
  const [rate] = rates;
  if (!rate) {
    const reasons = refused.map(({ file, message }) => `; ${file}: ${message}`).join("");
    throw lacking(
      run,
      "no packet rate",
      `pktgen's result (cat /proc/net/pktgen/DEV), xdp-bench, iperf3 -J, or ethtool -S before and after${reasons}`,
    );
  }
  const cpus = rate.cpus?.length ?? 1;
  return {
    label: "this run",
    pps: rate.pps,
    ns: cpus * nsFromPps(rate.pps),
    provenance: { kind: "measured", source: `${run.path}, ${rate.source}` },
    warnings: [...rate.warnings, ...runDoubts(run)],
  };
}

/** A benchmark of a run at several sizes. */
export interface RunSweep {
  readonly name: string;
  readonly rows: readonly { readonly bulk: number; readonly ns: Ns; readonly cycles: number }[];
}

const MIN_SIZES = 3;

/**
 * The sweeps among a run's time_bench results: the benchmarks that ran at three or more sizes from `from` on and whose names are of
 * `things`, so that no queue is drawn as a slab.
 *
 * The size is time_bench's `step`, else the number at the end of the name, which is no part of the sweep's: `MPMC-bulk2`, `memset_256`.
 * Source: netoptimizer/prototype-kernel, kernel/mm/bench/page_bench04_bulk.c, kernel/lib/alf_queue_bench.c, time_bench_memset.c.
 * @throws CaptureError for a run without one, with how to record it.
 * @example
 * (() => { try { runSweeps({ path: "run", captures: [] }, { module: "slab_bulk_test01", from: 1, things: "objects", names: /kmem/ }); } catch ({ message }) { return message.includes("slab_bulk_test01"); } })() // true
 */
export function runSweeps(
  run: Run,
  { module, from, things, names }: { module: string; from: number; things: string; names: RegExp },
): RunSweep[] {
  const rows = timeBench(run).flatMap(({ name, step = 0, order, ns, tscCycles }) => {
    const size = step > 0 ? step : Number(/_(\d{2,6})$/.exec(name)?.[1] ?? 0);
    if (size < from || size === 0 || order !== undefined || ns === undefined) return [];
    const sweep = name.endsWith(`${size}`) ? name.slice(0, -`${size}`.length).replace(/[_-]$/, "") : name;
    return [{ name: sweep, bulk: size, ns, cycles: tscCycles }];
  });
  const sweeps = [...new Set(rows.map(({ name }) => name))]
    .map((name) => {
      // A benchmark that ran twice: the last of each size.
      const bySize = new Map(rows.filter((row) => row.name === name).map((row) => [row.bulk, row]));
      return { name, rows: [...bySize.values()].sort((one, other) => one.bulk - other.bulk) };
    })
    .filter((sweep) => sweep.rows.length >= MIN_SIZES);
  const fitting = sweeps.filter(({ name }) => names.test(name));
  if (fitting.length > 0) return fitting;
  const others = sweeps.length > 0 ? ` (there are ${sweeps.map(({ name }) => name).join(", ")})` : "";
  throw lacking(
    run,
    `no time_bench results of ${things} at ${MIN_SIZES} or more sizes${others}`,
    `${module}: load it, then dmesg > time_bench.txt`,
  );
}

/** A row of time_bench, as far as the workshop's figures go. */
export interface TimeBenchRow {
  readonly name: string;
  readonly kind: string;
  readonly step?: number;
  readonly order?: number;
  readonly cpu?: number;
  readonly cpus?: number;
  readonly tscCycles: number;
  readonly tscGhz?: number;
  readonly ns?: Ns;
}

/**
 * All rows of a run's captures of time_bench.
 *
 * @example
 * timeBench({ captures: [] }) // []
 */
export function timeBench({ captures }: Pick<Run, "captures">): TimeBenchRow[] {
  return captures.flatMap(({ format, rows }) => (format.name === "time_bench" ? (rows as unknown as TimeBenchRow[]) : []));
}

/**
 * The error that says what a run does not hold, and what to record.
 *
 * @example
 * lacking({ path: "run" }, "no packet rate", "pktgen").message // "run: no packet rate: it needs pktgen"
 */
export function lacking({ path }: Pick<Run, "path">, what: string, record: string): CaptureError {
  return new CaptureError({ file: path, problem: "format", message: `${what}: it needs ${record}` });
}

/**
 * Why a run's times are in doubt, for the warnings of a figure.
 *
 * @example
 * runDoubts({ path: "run", environment: {} }) // []
 */
export function runDoubts(run: Pick<Run, "path" | "environment">): Warning[] {
  const reason = meaninglessNs({ environment: run.environment });
  return reason === undefined ? [] : [{ file: run.path, line: 0, message: `absolute times mean nothing: ${reason}` }];
}
