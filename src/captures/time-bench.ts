import { type Ghz, ghzFromCycles, type Ns, type TscCycles } from "../units.js";
import { captureLines, unendedWarnings, unquoted, withoutBlank } from "./capture-lines.js";
import { exactInteger } from "./exact-integer.js";
import { ParseError } from "./parse-error.js";
import type { CaptureLine, CaptureText, Parsed, Warning } from "./parsed.js";
import { statementsAt, type TimeBenchStatement } from "./time-bench-statement.js";

interface TimeBenchCommon {
  readonly line: number;
  /** The benchmark as the module spells it (`for_loop`, `alloc_pages`); the heading above where the row itself has no name. */
  readonly name: string;
  /** time_bench's `step`: bulk size, order, pages outstanding, or nothing (0), as the benchmark takes it. */
  readonly step?: number;
  /** The order of a page benchmark: an element is one `alloc_pages` and free of `PAGE_SIZE << order`. */
  readonly order?: number;
  /** The CPU of one row of a parallel run. */
  readonly cpu?: number;
  /** The row is the mean over this many CPUs, of cycles that were cut first. */
  readonly cpus?: number;
  /** Per element, in ticks of the TSC: a constant rate that is not the core clock. On arm64 it is the system timer. */
  readonly tscCycles: TscCycles;
}

/** A row whose intervals were printed: its costs are computed from them. */
export interface RecomputedTimeBench extends TimeBenchCommon {
  readonly kind: "recomputed";
  /** Per element. The loop itself (`for_loop`) is in it. */
  readonly ns: Ns;
  /** Clock of the TSC: `tscInterval / timeIntervalNs`. */
  readonly tscGhz: Ghz;
  /** Elements that were timed. */
  readonly invokeCount: number;
  readonly timeIntervalNs: Ns;
  readonly tscInterval: TscCycles;
}

/** A row of printed costs alone: `tscCycles` is cut to an integer, `ns` to three decimals. */
export interface PrintedTimeBench extends TimeBenchCommon {
  readonly kind: "printed";
  readonly ns?: Ns;
}

export type TimeBench = RecomputedTimeBench | PrintedTimeBench;

// netoptimizer/prototype-kernel@35b1716d0c30, kernel/lib/time_bench.c (and its copy in Linux,
// tools/testing/selftests/net/bench/page_pool/) prints on one line, which older pastes break before each ` - (`:
//   time_bench: Type:for_loop Per elem: 1 cycles(tsc) 0.284 ns (step:0)
//    - (measurement period time:0.284327440 sec time_interval:284327440)
//    - (invoke count:1000000000 tsc_interval:1023590451)
//   time_bench: Type:limited-cpus CPU(0) 285 cycles(tsc) 71.300 ns (step:0) - ...
//   time_bench: Sum Type:limited-cpus Average: 285 cycles(tsc) CPUs:2 step:0
// kernel/mm/bench/page_bench01.c, page_bench02.c and page_bench03.c print besides:
//   page_bench01: alloc_pages order:0(4096B/x1) 223 cycles per-4096B 223 cycles
//   page_bench02: N=64 outstanding pages order:0(4096B/x1) 240 cycles per-4096B 240 cycles
//   page_bench03: Parallel-CPUs:2 page order:0(4096B/x1) ave 285 cycles per-4096B 285 cycles
// Commit messages and mails carry the costs alone, sweeps without names under a heading, and tables `16 - 45 cycles(tsc) 11.357 ns - ...`.
/** Benchmarks whose `step` is the order of the pages: of page_bench01.c, page_bench02.c, and page_bench03.c. */
const STEP_IS_ORDER = new Set([
  "alloc_pages_order_step",
  "put_order_step",
  "alloc_pages_order",
  "parallel-all-CPUs",
  "limited-cpus",
]);
const RECORD = "a record of time_bench, `NAME Per elem: C cycles(tsc) X ns (step:S)`";
/** What the modules say when a result is in doubt. */
const DOUBT = /time_bench: (?:WARNING|ERR|ABORT): .*|CONFIG_DEBUG_PREEMPT is enabled.*/;

