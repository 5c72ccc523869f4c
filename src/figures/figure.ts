import type { Warning } from "../captures/parsed.js";
import { LABEL_PX, LINE_PX, MARGIN_PX, PLOT_PX, TEMPLATE, WIDTH_PX } from "./theme.js";

/** Where a number in a figure comes from. */
export interface Provenance {
  /** Of this run, of somebody else's, or computed by a formula. */
  readonly kind: "measured" | "published" | "modelled";
  /** The run, the citation, or the formula. */
  readonly source: string;
}

/** Attributes of plotly.js, by its own names. */
export type PlotlyAttributes = { readonly [attribute: string]: unknown };

/** A picture as data: what to draw and what it says. Nothing of it is drawn until somebody renders `data` and `layout`. */
export interface Figure {
  /** Stem of the files it is written to. */
  readonly name: string;
  readonly title: string;
  readonly data: readonly PlotlyAttributes[];
  /** With the name and the provenance in `meta`, where a runner finds them in an executed notebook. */
  readonly layout: PlotlyAttributes;
  /** What the figure says, in one line, for those who do not see it. */
  readonly summary: string;
  readonly provenance: readonly Provenance[];
  /** Printed under the picture, too. */
  readonly warnings: readonly Warning[];
}

/** What a figure is made from: `detail` is the subtitle's first line, for the clock and the link that its numbers assume. */
export type FigureParts = Omit<Figure, "warnings"> & { readonly detail: string; readonly warnings?: readonly Warning[] };

/**
 * A figure from its parts: title, subtitle with the provenance, theme and warnings are set here, the same for all.
 *
 * In a notebook it shows itself: plotly's JSON, and the summary as text (`Symbol.for("Jupyter.display")`, which is not
 * enumerable, so that a figure compares and prints as the data it is).
 * @example
 * figure({ name: "a", title: "A", detail: "at 4 GHz", data: [], layout: {}, summary: "A is 1 ns", provenance: [] })[Symbol.for("Jupyter.display")]()["text/plain"] // "A is 1 ns"
 * figure({ name: "a", title: "A", detail: "at 4 GHz", data: [], layout: {}, summary: "", provenance: [{ kind: "measured", source: "run 3" }] }).layout.title.subtitle.text // "at 4 GHz<br>Measured: run 3"
 */
export function figure({ detail, warnings = [], ...parts }: FigureParts): Figure {
  const { name, title, data, layout, summary, provenance } = parts;
  const margin = { ...MARGIN_PX, ...(layout.margin as Partial<typeof MARGIN_PX> | undefined) };
  const characters = Math.floor((WIDTH_PX - margin.l - EDGE_PX) / CHARACTER_PX);
  const whose = provenanceLine(provenance);
  // On one line, or each kind on lines of its own: a formula is not torn where a citation happens to end.
  const provenances = whose.length > characters ? provenanceSentences(provenance) : [whose];
  const subtitle = [detail, ...provenances].filter((line) => line !== "").flatMap((line) => wrapped(line, characters));
  const notes = warningLines(warnings);
  const footnotes = notes.flatMap((line) => wrapped(line, characters));
  const [above, below] = [subtitle.length * LINE_PX, footnotes.length * LINE_PX];
  const made: Figure = {
    name,
    title,
    data,
    layout: {
      template: TEMPLATE,
      ...layout,
      height: PLOT_PX - MARGIN_PX.b + above + margin.b + below,
      margin: { ...margin, t: margin.t + above, b: margin.b + below },
      title: { text: `<b>${plotlyText(title)}</b>`, subtitle: { text: subtitle.map(plotlyText).join("<br>") } },
      annotations: [
        ...((layout.annotations as PlotlyAttributes[] | undefined) ?? []),
        ...footnotes.map((line, index) => footnote(line, margin.b + index * LINE_PX)),
      ],
      meta: { name, provenance },
    },
    summary,
    provenance,
    warnings,
  };
  const bundle = () => ({
    "application/vnd.plotly.v1+json": { data, layout: made.layout },
    "text/plain": [summary, ...notes].join("\n"),
  });
  return Object.defineProperty(made, Symbol.for("Jupyter.display"), { value: bundle });
}

