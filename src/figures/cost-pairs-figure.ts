import type { Warning } from "../captures/parsed.js";
import type { Ns } from "../units.js";
import { budgetAcross } from "./budget-across.js";
import {
  type Figure,
  figure,
  labelNumber,
  measuredAlone,
  type PlotlyAttributes,
  type Provenance,
  plotlyText,
} from "./figure.js";
import { logAxis } from "./log-axis.js";
import { legendBelow } from "./series-style.js";
import { GAP, LINE_PX, MARGIN_PX, PALETTE } from "./theme.js";

/** A packet's time before a change and after it; one without `beforeNs` stands alone. */
export interface CostPair {
  readonly label: string;
  readonly beforeNs?: Ns;
  readonly afterNs: Ns;
  readonly provenance: Provenance;
}

const CHARACTER_PX = 7.6;
const MAX_NAME_PX = 360;
const SIZE_PX = 12;
/** Up to this ratio of the times the axis starts at 0: lengths are ns. */
const LINEAR_RATIO = 8;
/** From here on ticks at 1, 2 and 5 do not fit beside each other. */
const LONG_NUMBER = 10_000;
const ROOM = 1.05;
/** For the numbers to the right. */
const NUMBER_MARGIN_PX = 150;

/**
 * Before and after in ns per packet, a line for each pair: what got faster runs to the left. Over a wide range on a logarithmic axis,
 * where a halving is as long everywhere; else from 0. With the budget of a packet.
 *
 * @throws RangeError for no pairs, or a time that is not above 0.
 * @example
 * costPairsFigure({ name: "a", title: "A", detail: "", budgetNs: 67.2, pairs: [{ label: "RX", beforeNs: 166.7, afterNs: 62.5, provenance: { kind: "published", source: "a talk" } }] }).summary // "A: RX 166.7 to 62.5 ns"
 */
export function costPairsFigure({
  name,
  title,
  detail,
  pairs,
  budgetNs,
  warnings = [],
}: {
  name: string;
  title: string;
  detail: string;
  pairs: readonly CostPair[];
  budgetNs: Ns;
  warnings?: readonly Warning[];
}): Figure {
  const times = pairs.flatMap(({ beforeNs, afterNs }) => (beforeNs === undefined ? [afterNs] : [beforeNs, afterNs]));
  const wrong = times.find((ns) => !(ns > 0 && Number.isFinite(ns)));
  if (pairs.length === 0 || wrong !== undefined) {
    throw new RangeError(`costPairsFigure requires pairs of ns > 0: got ${pairs.length === 0 ? "none" : wrong}`);
  }
  const rows = pairs.map(({ label }) => plotlyText(label));
  const left = Math.min(
    MAX_NAME_PX,
    Math.max(...pairs.map(({ label }) => label.length)) * CHARACTER_PX + GAP.length * CHARACTER_PX,
  );
  const moved = pairs.flatMap(({ beforeNs, afterNs }, at) =>
    beforeNs === undefined ? [] : [{ at, beforeNs, afterNs, color: afterNs > beforeNs ? PALETTE.vermillion : PALETTE.blue }],
  );
  const legend = legendBelow(moved.length > 0 ? 2 : 1);
  const [least, most] = [Math.min(...times, budgetNs), Math.max(...times, budgetNs)];
  const log = most > LINEAR_RATIO * least;
  const axis = log
    ? logAxis({ values: [...times, budgetNs], ...(most > LONG_NUMBER && { steps: [1] }) })
    : { range: [0, ROOM * most] as const };
  const placed = log ? Math.log10(budgetNs) : budgetNs;
  return figure({
    name,
    title,
    detail,
    data: [
      ...moved.map(({ at, beforeNs, afterNs, color }) => ({
        type: "scatter",
        mode: "lines",
        x: [beforeNs, afterNs],
        y: [rows[at], rows[at]],
        line: { color, width: 3 },
        hoverinfo: "skip",
        showlegend: false,
      })),
      ...(moved.length > 0
        ? [
            marks(
              "before",
              moved.map(({ at, beforeNs }) => [beforeNs, rows[at] ?? ""]),
              "circle-open",
            ),
          ]
        : []),
      marks(
        "after",
        pairs.map(({ afterNs }, at) => [afterNs, rows[at] ?? ""]),
        "circle",
      ),
      numbers(pairs, rows),
    ],
    layout: {
      ...legend,
      margin: { ...(legend.margin as object), l: left, t: MARGIN_PX.t + LINE_PX, r: NUMBER_MARGIN_PX },
      xaxis: { title: { text: "ns per packet" }, ...axis },
      yaxis: { type: "category", categoryarray: rows, range: [pairs.length - 0.4, -0.6], tickvals: rows, showgrid: true },
      ...budgetAcross({
        ns: budgetNs,
        share: (placed - axis.range[0]) / (axis.range[1] - axis.range[0]),
        log,
      }),
    },
    summary: `${title}: ${measuredAlone(pairs).map(sentence).join("; ")}`,
    provenance: [...pairs.map(({ provenance }) => provenance), { kind: "modelled", source: "1e9 / pps, budget" }],
    warnings,
  });
}

function marks(label: string, points: readonly (readonly [Ns, string])[], symbol: string): PlotlyAttributes {
  return {
    type: "scatter",
    mode: "markers",
    name: label,
    x: points.map(([ns]) => ns),
    y: points.map(([, row]) => row),
    marker: { color: PALETTE.blue, size: SIZE_PX, symbol, line: { color: PALETTE.blue, width: 2 } },
    hovertemplate: "%{y}: %{x:,.1f} ns<extra>%{fullData.name}</extra>",
    cliponaxis: false,
    showlegend: true,
  };
}

/** To the right of each line, where nothing else stands. */
function numbers(pairs: readonly CostPair[], rows: readonly string[]): PlotlyAttributes {
  const text = ({ beforeNs, afterNs }: CostPair) =>
    beforeNs === undefined ? labelNumber(afterNs) : `${labelNumber(beforeNs)} to ${labelNumber(afterNs)}`;
  return {
    type: "scatter",
    mode: "text",
    x: pairs.map(({ beforeNs = 0, afterNs }) => Math.max(beforeNs, afterNs)),
    y: rows,
    text: pairs.map((pair) => `${GAP}${GAP}${text(pair)}`),
    textposition: "middle right",
    cliponaxis: false,
    hoverinfo: "skip",
    showlegend: false,
  };
}

function sentence({ label, beforeNs, afterNs }: CostPair): string {
  return beforeNs === undefined
    ? `${label} ${labelNumber(afterNs)} ns`
    : `${label} ${labelNumber(beforeNs)} to ${labelNumber(afterNs)} ns`;
}
