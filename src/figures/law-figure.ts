import type { Warning } from "../captures/parsed.js";
import { type Figure, figure, labelNumber, modelledOf, type PlotlyAttributes, type Provenance, plotlyText } from "./figure.js";
import { logAxis } from "./log-axis.js";
import { budgetLine, legendBelow, seriesStyle } from "./series-style.js";
import { NEUTRAL, PALETTE } from "./theme.js";

/** A point of a law: both in the units of the axes. Without y it is a gap in the line. */
export interface LawPoint {
  readonly x: number;
  readonly y: number | null;
}

/** Measured or published points, and the curve that a model gives. */
export interface LawSeries {
  /** As the legend names it. */
  readonly label: string;
  readonly points?: readonly LawPoint[];
  readonly curve?: readonly LawPoint[];
  /** Measured less fitted, at the x of the points: drawn in a panel below. */
  readonly residuals?: readonly LawPoint[];
  /** Of the points where there are any, else of the curve. */
  readonly provenance: Provenance;
}

/** An axis: its title names the unit. */
export interface LawAxis {
  readonly title: string;
  readonly log?: boolean;
  /** Of things that are counted: no ticks between whole numbers. */
  readonly whole?: boolean;
}

const COLORS = [PALETTE.blue, PALETTE.vermillion, PALETTE.green, PALETTE.purple, PALETTE.orange, PALETTE.sky];
const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "star"];
const LABEL_MARGIN_PX = 190;
const [UPPER, LOWER] = [
  [0.36, 1],
  [0, 0.24],
] as const;
const POINT_PX = 8;
/** Room beside the points of an axis that is not logarithmic, as a share of it. */
const ROOM = 0.05;
/** So many whole numbers have a tick each. */
const MOST_SINGLE_TICKS = 5;

/**
 * Points and the law that goes through them: cost over a bulk size, rates over cores, packets delivered over packets offered.
 *
 * Points are markers, laws are lines of the same colour; residuals, where a series has them, stand in a panel below, because a fit is
 * judged by them. `budgetNs` draws the budget of a packet where y is in ns.
 * @throws RangeError for no series, more than six, or a series without points and curve, or a value that is not above 0 on a logarithmic axis.
 * @example
 * lawFigure({ name: "bulk", title: "Bulk", detail: "", summary: "10 + 20 / n", x: { title: "bulk" }, y: { title: "ns" },
 *   series: [{ label: "page", points: [{ x: 1, y: 30 }], provenance: { kind: "published", source: "a mail" } }] }).data[0].y // [30]
 */
export function lawFigure({
  name,
  title,
  detail,
  summary,
  x,
  y,
  series,
  budgetNs,
  formula,
  warnings = [],
}: {
  name: string;
  title: string;
  detail: string;
  summary: string;
  x: LawAxis;
  y: LawAxis;
  series: readonly LawSeries[];
  budgetNs?: number;
  /** Of the curves, where there are any: the figure says that they are modelled. */
  formula?: string;
  warnings?: readonly Warning[];
}): Figure {
  if (series.length === 0 || series.length > COLORS.length) {
    throw new RangeError(`lawFigure requires 1 to ${COLORS.length} series: got ${series.length}`);
  }
  const all = series.flatMap(({ label, points = [], curve = [] }) => {
    if (points.length + curve.length === 0) throw new RangeError(`lawFigure requires points or a curve: ${label} has none`);
    return [...points, ...curve];
  });
  const xs = all.map((point) => point.x);
  const ys = [...all.flatMap((point) => point.y ?? []), ...(budgetNs === undefined ? [] : [budgetNs])];
  const xAxis = axisOf("x", x, xs);
  const residuals = series.flatMap((one) => one.residuals ?? []);
  const range: readonly [number, number] = x.log
    ? [10 ** xAxis.range[0], 10 ** xAxis.range[1]]
    : [xAxis.range[0], xAxis.range[1]];
  return figure({
    name,
    title,
    detail,
    data: [
      ...series.flatMap(tracesOf),
      ...(budgetNs === undefined ? [] : [budgetLine({ x: range, ns: budgetNs, label: `budget: ${labelNumber(budgetNs)} ns` })]),
      ...(residuals.length > 0 ? [zeroLine(range)] : []),
    ],
    layout: {
      ...legendBelow(series.length),
      legend: { ...(legendBelow(series.length).legend as object), tracegroupgap: 0 },
      margin: { ...(legendBelow(series.length).margin as object), ...(budgetNs !== undefined && { r: LABEL_MARGIN_PX }) },
      xaxis: { title: { text: x.title }, ...xAxis, ...(residuals.length > 0 && { anchor: "y2" }) },
      yaxis: { title: { text: y.title }, ...axisOf("y", y, ys), ...(residuals.length > 0 && { domain: UPPER }) },
      ...(residuals.length > 0 && {
        yaxis2: { title: { text: "residual" }, ...residualAxis(residuals), domain: LOWER },
      }),
    },
    summary,
    provenance: [
      ...series.map(({ provenance }) => provenance),
      ...modelledOf([formula, budgetNs === undefined ? undefined : "budget"]),
    ],
    warnings,
  });
}

