import type { Warning } from "../captures/parsed.js";
import type { PageContention } from "../models/page-contention.js";
import { type Figure, figure, labelNumber, type PlotlyAttributes, type Provenance, plotlyText } from "./figure.js";
import { logAxis } from "./log-axis.js";
import { budgetLine, seriesKeys, seriesStyle } from "./series-style.js";
import { GAP, PALETTE } from "./theme.js";

/** One order of one kernel in a figure. */
export interface ConcurrencySeries {
  /** Kernel or run, as the legend names it; the orders of one kernel share it. */
  readonly label: string;
  readonly contention: PageContention;
  readonly provenance: Provenance;
}

const COLORS = [PALETTE.blue, PALETTE.vermillion, PALETTE.green, PALETTE.purple];
const PANELS = [
  { cost: "per4k", title: "each CPU: its wait for 4 KiB", xaxis: "x", yaxis: "y" },
  { cost: "aggregatePer4k", title: "all CPUs: from one 4 KiB page to the next", xaxis: "x2", yaxis: "y2" },
] as const;
const DOMAINS = [
  [0, 0.47],
  [0.53, 1],
] as const;
const LABEL_MARGIN_PX = 190;

/**
 * The workshop's concurrency graph: what 4 KiB cost while more and more CPUs ask the page allocator at once, for each CPU (left)
 * and as the allocator's own rate over all of them (right), against the time between the packets of a full link.
 *
 * Source: J. D. Brouer, Network Performance Workshop, netdev 1.2 2016, graph at 00:55; the right half is ours. `name` is the stem of its files.
 * @throws RangeError for no series, and for series of different links or clocks: a figure has one budget line.
 * @example
 * concurrencyFigure({ series: [{ label: "4.6-rc1", provenance: { kind: "published", source: "a mail" }, contention: {
 *   order: 3, link: { gbps: 10, frameBytes: 64 }, budgetNs: 67.2, tscGhz: 4, overFromCpus: 3, fit: { cyclesPerCpu: 1208, interceptCycles: -307, rSquared: 0.98 },
 *   points: [{ cpus: 1, cycles: 524, speedUp: 1, per4k: { cycles: 65.5, ns: 16.375 }, aggregatePer4k: { cycles: 65.5, ns: 16.375 } }],
 * } }] }).summary // "4 KiB of the page allocator against 67.2 ns per packet (10 Gbit/s, 64 B frames), TSC of 4 GHz: 4.6-rc1, order 3: over from 3 CPUs, 1,208 cycles more per CPU"
 */
export function concurrencyFigure({
  series,
  warnings = [],
  name = "concurrency",
}: {
  series: readonly ConcurrencySeries[];
  warnings?: readonly Warning[];
  name?: string;
}): Figure {
  const [first] = series;
  if (!first) throw new RangeError("concurrencyFigure requires at least one series: got none");
  const { link, budgetNs, tscGhz } = first.contention;
  if (series.some(({ contention }) => contention.budgetNs !== budgetNs || contention.tscGhz !== tscGhz)) {
    throw new RangeError("concurrencyFigure requires series of one link and one clock: got several");
  }
  const labels = [...new Set(series.map(({ label }) => label))];
  const orders = [...new Set(series.map(({ contention }) => contention.order))];
  const cpus = [...new Set(series.flatMap(({ contention }) => contention.points.map((point) => point.cpus)))].sort(
    (one, other) => one - other,
  );
  const range = [Math.min(...cpus) - 0.3, Math.max(...cpus) + 0.3] as const;
  const lines = PANELS.flatMap(({ cost, xaxis, yaxis }) =>
    series.map(({ label, contention: { order, points } }) => {
      const color = COLORS[orders.indexOf(order) % COLORS.length] ?? PALETTE.blue;
      const named = cost === "aggregatePer4k" && label === first.label;
      return {
        type: "scatter",
        mode: "lines+markers+text",
        name: plotlyText(`${label}, order ${order}`),
        x: points.map((point) => point.cpus),
        y: points.map((point) => point[cost].ns),
        text: points.map((_, at) => (named && at === points.length - 1 ? `${GAP}order ${order}` : "")),
        textposition: "middle right",
        textfont: { color, weight: "bold" },
        cliponaxis: false,
        ...seriesStyle({ index: labels.indexOf(label), color }),
        customdata: points.map((point) => [point[cost].cycles, point.speedUp]),
        hovertemplate: "%{y:.1f} ns, %{customdata[0]:.1f} cycles; %{customdata[1]:.2f} times the calls of one CPU",
        xaxis,
        yaxis,
        showlegend: false,
      };
    }),
  );
  const y = logAxis({ values: [budgetNs, ...lines.flatMap((line) => line.y)] });
  const x = { title: { text: "CPUs at once" }, range, tickvals: cpus };
  const budget = `${labelNumber(budgetNs)} ns`;
  const packets = `${labelNumber(link.gbps)} Gbit/s, ${link.frameBytes} B frames`;
  return figure({
    name,
    title: "What 4 KiB cost when CPUs ask at once",
    detail: `Page allocator, higher orders split to 4 KiB, TSC of ${labelNumber(tscGhz)} GHz. Budget: ${packets}`,
    data: [
      ...lines,
      { ...budgetLine({ x: range, ns: budgetNs, label: "" }), xaxis: "x", yaxis: "y" },
      {
        ...budgetLine({ x: range, ns: budgetNs, label: `${labelNumber(link.gbps)}G budget: ${budget}` }),
        xaxis: "x2",
        yaxis: "y2",
      },
      ...(labels.length > 1 ? seriesKeys(labels) : []),
    ],
    layout: {
      margin: { r: LABEL_MARGIN_PX },
      xaxis: { ...x, domain: DOMAINS[0] },
      xaxis2: { ...x, domain: DOMAINS[1], anchor: "y2" },
      yaxis: { title: { text: "ns per 4 KiB" }, ...y },
      yaxis2: { ...y, anchor: "x2", matches: "y", showticklabels: false },
      annotations: PANELS.map(panelTitle),
      ...(labels.length > 1 ? { showlegend: true, legend: { x: DOMAINS[1][0] + 0.01, y: 0.99 } } : { showlegend: false }),
    },
    summary: `4 KiB of the page allocator against ${budget} per packet (${packets}), TSC of ${labelNumber(tscGhz)} GHz: ${series.map(verdict).join("; ")}`,
    provenance: [...series.map(({ provenance }) => provenance), { kind: "modelled", source: "shares of a block, budget" }],
    warnings,
  });
}

function panelTitle({ title }: { title: string }, index: number): PlotlyAttributes {
  const [start] = DOMAINS[index] ?? [0];
  return {
    text: `<b>${title}</b>`,
    showarrow: false,
    xref: "paper",
    x: start,
    xanchor: "left",
    yref: "paper",
    y: 1,
    yanchor: "bottom",
  };
}

function verdict({ label, contention: { order, overFromCpus, fit } }: ConcurrencySeries): string {
  const over = overFromCpus === undefined ? "within" : `over from ${overFromCpus} CPU${overFromCpus === 1 ? "" : "s"}`;
  return `${label}, order ${order}: ${over}, ${labelNumber(fit.cyclesPerCpu)} cycles more per CPU`;
}
