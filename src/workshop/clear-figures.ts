import type { Warning } from "../captures/parsed.js";
import { readPublished } from "../captures/read-published.js";
import type { Figure, Provenance } from "../figures/figure.js";
import { curveOf, type LawSeries, lawFigure } from "../figures/law-figure.js";
import { blockLaw, clearCost, packetsToRepayClear } from "../models/clear-cost.js";
import { zeroCopyClear } from "../models/memory-mechanisms.js";
import { lacking, published, runDoubts, runSweeps, type WorkshopFigure } from "./workshop-figure.js";

const memset = (cpu: string, method: string) =>
  readPublished("memset")
    .filter((row) => row.cpu === cpu && row.method === method)
    .map(({ bytes, cycles_tsc, source }) => ({ bytes, cycles: cycles_tsc, source }));

/** From here on a set-up and a rate describe a clear. */
const LONG_BYTES = 256;

const MEMSETS = [
  ["i7-6700K", "const rep-stos", "rep stos"],
  ["E5-1650 v4", "const rep-stos", "rep stos"],
  ["E5-1650 v4", "variable_step (memset_erms)", "memset_erms"],
  ["E5-1650 v4", "AVX2", "AVX2"],
  ["EPYC 7351", "variable_step (memset_erms)", "memset_erms"],
] as const;

/** The names that time_bench_memset gives its benchmarks, and its kin. */
const CLEARS = {
  module: "time_bench_memset",
  from: 1,
  things: "clears",
  names: /mem|clear|stos|erms|movq|mmx|avx/i,
};

const skbClear: WorkshopFigure = {
  name: "skb-clear",
  minutes: "36, 49-52",
  shows: "cycles to clear 32 bytes to 8 KiB, by CPU and method; an SKB clears 184 to 200",
  published: () => {
    const [cpu, method] = MEMSETS[0];
    const long = blockLaw({ curve: memset(cpu, method).filter(({ bytes }) => bytes >= LONG_BYTES) });
    const series = MEMSETS.map(([cpu, method, label], index): LawSeries => {
      const curve = memset(cpu, method);
      const law = index === 0 ? long : undefined;
      return {
        label: `${label}, ${cpu}`,
        points: curve.map(({ bytes, cycles }) => ({ x: bytes, y: cycles })),
        ...(law && {
          curve: curveOf({
            from: LONG_BYTES,
            to: 8192,
            log: true,
            law: (bytes) => law.setupCycles + bytes / law.bytesPerCycle,
          }),
        }),
        provenance: published(curve[0]?.source ?? ""),
      };
    });
    const layouts = readPublished("skb_layout");
    const skb: LawSeries = {
      label: `an SKB's clear by kernel, ${[...new Set(layouts.map(({ offsetof_tail }) => offsetof_tail))].sort().join(", ")} bytes, on the ${cpu}`,
      points: layouts.map(({ offsetof_tail }) => ({
        x: offsetof_tail,
        y: clearCost({ curve: memset(cpu, method), bytes: offsetof_tail }),
      })),
      provenance: published(layouts.at(-1)?.source ?? ""),
    };
    return lawFigure({
      name: "skb-clear",
      title: "What clearing memory costs",
      detail: `TSC cycles, hot cache. Line: ${long.setupCycles.toFixed(1)} + bytes / ${long.bytesPerCycle.toFixed(1)}, from ${LONG_BYTES} bytes on, the ${cpu} alone`,
      x: { title: "bytes cleared", log: true },
      y: { title: "TSC cycles", log: true },
      series: [...series, skb],
      formula: "setup + bytes / rate",
      summary:
        "200 bytes, an SKB of 2016, are 39 cycles on an i7-6700K; 256 bytes are 14 to 108 cycles by CPU and method: no one constant",
    });
  },
  measuredBy: "time_bench_memset: load it, then dmesg > time_bench.txt",
  ofRun: (run) =>
    lawFigure({
      name: "skb-clear",
      title: "What clearing memory costs",
      detail: "TSC cycles of time_bench at each size",
      x: { title: "bytes cleared", log: true },
      y: { title: "TSC cycles", log: true },
      series: runSweeps(run, CLEARS)
        .slice(0, 6)
        .map(({ name, rows }) => ({
          label: name,
          points: rows.map(({ bulk, cycles }) => ({ x: bulk, y: cycles })),
          provenance: { kind: "measured", source: run.path },
        })),
      summary: "This run's benchmarks by size",
      warnings: runDoubts(run),
    }),
};

const zeroCopy: WorkshopFigure = {
  name: "zero-copy",
  minutes: "59",
  shows: "clearing a page once against copying every packet",
  published: () => {
    const curve = memset("i7-6700K", "const rep-stos");
    return zeroCopyFigure({
      curve,
      provenance: published(curve[0]?.source ?? ""),
      detail: "i7-6700K, rep stos, hot cache. A copy writes what a clear of its size does, and reads: lower bounds",
      summary: "A page of 148 cycles is repaid by 6 packets of 64 bytes, by 4 of 200 and by 3 of 1024",
    });
  },
  measuredBy: "time_bench_memset at 4096 bytes and at packets' sizes, 64 to 1024: load it, then dmesg > time_bench.txt",
  ofRun: (run) => {
    const [sweep] = runSweeps(run, CLEARS).filter(
      ({ rows }) => rows.some(({ bulk }) => bulk <= 64) && rows.some(({ bulk }) => bulk >= 4096),
    );
    if (!sweep) throw lacking(run, "no clears of 64 to 4096 bytes in its time_bench results", zeroCopy.measuredBy);
    const curve = sweep.rows.map(({ bulk, cycles }) => ({ bytes: bulk, cycles }));
    return zeroCopyFigure({
      curve,
      provenance: { kind: "measured", source: run.path },
      detail: `${sweep.name} of this run. A copy writes what a clear of its size does, and reads: lower bounds`,
      summary: `A page of this run takes ${clearCost({ curve, bytes: 4096 }).toFixed(0)} cycles to clear`,
      warnings: runDoubts(run),
    });
  },
};

function zeroCopyFigure({
  curve,
  provenance: source,
  detail,
  summary,
  warnings = [],
}: {
  curve: readonly { readonly bytes: number; readonly cycles: number }[];
  provenance: Provenance;
  detail: string;
  summary: string;
  warnings?: readonly Warning[];
}): Figure {
  const cycles = (bytes: number) => clearCost({ curve, bytes });
  const copies = [64, 200, 1024].map((bytes) => ({
    label: `${bytes} B copied, at least: repaid from ${packetsToRepayClear({ clearCycles: cycles(4096), copyCycles: cycles(bytes) })} packets on`,
    curve: [1, 64].map((x) => ({ x, y: cycles(bytes) })),
    provenance: source,
  }));
  const law = (packets: number) => zeroCopyClear.cost({ clearNs: cycles(4096), packetsPerClear: packets }).ns;
  return lawFigure({
    name: "zero-copy",
    title: "Clearing a page once against copying each packet",
    detail,
    x: { title: "packets per clear", log: true },
    y: { title: "TSC cycles per packet", log: true },
    series: [
      { label: "4096 B cleared once", curve: curveOf({ from: 1, to: 64, log: true, whole: true, law }), provenance: source },
      ...copies,
    ],
    formula: zeroCopyClear.formula,
    summary,
    warnings,
  });
}

export const CLEAR_FIGURES: readonly WorkshopFigure[] = [skbClear, zeroCopy];
