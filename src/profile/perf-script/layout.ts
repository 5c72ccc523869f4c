/**
 * The fields that the heads of one `perf script` text have in common: they follow from its `-F` and from what was recorded.
 * `[cpu]` and the period are told from their form in each head.
 */
export interface HeadLayout {
  /** Fields after the comm: none, one number (the thread, with perf's defaults), or `pid/tid`. */
  readonly task: "none" | "tid" | "pid/tid";
  readonly time: boolean;
  readonly event: boolean;
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
const TASK = /^-?\d+$/;
const TASKS = /^(-?\d+)\/(-?\d+)$/;
const CPU = /^\[(\d+)\]$/;
const MISC = /^[KUHGg]+$/;
const FRAME_LINE = /^\s*[0-9a-f]{1,16}(?:\s|$)/;
const FRAME_BELOW = /^\s*[0-9a-f]{1,16}\s+\S/;

/**
 * Derives the layout from the first lines of a text, or undefined where no line is a head. The form that most heads have decides:
 * that tells a comm that ends in digits from a thread id.
 *
 * @example
 * headLayout(["V8 Worker 2 1234/1236 [001] 12.5: 1000 cycles:u:", "\t4f2 main (/bin/x)"]) // { task: "pid/tid", time: true, event: true }
 * headLayout(["java 19983 cycles:", "ffffffff8103d0ca native_write_msr_safe ([kernel.kallsyms])"]) // { task: "tid", time: false, event: true }
 * headLayout(["$ ls"]) // undefined
 */
export function headLayout(lines: readonly string[]): HeadLayout | undefined {
  const timed = lines.flatMap((line) => splitTimed(line) ?? []);
  if (timed.length > 0) {
    const event = timed.some(({ after }) => EVENT.test(after));
    const heads = event ? timed.filter(({ after }) => EVENT.test(after)) : timed;
    const prefixes = heads.map(({ before }) => before);
    return { task: commonTask(prefixes, { time: true, event }), time: true, event };
  }
  const untimed = lines.flatMap((line, index) => (isUntimedHead(lines, index) ? [splitAtEvent(line).before] : []));
  if (untimed.length === 0) return undefined;
  return { task: commonTask(untimed, { time: false, event: true }), time: false, event: true };
}

/**
 * Reads what stands before the time (or the event) of a head by the layout, from the right, since a comm may hold anything.
 * Undefined: the text does not have the layout's fields.
 *
 * @example
 * parseHeadPrefix("kworker/u8:2  1234 [003] ", { task: "tid", time: true, event: true }) // { comm: "kworker/u8:2", pid: -1, tid: 1234, cpu: 3 }
 * parseHeadPrefix(":-1    -1/-1 ", { task: "pid/tid", time: true, event: true }) // { comm: ":-1", pid: -1, tid: -1, cpu: -1 }
 * parseHeadPrefix("swapper [000] ", { task: "tid", time: true, event: true }) // undefined
 */
export function parseHeadPrefix(text: string, layout: HeadLayout): HeadPrefix | undefined {
  let { rest, last } = lastToken(text);
  let mode: string | undefined;
  let period: string | undefined;
  if (!layout.time && layout.task !== "none" && TASK.test(last) && isTaskOrCpu(lastToken(rest).last, layout)) {
    period = last;
    ({ rest, last } = lastToken(rest));
  } else if (MISC.test(last) && isTaskOrCpu(lastToken(rest).last, layout)) {
    mode = last.charAt(last.length - 1); // the bits of H and g contain those of others: KUH, KGg
    ({ rest, last } = lastToken(rest));
  }
  const cpu = CPU.exec(last)?.[1];
  if (cpu !== undefined) ({ rest, last } = lastToken(rest));
  const head = { cpu: Number(cpu ?? -1), ...(mode && { mode }), ...(period && { period }) };
  if (layout.task === "none") return { comm: `${rest}${last}`.trim(), pid: -1, tid: -1, ...head };
  if (layout.task === "tid") return TASK.test(last) ? { comm: rest.trim(), pid: -1, tid: Number(last), ...head } : undefined;
  const [, pid, tid] = TASKS.exec(last) ?? [];
  return pid === undefined ? undefined : { comm: rest.trim(), pid: Number(pid), tid: Number(tid), ...head };
}

/** The last word of a text and what stands before it, the white space between them included. */
function lastToken(text: string): { rest: string; last: string } {
  const trimmed = text.trimEnd();
  const cut = Math.max(trimmed.lastIndexOf(" "), trimmed.lastIndexOf("\t")) + 1;
  return { rest: trimmed.slice(0, cut), last: trimmed.slice(cut) };
}

function isTaskOrCpu(token: string, { task }: HeadLayout): boolean {
  if (CPU.test(token)) return true;
  return task === "tid" ? TASK.test(token) : task === "pid/tid" && TASKS.test(token);
}

function splitTimed(line: string): { before: string; after: string } | undefined {
  const time = line.startsWith("#") ? null : TIME.exec(line);
  return time ? { before: line.slice(0, time.index), after: line.slice(time.index + time[0].length) } : undefined;
}

function splitAtEvent(line: string): { before: string; after: string } {
  const event = EVENT.exec(line);
  return { before: line.slice(0, event?.index ?? 0), after: event ? line.slice(event.index + event[0].length) : "" };
}

/** Without a time, a head is known by its place, first or after a blank line, and by its frame: below it or at its end. */
function isUntimedHead(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? "";
  if (line.startsWith("#") || FRAME_LINE.test(line) || !EVENT.test(line)) return false;
  const above = lines[index - 1] ?? "";
  const first = above.trim() === "" || above.startsWith("#");
  return (first && FRAME_BELOW.test(lines[index + 1] ?? "")) || FRAME_BELOW.test(splitAtEvent(line).after);
}

function commonTask(prefixes: readonly string[], fields: { time: boolean; event: boolean }): HeadLayout["task"] {
  const forms = ["pid/tid", "tid"] as const;
  const common = forms.find((task) => {
    const fitting = prefixes.filter((prefix) => parseHeadPrefix(prefix, { task, ...fields }) !== undefined);
    return 2 * fitting.length > prefixes.length;
  });
  return common ?? "none";
}
