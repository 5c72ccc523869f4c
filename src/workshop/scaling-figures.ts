import type { Warning } from "../captures/parsed.js";
import { readPublished } from "../captures/read-published.js";
import type { Provenance } from "../figures/figure.js";
import { curveOf, type LawSeries, lawFigure } from "../figures/law-figure.js";
import { coreScaling, SCALING_LAWS } from "../models/core-scaling.js";
import { type CpuLoad, cpuLoads } from "../runs/cpu-loads.js";
import type { Run } from "../runs/open-run.js";
import { packetRatesOf } from "../runs/packet-rates.js";
import { scaledRate } from "../statistics/scaling-law.js";
import { mppsFromPps, type Pps } from "../units.js";
import { runsDoubts, sweptArms } from "./run-sweep.js";
import { lacking, modelled, published, type WorkshopFigure } from "./workshop-figure.js";

const SCALING = [
  ["xdp_drop", "XDP_DROP"],
  ["xdp_drop read rxring1024", "XDP_DROP, packet read, ring of 1024"],
  ["xdp_drop read rxring512", "XDP_DROP, packet read, ring of 512"],
  ["xdp_redirect", "XDP_REDIRECT"],
  ["fwd xdp single route rxring256", "forwarding in XDP, one route"],
  ["fwd linux single route", "forwarding in the stack, one route"],
] as const;

/** Points over cores, with the law that they follow best. */
function fittedSeries({
  label,
  rows,
  provenance,
}: {
  label: string;
  rows: readonly { readonly cores: number; readonly pps: Pps }[];
  provenance: Provenance;
}): LawSeries & { readonly doubts: readonly Warning[] } {
  // Of runs at the same number of cores the law takes the mean.
  const cores = [...new Set(rows.map((row) => row.cores))];
  const mean = (at: number) => {
    const same = rows.filter((row) => row.cores === at);
    return same.reduce((sum, { pps }) => sum + pps, 0) / same.length;
  };
  const { fits, doubts } =
    cores.length > 1
      ? coreScaling({ rows: cores.map((at) => ({ cores: at, pps: mean(at) })) })
      : { fits: [], doubts: ["one number of cores: a law takes 6"] };
  const [best] = fits;
  const law = (at: number) => mppsFromPps(scaledRate({ parameters: best?.parameters ?? [], cores: at }));
  return {
    label: best ? `${label}: ${SCALING_LAWS[best.law]}` : label,
    points: rows.map((row) => ({ x: row.cores, y: mppsFromPps(row.pps) })),
    ...(best && { curve: curveOf({ from: 1, to: Math.max(...cores), points: 51, law }) }),
    provenance,
    doubts: doubts.map((message) => ({ file: label, line: 0, message })),
  };
}

const publishedSeries = (names: readonly (readonly [string, string])[]) =>
  names.map(([name, label]) => {
    const rows = readPublished("xdp_paper_scaling").filter(({ series }) => series === name);
    return fittedSeries({ label, rows, provenance: published(rows[0]?.source ?? "") });
  });

const SCALING_FIGURE = {
  name: "core-scaling",
  title: "How packet rates grow with cores",
  x: { title: "cores", whole: true },
  y: { title: "million packets per second" },
  formula: "linear, Amdahl, universal law, or linear up to a cap, by AICc",
};

const MEASURED_BY =
  "packet rates and mpstat -P ALL at 1, 2, 3, ... cores, a run each: record pktgen or xdp-bench beside mpstat -P ALL 1 10, linerate import them, and give --data all of the runs";

