import type { Warning } from "../captures/parsed.js";
import { lineRate } from "../models/line-rate.js";
import { packetBudget } from "../models/packet-budget.js";
import { type Bytes, bitsFromBytes, type Gbps, type Ghz, type Ns, wireBytesFromFrame } from "../units.js";
import { type Figure, figure, labelNumber, type PlotlyAttributes, type Provenance, plotlyText } from "./figure.js";
import { logAxis } from "./log-axis.js";
import { legendBelow, seriesStyle } from "./series-style.js";
import { GAP, PALETTE } from "./theme.js";

/** What a packet was measured or said to cost, to be held against the budgets. */
export interface PacketCost {
  readonly label: string;
  readonly ns: Ns;
  readonly provenance: Provenance;
}

/** Link rates of Ethernet that have a tick, in Gbit/s. */
const GBPS: readonly Gbps[] = [1, 10, 25, 40, 100, 200, 400, 800];
/** The smallest frame, and a full one at MTU 1500. */
const [SMALLEST, FULL]: readonly [Bytes, Bytes] = [64, 1518];
const LINES = [
  { frameBytes: SMALLEST, color: PALETTE.vermillion },
  { frameBytes: FULL, color: PALETTE.blue },
];
const COST_COLORS = [PALETTE.green, PALETTE.purple, PALETTE.orange, PALETTE.sky];
const COST_SYMBOLS = ["diamond", "square", "triangle-up", "circle", "cross", "star", "triangle-down"];
/** A number beside the line takes so much of the axis: nearer to the one before, it is left to the hover. */
const LABEL_SHARE = 0.05;
/** Where the lines' names stand: the widest gap between their numbers. */
const NAMED_GBPS: Gbps = 2.5;
/** Leaves room for the number at the last tick. */
const RIGHT_END_GBPS: Gbps = 1000;
const FORMULA = "(frame + 20 B) * 8 / rate";

/**
 * What one packet may cost one CPU at link rates from 1 to 800 Gbit/s, in ns and in cycles of a clock of `ghz`: one line each for
 * the smallest and for full frames. Costs are marked where they use up the budget of the smallest frame.
 *
 * `name` is the stem of its files. Source: `packetBudget`; for the clock see its `ghz`.
 * @throws RangeError for a clock that is not positive, and for a cost that is not.
 * @example
 * budgetFigure({ ghz: 3 }).summary // "Budget of one CPU per packet at 10 Gbit/s: 67.2 ns (201.6 cycles at 3 GHz) for 64 B frames, 1,230 ns for 1518 B; at 100 Gbit/s 6.72 ns for 64 B"
 */
