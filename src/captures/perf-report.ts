import { captureLines, unendedWarnings, unquoted, withoutBlank } from "./capture-lines.js";
import { exactInteger } from "./exact-integer.js";
import { ParseError } from "./parse-error.js";
import type { CaptureLine, CaptureText, Parsed, Warning } from "./parsed.js";
import { type ReportColumns, reportCells } from "./perf-report-columns.js";
import { beginsReport, type OpenReport, type PerfReportSection, ReportHeads } from "./perf-report-heads.js";

/** One row of `perf report`, for one event: with `--group` a line has a row for each. */
export interface PerfReportRow {
  readonly line: number;
  /** Which report of the text, from 1: shares of different reports are never added. */
  readonly section: number;
  /** As the head of the report spells it; absent where it has no head. */
  readonly event?: string;
  /** Percent of the event's count in samples with this innermost (`Overhead`, or `Self`). */
  readonly percent: number;
  /** Percent with it anywhere on the stack (`Children`): these overlap, their sum means nothing. */
  readonly childrenPercent?: number;
  readonly samples?: number;
  /** Sum of the samples' periods. */
  readonly period?: number;
  readonly cpu?: number;
  readonly pid?: number;
  readonly comm?: string;
  readonly dso?: string;
  /** Where the code runs, as perf marks it: `k` kernel, `.` user, `g` guest kernel, `u` guest user, `H` hypervisor. */
  readonly level?: string;
  /** An address where perf knows no symbol. */
  readonly symbol?: string;
  /** Columns this reader knows no more of, by their headings. */
  readonly other?: Readonly<Record<string, string>>;
}

/** The reports of a text: their rows, and what their heads say. */
export interface PerfReport extends Parsed<PerfReportRow> {
  readonly sections: readonly PerfReportSection[];
}

// tools/perf/ui/stdio/hist.c prints a row, and below it its call graph:
//     51.28%  swapper  [kernel.kallsyms]  [k] native_safe_halt
//             |
//             ---native_safe_halt
// The browser's copy has `+` or `-` before a row, and before a line of a call graph one blank behind the share.
const PERCENT = /^\d+[.,]\d\d%$/;
/** How a row begins in most layouts: a share, and two blanks. Call graphs put one blank or a dash behind a share. */
const ROW_START = /^[+-]?\s*\d+[.,]\d\d%(?:\s*\d+[.,]\d\d%)*\s{2,}\S/;
/** In the place of the command: a row of perf diff. */
const DELTA = /^[+-]\d+[.,]\d+%?$/;
const DEFAULT_COLUMNS: ReportColumns = { names: ["Overhead", "Command", "Shared Object", "Symbol"] };
const SYMBOL = /^(?:0x[0-9a-f]+ +\S )?\[(?<level>[k.guH?])\](?: (?<symbol>\S.*?)(?: {2,}(?<remark>.*))?)?$/s;
const SYMBOL_ALONE = /^\s*([^\s|]\S*)$/;

/**
 * Reads the rows of `perf report --stdio`, or of a copy of its browser: one report after the other, each of one event or one group.
 *
 * Columns may stand in any order. Call graphs are skipped lines. A symbol that a mail client put on the next line is joined, which
 * is a warning, as are lost samples, filters, remarks and rows without headings. A report of `--children` keeps both shares.
 * Rows below `--percent-limit` are not in the text, so shares may sum to less than 100.
 * Source: tools/perf/builtin-report.c, tools/perf/ui/stdio/hist.c, tools/perf/util/sort.c of Linux 6.1.
 * @throws ParseError for a row that does not fit its headings, for `--hierarchy`, and for a text without rows.
 * @example
 * parsePerfReport({
 *   file: "report.txt",
 *   text: "# Samples: 119K of event 'cycles'\n# Event count (approx.): 119499252009\n#\n# Overhead  Symbol\n# ........  ......\n#\n    10.36%  [k] __build_skb\n",
 * }).rows // [{ line: 7, section: 1, event: "cycles", percent: 10.36, level: "k", symbol: "__build_skb" }]
 */
export function parsePerfReport({ file, text }: CaptureText): PerfReport {
  const lines = captureLines(text);
  const bodies = lines.map(({ line, text }) => ({ line, text: unquoted(text).trimEnd() }));
  const heads = new ReportHeads(file);
  const rows: PerfReportRow[] = [];
  const skipped: CaptureLine[] = [];
  const warnings: Warning[] = [];
  for (let index = 0; index < bodies.length; ) {
    const body = bodies[index] as CaptureLine;
    const below = bodies[index + 1]?.text ?? "";
    let taken: number = heads.take(body, below);
    if (taken === 0 && !body.text.startsWith("#")) {
      if (!heads.open && isDefaultRow(body.text)) {
        heads.begin(body.line, DEFAULT_COLUMNS);
        warnings.push({ file, line: body.line, message: `no headings: the columns are taken for ${namesOf(DEFAULT_COLUMNS)}` });
      }
      const read = heads.open && reportRows(file, body, below, heads.open);
      taken = read?.lines ?? 0;
      rows.push(...(read?.rows ?? []));
      warnings.push(...(read?.warnings ?? []));
    }
    if (taken === 0) skipped.push(lines[index] as CaptureLine);
    index += Math.max(1, taken);
  }
  if (rows.length === 0) {
    const expected = "rows of perf report, `PERCENT%  ...  [k] SYMBOL`, with a share of its own in each";
    throw new ParseError({ file, line: 0, expected, text: text.trim() });
  }
  const { sections } = heads;
  return {
    rows,
    sections,
    skipped: withoutBlank(skipped),
    warnings: [...sections.flatMap((section) => doubts(file, section)), ...warnings, ...unendedWarnings({ file, text })],
  };
}

