import { captureLines, unendedWarnings, unquoted, withoutBlank } from "./capture-lines.js";
import { exactInteger } from "./exact-integer.js";
import { ParseError } from "./parse-error.js";
import type { CaptureLine, CaptureText, Parsed } from "./parsed.js";
import { eventNames } from "./perf-event-names.js";

/** One instruction of `perf annotate`, for one event: for a group a line has a row for each. */
export interface PerfAnnotateRow {
  readonly line: number;
  /** Which listing of the text, from 1. */
  readonly section: number;
  /** The function; absent where an excerpt does not say. */
  readonly symbol?: string;
  readonly event: string;
  /** Percent of the function's samples or periods, or of all, see `percentOf` of its listing. */
  readonly percent: number;
  readonly address: bigint;
  /** As objdump prints it. */
  readonly instruction: string;
  /** `file:line`, where perf was asked for it (`-l`). */
  readonly sourceLine?: string;
}

/** The listing of one function. */
export interface PerfAnnotateListing {
  readonly section: number;
  readonly line: number;
  readonly symbol?: string;
  readonly dso: string;
  /** Several for a group, each with a column. */
  readonly events: readonly string[];
  /** Of the function, and of the first event of a group; absent before Linux 4.19. */
  readonly samples?: number;
  /** `local period`: a percent of the function; `global period`: of the recording; `hits` for samples. Absent before Linux 4.19. */
  readonly percentOf?: string;
}

/** The listings of a text: their instructions, and what their heads say. */
export interface PerfAnnotate extends Parsed<PerfAnnotateRow> {
  readonly listings: readonly PerfAnnotateListing[];
}

// tools/perf/util/annotate.c, symbol__annotate_printf() and annotation_line__print():
//    Percent |	Source code & Disassembly of vmlinux for cycles (89951 samples, percent: local period)
//   ----------------------------------------------------------------------------------------------------
//            : 5    ffffffff816bd280 <__build_skb>:
//            : 12   memset(skb, 0, offsetof(struct sk_buff, tail));
//      75.65 :   ffffffff816bd2c4:       rep stos %rax,%es:(%rdi)
// A group has a percent per event, `-l` the source line behind `//` and a summary in front. perf top writes `Showing E for S` above.
const HEAD_START = /^ *(?<unit>Percent|Samples|Period) *\| *\t? *Source code & Disassembly of /;
const OF = /^\((?<samples>\d+) samples(?:, percent: (?<percentOf>.*))?\)$/;
const SUMMARY = /^Sorted summary for file /;
const SHOWING = /^Showing \S+ for (?<symbol>\S+)$/;
const FUNCTION = /^ *:\s*(?:\d+\s+)?[0-9a-f]{8,16} <(?<symbol>.+)>:$/;
const INSTRUCTION =
  /^ *(?<percents>\d+[.,]\d\d(?: +\d+[.,]\d\d)*) +:\s+(?<address>[0-9a-f]{1,16}):\s+(?<instruction>\S.*?)(?: \/\/ (?<sourceLine>\S+:\d+))?$/s;
const INSTRUCTION_START = /^ *\d+[.,]\d\d(?: +\d+[.,]\d\d)* +:/;

/**
 * Reads the listings of `perf annotate --stdio`: each instruction with its share. Source lines and summaries are skipped lines.
 *
 * A sample's cost mostly shows on an instruction after the one that caused it, unless the event is precise (`:pp`): skid.
 * Source: tools/perf/util/annotate.c of Linux 6.1.
 * @throws ParseError for an instruction that is cut or has not a share for each event, for counts in place of shares (`-n`,
 * `--show-total-period`), and for a text without instructions.
 * @example
 * parsePerfAnnotate({
 *   file: "annotate.txt",
 *   text: " Percent |\tSource code & Disassembly of vmlinux for cycles (89951 samples, percent: local period)\n   75.65 :   ffffffff816bd2c4:       rep stos %rax,%es:(%rdi)\n",
 * }).rows[0].instruction // "rep stos %rax,%es:(%rdi)"
 */
