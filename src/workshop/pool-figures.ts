import type { EthtoolCounter } from "../captures/ethtool-stats.js";
import { readPublished } from "../captures/read-published.js";
import { curveOf, type LawSeries, lawFigure } from "../figures/law-figure.js";
import { lineRate } from "../models/line-rate.js";
import { pagePool } from "../models/memory-mechanisms.js";
import { type PagePoolShares, pagePoolShares } from "../models/page-pool.js";
import type { Run } from "../runs/open-run.js";
import type { Ns } from "../units.js";
import { lacking, published, runDoubts, timeBench, type WorkshopFigure } from "./workshop-figure.js";

const BUDGET_NS = lineRate({ gbps: 10, frameBytes: 64 }).ns;

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
      curve: curveOf({ from: 0, to: 100, points: 2, law }),
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
      // No page of the lines is from the ring.
      formula: "(1 - slowShare) * fastNs + slowShare * slowNs",
      detail: "The page_pool benchmark, Linux 6.13-rc6. Points: all fast, and all slow",
      series: poolSeries(),
      summary:
        "5.4 ns from the pool's array and 66.1 from the page allocator on an E5-1650 v4; an EPYC 9684X has 14.2 and 94.9 with SRSO's default, 3.8 and 30.6 with ibpb",
    }),
  measuredBy:
    "ethtool -S DEV before and after (rx_pp_alloc_*; a kernel with CONFIG_PAGE_POOL_STATS), or the page_pool selftest (bench_page_pool_simple): load it, then dmesg > time_bench.txt",
  ofRun: (run) => {
    const tested = selftestCosts(run);
    const counters = poolCounters(run);
    if (!tested && !counters) throw lacking(run, "no counters of a page_pool, and no selftest", pool.measuredBy);
    const shares = counters && pagePoolShares(counters);
    const { source: _, ...known } = poolCosts(POOLS[0]);
    const costs = tested?.costs ?? known;
    const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
    const line = (slowPercent: number) => pagePool.cost({ ...costs, ringShare: 0, slowShare: slowPercent / 100 }).ns;
    const whose = tested ? "this run's own times" : "the E5-1650 v4's times";
    const said = shares
      ? `${percent(shares.slowShare)} of this run's pages came from the page allocator${recycled(shares)}`
      : `This run's selftest: ${costs.fastNs} ns a page from the pool's array, ${costs.ringNs} from its ring, ${costs.slowNs} from the page allocator`;
    const provenance = { kind: "measured" as const, source: run.path };
    const ends = [0, 100].map((x) => ({ x, y: line(x) }));
    return lawFigure({
      ...poolFigure,
      detail: shares
        ? `This run: ${percent(shares.slowShare)} slow, ${percent(shares.ringShare)} refills from the ring; its cost is modelled with ${whose}`
        : "The page_pool benchmark. Points: all fast, and all slow",
      series: [
        ...(shares
          ? [{ label: "this run's shares", points: [{ x: 100 * shares.slowShare, y: costOf(costs, shares) }], provenance }]
          : []),
        ...(tested ? [{ label: "this run's selftest", points: ends, curve: ends, provenance }] : []),
        ...poolSeries(),
      ],
      summary: said,
      warnings: [
        ...[...(shares?.doubts ?? []), ...(tested?.doubts ?? [])].map((message) => ({ file: run.path, line: 0, message })),
        ...runDoubts(run),
      ],
    });
  },
};

/** What of the pages came back into the pool, where the driver counts that. */
function recycled({ recycledShare }: PagePoolShares): string {
  return recycledShare === undefined ? "" : `; ${(100 * recycledShare).toFixed(2)} % of those given back were recycled`;
}

type PoolCosts = Readonly<Record<"fastNs" | "ringNs" | "slowNs", Ns>>;

const costOf = (costs: PoolCosts, { ringShare, slowShare }: { ringShare: number; slowShare: number }): Ns =>
  pagePool.cost({ ...costs, ringShare, slowShare }).ns;

/**
 * The three costs of the selftest, in softirq where it ran there: outside of it a pool may not use its array, and the first is another.
 * Source: kernel/lib/bench_page_pool_simple.c of netoptimizer/prototype-kernel; in the kernel since 6.17, tools/testing/selftests/net/bench.
 */
function selftestCosts(run: Run): { costs: PoolCosts; doubts: readonly string[] } | undefined {
  const rows = timeBench(run);
  const find = (prefix: string) =>
    ["01", "02", "03"].map(
      (test) => rows.findLast(({ name }) => name.startsWith(`${prefix}_page_pool${test}`.replace("q_", "q-")))?.ns,
    );
  const [softirq, outside] = [find("tasklet"), find("no-softirq")];
  const used = softirq.every((ns) => ns !== undefined) ? softirq : outside;
  const [fastNs, ringNs, slowNs] = used;
  if (fastNs === undefined || ringNs === undefined || slowNs === undefined) return undefined;
  const doubt =
    "the selftest ran outside of softirq: there a pool does not take pages from its array, and fast is another cost";
  return { costs: { fastNs, ringNs, slowNs }, doubts: used === softirq ? [] : [doubt] };
}

/** What the counters of `pagePoolShares` are called by drivers; mlx5 has a name of its own for `slow_ho`. */
const POOL_COUNTERS = {
  fast: /pp_alloc_fast$/,
  refill: /pp_alloc_refill$/,
  slow: /pp_alloc_slow$/,
  slow_ho: /pp_alloc_slow_(?:ho|high_order)$/,
  waive: /pp_alloc_waive$/,
  cached: /pp_recycle_cached$/,
  ring: /pp_recycle_ring$/,
  ring_full: /pp_recycle_ring_full$/,
  released_ref: /pp_recycle_released_ref$/,
} as const;
type PoolCounters = Record<keyof typeof POOL_COUNTERS, number>;

/** The pool's counters: of two snapshots what grew, of one all since the driver was loaded. */
function poolCounters(run: Run): PoolCounters | undefined {
  const snapshots = run.captures
    .filter(({ format }) => format.name === "ethtool-stats")
    .map(({ rows }) => sumsOf(rows as readonly EthtoolCounter[]))
    .sort((one, other) => one.fast - other.fast);
  const [first, last] = [snapshots[0], snapshots.at(-1)];
  if (!first || !last) return undefined;
  const grown = snapshots.length === 1 ? last : eachOf((name) => last[name] - first[name]);
  return grown.fast + grown.refill + grown.slow + grown.slow_ho === 0 ? undefined : grown;
}

function sumsOf(rows: readonly EthtoolCounter[]): PoolCounters {
  return eachOf((name) => rows.reduce((sum, row) => (POOL_COUNTERS[name].test(row.name) ? sum + Number(row.value) : sum), 0));
}

function eachOf(value: (name: keyof PoolCounters) => number): PoolCounters {
  const names = Object.keys(POOL_COUNTERS) as (keyof PoolCounters)[];
  return Object.fromEntries(names.map((name) => [name, value(name)])) as PoolCounters;
}

export const POOL_FIGURES: readonly WorkshopFigure[] = [pool];
