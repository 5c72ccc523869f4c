import { readPublished } from "../captures/read-published.js";
import { concurrencyFigure } from "../figures/concurrency-figure.js";
import { pageOrderFigure } from "../figures/page-order-figure.js";
import { pageContention } from "../models/page-contention.js";
import { pageOrder } from "../models/page-order.js";
import { lacking, published, runDoubts, timeBench, type WorkshopFigure } from "./workshop-figure.js";

const LINK = { gbps: 10, frameBytes: 64 };
const RC1 = "4.6.0-rc1";
/** Inferred: data/published/README.md. */
const RC1_GHZ = 4;
const HALF_PAGE = 2048;

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

export const PAGE_FIGURES: readonly WorkshopFigure[] = [orders, contention];
