import type { Warning } from "../captures/parsed.js";
import { readPublished } from "../captures/read-published.js";
import { type CostPair, costPairsFigure } from "../figures/cost-pairs-figure.js";
import { type CostStack, costStacksFigure } from "../figures/cost-stacks-figure.js";
import type { Figure } from "../figures/figure.js";
import { lineRate } from "../models/line-rate.js";
import { type Ns, nsFromPps } from "../units.js";
import { beforeAfter, publishedRow } from "./published-rows.js";
import { groupsOfRun, PERF_BY } from "./run-groups.js";
import { runPair } from "./run-pair.js";
import { stacksBeside } from "./stacks-beside.js";
import { published, type WorkshopFigure } from "./workshop-figure.js";

const BUDGET_NS = lineRate({ gbps: 10, frameBytes: 64 }).ns;

/** Functions of a profile in a few groups, as ns of its packet; what it does not list is the last. */
function groups({
  label,
  rows,
  of,
}: {
  label: string;
  rows: readonly { symbol: string; percent_self: number; base_pps: number; source: string }[];
  of: (symbol: string) => string;
}) {
  const packetNs = nsFromPps(rows[0]?.base_pps ?? 0);
  const sums = new Map<string, Ns>();
  for (const { symbol, percent_self } of rows)
    sums.set(of(symbol), (sums.get(of(symbol)) ?? 0) + (percent_self / 100) * packetNs);
  const listed = [...sums.values()].reduce((sum, ns) => sum + ns, 0);
  return {
    label,
    parts: [
      ...[...sums].map(([name, value]) => ({ name, value })),
      { name: "not listed", value: Math.max(0, packetNs - listed) },
    ],
    measured: packetNs,
    provenance: published(rows[0]?.source ?? ""),
  };
}

const SKB_GROUPS: readonly (readonly [string, RegExp])[] = [
  ["build_skb: cold lines", /^build_skb_around$|^__build_skb$|^build_skb$/],
  ["clear by name", /^memset/],
  ["slab", /^kmem_cache_|^__slab|^cmpxchg_double_slab/],
  ["head and page free", /^page_frag_free$|^skb_free_head$|^free_.*page|^__page_frag/],
  ["other SKB", /skb/],
];

/** The notes on generic XDP compute with another rate than they list for the run that they profiled. */
function baseOfNotes(): string {
  const { base_pps } = publishedRow("perf_generic_xdp_drop_i7_6700K", () => true);
  const { pps1 } = beforeAfter("generic XDP_DROP 2nd run -> native");
  const more = (nsFromPps(pps1) - nsFromPps(base_pps)).toFixed(1);
  return `its notes compute with ${base_pps} pps and list ${pps1} for this run, ${more} ns more`;
}

/** The attribution's classes under the names of the groups of functions. */
const SKB_CLASSES: Readonly<Record<string, string>> = {
  "shared-info": "build_skb: cold lines",
  "skb-build": "build_skb: cold lines",
  "skb-clear": "clear by name",
  "slab-clear": "clear by name",
  "skb-alloc-fast": "slab",
  "skb-alloc-slow": "slab",
  "skb-alloc-bulk": "slab",
  "skb-free-fast": "slab",
  "skb-free-slow": "slab",
  "skb-free-bulk": "slab",
  slab: "slab",
  "page-frag": "head and page free",
  "head-free": "head and page free",
  "page-free": "head and page free",
  "skb-meta": "other SKB",
  "skb-free": "other SKB",
  "napi-cache": "other SKB",
};
const SKB_ORDER = [...SKB_GROUPS.map(([name]) => name), "all else", "not listed"];

const sharedInfo: WorkshopFigure = {
  name: "shared-info",
  minutes: "49-53",
  shows: "building an SKB on a page that is cold, in two published profiles",
  published: () => sharedInfoFigure([], []),
  measuredBy: PERF_BY,
  ofRun: async (run) => {
    const { stack, warnings } = await groupsOfRun(run, (what) => SKB_CLASSES[what] ?? "all else", SKB_ORDER);
    return sharedInfoFigure([stack], warnings);
  },
};

function sharedInfoFigure(own: readonly CostStack[], warnings: readonly Warning[]): Figure {
  const of = (symbol: string) => SKB_GROUPS.find(([, pattern]) => pattern.test(symbol))?.[0] ?? "all else";
  const order = SKB_ORDER;
  const stacks = [
    groups({ label: "CPU map, 2019", rows: readPublished("perf_cpumap_bulkfree"), of }),
    groups({ label: "generic XDP drop, 2017", rows: readPublished("perf_generic_xdp_drop_i7_6700K"), of }),
  ].map((stack) => ({
    ...stack,
    parts: [...stack.parts].sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name)),
  }));
  return costStacksFigure({
    name: "shared-info",
    title: "What an SKB on a cold page costs",
    detail: "By function. In 2017 the clear is inlined, 9.6 ns of the build; in 2019 it has a name",
    ...stacksBeside({ own, published: stacks, budgetNs: BUDGET_NS }),
    warnings: [...warnings, { file: "generic XDP drop, 2017", line: 0, message: baseOfNotes() }],
  });
}

