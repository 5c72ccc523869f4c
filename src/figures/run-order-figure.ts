import type { Warning } from "../captures/parsed.js";
import type { MetricDifference } from "../comparison/compare.js";
import type { Arm } from "../statistics/interleaving.js";
import { type Figure, figure, labelNumber, type Provenance, plotlyText } from "./figure.js";
import { NEUTRAL, PALETTE } from "./theme.js";

const MARKER_PX = 10;

/**
 * The runs of two arms in the order in which they were made: each a point, joined by a line, with the level of each arm. Drift, steps and
 * wild runs show here before any test.
 *
 * `name` is the stem of its files.
 * @throws RangeError for an order that has not the runs of the metric.
 * @example
 * runOrderFigure({ metric: { name: "pps", unit: "packets/s", before: 100, after: 102, runs: { before: [100], after: [102] } }, order: ["before", "after"], labels: { before: "off", after: "on" }, provenance: { kind: "measured", source: "runs a, b" } }).summary // "pps in the order of 2 runs: off 100, on 102"
 */
export function runOrderFigure({
  metric,
  order,
  labels,
  provenance,
  warnings = [],
  name = "run-order",
}: {
  metric: Pick<MetricDifference, "name" | "unit" | "before" | "after" | "runs">;
  order: readonly Arm[];
  labels: Readonly<Record<Arm, string>>;
  provenance: Provenance;
  warnings?: readonly Warning[];
  name?: string;
}): Figure {
  const counts = { before: 0, after: 0 };
  const points = order.map((arm, index) => {
    const value = metric.runs[arm][counts[arm]];
    counts[arm] += 1;
    if (value === undefined) throw new RangeError(`runOrderFigure requires a value of each run: run ${index + 1} has none`);
    return { arm, value, position: index + 1 };
  });
  const colours = { before: PALETTE.blue, after: PALETTE.vermillion };
  const symbols = { before: "circle", after: "diamond" };
  const arms = (["before", "after"] as const).map((arm) => {
    const own = points.filter((point) => point.arm === arm);
    return {
      type: "scatter",
      mode: "markers",
      name: plotlyText(labels[arm]),
      x: own.map(({ position }) => position),
      y: own.map(({ value }) => value),
      marker: { color: colours[arm], size: MARKER_PX, symbol: symbols[arm] },
    };
  });
  const levels = (["before", "after"] as const).map((arm) => ({
    type: "scatter",
    mode: "lines",
    x: [0.5, order.length + 0.5],
    y: [metric[arm], metric[arm]],
    line: { color: colours[arm], width: 1.5, dash: "dash" },
    hoverinfo: "skip",
    showlegend: false,
  }));
  const path = {
    type: "scatter",
    mode: "lines",
    x: points.map(({ position }) => position),
    y: points.map(({ value }) => value),
    line: { color: NEUTRAL, width: 1 },
    hoverinfo: "skip",
    showlegend: false,
  };
  const said = (["before", "after"] as const).map((arm) => `${labels[arm]} ${labelNumber(metric[arm])}`).join(", ");
  return figure({
    name,
    title: `${metric.name} of each run, in the order they were made`,
    detail: `Dashed: the level of each arm, ${said}`,
    data: [path, ...levels, ...arms],
    layout: {
      xaxis: { title: { text: "run" }, dtick: 1, range: [0.5, order.length + 0.5], showgrid: false },
      yaxis: {
        title: {
          text: metric.unit === "" ? metric.name : `${metric.name}, ${metric.unit}`.replace("ns/packet, ns", "ns per packet"),
        },
      },
      showlegend: true,
      legend: { x: 1, xanchor: "right", y: 1.02, yanchor: "bottom", orientation: "h" },
    },
    summary: `${metric.name} in the order of ${order.length} runs: ${said}`,
    provenance: [provenance],
    warnings,
  });
}
