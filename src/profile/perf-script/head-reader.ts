import { exactInteger } from "../../captures/exact-integer.js";
import { ParseError } from "../../captures/parse-error.js";
import { type Ns, nsFromSeconds } from "../../units.js";
import { type Context, weightUnit } from "../profile.js";
import type { ProfileBuilder, Sample } from "../profile-builder.js";
import { ByteMemo } from "./byte-memo.js";
import { decode } from "./bytes.js";
import { contextId } from "./context.js";
import { HeadFields } from "./head-fields.js";
import { type HeadLayout, parseHeadPrefix } from "./head-layout.js";

/** What a line is to the reader of heads: one, one that lacks what its event's heads have, or none. */
export type HeadOutcome = "head" | "refused" | "none";

/** Reads heads by the layout of the text. What stands before the time, and the event, are parsed when new and then recognized. */
export class HeadReader {
  readonly #file: string;
  readonly #builder: ProfileBuilder;
  readonly #layout: HeadLayout;
  readonly #fields = new HeadFields();
  readonly #prefixes: ByteMemo<Prefix | undefined>;
  readonly #events: ByteMemo<ScriptEvent | undefined>;
  readonly #known: ScriptEvent[] = [];
  #event: ScriptEvent | undefined;
  #originSeconds = -1;
  /** Of the line that is read, for errors. */
  #line = 0;

  constructor({ file, builder, layout }: { file: string; builder: ProfileBuilder; layout: HeadLayout }) {
    this.#file = file;
    this.#builder = builder;
    this.#layout = layout;
    this.#prefixes = new ByteMemo((text) => this.#parsePrefix(text));
    this.#events = new ByteMemo((text) => scriptEvent(layout.event ? text : EVENT_NOT_PRINTED));
  }

  /** The events so far, and whether their heads have a period. */
  get periods(): ReadonlyMap<string, boolean> {
    return new Map(this.#known.map(({ name, periods }) => [name, periods]));
  }

  /** Where the text after the event begins, in the last head. */
  get restStart(): number {
    return this.#fields.restStart;
  }

  /** Whether the last head's event has a payload: its name is `system:event`. */
  get isTracepoint(): boolean {
    return this.#event?.tracepoint === true;
  }

  /** The time from which the samples' `timeNs` count. */
  get originNs(): bigint {
    return BigInt(Math.max(this.#originSeconds, 0)) * BigInt(nsFromSeconds(1));
  }

  /**
   * Fills `sample`, all but its stack, if the line is a head.
   * @throws ParseError for a number beyond what its column holds.
   */
  read(sample: Sample, bytes: Uint8Array, view: DataView, start: number, end: number, line: number): HeadOutcome {
    const fields = this.#fields;
    if (!fields.find(bytes, start, end, this.#layout)) return "none";
    this.#line = line;
    const prefix = this.#prefixes.get(bytes, view, start, fields.prefixEnd);
    const event = this.#events.get(bytes, view, fields.eventStart, fields.eventEnd);
    if (!event) return "none";
    const period = prefix?.period ?? fields.period;
    if (event.id < 0) {
      if (!prefix) return "none"; // a new event is taken up only from a whole head
      if (this.#known.length === MOST_EVENTS) this.#refuse(`no more than ${MOST_EVENTS} events`, decode(bytes, start, end));
      event.id = this.#builder.event(event.name, period >= 0 ? weightUnit(event.name) : "samples");
      event.periods = period >= 0;
      this.#known.push(event);
    }
    if (!prefix || event.periods !== period >= 0) {
      this.#builder.refuse(event.id);
      return "refused";
    }
    if (!Number.isSafeInteger(period)) this.#refuse("a period below 2^53", decode(bytes, start, end));
    if (!Number.isSafeInteger(fields.seconds)) this.#refuse("a time below 2^53 seconds", decode(bytes, start, end));
    this.#event = event;
    sample.timeNs = this.#layout.time ? this.#timeNs() : Number.NaN;
    sample.comm = prefix.comm;
    sample.pid = prefix.pid;
    sample.tid = prefix.tid;
    sample.cpu = prefix.cpu;
    sample.context = prefix.context;
    sample.event = event.id;
    sample.weight = event.periods ? period : 1;
    return "head";
  }

  #timeNs(): Ns {
    const { seconds, nanoseconds } = this.#fields;
    if (this.#originSeconds < 0) this.#originSeconds = seconds;
    return nsFromSeconds(seconds - this.#originSeconds) + nanoseconds;
  }

  #parsePrefix(text: string): Prefix | undefined {
    const prefix = parseHeadPrefix(text, this.#layout);
    if (!prefix) return undefined;
    const { comm, pid, tid, cpu, mode, period } = prefix;
    if (Math.max(pid, tid, cpu) > INT32_MAX || Math.min(pid, tid) < -1) {
      this.#refuse("a pid, tid and CPU from 0 (or -1) to 2^31 - 1", text);
    }
    return {
      comm: this.#builder.comm(comm),
      pid,
      tid,
      cpu,
      context: contextId(MODES[mode ?? ""] ?? "unknown"),
      ...(period === undefined ? {} : { period: exactInteger(period, { file: this.#file, line: this.#line }) }),
    };
  }

  #refuse(expected: string, text: string): never {
    throw new ParseError({ file: this.#file, line: this.#line, expected, text });
  }
}

interface Prefix {
  readonly comm: number;
  readonly pid: number;
  readonly tid: number;
  readonly cpu: number;
  readonly context: number;
  readonly period?: number;
}

interface ScriptEvent {
  readonly name: string;
  readonly tracepoint: boolean;
  /** -1 until its first head. */
  id: number;
  /** Whether its heads have a period. */
  periods: boolean;
}

/** Undefined for the records that `--show-mmap-events` and the like print among the samples. */
function scriptEvent(name: string): ScriptEvent | undefined {
  return name.startsWith("PERF_RECORD_") ? undefined : { name, tracepoint: isTracepoint(name), id: -1, periods: false };
}

const EVENT_NOT_PRINTED = "(not printed)";
/** More than a kernel has tracepoints: what has more is another text, and each would be summarized by itself. */
const MOST_EVENTS = 4000;
const INT32_MAX = 2 ** 31 - 1;
// tools/perf/builtin-script.c, perf_sample__fprintf_start(), PERF_OUTPUT_MISC
const MODES: Readonly<Record<string, Context>> = {
  K: "kernel",
  U: "user",
  H: "hypervisor",
  G: "guest kernel",
  g: "guest user",
};

/**
 * Whether an event is a tracepoint or a probe, `system:event`, and not an event with modifiers like `cycles:ppp`.
 *
 * Source: modifiers of tools/perf/Documentation/perf-list.txt.
 * @example
 * isTracepoint("kmem:mm_page_alloc") // true
 * isTracepoint("cycles:uppp") // false
 * isTracepoint("cpu_core/cycles:ppp/") // false
 */
export function isTracepoint(event: string): boolean {
  const [, name] = /^[\w-]+:([\w.-]+)(?::\w+)?$/.exec(event) ?? [];
  return name !== undefined && !/^[ukhGHpPSDIWeb]+$/.test(name);
}
