import { SKB_CLASSES } from "../attribution/cost-classes.js";
import type { Warning } from "../captures/parsed.js";
import { type ClassCost, type CostSeries, meaninglessLine, nsAxisTitle } from "./class-cost.js";
import { type Figure, figure, labelNumber, plotlyText } from "./figure.js";
import { legendBelow } from "./series-style.js";
import { PALETTE } from "./theme.js";

const COLORS = [PALETTE.blue, PALETTE.orange, PALETTE.green, PALETTE.purple];
const NAME_MARGIN_PX = 140;

/**
 * What an SKB costs a packet, by class, from clearing it to giving it back, with the intervals where there are any: one bar for each
 * run or published profile.
 *
 * `name` is the stem of its files. Which classes: `SKB_CLASSES`; those that cost nothing in any series are left out.
 * @throws RangeError for no series, more than four, or none that has any of these classes.
 * @example
 * skbOverheadFigure({ series: [{ label: "drop", provenance: { kind: "published", source: "a mail" }, costs: [{ name: "skb-clear", nsPerPacket: 9.6 }, { name: "skb-free", nsPerPacket: 18.3 }, { name: "bpf", nsPerPacket: 5 }] }] }).summary // "What an SKB costs a packet: drop: 27.9 ns in 2 classes, skb-free 18.3 ns the largest"
 */
export function skbOverheadFigure({
  series,
  warnings = [],
  name = "skb-overhead",
}: {
  series: readonly CostSeries[];
  warnings?: readonly Warning[];
  name?: string;
}): Figure {
  if (series.length === 0 || series.length > COLORS.length) {
    throw new RangeError(`skbOverheadFigure requires 1 to ${COLORS.length} series: got ${series.length}`);
  }
  const costOf = ({ costs }: CostSeries, of: string): ClassCost | undefined =>
    costs.find((cost) => cost.name === of && cost.nsPerPacket > 0);
  const classes = SKB_CLASSES.filter((of) => series.some((one) => costOf(one, of)));
  if (classes.length === 0) throw new RangeError("skbOverheadFigure requires costs of SKB classes: got none");
  const bars = series.map((one, index) => {
    const costs = classes.map((of) => costOf(one, of));
    const reach = (end: "low" | "high") =>
      costs.map((cost) => (cost?.interval ? Math.abs(cost.interval[end] - cost.nsPerPacket) : 0));
    return {
      type: "bar",
      orientation: "h",
      name: plotlyText(one.label),
      y: classes,
      x: costs.map((cost) => cost?.nsPerPacket ?? 0),
      marker: { color: COLORS[index] },
      text: costs.map((cost) => (cost && !cost.interval ? labelNumber(cost.nsPerPacket) : "")),
      textposition: "outside",
      cliponaxis: false,
      ...(costs.some((cost) => cost?.interval) && {
        error_x: { type: "data", symmetric: false, array: reach("high"), arrayminus: reach("low"), thickness: 1.5, width: 3 },
      }),
      hovertemplate: "%{y}: %{x:.2f} ns per packet<extra>%{fullData.name}</extra>",
    };
  });
  const intervals = series.some(({ costs }) => costs.some(({ interval }) => interval))
    ? "Lines: 95 % intervals within the run."
    : "";
  return figure({
    name,
    title: "What an SKB costs a packet",
    detail: `${meaninglessLine(series)}Allocated, cleared, filled and given back. ${intervals}`.trim(),
    data: bars,
    layout: {
      barmode: "group",
      bargap: 0.25,
      xaxis: { title: { text: nsAxisTitle(series) }, rangemode: "tozero" },
      yaxis: { type: "category", autorange: "reversed", tickvals: classes, showgrid: false },
      ...(series.length > 1 ? legendBelow(series.length) : { showlegend: false }),
      margin: { ...(series.length > 1 ? (legendBelow(series.length).margin as object) : {}), l: NAME_MARGIN_PX },
    },
    summary: `What an SKB costs a packet: ${series.map((one) => summed(one, classes)).join("; ")}`,
    provenance: series.map(({ provenance }) => provenance),
    warnings,
  });
}

function summed({ label, costs }: CostSeries, classes: readonly string[]): string {
  const own = costs.filter(({ name, nsPerPacket }) => classes.includes(name) && nsPerPacket > 0);
  const wholeNs = own.reduce((sum, { nsPerPacket }) => sum + nsPerPacket, 0);
  const [largest] = [...own].sort((one, other) => other.nsPerPacket - one.nsPerPacket);
  const most = largest ? `, ${largest.name} ${labelNumber(largest.nsPerPacket)} ns the largest` : "";
  return `${label}: ${labelNumber(wholeNs)} ns in ${own.length} classes${most}`;
}
