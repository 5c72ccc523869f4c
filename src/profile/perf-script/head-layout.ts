/**
 * The fields that the heads of one `perf script` text have in common: they follow from its `-F` and from what was recorded.
 * `[cpu]`, and a period before an event, are told from their form in each head.
 */
export interface HeadLayout {
  /** Fields after the comm: none, one number (the thread, with perf's defaults), or `pid/tid`. */
  readonly task: "none" | "tid" | "pid/tid";
  readonly time: boolean;
  readonly event: boolean;
  /** Whether the mode of the CPU stands before the time (`-F +misc`): a comm may end in the same letters. */
  readonly mode: boolean;
  /** Whether a period comes after the task, in heads without time: only there it could be taken for the task. */
  readonly periodAfterTask: boolean;
  /** Whether a period comes after the time, in heads without event: it could be taken for an address. */
  readonly periodAfterTime: boolean;
}

/** What stands before the time of a head, or before the event where there is no time. */
export interface HeadPrefix {
  readonly comm: string;
  /** -1: not printed, or a task that had exited. */
  readonly pid: number;
  readonly tid: number;
  /** -1: not printed. */
  readonly cpu: number;
  /** `-F +misc`: K, U, H, G or g; absent where it is not printed. */
  readonly mode?: string;
  /** The period of a head without time, as it stands there. */
  readonly period?: string;
}

// tools/perf/builtin-script.c, perf_sample__fprintf_start() and process_event():
//   comm tid|pid/tid [cpu] misc time: period event: rest
const TIME = /(?:^|\s)\d+\.\d{1,9}:(?=\s|$)/;
const EVENT = /(?:^|\s)(\S+):(?=\s|$)/;
const ONE_NUMBER = /^(?<tid>-?\d+)$/;
const TWO_NUMBERS = /^(?<pid>-?\d+)\/(?<tid>-?\d+)$/;
/** TASK_COMM_LEN less its NUL: where nothing else stands before the time, what is longer is another tool's text. */
const COMM_LENGTH = 15;
const CPU = /^\[(\d+)\]$/;
const MODE = /^[KUHGg]+$/;
const LONG_ADDRESS = /^\s*[0-9a-f]{6,16}\s+\S/;
/** A frame as perf prints it below a head: right-aligned to 16 columns. */
const ALIGNED_ADDRESS = /^\t(?=.{16}(?:\s|$)) *[0-9a-f]{6,16}(?:\s|$)/;
const NUMBER_FIRST = /^\s*\d+(?:\s|$)/;
const SYMBOL_ALONE = /(?:\+0x[0-9a-f]{1,16}|\[unknown\])$/;
const FRAME_LINE = /^\s*[0-9a-f]{1,16}(?:\s|$)/;

/**
 * Derives the layout from the first lines of a text, or undefined where no line is a head. The form that most heads have decides:
 * that tells a comm that ends in digits from a thread id.
 *
 * @example
 * headLayout(["V8 Worker 2 1234/1236 [001] 12.5: 1000 cycles:u:", "\t4f2 main (/bin/x)"]) // { task: "pid/tid", time: true, event: true, mode: false, periodAfterTask: false, periodAfterTime: false }
 * headLayout(["java 19983 cycles:", "ffffffff8103d0ca native_write_msr_safe ([kernel.kallsyms])"]) // { task: "tid", time: false, event: true, mode: false, periodAfterTask: false, periodAfterTime: false }
 * headLayout(["$ ls"]) // undefined
 */
export function headLayout(lines: readonly string[]): HeadLayout | undefined {
  const timed = lines.flatMap((line) => splitTimed(line) ?? []);
  if (timed.length > 0) {
    const event = timed.some(({ after }) => EVENT.test(after));
    const heads = event ? timed.filter(({ after }) => EVENT.test(after)) : timed;
    const prefixes = heads.map(({ before }) => before);
    const periodAfterTime = !event && isMost(heads, ({ after }) => NUMBER_FIRST.test(after));
    const fields = { time: true, event, mode: haveMode(prefixes), periodAfterTask: false, periodAfterTime };
    return commonLayout(
      prefixes,
      TASKS.map((task) => ({ task, ...fields })),
    );
  }
  const untimed = lines.flatMap((line, index) => (isUntimedHead(lines, index) ? [splitAtEvent(line).before] : []));
  if (untimed.length === 0) return undefined;
  const layouts = [true, false].flatMap((periodAfterTask) => {
    const mode = haveMode(periodAfterTask ? untimed.map((prefix) => lastToken(prefix).rest) : untimed);
    return TASKS.map((task) => ({ task, time: false, event: true, mode, periodAfterTask, periodAfterTime: false }));
  });
  return commonLayout(untimed, layouts);
}

