import type { EthtoolCounter } from "../captures/ethtool-stats.js";
import { readPublished } from "../captures/read-published.js";
import { concurrencyFigure } from "../figures/concurrency-figure.js";
import { type CostPair, costPairsFigure } from "../figures/cost-pairs-figure.js";
import { costStacksFigure } from "../figures/cost-stacks-figure.js";
import type { Provenance } from "../figures/figure.js";
import { curveOf, type LawSeries, lawFigure } from "../figures/law-figure.js";
import { pageOrderFigure } from "../figures/page-order-figure.js";
import { bulkFit, bulkNsAt } from "../models/bulk-fit.js";
import { blockLaw, clearCost, packetsToRepayClear } from "../models/clear-cost.js";
import { lineRate } from "../models/line-rate.js";
import { pagePool, zeroCopyClear } from "../models/memory-mechanisms.js";
import { pageContention } from "../models/page-contention.js";
import { pageOrder } from "../models/page-order.js";
import { pagePoolShares } from "../models/page-pool.js";
import type { Run } from "../runs/open-run.js";
import { type Ns, nsFromPps } from "../units.js";
import { lacking, published, runDoubts, runSweeps, timeBench, type WorkshopFigure } from "./workshop-figure.js";

const LINK = { gbps: 10, frameBytes: 64 };
const BUDGET_NS = lineRate(LINK).ns;
const RC1 = "4.6.0-rc1";
/** Inferred: data/published/README.md. */
const RC1_GHZ = 4;
const HALF_PAGE = 2048;

const memset = (cpu: string, method: string) =>
  readPublished("memset")
    .filter((row) => row.cpu === cpu && row.method === method)
    .map(({ bytes, cycles_tsc, source }) => ({ bytes, cycles: cycles_tsc, source }));

const MEMSETS = [
  ["i7-6700K", "const rep-stos", "rep stos"],
  ["E5-1650 v4", "const rep-stos", "rep stos"],
  ["E5-1650 v4", "variable_step (memset_erms)", "memset_erms"],
  ["E5-1650 v4", "AVX2", "AVX2"],
  ["EPYC 7351", "const rep-stos", "rep stos"],
  ["EPYC 7351", "AVX2", "AVX2"],
] as const;

