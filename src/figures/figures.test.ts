// The figures on the numbers of 2016: what they say and hold, and how they come out as pictures.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Attribution } from "../attribution/attribute.js";
import { classify } from "../attribution/classify.js";
import { recordedAttribution } from "../attribution/recorded-attribution.js";
import { readPublished } from "../captures/read-published.js";
import { assertReadable, assertTitled, drawnTexts } from "../drawn-figure.js";
import { assertGolden } from "../golden.js";
import { pageContention } from "../models/page-contention.js";
import { pageOrder } from "../models/page-order.js";
import { nsFromPps } from "../units.js";
import { budgetFigure } from "./budget-figure.js";
import { type CostSeries, costSeries } from "./class-cost.js";
import { concurrencyFigure } from "./concurrency-figure.js";
import { costSlopeFigure } from "./cost-slope-figure.js";
import { costWaterfallFigure } from "./cost-waterfall-figure.js";
import type { Figure, Provenance } from "./figure.js";
import { pageOrderFigure } from "./page-order-figure.js";
import { skbOverheadFigure } from "./skb-overhead-figure.js";
import { whatWhereFigure } from "./what-where-figure.js";

const link = { gbps: 10, frameBytes: 64 };
const [RC1, PATCHED] = ["4.6-rc1", "4.6-rc1, M. Gorman's series"];
const KERNELS = new Map([
  ["4.6.0-rc1", RC1],
  ["4.6.0-rc1+mm-vmscan-node-lru-v5r9", PATCHED],
  ["mm-vmscan-node-lru-v5r", PATCHED],
]);
const published = (source: string): Provenance => ({ kind: "published", source });

/** The rows of each kernel of 2016, under the name it has in the figures. */
function byKernel<Row extends { kernel: string; source: string }>(rows: readonly Row[]) {
  return [...new Set(rows.map(({ kernel }) => kernel))].flatMap((kernel) => {
    const label = KERNELS.get(kernel);
    const own = rows.filter((row) => row.kernel === kernel);
    return label ? [{ label, rows: own, provenance: published(own[0]?.source ?? "") }] : [];
  });
}

const orders = byKernel(readPublished("page_order_cost")).map(({ label, rows, provenance }) => {
  const cycles = rows.map(({ order, cycles_tsc }) => ({ order, cycles: cycles_tsc }));
  return { label, provenance, costs: pageOrder({ rows: cycles, tscGhz: 4, link, fragBytes: 2048 }) };
});
const concurrency = [0, 3].flatMap((order) =>
  byKernel(readPublished("page_concurrency").filter((row) => row.order === order)).map(({ label, rows, provenance }) => {
    const cycles = rows.map(({ parallel_cpus, avg_cycles }) => ({ cpus: parallel_cpus, cycles: avg_cycles }));
    return { label, provenance, contention: pageContention({ rows: cycles, order, tscGhz: 4, link }) };
  }),
);
const costs = readPublished("talk_throughput").map(({ what, when, mpps, source }) => ({
  label: `${what}, ${when}`,
  ns: nsFromPps(mpps * 1e6),
  provenance: published(source),
}));
const warnings = [
  { file: "pktgen.txt", line: 3, message: "the run lasted 15430 usec: under one second, start and stop weigh in its rate" },
];

const drop = readPublished("perf_generic_xdp_drop_i7_6700K").map(({ symbol, percent_self, base_pps, source }) => ({
  name: classify({ stack: [symbol] }).what,
  ns: (percent_self / 100) * nsFromPps(base_pps),
  source,
}));
const DROP: CostSeries = {
  label: "generic XDP drop, 2017",
  costs: [...new Set(drop.map(({ name }) => name))].map((name) => ({
    name,
    nsPerPacket: drop.filter((row) => row.name === name).reduce((sum, { ns }) => sum + ns, 0),
  })),
  provenance: published(drop[0]?.source ?? ""),
};
const measured = (label: string, attribution: Attribution) => costSeries({ label, attribution });
const [burst1, burst32, veth] = [
  await recordedAttribution("dummy_burst1"),
  await recordedAttribution("dummy_burst32"),
  await recordedAttribution("veth_start_xmit"),
];
const BURST_1 = measured("dummy, burst 1", burst1);

const FIGURES: Record<string, Figure> = {
  "cost-waterfall": costWaterfallFigure({ series: DROP }),
  "cost-waterfall-emulated": costWaterfallFigure({
    name: "cost-waterfall-emulated",
    series: BURST_1,
    warnings: burst1.warnings,
  }),
  "what-where": whatWhereFigure({ attribution: veth }),
  "skb-overhead": skbOverheadFigure({ series: [BURST_1, measured("veth", veth)] }),
  "skb-overhead-published": skbOverheadFigure({ name: "skb-overhead-published", series: [DROP] }),
  "cost-slope": costSlopeFigure({ before: BURST_1, after: measured("dummy, burst 32", burst32) }),
  "page-order": pageOrderFigure({ series: orders }),
  "page-order-with-warning": pageOrderFigure({ name: "page-order-with-warning", series: orders.slice(0, 1), warnings }),
  concurrency: concurrencyFigure({ series: concurrency }),
  budget: budgetFigure({ ghz: 3 }),
  "budget-of-the-talk": budgetFigure({ name: "budget-of-the-talk", ghz: 3, costs }),
  "budget-of-one-cost": budgetFigure({ name: "budget-of-one-cost", ghz: 4, costs: costs.slice(0, 1) }),
};

