import type { EthtoolCounter } from "../captures/ethtool-stats.js";
import { readPublished } from "../captures/read-published.js";
import { curveOf, type LawSeries, lawFigure } from "../figures/law-figure.js";
import { lineRate } from "../models/line-rate.js";
import { pagePool } from "../models/memory-mechanisms.js";
import { pagePoolShares } from "../models/page-pool.js";
import type { Run } from "../runs/open-run.js";
import { lacking, published, runDoubts, type WorkshopFigure } from "./workshop-figure.js";

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

export const POOL_FIGURES: readonly WorkshopFigure[] = [pool];
