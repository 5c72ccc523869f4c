import { u64At } from "./byte-cursor.js";
import type { EventAttribute } from "./event-attribute.js";

// PERF_SAMPLE_* of include/uapi/linux/perf_event.h.
const IP = 1 << 0;
const TID = 1 << 1;
const TIME = 1 << 2;
const ADDR = 1 << 3;
const READ = 1 << 4;
const CALLCHAIN = 1 << 5;
const ID = 1 << 6;
const CPU = 1 << 7;
const PERIOD = 1 << 8;
const STREAM_ID = 1 << 9;
const RAW = 1 << 10;
const BRANCH_STACK = 1 << 11;
const REGS_USER = 1 << 12;
const STACK_USER = 1 << 13;
const WEIGHT = 1 << 14;
const DATA_SRC = 1 << 15;
const IDENTIFIER = 1 << 16;
const TRANSACTION = 1 << 17;
const REGS_INTR = 1 << 18;
const PHYS_ADDR = 1 << 19;
const AUX = 1 << 20;
const CGROUP = 1 << 21;
const DATA_PAGE_SIZE = 1 << 22;
const CODE_PAGE_SIZE = 1 << 23;
const WEIGHT_STRUCT = 1 << 24;
const KNOWN = 2 ** 25 - 1;

// PERF_FORMAT_* and PERF_SAMPLE_BRANCH_* likewise.
const FORMAT_GROUP = 1 << 3;
const FORMAT_TIMES = [1 << 0, 1 << 1]; // TOTAL_TIME_ENABLED, TOTAL_TIME_RUNNING
const FORMAT_PER_EVENT = [1 << 2, 1 << 4]; // ID, LOST
const BRANCH_CALL_STACK = 1 << 11;
const BRANCH_HW_INDEX = 1 << 17;
const BRANCH_COUNTERS = 1 << 19;

const HEADER_BYTES = 8;
const WORD_BYTES = 8;
const BRANCH_BYTES = 24; // from, to, flags

// In the order of perf_output_sample() and of perf_event__output_id_sample(), kernel/events/core.c. All are one word.
const SAMPLE_START = [IDENTIFIER, IP, TID, TIME, ADDR, ID, STREAM_ID, CPU, PERIOD];
const TRAILER = [TID, TIME, ID, STREAM_ID, CPU, IDENTIFIER];
const SAMPLE_REST: readonly (readonly [bit: number, bytes: (this: SampleLayout, view: DataView, at: number) => number])[] = [
  [RAW, rawBytes],
  [BRANCH_STACK, branchBytes],
  [REGS_USER, userRegisterBytes],
  [STACK_USER, stackBytes],
  [WEIGHT | WEIGHT_STRUCT, wordBytes],
  [DATA_SRC, wordBytes],
  [TRANSACTION, wordBytes],
  [REGS_INTR, interruptRegisterBytes],
  [PHYS_ADDR, wordBytes],
  [CGROUP, wordBytes],
  [DATA_PAGE_SIZE, wordBytes],
  [CODE_PAGE_SIZE, wordBytes],
  [AUX, auxBytes],
];

/** Where the fields of a record are, in bytes; undefined where they were not recorded. */
export interface Places {
  readonly ip: number | undefined;
  readonly tid: number | undefined;
  readonly time: number | undefined;
  readonly id: number | undefined;
  readonly cpu: number | undefined;
  readonly period: number | undefined;
}

/** Where the fields of an event's samples are, and those of the identity that ends its other records. */
export class SampleLayout {
  readonly attribute: EventAttribute;
  readonly littleEndian: boolean;
  /** From the start of a sample. */
  readonly sample: Places;
  /** From the end of a record that is no sample, so negative. */
  readonly trailer: Places;
  readonly trailerBytes: number;
  /** The call chain of the sample that `locate` saw last: its length, and where its addresses begin. 0: none. */
  depth = 0;
  chainAt = 0;
  /** Where its payload stands, with its size in the first 4 bytes; 0: none. */
  payloadAt = 0;
  /** Where the call chain stands in every sample whose fields are the plain ones, all of one word before it and none behind; or 0. */
  readonly plainChainAt: number;
  readonly #startBytes: number;
  readonly #read: boolean;
  readonly #callChain: boolean;
  readonly #payload: boolean;
  readonly #rest: readonly ((this: SampleLayout, view: DataView, at: number) => number)[];

  constructor(attribute: EventAttribute, littleEndian: boolean) {
    const { sampleType, sampleIdAll } = attribute;
    const start = SAMPLE_START.filter((field) => sampleType & field);
    const trailer = sampleIdAll ? TRAILER.filter((field) => sampleType & field) : [];
    this.attribute = attribute;
    this.littleEndian = littleEndian;
    this.sample = placesOf(start, HEADER_BYTES);
    this.trailerBytes = WORD_BYTES * trailer.length;
    this.trailer = placesOf(trailer, -this.trailerBytes);
    this.#startBytes = HEADER_BYTES + WORD_BYTES * start.length;
    this.#read = (sampleType & READ) !== 0;
    this.#callChain = (sampleType & CALLCHAIN) !== 0;
    this.#payload = (sampleType & RAW) !== 0;
    this.#rest = SAMPLE_REST.filter(([bit]) => sampleType & bit).map(([, bytes]) => bytes);
    this.plainChainAt = this.#callChain && !this.#read && this.#rest.length === 0 ? this.#startBytes : 0;
  }