const skbClear: WorkshopFigure = {
  name: "skb-clear",
  minutes: "36, 49-52",
  shows: "cycles to clear 32 bytes to 8 KiB, by CPU and method; an SKB clears 184 to 200",
  published: () => {
    const series = MEMSETS.map(([cpu, method, label], index): LawSeries => {
      const curve = memset(cpu, method);
      const law = index === 0 ? blockLaw({ curve: curve.filter(({ bytes }) => bytes >= 256) }) : undefined;
      return {
        label: `${label}, ${cpu}`,
        points: curve.map(({ bytes, cycles }) => ({ x: bytes, y: cycles })),
        ...(law && {
          curve: curveOf({ from: 256, to: 8192, log: true, law: (bytes) => law.setupCycles + bytes / law.bytesPerCycle }),
        }),
        provenance: published(curve[0]?.source ?? ""),
      };
    });
    return lawFigure({
      name: "skb-clear",
      title: "What clearing memory costs",
      detail: "TSC cycles, hot cache. Line: 23.6 + bytes / 32.6, from 256 bytes on and for that CPU alone",
      x: { title: "bytes cleared", log: true },
      y: { title: "TSC cycles", log: true },
      series,
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
      series: runSweeps(run, "time_bench_memset")
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

const sharedInfo: WorkshopFigure = {
  name: "shared-info",
  minutes: "49-53",
  shows: "building an SKB on a page that is cold, in two published profiles",
  published: () => {
    const of = (symbol: string) => SKB_GROUPS.find(([, pattern]) => pattern.test(symbol))?.[0] ?? "all else";
    const order = [...SKB_GROUPS.map(([name]) => name), "all else", "not listed"];
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
      detail: "Functions by name. In 2017 the build has its clear inlined: 9.6 of its ns; in 2019 the clear has a name",
      unit: "ns per packet",
      budget: BUDGET_NS,
      stacks,
    });
  },
  measuredBy: "perf record -g on the CPU under test, with /proc/kallsyms; then linerate attribute",
};

function bulkSeries({
  label,
  rows,
  provenance,
}: {
  label: string;
  rows: readonly { bulk: number; ns: Ns }[];
  provenance: Provenance;
}) {
  const fit = bulkFit({ rows });
  const laws = fit.pieces ?? [fit.whole];
  const said = laws.map(({ elementNs, bulkNs }) => `${elementNs.toFixed(2)} + ${bulkNs.toFixed(2)} / n`).join(", then ");
  return {
    label: `${label}: ${said}`,
    points: fit.rows.map(({ bulk, ns }) => ({ x: bulk, y: ns })),
    // A gap between the pieces: no point, no line.
    curve: laws.flatMap((law, piece) => [
      ...(piece > 0 ? [{ x: law.from, y: null }] : []),
      ...curveOf({ from: law.from, to: law.to, log: true, law: (bulk) => bulkNsAt({ law, bulk }) }),
    ]),
    residuals: laws.flatMap((law) =>
      fit.rows
        .filter(({ bulk }) => bulk >= law.from && bulk <= law.to)
        .map(({ bulk }, index) => ({ x: bulk, y: law.residuals[index] ?? 0 })),
    ),
    provenance,
    doubts: fit.doubts.map((message) => ({ file: label, line: 0, message })),
  };
}

/** A figure of bulk laws, with residuals; a run's own sweeps in the place of the published ones. */
function bulkFigure(
  about: Pick<WorkshopFigure, "name" | "minutes" | "shows"> & {
    readonly title: string;
    readonly detail: string;
    readonly thing: string;
    readonly module: string;
    readonly summary: string;
  },
  of: () => { label: string; rows: readonly { bulk: number; ns: Ns }[]; provenance: Provenance }[],
): WorkshopFigure {
  const { name, minutes, shows, title, detail, thing, module, summary } = about;
  const draw = (given: ReturnType<typeof of>, more: { detail: string; summary: string; run?: Run }) => {
    const series = given.map(bulkSeries);
    return lawFigure({
      name,
      title,
      detail: more.detail,
      summary: more.summary,
      x: { title: `${thing} at once`, log: true },
      y: { title: `ns per ${thing.replace(/s$/, "")}` },
      series,
      formula: "element + bulk / n, least squares",
      warnings: [...series.flatMap(({ doubts }) => doubts), ...(more.run ? runDoubts(more.run) : [])],
    });
  };
  return {
    name,
    minutes,
    shows,
    measuredBy: `${module}: load it, then dmesg > time_bench.txt`,
    published: () => draw(of(), { detail, summary }),
    ofRun: (run) => {
      const provenance: Provenance = { kind: "measured", source: run.path };
      const sweeps = runSweeps(run, module).slice(0, 6);
      return draw(
        sweeps.map(({ name: label, rows }) => ({ label, rows, provenance })),
        { detail: "time_bench at each size", summary: "This run's sweeps", run },
      );
    },
  };
}

const slabBulk = bulkFigure(
  {
    name: "slab-bulk",
    minutes: "46-48",
    shows: "objects of the slab allocator one by one and in bulk: two laws, with the slab's boundary between",
    title: "Slab objects in bulk",
    detail: "i7-4790K at 4 GHz, allocated and freed. Lower panel: measured less fitted, ns",
    thing: "objects",
    module: "slab_bulk_test01",
    summary: "In bulk 4.57 ns each up to 30 objects, 16.45 at 32: the slab's boundary; the detached freelist moves it to 64",
  },
  () => {
    const rows = readPublished("slab_bulk");
    const of = (series: string, column: "bulk_ns" | "fallback_ns") =>
      rows.filter((row) => row.series === series).map((row) => ({ bulk: row.bulk, ns: row[column] }));
    const [first, second] = ["bulk API of 2015-06-17", "detached freelist of 2015-07-15"];
    const source = (series: string) => published(rows.find((row) => row.series === series)?.source ?? "");
    return [
      { label: "one by one", rows: of(first ?? "", "fallback_ns"), provenance: source(first ?? "") },
      { label: "bulk, 2015-06", rows: of(first ?? "", "bulk_ns"), provenance: source(first ?? "") },
      { label: "bulk, 2015-07", rows: of(second ?? "", "bulk_ns"), provenance: source(second ?? "") },
    ];
  },
);

const pageBulk = bulkFigure(
  {
    name: "page-bulk",
    minutes: "56-59",
    shows: "pages of the bulk API as array and as list, 2 to 128 at once",
    title: "Pages in bulk",
    detail:
      "E5-1650 v4 at 3.6 GHz, allocated and freed; 1 at once takes other code and is left out. Lower panel: measured less fitted, ns",
    thing: "pages",
    module: "page_bench04_bulk",
    summary: "As an array 26.29 + 15.68 / n ns a page in March 2021, as a list 50.85 + 15.25 / n and rising again from 32",
  },
  () => {
    const rows = readPublished("page_bulk").filter(({ bulk }) => bulk > 1);
    const of = (branch: string, variant: string) => rows.filter((row) => row.branch === branch && row.variant === variant);
    return [
      ["2021-03-19 mel proposal", "array", "array, 2021-03"],
      ["2021-03-19 mel proposal", "list", "list, 2021-03"],
      ["mm-percpu-local_lock-v1r15 (5.12-rc4)", "array", "array, 5.12-rc4 with local locks"],
    ].map(([branch = "", variant = "", label = ""]) => ({
      label,
      rows: of(branch, variant),
      provenance: published(of(branch, variant)[0]?.source ?? ""),
    }));
  },
);

const publishedOrders = () => {
  const rows = readPublished("page_order_cost").filter(({ kernel }) => kernel === RC1);
  const cycles = rows.map(({ order, cycles_tsc }) => ({ order, cycles: cycles_tsc }));
  return {
    label: "4.6-rc1",
    costs: pageOrder({ rows: cycles, tscGhz: RC1_GHZ, link: LINK, fragBytes: HALF_PAGE }),
    provenance: published(rows[0]?.source ?? ""),
  };
};

const orders: WorkshopFigure = {
  name: "page-order",
  minutes: "54",
  shows: "the page allocator's cost per call, per 4 KiB and per fragment, by order",
  published: () => pageOrderFigure({ series: [publishedOrders()] }),
  measuredBy: "page_bench01: load it, then dmesg > page_bench.txt",
  ofRun: (run) => {
    const timed = timeBench(run).filter(
      ({ kind, order, cpu }) => kind === "recomputed" && order !== undefined && cpu === undefined,
    );
    const [first] = timed;
    if (first?.tscGhz === undefined) throw lacking(run, "no costs by page order", orders.measuredBy);
    const rows = timed.map(({ order = 0, tscCycles }) => ({ order, cycles: tscCycles }));
    const costs = pageOrder({ rows, tscGhz: first.tscGhz, link: LINK, fragBytes: HALF_PAGE });
    return pageOrderFigure({
      series: [{ label: "this run", costs, provenance: { kind: "measured", source: run.path } }, publishedOrders()],
      warnings: runDoubts(run),
    });
  },
};

const publishedContention = () =>
  [0, 3].map((order) => {
    const rows = readPublished("page_concurrency").filter((row) => row.kernel === RC1 && row.order === order);
    const cycles = rows.map(({ parallel_cpus, avg_cycles }) => ({ cpus: parallel_cpus, cycles: avg_cycles }));
    return {
      label: "4.6-rc1",
      contention: pageContention({ rows: cycles, order, tscGhz: RC1_GHZ, link: LINK }),
      provenance: published(rows[0]?.source ?? ""),
    };
  });

const contention: WorkshopFigure = {
  name: "concurrency",
  minutes: "55",
  shows: "the page allocator while 1 to 8 CPUs ask at once, orders 0 and 3",
  published: () => concurrencyFigure({ series: publishedContention() }),
  measuredBy: "page_bench03 at 1, 2, 3, ... CPUs (parallel_cpus): load it, then dmesg > page_bench.txt",
  ofRun: (run) => {
    const bench = timeBench(run);
    const means = bench.filter(({ name, cpus, order }) => cpus !== undefined && order !== undefined && !name.startsWith("Sum"));
    const tscGhz = bench.find((row) => row.tscGhz !== undefined)?.tscGhz;
    const found = [...new Set(means.map(({ order = 0 }) => order))].map((order) => ({
      order,
      rows: [
        ...new Map(
          means.filter((row) => row.order === order).map(({ cpus = 0, tscCycles }) => [cpus, { cpus, cycles: tscCycles }]),
        ).values(),
      ],
    }));
    const whole = found.filter(({ rows }) => rows.length > 1 && rows.some(({ cpus }) => cpus === 1));
    if (whole.length === 0 || tscGhz === undefined)
      throw lacking(run, "no page costs of 1 CPU and of more", contention.measuredBy);
    return concurrencyFigure({
      series: whole.map(({ order, rows }) => ({
        label: "this run",
        contention: pageContention({ rows, order, tscGhz, link: LINK }),
        provenance: { kind: "measured" as const, source: run.path },
      })),
      warnings: runDoubts(run),
    });
  },
};

const POOLS = [
  ["6.13.0-rc6 baseline", "E5-1650 v4", undefined, "E5-1650 v4"],
  ["6.13.0-rc6 DMA-fix-v7", "E5-1650 v4", undefined, "E5-1650 v4, pages tracked for DMA"],
  ["6.13.0-traits-006", "EPYC 9684X", "SRSO safe-ret (default)", "EPYC 9684X, SRSO safe-ret (default)"],
  ["6.13.0-traits-006", "EPYC 9684X", "SRSO ibpb", "EPYC 9684X, SRSO ibpb"],
] as const;

function poolCosts([kernel, cpu, mitigation]: (typeof POOLS)[number]) {
  const rows = readPublished("page_pool_bench").filter(
    (row) => row.kernel === kernel && row.cpu === cpu && row.mitigation === mitigation,
  );
  const ns = (test: string) => rows.find((row) => row.test === test)?.ns ?? 0;
  return { fastNs: ns("fast_path"), ringNs: ns("ptr_ring"), slowNs: ns("slow"), source: rows[0]?.source ?? "" };
}

function poolSeries(): LawSeries[] {
  return POOLS.map((pool) => {
    const { source, ...costs } = poolCosts(pool);
    const law = (percent: number) => pagePool.cost({ ...costs, ringShare: 0, slowShare: percent / 100 }).ns;
    return {
      label: pool[3],
      points: [0, 100].map((percent) => ({ x: percent, y: law(percent) })),
      curve: curveOf({ from: 0, to: 100, law }),
      provenance: published(source),
    };
  });
}

const poolFigure = {
  name: "page-pool",
  title: "What a page of a page_pool costs",
  x: { title: "pages from the page allocator, % (the others from the pool's own array)" },
  y: { title: "ns per page" },
  budgetNs: BUDGET_NS,
  formula: pagePool.formula,
};

const pool: WorkshopFigure = {
  name: "page-pool",
  minutes: "56-59",
  shows: "a page_pool between its fast path and the page allocator, by CPU and mitigation",
  published: () =>
    lawFigure({
      ...poolFigure,
      detail: "The page_pool benchmark, Linux 6.13-rc6. Points: measured, all fast and all slow; lines between: modelled",
      series: poolSeries(),
      summary:
        "5.4 ns from the pool's array and 66.1 from the page allocator on an E5-1650 v4; an EPYC 9684X has 14.2 and 94.9 with SRSO's default, 3.8 and 30.6 with ibpb",
    }),
  measuredBy: "ethtool -S DEV before and after (rx_pp_alloc_*; a kernel with CONFIG_PAGE_POOL_STATS)",
  ofRun: (run) => {
    const shares = pagePoolShares(poolCounters(run));
    const { source: _, ...costs } = poolCosts(POOLS[0]);
    const ns = pagePool.cost({ ...costs, ringShare: shares.ringShare, slowShare: shares.slowShare }).ns;
    return lawFigure({
      ...poolFigure,
      detail: `This run: ${(100 * shares.slowShare).toFixed(2)} % slow, ${(100 * shares.ringShare).toFixed(2)} % refills from the ring; its cost is modelled with the E5-1650 v4's times`,
      series: [
        {
          label: "this run's shares",
          points: [{ x: 100 * shares.slowShare, y: ns }],
          provenance: { kind: "measured", source: `${run.path}, ethtool -S` },
        },
        ...poolSeries(),
      ],
      summary: `${(100 * shares.slowShare).toFixed(2)} % of this run's pages came from the page allocator`,
      warnings: [...shares.doubts.map((message) => ({ file: run.path, line: 0, message })), ...runDoubts(run)],
    });
  },
};

const POOL_COUNTERS = ["fast", "refill", "slow", "slow_ho", "waive"] as const;

/** The pool's counters: of two snapshots what grew, of one all since the driver was loaded. */
function poolCounters(run: Run): { fast: number; refill: number; slow: number; slow_ho: number; waive: number } {
  const snapshots = run.captures
    .filter(({ format }) => format.name === "ethtool-stats")
    .map(({ rows }) => rows as readonly EthtoolCounter[]);
  const sum = (rows: readonly EthtoolCounter[], name: string) =>
    rows.filter((row) => row.name.endsWith(`pp_alloc_${name}`)).reduce((total, { value }) => total + Number(value), 0);
  const sums = snapshots.map((rows) => Object.fromEntries(POOL_COUNTERS.map((name) => [name, sum(rows, name)])));
  const [least, most] = [...sums]
    .sort((one, other) => (one.fast ?? 0) - (other.fast ?? 0))
    .filter((_, index, { length }) => index === 0 || index === length - 1);
  const deltas = POOL_COUNTERS.map((name) => [name, (most ?? least)?.[name] ?? 0, most ? (least?.[name] ?? 0) : 0] as const);
  const counters = Object.fromEntries(deltas.map(([name, last, first]) => [name, last - first])) as Record<
    (typeof POOL_COUNTERS)[number],
    number
  >;
  if (counters.fast + counters.refill + counters.slow + counters.slow_ho === 0)
    throw lacking(run, "no counters of a page_pool", pool.measuredBy);
  return counters;
}

const DMA_GROUPS: readonly (readonly [string, RegExp])[] = [
  ["DMA map", /^dma_(?:direct_map_page|map_page_attrs)$/],
  ["DMA unmap", /^dma_unmap/],
  ["DMA sync", /^dma_sync/],
  ["driver", /^i40e_/],
  ["XDP program", /^bpf_prog_/],
  ["page and frame return", /^page_frag|^xdp_return/],
];

const dma: WorkshopFigure = {
  name: "dma",
  minutes: "57",
  shows: "DMA's share of a packet that is bounced, and what a pool that keeps its pages mapped would leave",
  published: () => {
    const of = (symbol: string) => DMA_GROUPS.find(([, pattern]) => pattern.test(symbol))?.[0] ?? "all else";
    const order = [...DMA_GROUPS.map(([name]) => name), "all else", "not listed"];
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
      detail: "12,781,668 pps on one core. DMA is 14.8 of 78.2 ns. The IOMMU's cost per packet was found in no source",
      unit: "ns per packet",
      budget: BUDGET_NS,
      stacks: [{ ...whole, parts }, kept],
      formula: "the same without map and unmap",
    });
  },
  measuredBy: "perf record -g on the CPU under test; then linerate attribute (dma-map, dma-sync)",
};