const DMA_GROUPS: readonly (readonly [string, RegExp])[] = [
  ["DMA map", /^dma_(?:direct_map_page|map_page_attrs)$/],
  ["DMA unmap", /^dma_unmap/],
  ["DMA sync", /^dma_sync/],
  ["driver", /^i40e_/],
  ["XDP program", /^bpf_prog_/],
  ["page and frame return", /^page_frag|^xdp_return/],
];

const DMA_CLASSES: Readonly<Record<string, string>> = {
  "dma-map": "DMA map and unmap",
  "dma-sync": "DMA sync",
  driver: "driver",
  bpf: "XDP program",
  xdp: "XDP program",
  "page-frag": "page and frame return",
  "page-free": "page and frame return",
  "driver-recycle": "page and frame return",
  "page-pool": "page and frame return",
};
const DMA_ORDER = [
  "DMA map",
  "DMA unmap",
  "DMA map and unmap",
  ...DMA_GROUPS.slice(2).map(([name]) => name),
  "all else",
  "not listed",
];

const dma: WorkshopFigure = {
  name: "dma",
  minutes: "57",
  shows: "DMA's share of a packet that is bounced, and what a pool that keeps its pages mapped would leave",
  published: () => dmaFigure([], []),
  measuredBy: PERF_BY,
  ofRun: async (run) => {
    const { stack, warnings } = await groupsOfRun(run, (what) => DMA_CLASSES[what] ?? "all else", DMA_ORDER);
    return dmaFigure([stack], warnings);
  },
};

function dmaFigure(own: readonly CostStack[], warnings: readonly Warning[]): Figure {
  const of = (symbol: string) => DMA_GROUPS.find(([, pattern]) => pattern.test(symbol))?.[0] ?? "all else";
  const order = DMA_ORDER;
  const whole = groups({ label: "XDP_TX, i40e", rows: readPublished("perf_i40e_xdp_tx_group_report"), of });
  const parts = [...whole.parts].sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
  const kept = {
    label: "if pages stayed mapped",
    parts: parts.filter(({ name }) => !/map$/.test(name)),
    provenance: whole.provenance,
  };
  return costStacksFigure({
    name: "dma",
    title: "What DMA takes of a packet that is bounced",
    detail: "12,781,668 pps on one core. DMA is 14.8 of 78.2 ns. No source read has the IOMMU's share",
    ...stacksBeside({ own, published: [{ ...whole, parts }, kept], budgetNs: BUDGET_NS }),
    formula: "the same without map and unmap",
    warnings,
  });
}

const RETPOLINE: Readonly<Record<string, string>> = {
  "without retpoline": "no retpolines",
  "retpoline, direct DMA calls": "direct DMA calls",
  "retpoline, direct DMA calls, second version": "direct DMA calls, v2",
  "without retpoline, direct DMA calls, second version": "no retpolines, direct calls, v2",
};

const RETPOLINE_BY =
  "two runs, each with a packet rate: with retpolines, then booted with spectre_v2=off: give --data both, in this order";

const retpoline: WorkshopFigure = {
  name: "retpoline",
  minutes: "57",
  shows: "indirect calls of the DMA layer under retpolines",
  published: () => retpolineFigure([], []),
  measuredBy: RETPOLINE_BY,
  ofRuns: (runs) => {
    const { pair, warnings } = runPair({ runs, name: "retpoline", measuredBy: RETPOLINE_BY });
    return retpolineFigure([pair], warnings);
  },
};

function retpolineFigure(own: readonly CostPair[], warnings: readonly Warning[]): Figure {
  const rows = readPublished("retpoline_ipc");
  const [, slow] = rows;
  const pairs = rows
    .filter((row) => row !== slow)
    .map(
      ({ what, pps, insn_per_cycle, source }): CostPair => ({
        label: `${RETPOLINE[what] ?? what}: ${insn_per_cycle} IPC`,
        beforeNs: nsFromPps(slow?.pps ?? 0),
        afterNs: nsFromPps(pps),
        provenance: published(source),
      }),
    );
  return costPairsFigure({
    name: "retpoline",
    title: "Indirect calls to map memory, under retpolines",
    detail: `XDP_REDIRECT, ixgbe to i40e, one core. Before: with retpolines, ${slow?.insn_per_cycle} instructions per cycle`,
    budgetNs: BUDGET_NS,
    pairs: [...pairs, ...own],
    warnings,
  });
}

export const PROFILE_FIGURES: readonly WorkshopFigure[] = [sharedInfo, dma, retpoline];
