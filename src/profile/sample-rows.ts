import type { Ns } from "../units.js";
import { PairTable } from "./pair-table.js";
import type { SampleColumns } from "./profile.js";
import type { Sample } from "./profile-builder.js";
import { grown, TupleTable } from "./tuple-table.js";

/** Rows of samples whose origins are known, of 24 bytes each, in memory that is used again. */
export interface SampleRun {
  readonly length: number;
  /** Origin, as `SampleRows.originOf()` gave it, and stack: the first two of six. */
  readonly words: Int32Array;
  /** Weight, and number of samples or, where they are not merged, time: the last two of three. */
  readonly values: Float64Array;
  /** Of the times of this run and of those before it. */
  readonly earliestNs: Ns;
  readonly latestNs: Ns;
  /** Samples of this run that have no time. */
  readonly untimed: number;
}

/**
 * The samples of a profile while it is built: a row each, or, merged, a row for all that differ only in time.
 *
 * Where a sample is from (CPU, thread, event, context) is one of few origins. Merged samples are collected and added to their rows
 * many at a time: rows are all over memory, and a CPU waits for several of them at once.
 */
export class SampleRows {
  /** CPU, pid, tid, comm, event, context. */
  readonly #origins = new TupleTable(6);
  /** The origin of the last sample of a CPU, mostly that of its next one. */
  readonly #lastOrigins = new Int32Array(NEIGHBOUR_CPUS);
  /** Origin and stack of merged rows. */
  readonly #rows: PairTable | undefined;
  #rowWeight = new Float64Array(0);
  #rowCount = new Uint32Array(0);
  /** The samples, or those that are not yet added to merged rows. */
  #origin: Int32Array;
  #stack: Int32Array;
  #weight: Float64Array;
  #timeNs: Float64Array;
  #length = 0;

  /** @param expectedSamples What is thought to come: memory is taken as it is used. */
  constructor({ merge, expectedSamples }: { merge: boolean; expectedSamples: number }) {
    const capacity = merge ? COLLECTED_SAMPLES : Math.max(INITIAL_SAMPLES, expectedSamples);
    this.#origin = new Int32Array(capacity);
    this.#stack = new Int32Array(capacity);
    this.#weight = new Float64Array(capacity);
    this.#timeNs = new Float64Array(merge ? 0 : capacity);
    if (!merge) return;
    this.#rows = new PairTable();
    this.#rowWeight = new Float64Array(INITIAL_SAMPLES);
    this.#rowCount = new Uint32Array(INITIAL_SAMPLES);
  }

  add(sample: Sample): void {
    this.#append(this.originOf(sample), sample.stack, sample.weight, sample.timeNs);
  }

