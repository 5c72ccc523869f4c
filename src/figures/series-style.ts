import { type PlotlyAttributes, plotlyText } from "./figure.js";
import { GAP, MARGIN_PX, NEUTRAL, PLOT_PX } from "./theme.js";

const DASHES = ["solid", "dot", "dash", "dashdot"];
const SYMBOLS = ["circle", "circle-open", "square-open", "diamond-open"];
const LINE_PX = 2.5;
const MARKER_PX = 7;

/**
 * Line and marker of the `index`th series: colour says what is measured, dash and marker say where, so both read in grey too.
 *
 * @example
 * seriesStyle({ index: 1, color: "#0072B2" }).line.dash // "dot"
 */
export function seriesStyle({ index, color }: { index: number; color: string }): {
  line: { color: string; width: number; dash: string };
  marker: { color: string; size: number; symbol: string };
} {
  const [dash = "", symbol = ""] = [DASHES[index % DASHES.length], SYMBOLS[index % SYMBOLS.length]];
  return { line: { color, width: LINE_PX, dash }, marker: { color, size: MARKER_PX, symbol } };
}

/**
 * Traces that draw nothing and name the series in the legend, in the order of `labels`.
 *
 * @example
 * seriesKeys(["4.6-rc1"])[0].name // "4.6-rc1"
 */
export function seriesKeys(labels: readonly string[]): PlotlyAttributes[] {
  return labels.map((label, index) => ({
    type: "scatter",
    mode: "lines+markers",
    name: plotlyText(label),
    x: [null],
    y: [null],
    ...seriesStyle({ index, color: NEUTRAL }),
    showlegend: true,
  }));
}

/**
 * A trace of the budget: a line across the axis, labelled at its right end.
 *
 * @example
 * budgetLine({ x: [0, 9], ns: 67.2, label: "10G: 67.2 ns" }).y // [67.2, 67.2]
 */
export function budgetLine({ x, ns, label }: { x: readonly [number, number]; ns: number; label: string }): PlotlyAttributes {
  return {
    type: "scatter",
    mode: "lines+text",
    name: "budget",
    x,
    y: [ns, ns],
    text: ["", `${GAP}${label}`],
    textposition: "middle right",
    textfont: { weight: "bold" },
    cliponaxis: false,
    line: { color: NEUTRAL, width: LINE_PX, dash: "longdash" },
    hoverinfo: "skip",
    showlegend: false,
  };
}

/**
 * The layout of a legend of so many entries under the axes, where it covers nothing. It makes the picture that much higher.
 *
 * @example
 * legendBelow(3).margin // { b: 136 }
 */
export function legendBelow(entries: number): PlotlyAttributes {
  const y = -(MARGIN_PX.b - LEGEND_GAP_PX) / (PLOT_PX - MARGIN_PX.t - MARGIN_PX.b);
  return {
    showlegend: true,
    legend: { x: 0, xanchor: "left", y, yanchor: "top" },
    margin: { b: MARGIN_PX.b + entries * LEGEND_ROW_PX },
  };
}

const LEGEND_GAP_PX = 22;
const LEGEND_ROW_PX = 20;