  /** Finds the call chain of the sample from `at` to before `end`. False: its fields do not fit into the record. */
  locate(view: DataView, at: number, end: number): boolean {
    this.depth = 0;
    let next = at + this.#startBytes;
    if (this.#read) next += next + WORD_BYTES <= end ? this.#readBytes(view, next) : WORD_BYTES;
    if (this.#callChain) {
      if (next + WORD_BYTES > end) return false;
      const depth = u64At(view, next, this.littleEndian);
      this.chainAt = next + WORD_BYTES;
      next += WORD_BYTES + WORD_BYTES * depth;
      if (next > end) return false;
      this.depth = depth;
    }
    this.payloadAt = this.#payload ? next : 0; // the first of what follows
    for (const bytes of this.#rest) {
      if (next + 4 > end) return false;
      next += bytes.call(this, view, next);
    }
    return next <= end;
  }

  /** What this reader leaves out of the event's samples, in words; empty when it leaves out nothing. */
  omissions(): string[] {
    const { sampleType, readFormat, branchSampleType } = this.attribute;
    const omissions: string[] = [];
    if (sampleType & STACK_USER)
      omissions.push("user stacks recorded as memory (--call-graph dwarf): only kernel frames are read");
    if (sampleType & BRANCH_STACK && branchSampleType & BRANCH_CALL_STACK) {
      omissions.push("user stacks recorded as branches (--call-graph lbr): only kernel frames are read");
    }
    if (sampleType & READ && readFormat & FORMAT_GROUP) {
      omissions.push("counts of the whole group in each sample (:S): only the samples of the group's leader are read");
    }
    if (sampleType > KNOWN) omissions.push(`fields of a later version (sample_type 0x${sampleType.toString(16)})`);
    return omissions;
  }

  #readBytes(view: DataView, at: number): number {
    const { readFormat } = this.attribute;
    const words = (fields: number[]) => fields.filter((field) => readFormat & field).length;
    const events = readFormat & FORMAT_GROUP ? u64At(view, at, this.littleEndian) : 1;
    const counter = readFormat & FORMAT_GROUP ? 1 : 0;
    return WORD_BYTES * (counter + words(FORMAT_TIMES) + events * (1 + words(FORMAT_PER_EVENT)));
  }
}

function placesOf(fields: readonly number[], start: number): Places {
  const place = (field: number) => {
    const index = fields.indexOf(field);
    return index < 0 ? undefined : start + WORD_BYTES * index;
  };
  const id = place(IDENTIFIER) ?? place(ID);
  return { ip: place(IP), tid: place(TID), time: place(TIME), id, cpu: place(CPU), period: place(PERIOD) };
}

function wordBytes(): number {
  return WORD_BYTES;
}

function rawBytes(this: SampleLayout, view: DataView, at: number): number {
  return 4 + view.getUint32(at, this.littleEndian);
}

function branchBytes(this: SampleLayout, view: DataView, at: number): number {
  const { branchSampleType } = this.attribute;
  const header = branchSampleType & BRANCH_HW_INDEX ? 2 : 1;
  const counters = branchSampleType & BRANCH_COUNTERS ? WORD_BYTES : 0;
  return WORD_BYTES * header + (BRANCH_BYTES + counters) * countAt(this, view, at);
}

function userRegisterBytes(this: SampleLayout, view: DataView, at: number): number {
  return WORD_BYTES * (1 + (countAt(this, view, at) > 0 ? this.attribute.userRegisters : 0));
}

function interruptRegisterBytes(this: SampleLayout, view: DataView, at: number): number {
  return WORD_BYTES * (1 + (countAt(this, view, at) > 0 ? this.attribute.interruptRegisters : 0));
}

/** The size, then the memory and how much of it is in use, unless the size is 0. */
function stackBytes(this: SampleLayout, view: DataView, at: number): number {
  const bytes = countAt(this, view, at);
  return bytes > 0 ? 2 * WORD_BYTES + bytes : WORD_BYTES;
}

function auxBytes(this: SampleLayout, view: DataView, at: number): number {
  return WORD_BYTES + countAt(this, view, at);
}

/** A 64-bit count at a place that may lie behind the record's end: then it does not fit anyway. */
function countAt({ littleEndian }: SampleLayout, view: DataView, at: number): number {
  return at + WORD_BYTES <= view.byteLength ? u64At(view, at, littleEndian) : 0;
}