/**
 * Whether the text holds a report of perf: its head, its headings, or rows of the default columns.
 *
 * @example
 * looksLikePerfReport("# Samples: 8K of event 'cpu-clock'\n") // true
 * looksLikePerfReport("    9.02%  mc-worker  [kernel.vmlinux]  [k] page_counter_try_charge\n") // true
 * looksLikePerfReport("# Baseline  Delta Abs  Shared Object  Symbol\n") // false
 */
export function looksLikePerfReport(text: string): boolean {
  return captureLines(text).some((line) => {
    const body = unquoted(line.text).trimEnd();
    return beginsReport(body) || isDefaultRow(body);
  });
}

/** Whether a line is a row of the default columns, as mails quote it without headings. */
function isDefaultRow(text: string): boolean {
  const [share = "", comm = "", , symbol = ""] = reportCells(DEFAULT_COLUMNS, text) ?? [];
  return PERCENT.test(share) && !DELTA.test(comm) && /^\[[k.guH]\](?: \S|$)/.test(symbol);
}

/** The rows that a line is, and the lines they take; undefined for a line of a call graph or of no report. */
function reportRows(
  file: string,
  { line, text }: CaptureLine,
  below: string,
  { section, events, columns = DEFAULT_COLUMNS }: OpenReport,
): { rows: PerfReportRow[]; warnings: Warning[]; lines: number } | undefined {
  const place = { file, line };
  const cells = reportCells(columns, text);
  const values = new Map(columns.names.map((name, column) => [name, cells?.[column] ?? ""]));
  const own = percents(values.get("Self") ?? values.get("Overhead"));
  const children = percents(values.get("Children"));
  const names = events.length === 0 ? [undefined] : events;
  if (own.length !== names.length || (values.has("Children") && children.length !== names.length)) {
    if (!ROW_START.test(text)) return undefined;
    const expected = `a row of the columns ${namesOf(columns)}, with a share for each event`;
    throw new ParseError({ ...place, expected, text });
  }
  const symbol = symbolCell(values.get("Symbol"), below, { ...place, text });
  const fields = { ...commonFields(values, place), ...symbol?.fields };
  const rows = names.map((event, index) => ({
    line,
    section,
    ...(event !== undefined && { event }),
    percent: own[index] as number,
    ...(values.has("Children") && { childrenPercent: children[index] as number }),
    ...fields,
  }));
  const warnings = (symbol?.doubts ?? []).map((message) => ({ ...place, message }));
  return { rows, warnings, lines: symbol?.lines ?? 1 };
}

/** The shares of a cell, one for each event of a group; none where it holds anything else. */
function percents(cell = ""): number[] {
  const parts = cell.split(/\s+/);
  return parts.every((part) => PERCENT.test(part)) ? parts.map((part) => Number(part.slice(0, -1).replace(",", "."))) : [];
}

const READ: ReadonlySet<string> = new Set(["Overhead", "Self", "Children", "Symbol"]);

function commonFields(values: ReadonlyMap<string, string>, place: { file: string; line: number }): Partial<PerfReportRow> {
  const fields: { -readonly [Name in keyof PerfReportRow]?: PerfReportRow[Name] } = {};
  const other: Record<string, string> = {};
  for (const [name, value] of values) {
    if (name === "Samples") fields.samples = exactInteger(value, place);
    else if (name === "Period") fields.period = exactInteger(value, place);
    else if (name === "CPU") fields.cpu = exactInteger(value, place);
    else if (name === "Command") fields.comm = value;
    else if (name === "Shared Object") fields.dso = value;
    else if (name === "Pid:Command") {
      const colon = value.indexOf(":");
      fields.pid = exactInteger(value.slice(0, colon), place);
      fields.comm ??= value.slice(colon + 1);
    } else if (!READ.has(name)) other[name] = value;
  }
  return { ...fields, ...(Object.keys(other).length > 0 && { other }) };
}

/** What the column `Symbol` says, with the next line where it stands there; undefined in a report without the column. */
function symbolCell(
  cell: string | undefined,
  below: string,
  place: { file: string; line: number; text: string },
): { fields: { level: string; symbol: string }; doubts: string[]; lines: number } | undefined {
  if (cell === undefined) return undefined;
  const { level, symbol, remark } = SYMBOL.exec(cell)?.groups ?? {};
  const next = SYMBOL_ALONE.exec(below)?.[1];
  if (level === undefined || (symbol ?? next) === undefined) {
    throw new ParseError({ ...place, expected: "a symbol behind its mark, `[k] SYMBOL`" });
  }
  if (symbol === undefined) {
    const doubts = ["the symbol stands on the next line, as a mail client breaks it"];
    return { fields: { level, symbol: next as string }, doubts, lines: 2 };
  }
  return { fields: { level, symbol }, doubts: remark ? [`a remark stands behind the symbol: ${remark}`] : [], lines: 1 };
}

function doubts(file: string, { line, lostSamples = 0, filters }: PerfReportSection): Warning[] {
  const messages: string[] = [];
  if (lostSamples > 0) messages.push(`perf lost ${lostSamples} samples: the shares are of what was left`);
  if (filters.length > 0) {
    const of = "whether the shares are of those or of all was up to --percentage, and the text does not say";
    messages.push(`the samples were filtered (${filters.join(", ")}): ${of}`);
  }
  return messages.map((message) => ({ file, line, message }));
}

function namesOf({ names }: ReportColumns): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