const RETPOLINE: Readonly<Record<string, string>> = {
  "without retpoline": "none",
  "retpoline, direct DMA calls": "direct DMA calls",
  "retpoline, direct DMA calls, second version": "direct DMA calls, v2",
  "without retpoline, direct DMA calls, second version": "none, direct DMA calls, v2",
};

const retpoline: WorkshopFigure = {
  name: "retpoline",
  minutes: "57",
  shows: "indirect calls of the DMA layer under retpolines",
  published: () => {
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
      pairs,
    });
  },
  measuredBy: "packet rates with and without mitigations=off, perf stat",
};

const zeroCopy: WorkshopFigure = {
  name: "zero-copy",
  minutes: "59",
  shows: "clearing a page once against copying every packet",
  published: () => {
    const curve = memset("i7-6700K", "const rep-stos");
    const cycles = (bytes: number) => clearCost({ curve, bytes });
    const source = published(curve[0]?.source ?? "");
    const copies = [64, 200, 1024].map((bytes) => ({
      label: `${bytes} B copied, at least: repaid from ${packetsToRepayClear({ clearCycles: cycles(4096), copyCycles: cycles(bytes) })} packets on`,
      curve: [1, 64].map((x) => ({ x, y: cycles(bytes) })),
      provenance: source,
    }));
    const law = (packets: number) => zeroCopyClear.cost({ clearNs: cycles(4096), packetsPerClear: packets }).ns;
    return lawFigure({
      name: "zero-copy",
      title: "Clearing a page once against copying each packet",
      detail: "i7-6700K, rep stos, hot cache. A copy writes what a clear of its size writes, and reads: lines are lower bounds",
      x: { title: "packets per clear", log: true },
      y: { title: "TSC cycles per packet", log: true },
      series: [
        { label: "4096 B cleared once", curve: curveOf({ from: 1, to: 64, log: true, whole: true, law }), provenance: source },
        ...copies,
      ],
      formula: zeroCopyClear.formula,
      summary: "A page of 148 cycles is repaid by 6 packets of 64 bytes, by 4 of 200 and by 3 of 1024",
    });
  },
  measuredBy: "time_bench_memset at 4096 bytes and at the packet's size: load it, then dmesg > time_bench.txt",
};

export const MEMORY_FIGURES: readonly WorkshopFigure[] = [
  skbClear,
  sharedInfo,
  slabBulk,
  orders,
  contention,
  pageBulk,
  pool,
  dma,
  retpoline,
  zeroCopy,
];
