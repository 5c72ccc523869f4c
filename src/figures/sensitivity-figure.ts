import type { Warning } from "../captures/parsed.js";
import type { ExplainedPath } from "../models/packet-path.js";
import { type Figure, figure, labelNumber, plotlyText } from "./figure.js";
import { GAP, LINE_PX, MARGIN_PX, NEUTRAL, PALETTE } from "./theme.js";

/** Parameters with a bar of their own. */
const SHOWN = 10;
const CHARACTER_PX = 7.6;
/** For the numbers at either end, as a share of the longest bar. */
const ROOM = 1.35;

/**
 * Which parameter of a packet path matters most: each lowered and raised by the same share, all others held, as the change of the
 * whole in ns. The largest stands first.
 *
 * Source: `explainPath`. `name` is the stem of its files.
 * @throws RangeError for a path in which no parameter changes anything.
 * @example
 * sensitivityFigure({ explained: { name: "drop", explainedNs: 50, doubts: [], sensitivities: [{ mechanism: "driver receive", parameter: "workNs", value: 50, lowNs: 45, highNs: 55, swingNs: 10 }] } }).summary // "What matters on the path drop: driver receive, workNs: -5 to +5 ns"
 */
export function sensitivityFigure({
  explained,
  name = "sensitivity",
  warnings = [],
}: {
  explained: ExplainedPath;
  name?: string;
  warnings?: readonly Warning[];
}): Figure {
  const mechanisms = [...new Set(explained.sensitivities.map(({ mechanism }) => mechanism))];
  const shown = explained.sensitivities.filter(({ swingNs }) => swingNs > 0).slice(0, SHOWN);
  if (shown.length === 0)
    throw new RangeError(`sensitivityFigure requires a parameter that changes ${explained.name}: got none`);
  const rows = shown.map(({ mechanism, parameter, value }) => plotlyText(`${mechanism}, ${parameter} ${labelNumber(value)}`));
  const change = (ns: number) => ns - explained.explainedNs;
  const most = Math.max(...shown.flatMap(({ lowNs, highNs }) => [Math.abs(change(lowNs)), Math.abs(change(highNs))])) * ROOM;
  const bars = (label: string, of: "lowNs" | "highNs", color: string) => ({
    type: "bar",
    orientation: "h",
    name: label,
    y: rows,
    x: shown.map((one) => change(one[of])),
    marker: { color },
    // Beside a bar alone: plotly sets a 0 on either side, or nowhere.
    text: shown.map((one) => (change(one[of]) === 0 ? "" : `${GAP}${signed(change(one[of]))}${GAP}`)),
    textposition: "outside",
    cliponaxis: false,
    hovertemplate: "%{y}: %{x:+.2f} ns<extra>%{fullData.name}</extra>",
  });
  return figure({
    name,
    title: `What matters on the path ${explained.name}`,
    detail: `Each parameter alone, 10 % less and more, counts by at least 1. Path: ${labelNumber(explained.explainedNs)} ns`,
    data: [bars("less", "lowNs", PALETTE.sky), bars("more", "highNs", PALETTE.blue)],
    layout: {
      barmode: "overlay",
      bargap: 0.3,
      margin: { l: Math.max(...rows.map(({ length }) => length)) * CHARACTER_PX + 2 * CHARACTER_PX, t: MARGIN_PX.t + LINE_PX },
      xaxis: { title: { text: "change of ns per packet" }, range: [-most, most], zeroline: true, zerolinecolor: NEUTRAL },
      yaxis: { type: "category", autorange: "reversed", tickvals: rows, showgrid: false },
      showlegend: true,
      legend: { x: 1, xanchor: "right", y: 0, yanchor: "bottom" },
    },
    summary: `What matters on the path ${explained.name}: ${shown
      .slice(0, 3)
      .map(
        ({ mechanism, parameter, lowNs, highNs }) =>
          `${mechanism}, ${parameter}: ${signed(change(lowNs))} to ${signed(change(highNs))} ns`,
      )
      .join("; ")}`,
    provenance: [{ kind: "modelled", source: `the sum of ${mechanisms.join(", ")}, one parameter at a time` }],
    warnings: [...warnings, ...explained.doubts.map((message) => ({ file: explained.name, line: 0, message }))],
  });
}

function signed(ns: number): string {
  return `${ns > 0 ? "+" : ""}${labelNumber(ns)}`;
}
