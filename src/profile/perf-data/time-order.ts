import { grown } from "../tuple-table.js";
import type { Block } from "./block.js";

/** What comes out in order of time: the record at `at` in `block`. */
export type OnOrdered = (block: Block, at: number) => void;

/**
 * Brings records into the order of their times. Each CPU's records are in order, but the file holds the buffers of the
 * CPUs one after the other, round by round; a record of one round can be as late as the end of the next, so what is older
 * than the round before the last is final (tools/perf/util/ordered-events.c). Records of one time keep the file's order.
 */
export class TimeOrder {
  readonly #onOrdered: OnOrdered;
  #blocks: Block[] = [];
  #times: Float64Array = new Float64Array(INITIAL_RECORDS);
  /** Where a record is: place in its block, and index of that in `#blocks`. */
  #at: Int32Array = new Int32Array(INITIAL_RECORDS);
  #block: Int32Array = new Int32Array(INITIAL_RECORDS);
  #length = 0;
  #heldBytes = 0;
  #latest = Number.NEGATIVE_INFINITY;
  #latestOfRound = Number.NEGATIVE_INFINITY;
  #final = Number.NEGATIVE_INFINITY;
  #delivered = Number.NEGATIVE_INFINITY;
  /** Records that came after later ones had been handed over. */
  late = 0;

  constructor(onOrdered: OnOrdered) {
    this.#onOrdered = onOrdered;
  }

  /** A record and its time as two words, the lower one unsigned: a time in one number would be memory for each record. */
  push(block: Block, at: number, timeHigh: number, timeLow: number): void {
    const time = timeHigh * WORD + timeLow;
    if (this.#blocks.at(-1) !== block) {
      this.#blocks.push(block);
      this.#heldBytes += block.byteLength;
    }
    if (this.#length === this.#times.length) {
      this.#times = grown(this.#times);
      this.#at = grown(this.#at);
      this.#block = grown(this.#block);
    }
    const index = this.#length++;
    this.#times[index] = time;
    this.#at[index] = at;
    this.#block[index] = this.#blocks.length - 1;
    if (time > this.#latest) this.#latest = time;
    if (time < this.#delivered) this.late++;
    if (this.#heldBytes > MOST_HELD_BYTES) this.#flush(this.#final, this.#length >> 1);
  }

  /** Whether records in this memory have still to be handed over. */
  holds(buffer: ArrayBufferLike): boolean {
    return this.#blocks.some((block) => block.buffer === buffer);
  }

  /** All buffers have been written once (FINISHED_ROUND). */
  finishRound(): void {
    this.#final = this.#latestOfRound;
    this.#latestOfRound = this.#latest;
    if (this.#length >= FLUSH_RECORDS || this.#heldBytes >= FLUSH_BYTES) this.#flush(this.#final, 0);
  }

  /** The end of the recording. */
  finish(): void {
    this.#flush(Number.POSITIVE_INFINITY, this.#length);
  }

  /** Hands over, in order, what is not later than `final`, and at least `least` records. */
  #flush(final: number, least: number): void {
    const times = this.#times;
    const order = inOrder(times.subarray(0, this.#length));
    let done = 0;
    for (; done < order.length; done++) {
      const index = order[done] as number;
      const time = times[index] as number;
      if (done >= least && time > final) break;
      this.#onOrdered(this.#blocks[this.#block[index] as number] as Block, this.#at[index] as number);
      if (time > this.#delivered) this.#delivered = time;
    }
    this.#keep(order.subarray(done));
  }

  /** Keeps the records of these indices, in this order, and the blocks they are in. */
  #keep(order: Int32Array): void {
    const [times, at, block] = [this.#times, this.#at, this.#block].map((column) => column.slice(0, this.#length));
    const blocks: Block[] = [];
    const newIndex = new Int32Array(this.#blocks.length).fill(-1);
    for (let kept = 0; kept < order.length; kept++) {
      const index = order[kept] as number;
      const oldBlock = block?.[index] as number;
      if (newIndex[oldBlock] === -1) newIndex[oldBlock] = blocks.push(this.#blocks[oldBlock] as Block) - 1;
      this.#times[kept] = times?.[index] as number;
      this.#at[kept] = at?.[index] as number;
      this.#block[kept] = newIndex[oldBlock] as number;
    }
    this.#blocks = blocks;
    this.#length = order.length;
    this.#heldBytes = blocks.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
}

const WORD = 2 ** 32;
const INITIAL_RECORDS = 8192;
// Sorting many rounds at once costs less than one after the other.
const FLUSH_RECORDS = 4096;
const FLUSH_BYTES = 1024 * 1024;
// Recordings without rounds (perf < 2.6.35 after `perf inject`, one buffer) must not be held whole.
const MOST_HELD_BYTES = 32 * 1024 * 1024;

/** The indices of times in ascending order, equal times as they are: a merge sort of the runs that are in order already. */
function inOrder(times: Float64Array): Int32Array {
  let order = new Int32Array(times.length);
  let merged = new Int32Array(times.length);
  let starts: number[] = [];
  for (let index = 0; index < times.length; index++) {
    order[index] = index;
    if (index === 0 || (times[index] as number) < (times[index - 1] as number)) starts.push(index);
  }
  while (starts.length > 1) {
    for (let run = 0; run < starts.length; run += 2) {
      const start = starts[run] as number;
      const middle = starts[run + 1] ?? times.length;
      merge(times, order, merged, start, middle, starts[run + 2] ?? times.length);
    }
    starts = starts.filter((_, run) => run % 2 === 0);
    [order, merged] = [merged, order];
  }
  return order;
}

/** Merges the ordered indices from `start` and those from `middle`, which ends before `end`. */
function merge(times: Float64Array, from: Int32Array, to: Int32Array, start: number, middle: number, end: number): void {
  let [left, right] = [start, middle];
  for (let next = start; next < end; next++) {
    const takeRight =
      left >= middle || (right < end && (times[from[right] as number] as number) < (times[from[left] as number] as number));
    to[next] = from[takeRight ? right++ : left++] as number;
  }
}