/**
 * Reads the results of time_bench: its modules' lines in dmesg, mails (quoted and wrapped too) and commit messages.
 *
 * Where a record has its intervals, `tscCycles` and `ns` are computed from them, and a printed value that differs by more than its
 * truncation is a warning. Records of the page benchmarks carry `order`; page_bench01 prints each result twice, once with the
 * intervals (`alloc_pages_order_step`) and once per 4 KiB (`alloc_pages`). Allocation and free are both in one element.
 * Source: netoptimizer/prototype-kernel, kernel/lib/time_bench.c and kernel/mm/bench/.
 * @throws ParseError for a record that is cut within a word or malformed, and for a text without records.
 * @example
 * parseTimeBench({
 *   file: "dmesg.txt",
 *   text: "time_bench: Type:for_loop Per elem: 1 cycles(tsc) 0.284 ns (step:0) - (measurement period time:0.284327440 sec time_interval:284327440) - (invoke count:1000000000 tsc_interval:1023590451)\n",
 * }).rows[0].tscGhz.toFixed(5) // "3.60004"
 */
export function parseTimeBench({ file, text }: CaptureText): Parsed<TimeBench> {
  const lines = captureLines(text);
  const rows: TimeBench[] = [];
  const skipped: CaptureLine[] = [];
  const warnings: Warning[] = [];
  const headings = new Set<CaptureLine>(); // skipped lines that gave rows their name
  let above: CaptureLine | undefined; // the last line that was skipped and is not blank
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] as CaptureLine;
    const found = statementsAt(lines, index);
    if (found === "malformed") throw new ParseError({ file, line: line.line, expected: RECORD, text: line.text });
    const taken = lines.slice(index, index + (found[0]?.lines ?? 1));
    for (const [column, statement] of found.entries()) {
      if (!statement.name && above) headings.add(above);
      const name = statement.name || nameFrom(above, column, found.length);
      const row = timeBench({ file, line, name, statement });
      if (row) rows.push(row);
      else skipped.push(...taken);
      warnings.push(...doubts({ file, line, name, statement, row }));
    }
    if (found.length === 0) {
      skipped.push(line);
      above = line.text.trim() === "" ? above : line;
      warnings.push(...saidDoubts(file, line));
    }
    index += taken.length;
  }
  if (rows.length === 0) throw new ParseError({ file, line: 0, expected: RECORD, text: text.trim() });
  return {
    rows,
    skipped: withoutBlank(skipped).filter((line) => !headings.has(line)),
    warnings: [...commonDoubts(rows, file), ...warnings, ...unendedWarnings({ file, text })],
  };
}

/**
 * Whether the text holds a result of time_bench.
 *
 * @example
 * looksLikeTimeBench("kmem-bulk    Per elem: 64 cycles(tsc) 17.905 ns (step:16)") // true
 * looksLikeTimeBench("[ 12.3] page_bench03: Parallel-CPUs:2 page order:0(4096B/x1) ave 285 cycles per-4096B 285 cycles") // true
 * looksLikeTimeBench("Performance counter stats: 5 cycles") // false
 */
export function looksLikeTimeBench(text: string): boolean {
  return /\d cycles\(tsc\)|time_bench: Type:|\border:\d+\(\d+B\/x\d+\) (?:ave )?\d+ cycles per-/.test(text);
}

function timeBench({
  file,
  line: { line },
  name,
  statement,
}: {
  file: string;
  line: CaptureLine;
  name: string;
  statement: TimeBenchStatement;
}): TimeBench | undefined {
  const integer = (digits: string) => exactInteger(digits, { file, line });
  const { cycles, ns, step, cpu, cpus, intervals } = statement;
  const order = statement.order ?? (STEP_IS_ORDER.has(name) ? step : undefined);
  const common = {
    line,
    name,
    ...(step !== undefined && { step: integer(step) }),
    ...(order !== undefined && { order: integer(order) }),
    ...(cpu !== undefined && { cpu: integer(cpu) }),
    ...(cpus !== undefined && { cpus: integer(cpus) }),
  };
  const printed = { tscCycles: integer(cycles), ...(ns !== undefined && { ns: Number(ns) }) };
  if (!intervals) return { kind: "printed", ...common, ...printed };
  const invokeCount = integer(intervals.invokeCount);
  const timeIntervalNs = integer(intervals.timeIntervalNs);
  const tscInterval = integer(intervals.tscInterval);
  if (invokeCount === 0 || timeIntervalNs === 0 || tscInterval === 0) return undefined;
  return {
    kind: "recomputed",
    ...common,
    tscCycles: tscInterval / invokeCount,
    ns: timeIntervalNs / invokeCount,
    tscGhz: ghzFromCycles({ cycles: tscInterval, ns: timeIntervalNs }),
    invokeCount,
    timeIntervalNs,
    tscInterval,
  };
}