const scaling: WorkshopFigure = {
  name: "core-scaling",
  minutes: "6-7",
  shows: "packet rates of 1 to 6 cores: linear, a serial part, a cap, and a collapse",
  published: () => {
    const series = publishedSeries(SCALING);
    return lawFigure({
      ...SCALING_FIGURE,
      detail: "E5-1650 v4, ConnectX-5. Lines: the law with the best criterion, named in the legend",
      series,
      summary:
        "Dropping is linear to a cap near 82 Mpps; with the packet read and a ring of 1024 it collapses from 68 to 50 Mpps at 5 cores, with 512 it does not; forwarding in the stack has a serial part of 2.5 %",
      warnings: series.flatMap(({ doubts }) => doubts),
    });
  },
  measuredBy: MEASURED_BY,
  ofRuns: (runs) => {
    const counted = runs.map((run) => ({ run, ...coresOf(run) }));
    const arms = sweptArms({
      runs,
      of: (run) => counted.filter((one) => one.run === run).map(({ cores, pps }) => ({ x: cores, y: pps })),
    });
    const own = arms.slice(0, MOST_ARMS).map(({ label, points, source }) =>
      fittedSeries({
        label,
        rows: points.map(({ x, y }) => ({ cores: x, pps: y ?? 0 })),
        provenance: { kind: "measured", source },
      }),
    );
    const each = mppsFromPps(Math.max(...counted.map(({ cores, pps }) => pps / cores)));
    const most = Math.max(...counted.map(({ cores }) => cores));
    const ideal = {
      label: `as many times the best rate of a core, ${each.toFixed(3)} Mpps`,
      curve: [...new Set([1, most])].map((x) => ({ x, y: each * x })),
      provenance: modelled("cores * rate of one"),
    };
    const said = counted.map(({ cores, pps }) => `${mppsFromPps(pps).toFixed(2)} Mpps on ${cores}`);
    return lawFigure({
      ...SCALING_FIGURE,
      detail: "Own runs. Lines: the law with the best criterion, where there are points for one",
      series: [...own, ideal],
      summary: `Packets over cores: ${said.join(", ")}`,
      warnings: [...counted.flatMap(({ warnings }) => warnings), ...own.flatMap(({ doubts }) => doubts), ...runsDoubts(runs)],
    });
  },
};

const MOST_ARMS = 5;
/** A CPU is one of the cores where it is busier than idle, and full where so little is left that rounding and ticks explain it. */
const [BUSY, FULL] = [0.5, 0.95];

/** How many cores handled a run's packets, and how many packets: the counter knows its CPUs, or mpstat says which were busy. */
function coresOf(run: Run): { cores: number; pps: Pps; warnings: readonly Warning[] } {
  const [rate] = packetRatesOf({ run }).rates;
  if (!rate) throw lacking(run, "no packet rate", MEASURED_BY);
  const { loads, doubts } = loadsOf(run);
  const busy = loads.filter((load) => load.busy > BUSY).map(({ cpu }) => cpu);
  const cpus = rate.cpus ?? busy;
  const warn = (message: string) => ({ file: run.path, line: 0, message });
  if (cpus.length === 0) {
    const unknown =
      loads.length > 0 ? "no CPU that mpstat shows busy" : "no mpstat, and packets of a counter that does not know its CPUs";
    throw lacking(run, doubts[0] ?? unknown, MEASURED_BY);
  }
  const idle = loads.filter((load) => cpus.includes(load.cpu) && load.busy < FULL);
  return {
    cores: cpus.length,
    pps: rate.pps,
    warnings: [
      ...rate.warnings,
      ...doubts.map(warn),
      ...(loads.length === 0 ? [warn("whether its CPUs were full, so that more cores give more, no mpstat says")] : []),
      ...idle.map((load) =>
        warn(
          `CPU ${load.cpu} was ${(100 * (1 - load.busy)).toFixed(0)} % idle: this is not all that ${cpus.length} cores can do`,
        ),
      ),
    ],
  };
}

/** The loads of a run's CPUs, and why an mpstat that is there has none. */
function loadsOf(run: Run): { loads: readonly CpuLoad[]; doubts: readonly string[] } {
  try {
    return { loads: cpuLoads(run.captures), doubts: [] };
  } catch (error) {
    if (error instanceof RangeError) return { loads: [], doubts: [error.message] };
    throw error;
  }
}

export const SCALING_FIGURES: readonly WorkshopFigure[] = [scaling];
