import type { CaptureLine, Warning } from "../captures/parsed.js";
import type { Ns } from "../units.js";

/**
 * Sampled stacks as columns and dictionaries. Row `i` of every column of `samples` is one sample, or the sum of `count[i]`
 * samples that differ only in time when the profile was built merged. Ids are indices into the dictionaries.
 */
export interface Profile {
  /** Name of the recording, for messages. */
  readonly file: string;
  /** Time of the earliest sample on the recording's clock; absent where the file has no times. */
  readonly startTimeNs?: bigint;
  /** From the earliest to the latest sample; absent where the file has no times. */
  readonly durationNs?: Ns;
  readonly samples: SampleColumns;
  readonly comms: readonly string[];
  readonly events: readonly ProfileEvent[];
  readonly symbols: readonly string[];
  readonly dsos: readonly string[];
  readonly frames: FrameColumns;
  readonly stacks: StackColumns;
  /** What the recording says of itself, in the tool's spelling: `hostname`, `os release`, `cmdline`, ... */
  readonly header: readonly HeaderEntry[];
  readonly quality: ProfileQuality;
  readonly warnings: readonly Warning[];
}

export interface SampleColumns {
  readonly length: number;
  /** Offset to `startTimeNs`; absent where the file has no times, and when samples are merged over time. */
  readonly timeNs?: Float64Array;
  /** -1: not recorded. */
  readonly cpu: Int32Array;
  /** -1: not recorded, or a task that had exited. */
  readonly pid: Int32Array;
  /** -1: not recorded, or a task that had exited. */
  readonly tid: Int32Array;
  readonly comm: Int32Array;
  readonly event: Int32Array;
  /** Index into `CONTEXTS`. */
  readonly context: Uint8Array;
  /** Sum of the samples' periods, in the `unit` of their event. */
  readonly weight: Float64Array;
  /** The node of the innermost function in `stacks`; 0: no stack. */
  readonly stack: Int32Array;
  /** Samples of the row: 1 unless merged. */
  readonly count: Uint32Array;
}

/** An event of the recording. Stacks and weights of different events are never added. */
export interface ProfileEvent {
  /** As recorded, with modifiers: `cycles:k`, `kmem:mm_page_alloc`. */
  readonly name: string;
  /** What a weight counts: ns for software clocks, occurrences of the event, or samples where no period is known. */
  readonly unit: WeightUnit;
  /** Samples in the columns. */
  readonly decoded: number;
  /** Samples of the file that could not be decoded. */
  readonly refused: number;
}

export type WeightUnit = "ns" | "occurrences" | "samples";

/** Distinct functions of the stacks: symbol and dso; where no symbol is known the dso, with the address of an innermost frame. */
export interface FrameColumns {
  readonly length: number;
  /** -1: not resolved. */
  readonly symbol: Int32Array;
  /** -1: not known. */
  readonly dso: Int32Array;
  /** Of a frame without symbol, as the recording gives it: within its dso where that is known. 0: any address. */
  readonly address: BigUint64Array;
}

/** A tree of calls: node `n` is `frame[n]` called by node `parent[n]`. A stack is its innermost node; node 0 is the empty stack. */
export interface StackColumns {
  readonly length: number;
  readonly parent: Int32Array;
  /** Index into `frames`; -1 for node 0 only. */
  readonly frame: Int32Array;
}

export interface HeaderEntry {
  readonly key: string;
  readonly value: string;
}

/** Records of a perf.data file of one type. */
export interface RecordCount {
  /** As `perf report --stats` names it, or its number. */
  readonly type: string;
  readonly count: number;
}

/** What the recording lost, or the reader could not use. */
export interface ProfileQuality {
  /** Records and samples the kernel said it dropped; absent where the recording does not say, as most texts do not. */
  readonly lostRecords?: number;
  readonly lostSamples?: number;
  readonly throttled: readonly ThrottledInterval[];
  /** Records by type, those that hold samples too; absent for a text. */
  readonly records?: readonly RecordCount[];
  /** Lines that are no part of a sample, as `perf script` text alone has them. */
  readonly skippedLines: number;
  /** The first of them. */
  readonly skipped: readonly CaptureLine[];
}

/** A time in which the kernel suspended an event on a CPU because it fired too often. */
export interface ThrottledInterval {
  readonly cpu: number;
  /** Index into `events`. */
  readonly event: number;
  /** Offsets to `startTimeNs`. */
  readonly fromNs: Ns;
  /** Absent: until the end of the recording. */
  readonly toNs?: Ns;
}

/** The mode of the CPU at a sample, in the order of `PERF_RECORD_MISC_CPUMODE` (include/uapi/linux/perf_event.h). */
export const CONTEXTS = ["unknown", "kernel", "user", "hypervisor", "guest kernel", "guest user"] as const;
export type Context = (typeof CONTEXTS)[number];

/**
 * What the weight of an event counts when its period is known: ns for the software clocks, else occurrences.
 *
 * Source: kernel/events/core.c, cpu_clock and task_clock run on an hrtimer, their period is in ns.
 * @example
 * weightUnit("cpu-clock:u") // "ns"
 * weightUnit("cycles") // "occurrences"
 */
export function weightUnit(event: string): WeightUnit {
  return /^(?:cpu|task)-clock(?::|$)/.test(event) ? "ns" : "occurrences";
}

/**
 * The frames of a stack, innermost first: indices into `frames`.
 *
 * @example
 * framesOf({ length: 3, parent: Int32Array.of(0, 0, 1), frame: Int32Array.of(-1, 7, 9) }, 2) // [9, 7]
 */
export function framesOf(stacks: StackColumns, stack: number): number[] {
  const frames: number[] = [];
  for (let node = stack; node > 0; node = stacks.parent[node] ?? 0) frames.push(stacks.frame[node] ?? -1);
  return frames;
}

/** What is known of a frame. */
export interface FrameName {
  readonly symbol?: string;
  readonly dso?: string;
  /** Of a frame without symbol that was innermost. */
  readonly address?: bigint;
}

/**
 * What is known of a frame: an index into `frames`.
 *
 * @example
 * frameName({ symbols: ["memset"], dsos: [], frames: { symbol: [0], dso: [-1], address: [0n] } }, 0) // { symbol: "memset" }
 */
export function frameName({ frames, symbols, dsos }: Profile, frame: number): FrameName {
  const symbol = frames.symbol[frame] as number;
  const dso = frames.dso[frame] as number;
  const address = frames.address[frame] as bigint;
  return {
    ...(symbol >= 0 && { symbol: symbols[symbol] as string }),
    ...(dso >= 0 && { dso: dsos[dso] as string }),
    ...(address !== 0n && { address }),
  };
}
