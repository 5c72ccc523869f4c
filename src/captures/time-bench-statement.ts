import { unquoted } from "./capture-lines.js";
import type { CaptureLine } from "./parsed.js";

/** What one statement of time_bench or a page_bench module says, as printed: numbers are still digits. */
export interface TimeBenchStatement {
  /** Lines of the capture that it takes: one, or more when a mail client or an author broke it. */
  readonly lines: number;
  /** The benchmark; empty where the line itself names none. */
  readonly name: string;
  readonly cycles: string;
  readonly ns?: string | undefined;
  readonly step?: string | undefined;
  readonly order?: string | undefined;
  readonly cpu?: string | undefined;
  readonly cpus?: string | undefined;
  /** All three or none. */
  readonly intervals?:
    | { readonly invokeCount: string; readonly timeIntervalNs: string; readonly tscInterval: string }
    | undefined;
  /** Cycles per page and the sizes of a page_bench line, for their check. */
  readonly pages?:
    | { readonly bytes: string; readonly count: string; readonly pageBytes: string; readonly cycles: string }
    | undefined;
  /** What stands behind the statement: the rest of a record that was cut, or an author's remark. */
  readonly rest: string;
}

// The forms after white space is made single. Each is linear in the length of the line.
const COST = String.raw`(?<cycles>\d+) cycles\(tsc\)(?: (?<ns>\d+\.\d+) ns)?(?: \(step:(?<step>-?\d+)\))?`;
const INTERVALS = String.raw`- \(measurement period time:\d+\.\d+ sec time_interval:(?<timeIntervalNs>\d+)\) - \(invoke count:(?<invokeCount>\d+) tsc_interval:(?<tscInterval>\d+)\)`;
const LOOP = new RegExp(String.raw`^(?<label>.*?)(?:Per elem:|CPU\((?<cpu>\d+)\)|:) ${COST}(?: ${INTERVALS})?(?<rest>.*)$`);
const SUM =
  /^(?:.*?time_bench: )?Sum Type:(?<label>.*?) Average: (?<cycles>\d+) cycles\(tsc\) CPUs:(?<cpus>\d+) step:(?<step>-?\d+)(?<rest>.*)$/;
const PAGE =
  /^(?:.*?: )?(?<label>alloc_pages|N=(?<step>\d+) outstanding pages|Parallel-CPUs:(?<cpus>\d+) page) order:(?<order>\d+)\((?<bytes>\d+)B\/x(?<count>\d+)\) (?:ave )?(?<cycles>\d+) cycles per-(?<pageBytes>\d+)B (?<pageCycles>\d+) cycles(?<rest>.*)$/;
