import type { Warning } from "../captures/parsed.js";
import { budgetAcross } from "./budget-across.js";
import {
  type Figure,
  figure,
  labelNumber,
  measuredAlone,
  modelledOf,
  type PlotlyAttributes,
  type Provenance,
  plotlyText,
} from "./figure.js";
import { legendBelow } from "./series-style.js";
import { GAP, LINE_PX, MARGIN_PX, NEUTRAL, PALETTE, WIDTH_PX } from "./theme.js";

/** A cost in parts: a bar. */
export interface CostStack {
  readonly label: string;
  readonly parts: readonly { readonly name: string; readonly value: number }[];
  /** What was measured of the whole: a mark on the bar. */
  readonly measured?: number;
  readonly provenance: Provenance;
}

const FILLS = [
  { color: PALETTE.blue, text: "#ffffff" },
  { color: PALETTE.orange, text: "#000000" },
  { color: PALETTE.green, text: "#000000" },
  { color: PALETTE.vermillion, text: "#000000" },
  { color: PALETTE.sky, text: "#000000" },
  { color: PALETTE.purple, text: "#000000" },
];
/** What is left of a whole is grey, and stands last. */
const REST: readonly string[] = ["all else", "remaining", "not listed"];
const REST_FILL = { color: "#B9C0C8", text: "#000000" };
/** A number stands in its part where that is so wide, as a share of the axis. */
const NUMBER_SHARE = 0.055;
/** Beyond the colours a part has a hatch as well. */
const HATCHES = ["", "/", "x"];
const EDGE = "rgba(128,128,128,0.6)";
const ROOM = 1.12;
const CHARACTER_PX = 7.6;
const MAX_NAME_PX = 330;

/**
 * Costs side by side, each in its parts, from the left in the order given: constructions of one thing, or paths of a packet.
 *
 * A part has one colour in all bars, beyond six a hatch as well. `budget` draws what a packet may cost, in the unit of the axis.
 * @throws RangeError for no bars, no parts, or a part that is negative.
 * @example
 * costStacksFigure({ name: "a", title: "A", detail: "", unit: "ns per packet", stacks: [{ label: "RX", parts: [{ name: "miss", value: 30 }, { name: "work", value: 50 }], provenance: { kind: "published", source: "b" } }] }).summary // "A: RX 80 ns per packet (miss 30, work 50)"
 */
