import type { Warning } from "../captures/parsed.js";
import type { PageOrder } from "../models/page-order.js";
import type { Bytes } from "../units.js";
import { type Figure, figure, labelNumber, type Provenance, plotlyText } from "./figure.js";
import { logAxis } from "./log-axis.js";
import { budgetLine, seriesKeys, seriesStyle } from "./series-style.js";
import { GAP, PALETTE } from "./theme.js";

/** One kernel's costs in a figure. */
export interface PageOrderSeries {
  /** Kernel or run, as the legend names it. */
  readonly label: string;
  readonly costs: PageOrder;
  readonly provenance: Provenance;
}

const MEASURES = [
  { cost: "perCall", label: () => "per call", color: PALETTE.vermillion },
  { cost: "per4k", label: () => "per 4 KiB", color: PALETTE.blue },
  { cost: "perFragment", label: (fragBytes: Bytes) => `per ${fragBytes} B fragment`, color: PALETTE.green },
] as const;
const LABEL_MARGIN_PX = 190;

/**
 * The workshop's page allocator graph: what one packet pays at each order if it takes the whole block, one page of it or one
 * fragment, against the time between the packets of a full link. In ns, on a logarithmic axis; the clock is in the subtitle.
 *
 * Source: J. D. Brouer, Network Performance Workshop, netdev 1.2 2016, graph at 00:54; its green line is the fragments. `name` is the stem of its files.
 * @throws RangeError for no series, and for series of different links or fragments: a figure has one budget line.
 * @example
 * pageOrderFigure({ series: [{ label: "4.6-rc1", provenance: { kind: "published", source: "a mail" }, costs: {
 *   link: { gbps: 10, frameBytes: 64 }, budgetNs: 67.2, tscGhz: 4, fragBytes: 2048,
 *   orders: [{ order: 0, bytes: 4096, perCall: { cycles: 272, ns: 68, verdict: "over" }, per4k: { cycles: 272, ns: 68, verdict: "over" }, perFragment: { cycles: 136, ns: 34, verdict: "within" } }],
 * } }] }).summary // "Page allocator against 67.2 ns per packet (10 Gbit/s, 64 B frames): 4.6-rc1 at 4 GHz: over per call at order 0, over per 4 KiB at order 0, within per 2048 B fragment"
 */
export function pageOrderFigure({
  series,
  warnings = [],
  name = "page-order",
}: {
  series: readonly PageOrderSeries[];
  warnings?: readonly Warning[];
  name?: string;
}): Figure {
  const [first] = series;
  if (!first) throw new RangeError("pageOrderFigure requires at least one series: got none");
  const { link, budgetNs, fragBytes } = first.costs;
  if (series.some(({ costs }) => costs.budgetNs !== budgetNs || costs.fragBytes !== fragBytes)) {
    throw new RangeError("pageOrderFigure requires series of one link and one fragBytes: got several");
  }
  const lastOrder = ({ costs }: PageOrderSeries) => Math.max(...costs.orders.map(({ order }) => order));
  const reaches = series.map(lastOrder);
  const longest = reaches.indexOf(Math.max(...reaches)); // the names of the lines stand at its end, where no other line goes on
  const lines = MEASURES.flatMap(({ cost, label, color }) =>
    series.map(({ label: kernel, costs: { orders } }, index) => ({
      type: "scatter",
      mode: "lines+markers+text",
      name: plotlyText(`${kernel}, ${label(fragBytes)}`),
      x: orders.map(({ order }) => order),
      y: orders.map((order) => order[cost].ns),
      text: orders.map((_, at) => (index === longest && at === orders.length - 1 ? `${GAP}${label(fragBytes)}` : "")),
      textposition: "middle right",
      textfont: { color, weight: "bold" },
      cliponaxis: false,
      ...seriesStyle({ index, color }),
      customdata: orders.map((order) => order[cost].cycles),
      hovertemplate: "%{y:.1f} ns, %{customdata:.1f} cycles",
      showlegend: false,
    })),
  );
  const sizes = new Map(series.flatMap(({ costs }) => costs.orders.map(({ order, bytes }) => [order, bytes] as const)));
  const orders = [...sizes.keys()].sort((one, other) => one - other);
  const clocks = new Set(series.map(({ costs }) => costs.tscGhz));
  const range = [Math.min(...orders) - 0.4, Math.max(...orders) + 0.4] as const;
  const budget = `${labelNumber(budgetNs)} ns`;
  const packets = `${labelNumber(link.gbps)} Gbit/s, ${link.frameBytes} B frames`;
  return figure({
    name,
    title: "What the page allocator takes of a packet's time",
    detail: `One allocation and its free, ${clocks.size === 1 ? `TSC of ${[...clocks].map(labelNumber)} GHz` : "each at its TSC"}. Budget: ${packets}`,
    data: [
      ...lines,
      budgetLine({ x: range, ns: budgetNs, label: `${labelNumber(link.gbps)}G budget: ${budget}` }),
      ...(series.length > 1
        ? seriesKeys(
            series.map(({ label, costs }) => (clocks.size === 1 ? label : `${label} (${labelNumber(costs.tscGhz)} GHz)`)),
          )
        : []),
    ],
    layout: {
      margin: { r: LABEL_MARGIN_PX },
      xaxis: {
        title: { text: "order, and bytes of one allocation" },
        range,
        tickvals: orders,
        ticktext: orders.map((order) => `${order}<br>${binaryBytes(sizes.get(order) ?? 0)}`),
      },
      yaxis: { title: { text: "ns per packet" }, ...logAxis({ values: [budgetNs, ...lines.flatMap(({ y }) => y)] }) },
      ...(series.length > 1 ? { showlegend: true, legend: { x: 0.01, y: 0.99 } } : { showlegend: false }),
    },
    summary: `Page allocator against ${budget} per packet (${packets}): ${series.map(verdicts).join("; ")}`,
    provenance: [...series.map(({ provenance }) => provenance), { kind: "modelled", source: "shares of a block, budget" }],
    warnings,
  });
}

function verdicts({ label, costs }: PageOrderSeries): string {
  const sentences = MEASURES.map((measure) => {
    const over = costs.orders.filter((order) => order[measure.cost].verdict === "over").map(({ order }) => order);
    const where =
      over.length > 0
        ? `over ${measure.label(costs.fragBytes)} at order ${over.join(", ")}`
        : `within ${measure.label(costs.fragBytes)}`;
    return where;
  });
  return `${label} at ${labelNumber(costs.tscGhz)} GHz: ${sentences.join(", ")}`;
}

/** 4 KiB, 512 KiB, 2 MiB. */
function binaryBytes(bytes: Bytes): string {
  return bytes < 2 ** 20 ? `${bytes / 2 ** 10} KiB` : `${bytes / 2 ** 20} MiB`;
}