/**
 * Reads what stands before the time (or the event) of a head by the layout, from the right, since a comm may hold anything.
 * Undefined: the text does not have the layout's fields.
 *
 * @example
 * parseHeadPrefix("kworker/u8:2  1234 [003] ", { task: "tid", time: true }) // { comm: "kworker/u8:2", pid: -1, tid: 1234, cpu: 3 }
 * parseHeadPrefix(":-1    -1/-1 ", { task: "pid/tid", time: true }) // { comm: ":-1", pid: -1, tid: -1, cpu: -1 }
 * parseHeadPrefix("swapper [000] ", { task: "tid", time: true }) // undefined
 */
export function parseHeadPrefix(text: string, layout: HeadLayout): HeadPrefix | undefined {
  let { rest, last } = lastToken(text);
  let mode: string | undefined;
  let period: string | undefined;
  if (layout.periodAfterTask) {
    if (!/^\d+$/.test(last)) return undefined;
    period = last;
    ({ rest, last } = lastToken(rest));
  }
  if (layout.mode && MODE.test(last)) {
    mode = last.charAt(last.length - 1); // the bits of H and g contain those of others: KUH, KGg
    ({ rest, last } = lastToken(rest));
  }
  const cpu = CPU.exec(last)?.[1];
  if (cpu !== undefined) ({ rest, last } = lastToken(rest));
  const head = { cpu: Number(cpu ?? -1), ...(mode && { mode }), ...(period && { period }) };
  if (layout.task === "none") {
    if (layout.periodAfterTask && cpu === undefined) return undefined; // it would be the task
    const comm = `${rest}${last}`.trim();
    return comm.length > COMM_LENGTH ? undefined : { comm, pid: -1, tid: -1, ...head };
  }
  const task = (layout.task === "tid" ? ONE_NUMBER : TWO_NUMBERS).exec(last)?.groups;
  return task && { comm: rest.trim(), pid: Number(task.pid ?? -1), tid: Number(task.tid), ...head };
}

/** The last word of a text and what stands before it, the white space between them included. */
function lastToken(text: string): { rest: string; last: string } {
  const trimmed = text.trimEnd();
  const cut = Math.max(trimmed.lastIndexOf(" "), trimmed.lastIndexOf("\t")) + 1;
  return { rest: trimmed.slice(0, cut), last: trimmed.slice(cut) };
}

function splitTimed(line: string): { before: string; after: string } | undefined {
  const time = line.startsWith("#") ? null : TIME.exec(line);
  return time ? { before: line.slice(0, time.index), after: line.slice(time.index + time[0].length) } : undefined;
}

function splitAtEvent(line: string): { before: string; after: string } {
  const event = EVENT.exec(line);
  return { before: line.slice(0, event?.index ?? 0), after: event ? line.slice(event.index + event[0].length) : "" };
}

/** A frame that hardly another tool's text has: aligned, or a long address, and a dso, an offset or `[unknown]` at the end. */
function isSureFrame(line: string): boolean {
  if (ALIGNED_ADDRESS.test(line)) return true;
  const text = line.trimEnd();
  return LONG_ADDRESS.test(text) && ((text.endsWith(")") && text.includes(" (")) || SYMBOL_ALONE.test(text));
}

/** Without a time, a head is known by its place, first or after a blank line, and by its frame: below it or at its end. */
function isUntimedHead(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? "";
  if (line.startsWith("#") || FRAME_LINE.test(line) || !EVENT.test(line)) return false;
  const above = lines[index - 1] ?? "";
  const first = above.trim() === "" || above.startsWith("#");
  return (first && isSureFrame(lines[index + 1] ?? "")) || isSureFrame(splitAtEvent(line).after);
}

const TASKS = ["pid/tid", "tid", "none"] as const;

/** Whether the word before the time is a mode in most heads. */
function haveMode(prefixes: readonly string[]): boolean {
  return isMost(prefixes, (prefix) => MODE.test(lastToken(prefix).last));
}

function isMost<Item>(items: readonly Item[], holds: (item: Item) => boolean): boolean {
  return 2 * items.filter(holds).length > items.length;
}

/** The first of some layouts that more than half of the heads have. */
function commonLayout(prefixes: readonly string[], layouts: readonly HeadLayout[]): HeadLayout | undefined {
  return layouts.find((layout) => isMost(prefixes, (prefix) => parseHeadPrefix(prefix, layout) !== undefined));
}