/**
 * Provenance in one line, for people: by kind, each source once and without the ids that only a search needs.
 *
 * @example
 * provenanceLine([{ kind: "published", source: "J. D. Brouer, mail 2016-04-15, Message-ID 1@a" }, { kind: "modelled", source: "C(o) / 2^o" }]) // "Published: J. D. Brouer, mail 2016-04-15. Modelled: C(o) / 2^o"
 */
export function provenanceLine(provenance: readonly Provenance[]): string {
  return provenanceSentences(provenance).join(". ");
}

function provenanceSentences(provenance: readonly Provenance[]): string[] {
  return (["measured", "published", "modelled"] as const).flatMap((kind) => {
    const sources = provenance.filter((one) => one.kind === kind).map(({ source }) => shortSource(source));
    return sources.length === 0 ? [] : `${kind[0]?.toUpperCase()}${kind.slice(1)}: ${[...new Set(sources)].join("; ")}`;
  });
}

/**
 * The provenance of what a figure computes: a formula, the budget, or both; none for neither.
 *
 * @example
 * modelledOf(["a + b / n", "budget"]) // [{ kind: "modelled", source: "a + b / n, budget" }]
 * modelledOf([undefined, undefined]) // []
 */
export function modelledOf(sources: readonly (string | undefined)[]): Provenance[] {
  const given = sources.filter((source) => source !== undefined);
  return given.length === 0 ? [] : [{ kind: "modelled", source: given.join(", ") }];
}

/**
 * A text as plotly takes it, which reads a few tags: only what a figure adds itself may be one.
 *
 * @example
 * plotlyText("a<b>") // "a&lt;b&gt;"
 */
export function plotlyText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * What was measured, where anything was: the summary of a figure tells of a run, and not again of the published numbers beside it.
 *
 * @example
 * measuredAlone([{ provenance: { kind: "published" } }, { provenance: { kind: "measured" } }]) // [{ provenance: { kind: "measured" } }]
 */
export function measuredAlone<One extends { readonly provenance: Provenance }>(all: readonly One[]): readonly One[] {
  const measured = all.filter(({ provenance }) => provenance.kind === "measured");
  return measured.length > 0 ? measured : all;
}

/**
 * A number for a label: four significant digits, thousands separated, never an exponent.
 *
 * @example
 * labelNumber(67.2) // "67.2"
 * labelNumber(1230.4) // "1,230"
 */
export function labelNumber(value: number): string {
  labelFormat ??= new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });
  return labelFormat.format(value);
}

/** Made once, when it is needed: the first one takes longer than all else of a small figure. */
let labelFormat: Intl.NumberFormat | undefined;

/** Mean advance of the subtitle's letters; a picture's width holds 110 of them beside the usual margin. */
const CHARACTER_PX = 7;
const EDGE_PX = 36;
/** As many as the most doubtful published figure has, so that a reader of a picture sees all of them. */
const SHOWN_WARNINGS = 4;

/** A text in lines that fit beside the left margin; a number stays with its unit. */
function wrapped(text: string, characters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/(?<!\d) /)) {
    const joined = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (joined.length > characters) lines.push(word);
    else lines.splice(-1, 1, joined);
  }
  return lines;
}

function shortSource(source: string): string {
  return source.replace(/, (?:Message-ID|commit|YouTube) .*$/, "");
}

function warningLines(warnings: readonly Warning[]): string[] {
  const shown = warnings
    .slice(0, SHOWN_WARNINGS)
    .map(({ file, line, message }) => `Warning: ${file}${line > 0 ? `:${line}` : ""}: ${message}`);
  const more = warnings.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}

/** A line under the axes. */
function footnote(line: string, belowPx: number): PlotlyAttributes {
  return {
    text: plotlyText(line),
    showarrow: false,
    font: { size: LABEL_PX - 1 },
    xref: "paper",
    x: 0,
    xanchor: "left",
    yref: "paper",
    y: 0,
    yanchor: "top",
    yshift: LINE_PX / 2 - belowPx,
  };
}