/**
 * Points along a law, evenly spread over a range, or evenly over its logarithm; of a law of whole numbers at those alone.
 *
 * @example
 * curveOf({ from: 1, to: 3, points: 3, law: (n) => 2 * n }) // [{ x: 1, y: 2 }, { x: 2, y: 4 }, { x: 3, y: 6 }]
 */
export function curveOf({
  from,
  to,
  law,
  points = 24,
  log = false,
  whole = false,
}: {
  from: number;
  to: number;
  law: (x: number) => number;
  points?: number;
  log?: boolean;
  whole?: boolean;
}): LawPoint[] {
  const spread = Array.from({ length: points }, (_, index) => {
    const share = index / (points - 1);
    return log ? from * (to / from) ** share : from + (to - from) * share;
  });
  const xs = whole ? [...new Set(spread.map(Math.round))] : spread;
  return xs.map((x) => ({ x, y: law(x) }));
}

function tracesOf({ label, points = [], curve = [], residuals = [] }: LawSeries, index: number): PlotlyAttributes[] {
  const color = COLORS[index] as string;
  const { line } = seriesStyle({ index: points.length > 0 ? 0 : index, color });
  const marker = { color, size: POINT_PX, symbol: SYMBOLS[index] };
  const named = { name: plotlyText(label), legendgroup: label };
  const trace = (mode: string, at: readonly LawPoint[], style: object) => ({
    type: "scatter",
    mode,
    ...named,
    x: at.map((point) => point.x),
    y: at.map((point) => point.y),
    hovertemplate: "%{x:,.4~g}: %{y:,.4~g}<extra>%{fullData.name}</extra>",
    ...style,
  });
  return [
    ...(curve.length > 0 ? [trace("lines", curve, { line, showlegend: points.length === 0 })] : []),
    ...(points.length > 0 ? [trace("markers", points, { marker, showlegend: true, cliponaxis: false })] : []),
    ...(residuals.length > 0
      ? [trace("lines+markers", residuals, { line: { ...line, width: 1 }, marker, yaxis: "y2", showlegend: false })]
      : []),
  ];
}

type Axis = PlotlyAttributes & { readonly range: readonly [number, number] };

function axisOf(letter: "x" | "y", { log = false, whole = false }: LawAxis, values: readonly number[]): Axis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (log) {
    if (!(least > 0)) throw new RangeError(`lawFigure requires values > 0 on a logarithmic ${letter} axis: got ${least}`);
    return { ...logAxis({ values }) };
  }
  // A rate or a cost is drawn from 0, so that heights compare; numbers of things from where they begin.
  const room = ROOM * (letter === "y" ? most : most - least || 1);
  return {
    range: letter === "y" ? [Math.min(0, least), most + room] : [least - room, most + room],
    ...(whole && most - least < MOST_SINGLE_TICKS && { dtick: 1 }),
  };
}

function residualAxis(residuals: readonly LawPoint[]): PlotlyAttributes {
  const most = Math.max(...residuals.map(({ y }) => Math.abs(y ?? 0))) * (1 + 2 * ROOM);
  return { range: [-most, most], nticks: 4 };
}

function zeroLine(x: readonly [number, number]): PlotlyAttributes {
  const line = { color: NEUTRAL, width: 1 };
  return { type: "scatter", mode: "lines", x, y: [0, 0], yaxis: "y2", line, hoverinfo: "skip", showlegend: false };
}