for (const [name, figure] of Object.entries(FIGURES)) {
  describe(`the figure ${name}`, () => {
    const drawn = drawnTexts(figure);

    it("is as it was", () => assertGolden(`figures/golden/${name}.json`, figure));

    it("shows each tick and each title as text", async () => assertTitled(await drawn, figure));

    it("has no text over another, and none cut off", async () => assertReadable(await drawn, figure));

    it("has the name it was given, else that of its kind", () => assert.equal(figure.name, name));

    it("says where its numbers come from, in the picture and in the layout's meta", () => {
      const { text } = (figure.layout.title as { subtitle: { text: string } }).subtitle;
      for (const { kind } of figure.provenance) assert.match(text, new RegExp(kind, "i"));
      assert.deepEqual(figure.layout.meta, { name: figure.name, provenance: figure.provenance });
    });
  });
}

describe("pageOrderFigure()", () => {
  it("sums up 2016: over per call at all orders, per 4 KiB at order 0 only, per fragment at none", () => {
    assert.equal(
      pageOrderFigure({ series: orders.slice(0, 1) }).summary,
      "Page allocator against 67.2 ns per packet (10 Gbit/s, 64 B frames): 4.6-rc1 at 4 GHz: over per call at order 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, over per 4 KiB at order 0, within per 2048 B fragment",
    );
  });

  it("tells clocks apart in the legend", () => {
    const [first, second] = orders;
    assert.ok(first && second);
    const slow = { ...second, costs: pageOrder({ rows: [{ order: 0, cycles: 231 }], tscGhz: 3.6, link, fragBytes: 2048 }) };
    const { data } = pageOrderFigure({ series: [first, slow] });
    assert.deepEqual(
      data.filter(({ showlegend }) => showlegend).map(({ name }) => name),
      ["4.6-rc1 (4 GHz)", "4.6-rc1, M. Gorman's series (3.6 GHz)"],
    );
  });

  it("refuses series that one budget line does not fit", () => {
    const [first] = orders;
    assert.ok(first);
    const fast = {
      ...first,
      costs: pageOrder({ rows: [{ order: 0, cycles: 272 }], tscGhz: 4, link: { gbps: 25, frameBytes: 64 }, fragBytes: 2048 }),
    };
    assert.throws(() => pageOrderFigure({ series: [first, fast] }), /one link and one fragBytes: got several/);
    assert.throws(() => pageOrderFigure({ series: [] }), { name: "RangeError", message: /at least one series: got none/ });
  });
});

describe("concurrencyFigure()", () => {
  it("sums up 2016: order 3 is over from 3 CPUs, by 1,208 cycles per CPU", () => {
    assert.match(
      concurrencyFigure({ series: concurrency }).summary,
      /; 4\.6-rc1, order 3: over from 3 CPUs, 1,208 cycles more per CPU;/,
    );
  });

  it("refuses series that one budget line does not fit", () => {
    const [first] = concurrency;
    assert.ok(first);
    const slow = { ...first, contention: { ...first.contention, tscGhz: 3 } };
    assert.throws(() => concurrencyFigure({ series: [first, slow] }), /one link and one clock: got several/);
    assert.throws(() => concurrencyFigure({ series: [] }), /at least one series: got none/);
  });
});

describe("budgetFigure()", () => {
  it("marks a cost at the link rate that it fills: 62.5 ns, the talk's 16 Mpps, is 10.75 Gbit/s of 64 byte frames", () => {
    const names = budgetFigure({ ghz: 3, costs }).data.map(({ name }) => name);
    assert.ok(names.includes("RX and drop in the driver, mlx, 2016: 62.5 ns, fills 10.75 Gbit/s"));
  });

  it("refuses a cost that cannot be", () => {
    const cost = { label: "negative", ns: -1, provenance: published("nobody") };
    assert.throws(() => budgetFigure({ ghz: 3, costs: [cost] }), {
      name: "RangeError",
      message: /costs of ns > 0: got -1 \(negative\)/,
    });
  });
});

describe("the figures of costs", () => {
  it("cross the budget in the class that does: of the drop's 122.1 ns 54.9 are over", () => {
    assert.match(
      costWaterfallFigure({ series: DROP }).summary,
      /^generic XDP drop, 2017: 122\.1 ns .* 54\.91 ns over the 67\.2 ns/,
    );
    const [within, over] = costWaterfallFigure({ series: DROP }).data as unknown as { x: number[] }[];
    const sum = (values: readonly number[] = []) => values.reduce((total, value) => total + value, 0);
    assert.equal(sum(within?.x).toFixed(1), "67.2");
    assert.equal((sum(within?.x) + sum(over?.x)).toFixed(2), (0.997 * nsFromPps(8_165_032)).toFixed(2));
  });

  it("draw no budget, and say why, where ns mean nothing", () => {
    const { layout, summary } = costWaterfallFigure({ series: BURST_1 });
    assert.equal(layout.shapes, undefined);
    assert.match(summary, /mean nothing in themselves: the CPU was emulated in software/);
    for (const name of ["what-where", "skb-overhead", "cost-slope"]) {
      const { subtitle } = (FIGURES[name] as Figure).layout.title as { subtitle: { text: string } };
      assert.match(subtitle.text, /bsolute ns mean nothing: the CPU was emulated/);
    }
  });

  it("refuse what they cannot draw", () => {
    const none = { ...DROP, costs: [] };
    assert.throws(() => costWaterfallFigure({ series: none }), /requires costs of ns >= 0: got none/);
    assert.throws(() => skbOverheadFigure({ series: [none] }), /requires costs of SKB classes: got none/);
    assert.throws(() => skbOverheadFigure({ series: [] }), /requires 1 to 4 series: got 0/);
    assert.throws(() => costSlopeFigure({ before: none, after: none }), /requires costs: got none/);
    assert.throws(() => whatWhereFigure({ attribution: { ...veth, cells: [] } }), /requires busy samples/);
  });
});
