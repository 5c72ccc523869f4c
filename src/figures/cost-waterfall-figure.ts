import type { Warning } from "../captures/parsed.js";
import { lineRate } from "../models/line-rate.js";
import type { Bytes, Gbps, Ns } from "../units.js";
import { type ClassCost, type CostSeries, meaninglessLine, nsAxisTitle } from "./class-cost.js";
import { type Figure, figure, labelNumber, plotlyText } from "./figure.js";
import { GAP, LABEL_PX, LINE_PX, MARGIN_PX, NEUTRAL, PALETTE } from "./theme.js";

/** Classes with a bar of their own; the rest share one. */
const MAX_BARS = 16;
/** Smaller ones share a bar too. */
const MIN_SHARE = 0.005;
const NAME_MARGIN_PX = 150;
const CENTRED_SHARE = 0.15;
/** For the number beside the last bar. */
const ROOM = 1.14;

/**
 * The cost of a packet, class upon class, until it crosses what a packet may cost: each bar begins where the one above ends.
 *
 * The largest class stands first. What lies beyond the budget is drawn in another colour: to fit, that much must go, from whichever
 * class. `name` is the stem of its files. Source of the budget: `lineRate`.
 * @throws RangeError for no costs, or costs that are negative.
 * @example
 * costWaterfallFigure({ series: { label: "drop", provenance: { kind: "published", source: "a mail" }, costs: [{ name: "copy", nsPerPacket: 50 }, { name: "dma-map", nsPerPacket: 30 }] } }).summary // "drop: 80 ns per packet in 2 classes, 12.8 ns over the 67.2 ns of 10 Gbit/s with 64 B frames; largest: copy 50 ns, dma-map 30 ns"
 */
export function costWaterfallFigure({
  series,
  link = { gbps: 10, frameBytes: 64 },
  warnings = [],
  name = "cost-waterfall",
}: {
  series: CostSeries;
  link?: { readonly gbps: Gbps; readonly frameBytes: Bytes };
  warnings?: readonly Warning[];
  name?: string;
}): Figure {
  const { label, costs, provenance, meaninglessNs } = series;
  const wrong = costs.find(({ nsPerPacket }) => !(nsPerPacket >= 0 && Number.isFinite(nsPerPacket)));
  if (costs.length === 0 || wrong) {
    throw new RangeError(
      `costWaterfallFigure requires costs of ns >= 0: got ${wrong ? `${wrong.nsPerPacket} (${wrong.name})` : "none"}`,
    );
  }
  const budgetNs = lineRate(link).ns;
  const bars = steps(costs);
  const wholeNs = bars.at(-1)?.toNs ?? 0;
  const limitNs = meaninglessNs === undefined ? budgetNs : Number.POSITIVE_INFINITY;
  const rate = `${labelNumber(link.gbps)} Gbit/s with ${link.frameBytes} B frames`;
  const part = (color: string, piece: (bar: Step) => readonly [Ns, Ns], legend: string) => ({
    type: "bar",
    orientation: "h",
    name: legend,
    y: bars.map((bar) => bar.name),
    base: bars.map((bar) => piece(bar)[0]),
    x: bars.map((bar) => Math.max(0, piece(bar)[1] - piece(bar)[0])),
    marker: { color },
    customdata: bars.map((bar) => [bar.nsPerPacket, bar.toNs]),
    hovertemplate: "%{y}: %{customdata[0]:.2f} ns, up to %{customdata[1]:.2f} ns<extra></extra>",
    showlegend: false,
  });
  const within = part(PALETTE.blue, ({ fromNs, toNs }) => [fromNs, Math.min(toNs, limitNs)], "within");
  const over = part(PALETTE.vermillion, ({ fromNs, toNs }) => [Math.max(fromNs, limitNs), toNs], "over");
  const end = Math.max(wholeNs, meaninglessNs === undefined ? budgetNs : 0) * ROOM;
  return figure({
    name,
    title: `Where a packet's time goes: ${label}`,
    detail: `${meaninglessLine([series])}Each class begins where the one above ends.${meaninglessNs === undefined ? ` Budget: ${labelNumber(budgetNs)} ns, ${rate}` : ""}`,
    data: [
      within,
      ...(wholeNs > limitNs ? [over] : []),
      {
        type: "scatter",
        mode: "text",
        x: bars.map(({ toNs }) => toNs),
        y: bars.map((bar) => bar.name),
        text: bars.map(({ nsPerPacket }) => `${GAP}${labelNumber(nsPerPacket)}`),
        textposition: "middle right",
        cliponaxis: false,
        hoverinfo: "skip",
        showlegend: false,
      },
    ],
    layout: {
      barmode: "overlay",
      bargap: 0.25,
      margin: { l: NAME_MARGIN_PX, t: MARGIN_PX.t + LINE_PX },
      xaxis: { title: { text: nsAxisTitle([series]) }, range: [0, end] },
      yaxis: { type: "category", autorange: "reversed", showgrid: false, tickvals: bars.map((bar) => bar.name) },
      ...(meaninglessNs === undefined && {
        shapes: [budgetMark(budgetNs)],
        annotations: [budgetName(budgetNs, link.gbps, end)],
      }),
    },
    summary: `${label}: ${labelNumber(wholeNs)} ns per packet in ${costs.length} classes, ${verdict(wholeNs, budgetNs, meaninglessNs)}${meaninglessNs === undefined ? ` the ${labelNumber(budgetNs)} ns of ${rate}` : ""}; largest: ${largest(costs)}`,
    provenance: [provenance, ...(meaninglessNs === undefined ? [{ kind: "modelled", source: "budget" } as const] : [])],
    warnings,
  });
}