/** The name of a row that has none: its heading, there the C function when one is named, or the heading of its column. */
function nameFrom(heading: CaptureLine | undefined, column: number, columns: number): string {
  const text = unquoted(heading?.text ?? "")
    .trim()
    .split(/\s+/)
    .join(" ")
    .replace(/:$/, "");
  const titles = text.split(/ ?- /).slice(1);
  if (titles.length === columns) return titles[column] ?? text;
  return /\btime_\w+/.exec(text)?.[0] ?? text;
}

const SHORT_INTERVAL_NS = 10_000_000;
const FEW_INVOCATIONS = 1000; // below, the module itself refuses to calculate: time_bench_calc_stats()
const SLOWEST_TSC_GHZ = 1;
const FASTEST_TSC_GHZ = 6;
/** `ns` is cut to three decimals, and off by one in the last where the invoke count is no multiple of 1000. */
const NS_TOLERANCE = 0.002;

/** What the module itself says of a result. */
function saidDoubts(file: string, { line, text }: CaptureLine): Warning[] {
  const message = DOUBT.exec(text)?.[0];
  return message === undefined ? [] : [{ file, line, message }];
}

/** What makes one record doubtful. */
function doubts({
  file,
  line: { line },
  name,
  statement: { cycles, ns, pages, order, rest },
  row,
}: {
  file: string;
  line: CaptureLine;
  name: string;
  statement: TimeBenchStatement;
  row: TimeBench | undefined;
}): Warning[] {
  const messages: string[] = [];
  if (!row) messages.push("no measurement: an interval or the invoke count is 0");
  if (rest !== "") {
    const cut = / -(?: \(|$)/.test(rest);
    messages.push(cut ? "the record is cut, its intervals are missing" : `a remark stands behind the record: ${rest.trim()}`);
  }
  if (pages && !pagesAgree({ ...pages, order: Number(order), perElement: Number(cycles) })) {
    messages.push("the sizes or the cycles per page do not follow from the order and the cycles");
  }
  if (row?.kind === "recomputed") {
    if (BigInt(row.tscInterval) / BigInt(row.invokeCount) !== BigInt(cycles)) {
      messages.push(`prints ${cycles} cycles, its intervals give ${row.tscCycles.toFixed(3)}`);
    }
    if (ns !== undefined && Math.abs(Number(ns) - row.ns) > NS_TOLERANCE) {
      messages.push(`prints ${ns} ns, its intervals give ${row.ns.toFixed(3)}`);
    }
    if (row.timeIntervalNs < SHORT_INTERVAL_NS)
      messages.push(`lasted ${row.timeIntervalNs} ns: under 10 ms, an interrupt weighs in it`);
    if (row.invokeCount < FEW_INVOCATIONS) messages.push(`${row.invokeCount} invocations: fewer than 1000`);
  }
  return messages.map((message) => ({ file, line, message: `${name}: ${message}` }));
}

function pagesAgree({
  order,
  perElement,
  bytes,
  count,
  pageBytes,
  cycles,
}: { order: number; perElement: number } & NonNullable<TimeBenchStatement["pages"]>): boolean {
  const pages = 2 ** order;
  return (
    Number(count) === pages && Number(bytes) === Number(pageBytes) * pages && Number(cycles) === Math.floor(perElement / pages)
  );
}

/** What holds for many rows alike, said once. */
function commonDoubts(rows: readonly TimeBench[], file: string): Warning[] {
  const warnings: Warning[] = [];
  const printed = rows.filter(({ kind }) => kind === "printed");
  if (printed[0]) {
    const message = `no intervals in ${printed.length} of ${rows.length} rows: their cycles are cut to integers, their ns to three decimals`;
    warnings.push({ file, line: printed[0].line, message });
  }
  const ticks = rows
    .filter((row) => row.kind === "recomputed")
    .filter(({ tscGhz }) => tscGhz < SLOWEST_TSC_GHZ || tscGhz > FASTEST_TSC_GHZ);
  if (ticks[0]) {
    const message = `a TSC of ${ticks[0].tscGhz.toFixed(3)} GHz in ${ticks.length} rows: outside 1 to 6 GHz, so cycles are ticks of a timer, not of a CPU`;
    warnings.push({ file, line: ticks[0].line, message });
  }
  return warnings;
}