const TABLE_CELL = /^(?<cycles>\d+) cycles\(tsc\) (?<ns>\d+\.\d+) ns$/;
/** The rest of a record that stops between two words of its intervals. */
const CUT_INTERVALS =
  /^ -(?: \(measurement(?: period(?: time:\d+\.\d+(?: sec(?: time_interval:\d+\)(?: -(?: \(invoke(?: count:\d+)?)?)?)?)?)?)?)?$/;
/** The rest of a statement that stops within a word. */
const BROKEN = /^ (?:\d|\([sm]|-(?: \(|$))/;

const MAY_START = /time_bench:|Type:|Per elem:|cycles\(tsc\)|order:\d+\(/;
const MUST_PARSE =
  /(?:^|\s)time_bench:\s*(?:Sum )?Type:|Per elem: *\d|(?:alloc_pages|outstanding pages|CPUs:\d+ page) order:\d+\(/;
/** Said of a benchmark, but no cost: the PMU's count, and an allocation that failed. */
const NO_COST = / PMU inst\/clock|FAILED N=/;
const DMESG = /^\s*(?:<\d+>)?\[[^\]]{1,40}\]/;
/** A record of 230 characters in lines of 40. */
const MOST_LINES = 6;

/**
 * The statements that begin at `lines[index]`: usually one, one per column for the row of a table, none where the line begins
 * no statement. `"malformed"` when it begins like one and then does not parse.
 *
 * @example
 * statementsAt([{ line: 1, text: "time_bench: Type:for_loop Per elem: 1 cycles(tsc) 0.284 ns (step:0)" }], 0)[0].name // "for_loop"
 * statementsAt([{ line: 1, text: "time_bench: Type:for_loop Per elem: 1 cyc" }], 0) // "malformed"
 * statementsAt([{ line: 1, text: "$ dmesg | grep time_bench" }], 0) // []
 */
export function statementsAt(lines: readonly CaptureLine[], index: number): TimeBenchStatement[] | "malformed" {
  const text = lines[index]?.text ?? "";
  if (!MAY_START.test(text) || NO_COST.test(text)) return [];
  const first = body(text);
  let open: TimeBenchStatement[] = []; // the longest statement so far that could go on
  let joined = first;
  for (let count = 1; count <= MOST_LINES; count++) {
    const found = statements(joined, count);
    const [statement] = found;
    if (statement?.intervals || statement?.pages || statement?.cpus) return found;
    if (statement && stands(statement, count)) open = found;
    const next = lines[index + count];
    if (!next || !continues(joined, next.text)) break;
    joined += ` ${body(next.text)}`;
  }
  return open.length === 0 && MUST_PARSE.test(joined) ? "malformed" : open;
}

/** Whether a statement without intervals is whole, or cut between two words; on one line an author's remark may follow it. */
function stands({ rest }: TimeBenchStatement, lines: number): boolean {
  return rest === "" || CUT_INTERVALS.test(rest) || (lines === 1 && !BROKEN.test(rest));
}

/** A line without quoting, dmesg's time and a bullet, its white space single. */
function body(text: string): string {
  const words = unquoted(text).replace(DMESG, "").trim().split(/\s+/);
  return (words[0] === "*" ? words.slice(1) : words).join(" ");
}

/** Whether a line can be the next part of a broken statement: it has no time of its own and begins no other statement. */
function continues(joined: string, text: string): boolean {
  const next = body(text);
  if (next === "" || DMESG.test(unquoted(text))) return false;
  if (next.includes("Type:")) return joined.endsWith("time_bench:");
  const awaitsCost = joined.includes("Type:") && !joined.includes("Per elem:");
  return awaitsCost || statements(next, 1).length === 0;
}

function statements(text: string, lines: number): TimeBenchStatement[] {
  const page = PAGE.exec(text)?.groups;
  if (page) {
    const { bytes = "", count = "", pageBytes = "", pageCycles = "" } = page;
    return [{ ...common(page, lines), order: page.order, pages: { bytes, count, pageBytes, cycles: pageCycles } }];
  }
  const sum = SUM.exec(text)?.groups;
  if (sum) return [common(sum, lines)];
  const cells = text.split(" - ");
  const costs = cells.slice(1).map((cell) => TABLE_CELL.exec(cell)?.groups);
  if (costs.length > 0 && /^\d+$/.test(cells[0] ?? "") && costs.every((cost) => cost !== undefined)) {
    return costs.map((cost) => ({ ...common({ ...cost, step: cells[0] ?? "" }, lines) }));
  }
  const loop = LOOP.exec(text)?.groups;
  if (!loop) return [];
  const { invokeCount, timeIntervalNs, tscInterval } = loop;
  const whole = invokeCount !== undefined && timeIntervalNs !== undefined && tscInterval !== undefined;
  return [
    { ...common(loop, lines), cpu: loop.cpu, intervals: whole ? { invokeCount, timeIntervalNs, tscInterval } : undefined },
  ];
}

function common(groups: Record<string, string | undefined>, lines: number): TimeBenchStatement {
  const { label = "", cycles = "", ns, step, cpus, rest = "" } = groups;
  return { lines, name: benchmark(label), cycles, ns, step, cpus, rest };
}

/** The benchmark of a label: what follows `Type:`, or the label without the module's name, colon and number. */
function benchmark(label: string): string {
  const typed = label.lastIndexOf("Type:");
  const name = typed < 0 ? label.replace(/^time_bench: /, "") : label.slice(typed + "Type:".length);
  return name
    .trim()
    .replace(/:$/, "")
    .replace(/^N=\d+ |:\d+ page$/, "");
}