interface Step extends ClassCost {
  readonly fromNs: Ns;
  readonly toNs: Ns;
}

/** The bars: the largest first, the small ones as one. */
function steps(costs: readonly ClassCost[]): Step[] {
  const sorted = [...costs].sort((one, other) => other.nsPerPacket - one.nsPerPacket);
  const wholeNs = sorted.reduce((sum, { nsPerPacket }) => sum + nsPerPacket, 0);
  const shown = sorted.filter(({ nsPerPacket }, at) => at < MAX_BARS && nsPerPacket >= MIN_SHARE * wholeNs);
  const rest = sorted.slice(shown.length);
  const restNs = rest.reduce((sum, { nsPerPacket }) => sum + nsPerPacket, 0);
  const bars = rest.length > 0 ? [...shown, { name: `${rest.length} smaller`, nsPerPacket: restNs }] : shown;
  let fromNs = 0;
  return bars.map((bar) => {
    const step = { ...bar, name: plotlyText(bar.name), fromNs, toNs: fromNs + bar.nsPerPacket };
    fromNs = step.toNs;
    return step;
  });
}

function verdict(wholeNs: Ns, budgetNs: Ns, meaninglessNs: string | undefined): string {
  if (meaninglessNs !== undefined) return `which mean nothing in themselves: ${meaninglessNs}`;
  return wholeNs > budgetNs ? `${labelNumber(wholeNs - budgetNs)} ns over` : `${labelNumber(budgetNs - wholeNs)} ns under`;
}

function largest(costs: readonly ClassCost[]): string {
  const [first, second] = [...costs].sort((one, other) => other.nsPerPacket - one.nsPerPacket);
  return [first, second].flatMap((cost) => (cost ? `${cost.name} ${labelNumber(cost.nsPerPacket)} ns` : [])).join(", ");
}

function budgetMark(budgetNs: Ns): object {
  return {
    type: "line",
    xref: "x",
    x0: budgetNs,
    x1: budgetNs,
    yref: "paper",
    y0: 0,
    y1: 1,
    line: { color: NEUTRAL, width: 2.5, dash: "longdash" },
  };
}

/** Over the line; to the right of it where the line is so far left that the name would leave the picture. */
function budgetName(budgetNs: Ns, gbps: number, endNs: Ns): object {
  return {
    text: `<b>${labelNumber(gbps)}G budget: ${labelNumber(budgetNs)} ns</b>`,
    showarrow: false,
    font: { size: LABEL_PX },
    xref: "x",
    x: budgetNs,
    xanchor: budgetNs < CENTRED_SHARE * endNs ? "left" : "center",
    yref: "paper",
    y: 1,
    yanchor: "bottom",
  };
}
