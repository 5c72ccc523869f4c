import { captureLines, unendedWarnings, unquoted, withoutBlank } from "./capture-lines.js";
import { jsonLoads, looksLikeMpstatJson } from "./mpstat-json.js";
import { type LoadColumn, loadColumns, type MpstatLoad, shareOf, sharesWarnings } from "./mpstat-load.js";
import { ParseError } from "./parse-error.js";
import type { CaptureLine, CaptureText, Parsed, Warning } from "./parsed.js";

// mpstat.c of sysstat, write_plain_cpu_stats(): a heading per interval whose time is that of the interval's begin, and a row per CPU
// that is online, with the time of its end. %X of strftime() writes the time as the locale does: 12 hours and a time zone are words of
// their own, and digits need not be ASCII. The word for Average is translated and the heading is not; where numbers have a comma, so here.
//   12:07:24 PM  CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle
//   12:07:25 PM  all    1.55    0.00   39.18    0.00    0.00   24.74    0.52    0.00    0.00   34.02
//   12:07:25 PM    0    1.03    0.00   36.08    0.00    0.00   23.71    1.03    0.00    0.00   38.14
//   Moyenne :    0    1,03    0,00   36,08    0,00    0,00   23,71    1,03    0,00    0,00   38,14
// Between CPU and %usr, -T puts CORE SOCK NODE, which are blank in the row of all. Tables of nodes and interrupts have headings alike.
const HEADING = /^(?<label>.*?)(?:^|\s)(?<kind>CPU|NODE)(?<titles>(?:\s+[^\s]+)+)\s*$/u;
const TOPOLOGY = ["CORE", "SOCK", "NODE"];
const NUMBER = /^\d{1,3}(?:[.,\u066b]\d{1,2})?$/;
const CPU = /^(?:all|\d{1,5})$/;
const CLOCK = /^\p{Nd}{1,2}[:.時时]\p{Nd}{2}/u;

/**
 * Reads mpstat's report of CPUs, its text in any locale or its JSON (`-o JSON`): a row per CPU and interval, and one for all CPUs.
 *
 * A CPU that is offline has no row: that CPUs come and go is a warning. Tables of nodes and of interrupts are skipped. A row that a mail
 * client broke is put together again where its pieces have all columns.
 * Source: sysstat, mpstat.c, write_plain_cpu_stats() and write_json_cpu_stats().
 * @throws ParseError for a row without all columns of its heading, for JSON that is cut, and for a text without a report of CPUs.
 * @example
 * parseMpstat({
 *   file: "mpstat.txt",
 *   text: "12:07:24 PM  CPU    %usr   %soft   %idle\n12:07:25 PM    0    1.50   24.50   74.00\n",
 * }).rows[0] // { line: 2, interval: 1, time: "12:07:25 PM", cpu: 0, usr: 1.5, soft: 24.5, idle: 74 }
 */
export function parseMpstat({ file, text }: CaptureText): Parsed<MpstatLoad> {
  const { rows, skipped, warnings: doubts } = looksLikeMpstatJson(text) ? jsonLoads({ file, text }) : textLoads({ file, text });
  if (rows.length === 0) {
    const expected = "a report of CPUs by mpstat, `CPU    %usr   %nice ...` above its rows";
    throw new ParseError({ file, line: 0, expected, text: text.trim() });
  }
  const warnings: Warning[] = [...doubts, ...sharesWarnings({ file, rows }), ...unendedWarnings({ file, text })];
  return { rows, skipped: withoutBlank(skipped), warnings };
}

/**
 * Whether the text is a report of CPUs by mpstat.
 *
 * @example
 * looksLikeMpstat("12:07:24 PM  CPU    %usr   %nice    %sys   %idle\n") // true
 * looksLikeMpstat("01:02:03  CPU  %user\n") // false
 */
export function looksLikeMpstat(text: string): boolean {
  return looksLikeMpstatJson(text) || captureLines(text).some(({ text }) => headingOf(unquoted(text))?.columns !== undefined);
}

/** A heading: of CPUs with their shares where it has columns, else of another table. */
interface Heading {
  readonly label: string;
  readonly columns?: readonly LoadColumn[];
  /** How many columns of topology stand between a CPU and its shares. */
  readonly topology: number;
}

function headingOf(body: string): Heading | undefined {
  if (!/CPU|NODE/.test(body) || body.length > LONGEST_HEADING) return undefined;
  const { label = "", kind, titles = "" } = HEADING.exec(body)?.groups ?? {};
  if (kind === undefined) return undefined;
  const words = titles.trim().split(/\s+/);
  const topology = TOPOLOGY.every((title, index) => words[index] === title) ? TOPOLOGY.length : 0;
  const columns = kind === "CPU" ? loadColumns(words.slice(topology)) : undefined;
  if (columns) return { label: label.trim(), columns, topology };
  const other = words.every((word) => /^%|\/s$/.test(word));
  return other ? { label: label.trim(), topology } : undefined;
}

