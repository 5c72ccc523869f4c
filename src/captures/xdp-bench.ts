import { captureLines, unendedWarnings, unquoted, withoutBlank } from "./capture-lines.js";
import { exactInteger } from "./exact-integer.js";
import { ParseError } from "./parse-error.js";
import type { CaptureLine, CaptureText, Parsed } from "./parsed.js";

/** One number of xdp-bench. */
export interface XdpBenchCount {
  readonly line: number;
  /** The block of one interval, from 1; 0 for the totals that it prints when it ends. */
  readonly interval: number;
  /** Where it was counted: the heading (`ice4->?`, `Summary`), `receive`, `enqueue to cpu 104`, `kthread`, `xmit`, ..., `Packets received`. */
  readonly point: string;
  /** The CPU that counted, on the lines of single CPUs. */
  readonly cpu?: number;
  readonly value: number;
  /** As printed: `rx/s`, `pkt/s`, `drop/s`, `error/s`, ...; `s` and `packets` for totals. */
  readonly unit: string;
}

// lib/util/xdp_sample.c of xdp-project/xdp-tools: stats_print() per interval, in columns of "%'10" and a unit; sample_summary_print()
// in the end. The samples of Linux 5.14 to 6.x (samples/bpf/xdp_sample_user.c) print the same.
//   ice4->?                 4,867,852 rx/s                  0 err,drop/s
//     receive total         4,867,852 pkt/s                 0 drop/s                0 error/s
//       cpu:6               4,867,852 pkt/s                 0 drop/s                0 error/s
//     Duration            : 5.0s
//     Packets received    : 24,339,260
//     Average packets/s   : 4,867,852
const UNITS = [
  ..."rx/s pkt/s drop/s error/s hit/s xmit/s pass/s redir/s err/s err,drop/s drv_err/s".split(" "),
  ..."sched bulk-avg".split(" "),
];
const NUMBER = /^\d[\d.,'\u00a0\u202f]{0,30}$/;
const TOTAL = /^\s+(?<point>[A-Z][A-Za-z/ ]{2,30}?)\s{0,30}: (?<value>\d[\d.,'\u00a0\u202f]{0,30}?)(?<seconds>s?)\s*$/;
const CPU = /^cpu:(\d{1,5})(?:->\d{1,5})?$/;
const LOOKS = / (?:rx\/s|redir\/s) +\d[\d.,'\u00a0\u202f]{0,30} err(?:,drop)?\/s/;

/**
 * Reads the output of xdp-bench: one row per number. Numbers are grouped as the locale does; `bulk-avg` alone has decimals.
 *
 * The rates are of the time between two reads of the program's maps. The numbers of CPUs are parts of the line above them: to add
 * both counts twice.
 * Source: xdp-tools lib/util/xdp_sample.c, stats_print().
 * @throws ParseError for a line that begins as one of counts and does not go on so, and for a text without counts.
 * @example
 * parseXdpBench({ file: "xdp-bench.txt", text: "eth0->?      4,867,852 rx/s           0 err,drop/s\n" }).rows[0].value // 4867852
 */
export function parseXdpBench({ file, text }: CaptureText): Parsed<XdpBenchCount> {
  const rows: XdpBenchCount[] = [];
  const skipped: CaptureLine[] = [];
  let [interval, point] = [0, ""];
  for (const line of captureLines(text)) {
    const body = unquoted(line.text);
    const total = totalOf(body, { file, line: line.line });
    const counts = total ? undefined : countsOf(body, file, line);
    if (total) {
      rows.push({ line: line.line, interval: 0, ...total });
    } else if (counts) {
      const [, cpu] = CPU.exec(counts.label) ?? [];
      if (!/^\s/.test(body)) interval++;
      if (cpu === undefined) point = counts.label.replace(/ total$/, "");
      const place = { line: line.line, interval, point, ...(cpu !== undefined && { cpu: Number(cpu) }) };
      rows.push(...counts.columns.map((column) => ({ ...place, ...column })));
    } else {
      skipped.push(line);
    }
  }
  if (rows.length === 0) {
    const expected = "counts of xdp-bench, as `eth0->?  4,867,852 rx/s  0 err,drop/s`";
    throw new ParseError({ file, line: 0, expected, text: text.trim() });
  }
  return { rows, skipped: withoutBlank(skipped), warnings: unendedWarnings({ file, text }) };
}

/**
 * Whether the text holds the heading of an interval of xdp-bench.
 *
 * @example
 * looksLikeXdpBench("eth0->?      4,867,852 rx/s           0 err,drop/s\n") // true
 */
export function looksLikeXdpBench(text: string): boolean {
  return LOOKS.test(text);
}

/** A line that it prints when it ends. */
function totalOf(body: string, place: Place): { point: string; value: number; unit: string } | undefined {
  const { point, value = "", seconds } = TOTAL.exec(body)?.groups ?? {};
  if (point === undefined) return undefined;
  if (seconds === "s") return { point, value: decimal(value, place), unit: "s" };
  return { point, value: integer(value, place), unit: "packets" };
}

interface Counts {
  readonly label: string;
  readonly columns: readonly { readonly value: number; readonly unit: string }[];
}

/** A label and columns of a number and its unit, or undefined. */
function countsOf(body: string, file: string, { line, text }: CaptureLine): Counts | undefined {
  const words = body.trim().split(/[ \t]+/);
  const first = words.findIndex((word, at) => at > 0 && NUMBER.test(word) && UNITS.includes(words[at + 1] ?? ""));
  if (first < 0) return undefined;
  const columns: { value: number; unit: string }[] = [];
  for (let at = first; at < words.length; at += 2) {
    const [value = "", unit = ""] = words.slice(at, at + 2);
    if (!NUMBER.test(value) || !UNITS.includes(unit)) {
      throw new ParseError({ file, line, expected: `columns of a number and one of ${UNITS.join(", ")}`, text });
    }
    columns.push({ value: unit === "bulk-avg" ? decimal(value, { file, line }) : integer(value, { file, line }), unit });
  }
  return { label: words.slice(0, first).join(" "), columns };
}

interface Place {
  readonly file: string;
  readonly line: number;
}

/** Whatever stands between the digits groups them. */
function integer(text: string, place: Place): number {
  return exactInteger(text.replace(/\D/g, ""), place);
}

/** The last mark is the decimal one. */
function decimal(text: string, place: Place): number {
  const at = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
  return at < 0
    ? integer(text, place)
    : Number(`${integer(text.slice(0, at), place)}.${text.slice(at + 1).replace(/\D/g, "")}`);
}