export function parsePerfAnnotate({ file, text }: CaptureText): PerfAnnotate {
  const lines = captureLines(text);
  const bodies = lines.map(({ line, text }) => ({ line, text: unquoted(text).trimEnd() }));
  const rows: PerfAnnotateRow[] = [];
  const listings: PerfAnnotateListing[] = [];
  const skipped: CaptureLine[] = [];
  let ahead: string | undefined; // the function that the line above a head names
  let inSummary = false; // which repeats the shares by source line
  for (let index = 0; index < bodies.length; ) {
    const body = bodies[index] as CaptureLine;
    const open = inSummary ? undefined : listings.at(-1);
    const showing = SHOWING.exec(body.text)?.groups?.symbol;
    const named = FUNCTION.exec(body.text)?.groups?.symbol;
    let taken = 1;
    if (HEAD_START.test(body.text)) {
      const head = listing(file, body, bodies[index + 1]?.text ?? "");
      listings.push({ section: listings.length + 1, line: body.line, ...(ahead && { symbol: ahead }), ...head.fields });
      taken = head.lines;
      ahead = undefined;
      inSummary = false;
    } else if (showing) {
      ahead = showing;
    } else if (open && named && open.symbol === undefined) {
      listings[listings.length - 1] = { ...open, symbol: named };
    } else if (open && INSTRUCTION_START.test(body.text)) {
      rows.push(...instructionRows(file, body, open));
    } else {
      inSummary ||= SUMMARY.test(body.text);
      skipped.push(lines[index] as CaptureLine);
    }
    index += taken;
  }
  if (rows.length === 0) {
    const expected = "instructions of perf annotate, `PERCENT : ADDRESS: INSTRUCTION`, below its head";
    throw new ParseError({ file, line: 0, expected, text: text.trim() });
  }
  return { rows, listings, skipped: withoutBlank(skipped), warnings: unendedWarnings({ file, text }) };
}

/**
 * Whether the text holds a listing of perf annotate.
 *
 * @example
 * looksLikePerfAnnotate(" Percent |\tSource code & Disassembly of vmlinux for cycles (89951 samples, percent: local period)\n") // true
 * looksLikePerfAnnotate("    5.15%  ping  [kernel.vmlinux]  [k] copyout\n") // false
 */
export function looksLikePerfAnnotate(text: string): boolean {
  return captureLines(text).some((line) => HEAD_START.test(unquoted(line.text)));
}

/** The head of a listing, which a mail client may have broken within its parentheses. */
function listing(
  file: string,
  { line, text }: CaptureLine,
  below: string,
): { fields: Omit<PerfAnnotateListing, "section" | "line" | "symbol">; lines: number } {
  const isBroken = text.lastIndexOf("(") > text.lastIndexOf(")");
  const whole = isBroken ? `${text} ${below.trim()}` : text;
  const { 0: start = "", groups } = HEAD_START.exec(whole) ?? { 0: "" };
  const bracketAt = whole.endsWith(")") ? whole.lastIndexOf(" (") : whole.length;
  const forAt = whole.lastIndexOf(" for ", bracketAt);
  const of = OF.exec(whole.slice(bracketAt + 1))?.groups;
  if (groups?.unit !== "Percent" || forAt < start.length || (bracketAt < whole.length && !of)) {
    const expected = "`Percent | Source code & Disassembly of DSO for EVENT (N samples, percent: local period)`";
    throw new ParseError({ file, line, expected, text });
  }
  const fields = {
    dso: whole.slice(start.length, forAt),
    events: eventNames(whole.slice(forAt + " for ".length, bracketAt)),
    ...(of?.samples && { samples: exactInteger(of.samples, { file, line }) }),
    ...(of?.percentOf && { percentOf: of.percentOf }),
  };
  return { fields, lines: isBroken ? 2 : 1 };
}

function instructionRows(
  file: string,
  { line, text }: CaptureLine,
  { section, symbol, events }: PerfAnnotateListing,
): PerfAnnotateRow[] {
  const { percents = "", address, instruction, sourceLine } = INSTRUCTION.exec(text)?.groups ?? {};
  const shares = percents.split(/ +/);
  if (address === undefined || instruction === undefined || shares.length !== events.length) {
    const expected = `an instruction, \`PERCENT : ADDRESS: INSTRUCTION\`, with a share for each of ${events.length} events`;
    throw new ParseError({ file, line, expected, text });
  }
  return events.map((event, index) => ({
    line,
    section,
    ...(symbol !== undefined && { symbol }),
    event,
    percent: Number((shares[index] as string).replace(",", ".")),
    address: BigInt(`0x${address}`),
    instruction,
    ...(sourceLine !== undefined && { sourceLine }),
  }));
}