/** Interrupts of a machine with hundreds of them take some thousand characters. */
const LONGEST_HEADING = 20_000;

function textLoads({ file, text }: CaptureText): Parsed<MpstatLoad> {
  const lines = captureLines(text).map((line) => ({ ...line, body: unquoted(line.text) }));
  const rows: MpstatLoad[] = [];
  const skipped: CaptureLine[] = [];
  const at = new Intervals();
  let heading: Heading | undefined;
  for (let index = 0; index < lines.length; index++) {
    const { line, text, body } = lines[index] as CaptureLine & { body: string };
    const next = lines[index + 1]?.body ?? "";
    const found = wholeHeading(body, next);
    const row = found || !heading?.columns ? undefined : wholeRow(body, next, heading);
    if (row === "cut") throw cutRow({ file, line, text }, heading);
    // mpstat prints a blank line before each heading: behind one stands another table, or another tool.
    if (found || body.trim() === "") heading = found;
    if (row) rows.push({ line, ...at.next({ heading: heading?.label ?? "", ...row }), ...row.shares });
    else if (!found?.columns) skipped.push({ line, text });
    if (row?.joined || found?.joined) index++;
  }
  return { rows, skipped, warnings: [] };
}

/** A heading, with the next line where a mail client broke it. */
function wholeHeading(body: string, next: string): (Heading & { readonly joined: boolean }) | undefined {
  const one = headingOf(body);
  if (!one?.columns || isWhole(one.columns)) return one && { ...one, joined: false };
  const both = headingOf(`${body} ${next}`);
  return both?.columns && isWhole(both.columns) ? { ...both, joined: true } : { ...one, joined: false };
}

/** A row, with the next line where a mail client broke it. */
function wholeRow(body: string, next: string, heading: Heading): (Row & { readonly joined: boolean }) | "cut" | undefined {
  const one = rowOf(body, heading);
  if (one !== "part") return one && { ...one, joined: false };
  const both = rowOf(`${body} ${next}`, heading);
  return both === undefined || both === "part" ? "cut" : { ...both, joined: true };
}

function cutRow({ file, line, text }: CaptureLine & { file: string }, heading: Heading | undefined): ParseError {
  const titles = heading?.columns?.map(({ title }) => title) ?? [];
  const expected = `${titles.length} columns as in the heading of mpstat, ${titles.join(" ")}`;
  return new ParseError({ file, line, expected, text });
}

/** mpstat ends each of its headings with the share that a CPU was idle. */
function isWhole(columns: readonly LoadColumn[]): boolean {
  return columns.at(-1)?.name === "idle";
}

interface Row {
  readonly label: string;
  readonly cpu: string;
  readonly shares: Readonly<Record<string, number>>;
}

/** A row, `part` for a beginning of one, undefined for anything else. */
function rowOf(body: string, { columns = [], topology }: Heading): Row | "part" | undefined {
  const words = body.trim().split(/\s+/, LONGEST_HEADING);
  const values = words.slice(-columns.length);
  const before = words.slice(0, -columns.length);
  const cpu = before.at(-1) === "all" ? "all" : before.at(-1 - topology);
  const time = before.slice(0, cpu === "all" ? -1 : -1 - topology);
  const label = time.join(" ");
  const numbers = values.length === columns.length && values.every((value) => NUMBER.test(value));
  // A number in front of the CPU: the row has more columns than its heading.
  if (numbers && cpu !== undefined && CPU.test(cpu) && !NUMBER.test(time.at(-1) ?? "")) {
    return { label, cpu, shares: Object.fromEntries(columns.map(({ name }, index) => [name, shareOf(values[index] ?? "")])) };
  }
  const cut = CLOCK.test(body.trim()) || (words.length > 2 && words.slice(-2).every((word) => NUMBER.test(word)));
  return cut ? "part" : undefined;
}

/** Tells the intervals apart: by the time of a row, and by a CPU that comes again. */
class Intervals {
  #interval = 0;
  #label: string | undefined;
  readonly #cpus = new Set<string>();

  next({ heading, label, cpu }: { heading: string; label: string; cpu: string }): Omit<MpstatLoad, "line"> {
    // A word in the place of the time: mpstat's mean, in the language of the locale.
    const average = label !== "" && !/\p{Nd}/u.test(label);
    if (!average && (label !== this.#label || this.#cpus.has(cpu))) {
      this.#interval++;
      this.#cpus.clear();
    }
    this.#label = label;
    this.#cpus.add(cpu);
    return {
      interval: average ? 0 : this.#interval,
      ...(label !== "" && { time: label }),
      ...(cpu !== "all" && { cpu: Number(cpu) }),
      // Without an interval the heading has the time of the row.
      ...(!average && label !== "" && label === heading && { sinceBoot: true }),
    };
  }
}
