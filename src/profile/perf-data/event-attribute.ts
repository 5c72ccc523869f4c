import type { WeightUnit } from "../profile.js";
import { u64At } from "./byte-cursor.js";

/** What a `struct perf_event_attr` says of the samples of one event (include/uapi/linux/perf_event.h). */
export interface EventAttribute {
  /** PERF_TYPE_*, or the number of a PMU. */
  readonly type: number;
  readonly config: bigint;
  /** Period of the samples where it is fixed (`-c`); undefined where the kernel varies it (`-F`). */
  readonly fixedPeriod?: number;
  /** PERF_SAMPLE_* bits; all that are defined lie below 2^32. */
  readonly sampleType: number;
  /** PERF_FORMAT_* bits. */
  readonly readFormat: number;
  /** PERF_SAMPLE_BRANCH_* bits. */
  readonly branchSampleType: number;
  /** Registers recorded with each sample. */
  readonly userRegisters: number;
  readonly interruptRegisters: number;
  /** Whether records that are no samples end with the sample's identity. */
  readonly sampleIdAll: boolean;
}

/** PERF_ATTR_SIZE_VER0, the smallest attribute there is. */
export const SMALLEST_ATTRIBUTE_BYTES = 64;

const FLAGS_AT = 40;
const FREQUENCY_FLAG = 10;
const SAMPLE_ID_ALL_FLAG = 18;

/**
 * Reads a `perf_event_attr` of any version: fields beyond its size are zero, as the kernel takes them; a size larger than
 * any known is a later version whose new fields do not change the layout of samples unless `sample_type` says so.
 *
 * @throws RangeError when the bytes end before the attribute.
 * @example
 * eventAttribute(new DataView(new ArrayBuffer(64)), 0, 64, true).sampleIdAll // false
 */
export function eventAttribute(view: DataView, at: number, sizeBytes: number, littleEndian: boolean): EventAttribute {
  const word = (offset: number) => (offset + 8 <= sizeBytes ? u64At(view, at + offset, littleEndian) : 0);
  const flag = (bit: number) => {
    // A C bit field fills each byte from its lowest bit on little, from its highest on big endian machines.
    const byte = view.getUint8(at + FLAGS_AT + (bit >> 3));
    return ((byte >> (littleEndian ? bit & 7 : 7 - (bit & 7))) & 1) === 1;
  };
  return {
    type: view.getUint32(at, littleEndian),
    config: view.getBigUint64(at + 8, littleEndian),
    ...(flag(FREQUENCY_FLAG) ? {} : { fixedPeriod: word(16) }),
    sampleType: word(24) % 2 ** 32,
    readFormat: word(32) % 2 ** 32,
    sampleIdAll: flag(SAMPLE_ID_ALL_FLAG),
    branchSampleType: word(72) % 2 ** 32,
    userRegisters: bits(word(80)),
    interruptRegisters: bits(word(96)),
  };
}

/** Bits set in a 64-bit number; more than 53 of them cannot be told from 53. */
function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

const HARDWARE = [
  "cycles",
  "instructions",
  "cache-references",
  "cache-misses",
  "branches",
  "branch-misses",
  "bus-cycles",
  "stalled-cycles-frontend",
  "stalled-cycles-backend",
  "ref-cycles",
];
const SOFTWARE = [
  "cpu-clock",
  "task-clock",
  "page-faults",
  "context-switches",
  "cpu-migrations",
  "minor-faults",
  "major-faults",
  "alignment-faults",
  "emulation-faults",
  "dummy",
  "bpf-output",
  "cgroup-switches",
];
const [TYPE_HARDWARE, TYPE_SOFTWARE, TYPE_TRACEPOINT, TYPE_RAW] = [0, 1, 2, 4];
const DUMMY = 9n;

/**
 * The name of an event as `perf list` has it, for recordings that do not name their events; the numbers where it has none.
 * Source: tools/perf/util/evsel.c, evsel__hw_names and evsel__sw_names of Linux 6.1.
 *
 * @example
 * eventName({ type: 1, config: 0n }) // "cpu-clock"
 * eventName({ type: 2, config: 653n }) // "tracepoint:653"
 */
export function eventName({ type, config }: Pick<EventAttribute, "type" | "config">): string {
  if (type === TYPE_HARDWARE) return HARDWARE[Number(config)] ?? `hardware:${config}`;
  if (type === TYPE_SOFTWARE) return SOFTWARE[Number(config)] ?? `software:${config}`;
  if (type === TYPE_TRACEPOINT) return `tracepoint:${config}`;
  return type === TYPE_RAW ? `r${config.toString(16)}` : `type ${type}, config 0x${config.toString(16)}`;
}

/**
 * What the weights of an event's samples count: ns for the two clocks of the kernel, whose period is a time.
 * Without a period, recorded or fixed, a sample counts as one.
 *
 * @example
 * eventUnit({ type: 1, config: 0n, sampleType: 0x100, readFormat: 0, branchSampleType: 0, userRegisters: 0, interruptRegisters: 0, sampleIdAll: true }) // "ns"
 */
export function eventUnit(attribute: EventAttribute): WeightUnit {
  if ((attribute.sampleType & SAMPLE_PERIOD) === 0 && !attribute.fixedPeriod) return "samples";
  return attribute.type === TYPE_SOFTWARE && attribute.config <= 1n ? "ns" : "occurrences";
}

/**
 * Whether an event is perf's own carrier of side-band records, which never has samples.
 *
 * @example
 * isDummy({ type: 1, config: 9n }) // true
 */
export function isDummy({ type, config }: Pick<EventAttribute, "type" | "config">): boolean {
  return type === TYPE_SOFTWARE && config === DUMMY;
}

const SAMPLE_PERIOD = 1 << 8;
