import type { Warning } from "../captures/parsed.js";
import { type ClassCost, type CostSeries, meaninglessLine, nsAxisTitle } from "./class-cost.js";
import { type Figure, figure, labelNumber, plotlyText } from "./figure.js";
import { GAP, NEUTRAL, PALETTE } from "./theme.js";

/** Lines with a name of their own: those that change most. */
const NAMED = 8;
const LABEL_MARGIN_PX = 230;
/** Labels nearer to each other than this share of the axis are moved apart. */
const LABEL_SHARE = 0.05;

/**
 * Before and after, class by class: a line for each, from what it cost a packet to what it costs. Those that change most are named;
 * what got dearer is vermillion, what got cheaper blue.
 *
 * A picture of differences, not a test of them. `name` is the stem of its files.
 * @throws RangeError for no class in either.
 * @example
 * costSlopeFigure({ before: { label: "burst 1", provenance: { kind: "measured", source: "a" }, costs: [{ name: "skb-build", nsPerPacket: 30 }] }, after: { label: "burst 32", provenance: { kind: "measured", source: "b" }, costs: [{ name: "skb-build", nsPerPacket: 1 }] } }).summary // "burst 1 to burst 32, ns per packet: skb-build 30 to 1; in all 30 to 1"
 */
export function costSlopeFigure({
  before,
  after,
  warnings = [],
  name = "cost-slope",
}: {
  before: CostSeries;
  after: CostSeries;
  warnings?: readonly Warning[];
  name?: string;
}): Figure {
  const names = [...new Set([...before.costs, ...after.costs].map((cost) => cost.name))];
  if (names.length === 0) throw new RangeError("costSlopeFigure requires costs: got none");
  const ns = (costs: readonly ClassCost[], of: string) => costs.find((cost) => cost.name === of)?.nsPerPacket ?? 0;
  const changes = names
    .map((of) => ({ of, from: ns(before.costs, of), to: ns(after.costs, of) }))
    .sort((one, other) => Math.abs(other.to - other.from) - Math.abs(one.to - one.from));
  const named = changes.slice(0, NAMED);
  const most = Math.max(...changes.flatMap(({ from, to }) => [from, to]));
  const labelAt = apart({ values: named.map(({ to }) => to), gap: LABEL_SHARE * most });
  const whole = (costs: readonly ClassCost[]) => labelNumber(costs.reduce((sum, { nsPerPacket }) => sum + nsPerPacket, 0));
  const series = [before, after];
  return figure({
    name,
    title: `${before.label} to ${after.label}, class by class`,
    detail: `${meaninglessLine(series)}The ${named.length} classes that change most are named`,
    data: changes.map(({ of, from, to }, at) => ({
      type: "scatter",
      mode: "lines+markers",
      name: plotlyText(of),
      x: [0, 1],
      y: [from, to],
      line: { color: at >= NAMED ? NEUTRAL : to > from ? PALETTE.vermillion : PALETTE.blue, width: at >= NAMED ? 1 : 2.5 },
      marker: { size: at >= NAMED ? 4 : 7 },
      hovertemplate: `${plotlyText(of)}: %{y:.2f} ns<extra></extra>`,
      showlegend: false,
    })),
    layout: {
      margin: { r: LABEL_MARGIN_PX },
      xaxis: {
        range: [-0.1, 1.02],
        tickvals: [0, 1],
        ticktext: [plotlyText(before.label), plotlyText(after.label)],
        showgrid: false,
      },
      yaxis: { title: { text: nsAxisTitle(series) }, range: [-0.03 * most, 1.05 * most] },
      annotations: named.map(({ of, from, to }, at) => ({
        text: `${GAP}${plotlyText(of)}: ${labelNumber(from)} to ${labelNumber(to)}`,
        showarrow: false,
        xref: "paper",
        x: 1,
        xanchor: "left",
        y: labelAt[at],
        font: { color: to > from ? PALETTE.vermillion : PALETTE.blue },
      })),
    },
    summary: `${before.label} to ${after.label}, ns per packet: ${named.map(({ of, from, to }) => `${of} ${labelNumber(from)} to ${labelNumber(to)}`).join(", ")}; in all ${whole(before.costs)} to ${whole(after.costs)}`,
    provenance: series.map(({ provenance }) => provenance),
    warnings,
  });
}

/** Where labels of these values stand so that none covers another: moved up as far as needed, from the lowest on. */
function apart({ values, gap }: { values: readonly number[]; gap: number }): number[] {
  const order = [...values.keys()].sort((one, other) => (values[one] as number) - (values[other] as number));
  const places: number[] = [];
  let free = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    places[index] = Math.max(values[index] as number, free);
    free = places[index] + gap;
  }
  return places;
}