export function costStacksFigure({
  name,
  title,
  detail,
  unit,
  stacks,
  budget,
  formula,
  warnings = [],
}: {
  name: string;
  title: string;
  detail: string;
  unit: string;
  stacks: readonly CostStack[];
  budget?: number;
  /** Of parts that are computed: the figure says that they are modelled. */
  formula?: string;
  warnings?: readonly Warning[];
}): Figure {
  const given = [...new Set(stacks.flatMap(({ parts }) => parts.map((part) => part.name)))];
  const names = [...given.filter((of) => !REST.includes(of)), ...REST.filter((of) => given.includes(of))];
  const wrong = stacks.flatMap(({ parts }) => parts).find(({ value }) => !(value >= 0 && Number.isFinite(value)));
  if (names.length === 0 || wrong) {
    throw new RangeError(`costStacksFigure requires parts >= 0: got ${wrong ? `${wrong.value} (${wrong.name})` : "none"}`);
  }
  const rows = stacks.map(({ label }) => plotlyText(label));
  const end = Math.max(...stacks.flatMap(({ parts, measured = 0 }) => [sum(parts), measured]), budget ?? 0) * ROOM;
  const costOf = ({ parts }: CostStack, of: string) => sum(parts.filter((part) => part.name === of));
  const bars = names.map((of, index) => {
    const { color, text } = REST.includes(of) ? REST_FILL : (FILLS[index % FILLS.length] as (typeof FILLS)[number]);
    const hatch = REST.includes(of) ? (of === "not listed" ? "/" : "") : (HATCHES[Math.floor(index / FILLS.length)] ?? "");
    const values = stacks.map((stack) => costOf(stack, of));
    return {
      type: "bar",
      orientation: "h",
      name: plotlyText(of),
      y: rows,
      x: values,
      marker: {
        color,
        line: { color: EDGE, width: 1 },
        ...(hatch !== "" && { pattern: { shape: hatch, fillmode: "overlay", fgcolor: text, size: 7, solidity: 0.15 } }),
      },
      text: values.map((value) => (value >= NUMBER_SHARE * end && given.length > 1 ? labelNumber(value) : "")),
      textposition: "inside",
      insidetextanchor: "middle",
      textangle: 0,
      textfont: { color: text },
      hovertemplate: "%{fullData.name}: %{x:,.2f}<extra>%{y}</extra>",
      showlegend: given.length > 1,
    };
  });
  const measured = stacks.filter((stack) => stack.measured !== undefined);
  const entries = [...names, ...(measured.length > 0 ? [MEASURED] : [])];
  const left = Math.min(MAX_NAME_PX, Math.max(...stacks.map(({ label }) => label.length)) * CHARACTER_PX + 4 * CHARACTER_PX);
  const entryPx = Math.max(...entries.map((of) => of.length)) * CHARACTER_PX + KEY_PX;
  const columns = COLUMNS * entryPx > WIDTH_PX - left - MARGIN_PX.r ? COLUMNS - 1 : COLUMNS;
  const legend = legendBelow(Math.ceil(entries.length / columns));
  return figure({
    name,
    title,
    detail,
    data: [...bars, ...(measured.length > 0 ? [measuredMarks(measured)] : []), totals(stacks, rows)],
    layout: {
      ...legend,
      barmode: "stack",
      bargap: 0.4,
      margin: { ...(legend.margin as object), l: left, t: MARGIN_PX.t + LINE_PX },
      legend: {
        ...(legend.legend as object),
        orientation: "h",
        traceorder: "normal",
        entrywidth: 1 / columns,
        entrywidthmode: "fraction",
      },
      xaxis: { title: { text: unit }, range: [0, end] },
      yaxis: { type: "category", autorange: "reversed", tickvals: rows, showgrid: false },
      ...(budget !== undefined && budgetAcross({ ns: budget, share: budget / end })),
    },
    summary: `${title}: ${measuredAlone(stacks)
      .map((stack) => sentence(stack, unit))
      .join("; ")}`,
    provenance: [
      ...stacks.map(({ provenance }) => provenance),
      ...modelledOf([formula, budget === undefined ? undefined : "budget"]),
    ],
    warnings,
  });
}

/** Entries of the legend beside each other, where their names leave room. */
const COLUMNS = 3;
const KEY_PX = 42;
const MEASURED = "measured whole";

function sum(parts: readonly { readonly value: number }[]): number {
  return parts.reduce((total, { value }) => total + value, 0);
}

function measuredMarks(stacks: readonly CostStack[]): PlotlyAttributes {
  return {
    type: "scatter",
    mode: "markers",
    name: MEASURED,
    x: stacks.map(({ measured }) => measured),
    y: stacks.map(({ label }) => plotlyText(label)),
    marker: { symbol: "line-ns", size: 34, line: { color: NEUTRAL, width: 4 } },
    hovertemplate: "measured: %{x:,.1f}<extra>%{y}</extra>",
  };
}

/** The sum beside each bar, beyond the mark. */
function totals(stacks: readonly CostStack[], rows: readonly string[]): PlotlyAttributes {
  return {
    type: "scatter",
    mode: "text",
    x: stacks.map(({ parts, measured = 0 }) => Math.max(sum(parts), measured)),
    y: rows,
    text: stacks.map(({ parts }) => `${GAP}${labelNumber(sum(parts))}`),
    textposition: "middle right",
    cliponaxis: false,
    hoverinfo: "skip",
    showlegend: false,
  };
}

function sentence({ label, parts, measured }: CostStack, unit: string): string {
  const shown = parts.filter(({ value }) => value > 0).map(({ name, value }) => `${name} ${labelNumber(value)}`);
  const whole = measured === undefined ? "" : `, measured ${labelNumber(measured)}`;
  if (unit.startsWith("%")) return `${label} (${shown.join(", ")} ${unit})`;
  return `${label} ${labelNumber(sum(parts))} ${unit} (${shown.join(", ")}${whole})`;
}