export function budgetFigure({
  ghz,
  costs: given = [],
  warnings = [],
  name = "budget",
}: {
  ghz: Ghz;
  costs?: readonly PacketCost[];
  warnings?: readonly Warning[];
  name?: string;
}): Figure {
  const costs = [...given].sort((one, other) => other.ns - one.ns);
  const wrong = costs.find(({ ns }) => !(ns > 0 && Number.isFinite(ns)));
  if (wrong) throw new RangeError(`budgetFigure requires costs of ns > 0: got ${wrong.ns} (${wrong.label})`);
  const budget = (gbps: Gbps, frameBytes: Bytes) => packetBudget({ gbps, frameBytes, ghz });
  const filled = costs.map(({ ns }) => gbpsFilledBy(ns));
  const measured = costs
    .filter(({ provenance }) => provenance.kind === "measured")
    .map(({ label, ns }) => `${label} ${labelNumber(ns)} ns a packet. `)
    .join("");
  const x = logAxis({ values: [...GBPS, ...filled, RIGHT_END_GBPS] });
  const rates = [...new Set([...GBPS, ...filled.filter((gbps) => gbps < Math.min(...GBPS) || gbps > Math.max(...GBPS))])].sort(
    (one, other) => one - other,
  );
  const spanDecades = x.range[1] - x.range[0];
  const labelled = GBPS.filter((gbps, at) => Math.log10(gbps / (GBPS[at - 1] ?? 0)) > LABEL_SHARE * spanDecades);
  const lines = LINES.map(({ frameBytes, color }) => {
    const budgets = rates.map((gbps) => budget(gbps, frameBytes));
    return {
      type: "scatter",
      mode: "lines+text",
      name: `${frameBytes} B frames`,
      x: rates,
      y: budgets.map(({ nsPerPacket }) => nsPerPacket),
      text: budgets.map(({ nsPerPacket }, index) =>
        labelled.includes(rates[index] ?? 0) ? `${GAP}${labelNumber(nsPerPacket)}` : "",
      ),
      textposition: "top right",
      textfont: { color },
      cliponaxis: false,
      line: seriesStyle({ index: 0, color }).line,
      customdata: budgets.map(({ cyclesPerPacket }) => cyclesPerPacket),
      hovertemplate: "%{x} Gbit/s: %{y:.2f} ns, %{customdata:.1f} cycles",
      showlegend: false,
    };
  });
  const values = [...lines.flatMap((line) => line.y), ...costs.map(({ ns }) => ns)];
  const y = logAxis({ values });
  const [small, full, fast] = [budget(10, SMALLEST), budget(10, FULL), budget(100, SMALLEST)];
  return figure({
    name,
    title: "What one packet may cost one CPU",
    detail: `A full link on one CPU, cycles at ${ghz} GHz${costs.length > 0 ? `. Marks: costs, at the rate that they fill with ${SMALLEST} B frames` : ""}`,
    data: [
      ...lines,
      // plotly draws the axis of cycles only if something stands on it.
      {
        type: "scatter",
        mode: "lines",
        name: "cycles",
        x: [1, 1],
        y: [small.cyclesPerPacket, null],
        yaxis: "y2",
        hoverinfo: "skip",
        showlegend: false,
      },
      ...costMarks(costs),
    ],
    layout: {
      xaxis: {
        title: { text: "link rate, Gbit/s" },
        type: "log",
        range: x.range,
        tickvals: GBPS,
        ticktext: GBPS.map(labelNumber),
      },
      yaxis: { title: { text: "ns per packet" }, ...y },
      yaxis2: {
        title: { text: `cycles at ${ghz} GHz` },
        ...logAxis({ values, scale: ghz }),
        overlaying: "y",
        side: "right",
        showgrid: false,
      },
      annotations: lineLabels(),
      ...(costs.length > 0 ? legendBelow(costs.length) : { showlegend: false }),
    },
    summary: `${measured}Budget of one CPU per packet at 10 Gbit/s: ${labelNumber(small.nsPerPacket)} ns (${labelNumber(small.cyclesPerPacket)} cycles at ${ghz} GHz) for ${SMALLEST} B frames, ${labelNumber(full.nsPerPacket)} ns for ${FULL} B; at 100 Gbit/s ${labelNumber(fast.nsPerPacket)} ns for ${SMALLEST} B`,
    provenance: [...costs.map(({ provenance }) => provenance), { kind: "modelled", source: FORMULA }],
    warnings,
  });
}

function lineLabels(): PlotlyAttributes[] {
  const gbps = NAMED_GBPS;
  return LINES.map(({ frameBytes, color }) => ({
    text: `<b>${frameBytes} B frames</b>`,
    font: { color },
    x: Math.log10(gbps),
    y: Math.log10(lineRate({ gbps, frameBytes }).ns),
    xanchor: "left",
    yanchor: "bottom",
    showarrow: false,
  }));
}

/** One marker for each cost on the line of the smallest frames, named in the legend. */
function costMarks(costs: readonly PacketCost[]): PlotlyAttributes[] {
  return costs.map(({ label, ns }, index) => ({
    type: "scatter",
    mode: "markers",
    name: plotlyText(`${label}: ${labelNumber(ns)} ns, fills ${labelNumber(gbpsFilledBy(ns))} Gbit/s`),
    x: [gbpsFilledBy(ns)],
    y: [ns],
    hovertemplate: "%{fullData.name}",
    marker: { color: COST_COLORS[index % COST_COLORS.length], size: 11, symbol: COST_SYMBOLS[index % COST_SYMBOLS.length] },
    showlegend: true,
  }));
}

/** The link rate whose smallest frames follow each other every `ns`: bits per ns. */
function gbpsFilledBy(ns: Ns): Gbps {
  return bitsFromBytes(wireBytesFromFrame(SMALLEST)) / ns;
}