  /** Adds rows one after the other. */
  addRun({ length, words, values }: SampleRun): void {
    if (this.#rows) this.#merge(this.#rows);
    for (let row = 0; row < length; row++) {
      const [origin, stack] = [words[6 * row] as number, words[6 * row + 1] as number];
      const [weight, countOrTime] = [values[3 * row + 1] as number, values[3 * row + 2] as number];
      if (this.#rows) this.#addToRow(this.#rows, origin, stack, weight, countOrTime);
      else this.#append(origin, stack, weight, countOrTime);
    }
  }

  /** Adds rows of another profile, whose stacks are `stackOf` here; all other ids are the same. */
  addRows(rows: SampleColumns, stackOf: Int32Array): void {
    const sample: Sample = { timeNs: 0, cpu: 0, pid: 0, tid: 0, comm: 0, event: 0, context: 0, weight: 0, stack: 0 };
    for (let row = 0; row < rows.length; row++) {
      sample.timeNs = rows.timeNs?.[row] ?? Number.NaN;
      sample.cpu = rows.cpu[row] as number;
      sample.pid = rows.pid[row] as number;
      sample.tid = rows.tid[row] as number;
      sample.comm = rows.comm[row] as number;
      sample.event = rows.event[row] as number;
      sample.context = rows.context[row] as number;
      sample.weight = rows.weight[row] as number;
      sample.stack = stackOf[rows.stack[row] as number] as number;
      if (this.#rows) this.#addToRow(this.#rows, this.originOf(sample), sample.stack, sample.weight, rows.count[row] as number);
      else this.add(sample);
    }
  }

  /** The rows, with the times of those that are not merged. */
  columns(): SampleColumns {
    if (this.#rows) this.#merge(this.#rows);
    const length = this.#rows?.length ?? this.#length;
    const origin = this.#rows?.firsts() ?? this.#origin.subarray(0, length);
    const ofOrigin = <Column extends Int32Array | Uint8Array>(field: number, column: Column): Column => {
      const values = this.#origins.column(field);
      for (let row = 0; row < length; row++) column[row] = values[origin[row] as number] as number;
      return column;
    };
    const columns: SampleColumns = {
      length,
      cpu: ofOrigin(0, new Int32Array(length)),
      pid: ofOrigin(1, new Int32Array(length)),
      tid: ofOrigin(2, new Int32Array(length)),
      comm: ofOrigin(3, new Int32Array(length)),
      event: ofOrigin(4, new Int32Array(length)),
      context: ofOrigin(5, new Uint8Array(length)),
      weight: (this.#rows ? this.#rowWeight : this.#weight).subarray(0, length),
      stack: this.#rows?.seconds() ?? this.#stack.subarray(0, length),
      count: this.#rows ? this.#rowCount.subarray(0, length) : new Uint32Array(length).fill(1),
    };
    return this.#rows || length === 0 ? columns : { ...columns, timeNs: this.#timeNs.subarray(0, length) };
  }

  /** Where a sample is from. */
  originOf({ cpu, pid, tid, comm, event, context }: Sample): number {
    const origins = this.#origins;
    const { key } = origins;
    key[0] = cpu;
    key[1] = pid;
    key[2] = tid;
    key[3] = comm;
    key[4] = event;
    key[5] = context;
    const last = this.#lastOrigins[cpu & (NEIGHBOUR_CPUS - 1)] as number;
    if (origins.isAt(last)) return last;
    const origin = origins.intern();
    this.#lastOrigins[cpu & (NEIGHBOUR_CPUS - 1)] = origin;
    return origin;
  }

  #append(origin: number, stack: number, weight: number, timeNs: Ns): void {
    if (this.#length === this.#origin.length) this.#makeRoom();
    const row = this.#length++;
    this.#origin[row] = origin;
    this.#stack[row] = stack;
    this.#weight[row] = weight;
    if (!this.#rows) this.#timeNs[row] = timeNs;
  }

  #makeRoom(): void {
    if (this.#rows) {
      this.#merge(this.#rows);
      return;
    }
    this.#origin = grown(this.#origin);
    this.#stack = grown(this.#stack);
    this.#weight = grown(this.#weight);
    this.#timeNs = grown(this.#timeNs);
  }

  /** Adds the collected samples to their rows. */
  #merge(rows: PairTable): void {
    for (let index = 0; index < this.#length; index++) {
      this.#addToRow(rows, this.#origin[index] as number, this.#stack[index] as number, this.#weight[index] as number, 1);
    }
    this.#length = 0;
  }

  #addToRow(rows: PairTable, origin: number, stack: number, weight: number, count: number): void {
    const row = rows.intern(origin, stack);
    if (row === this.#rowWeight.length) {
      this.#rowWeight = grown(this.#rowWeight);
      this.#rowCount = grown(this.#rowCount);
    }
    this.#rowWeight[row] = (this.#rowWeight[row] as number) + weight;
    this.#rowCount[row] = (this.#rowCount[row] as number) + count;
  }
}

const INITIAL_SAMPLES = 1024;
const COLLECTED_SAMPLES = 4096;
/** CPUs with the same number modulo this share a place, which costs a look-up. */
const NEIGHBOUR_CPUS = 64;
