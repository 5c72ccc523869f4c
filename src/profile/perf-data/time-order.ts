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
  #lastBlock: Block | undefined;
  #records: Records = emptyRecords(INITIAL_RECORDS);
  /** Memory that is used again and again: for the records that are kept, and for two orders. */
  #spare: Records = emptyRecords(INITIAL_RECORDS);
  #orders: [Int32Array, Int32Array] = [new Int32Array(INITIAL_RECORDS), new Int32Array(INITIAL_RECORDS)];
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

  /** A record and its time. */
  push(block: Block, at: number, time: number): void {
    if (block !== this.#lastBlock) {
      this.#lastBlock = block;
      this.#blocks.push(block);
      this.#heldBytes += block.byteLength;
    }
    if (this.#length === this.#records.times.length) this.#grow();
    const { times, places, blocks } = this.#records;
    const index = this.#length++;
    times[index] = time;
    places[index] = at;
    blocks[index] = this.#blocks.length - 1;
    if (time > this.#latest) this.#latest = time;
    if (time < this.#delivered) this.late++;
    if (this.#heldBytes > MOST_HELD_BYTES) this.#flush(this.#final, this.#length >> 1);
  }

  /** Whether records in these bytes have still to be handed over. */
  holds({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
    return this.#blocks.some(
      ({ memory, offset }) => memory === buffer && offset >= byteOffset && offset < byteOffset + byteLength,
    );
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
    const { times, places, blocks } = this.#records;
    const length = this.#length;
    const order = inOrder(times, length, this.#orders);
    let done = 0;
    for (; done < length; done++) {
      const index = order[done] as number;
      const time = times[index] as number;
      if (done >= least && time > final) break;
      this.#onOrdered(this.#blocks[blocks[index] as number] as Block, places[index] as number);
      if (time > this.#delivered) this.#delivered = time;
    }
    this.#keep(order, done);
  }

  /** Keeps the records whose indices stand in `order` from `first` on, and the blocks they are in. */
  #keep(order: Int32Array, first: number): void {
    const [from, to] = [this.#records, this.#spare];
    const kept: Block[] = [];
    const keptAs = new Int32Array(this.#blocks.length).fill(-1);
    let length = 0;
    for (let place = first; place < this.#length; place++) {
      const index = order[place] as number;
      const block = from.blocks[index] as number;
      if (keptAs[block] === -1) keptAs[block] = kept.push(this.#blocks[block] as Block) - 1;
      to.times[length] = from.times[index] as number;
      to.places[length] = from.places[index] as number;
      to.blocks[length++] = keptAs[block] as number;
    }
    this.#records = to;
    this.#spare = from;
    this.#length = length;
    this.#blocks = kept;
    this.#lastBlock = undefined;
    this.#heldBytes = kept.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  #grow(): void {
    const { times, places, blocks } = this.#records;
    this.#records = { times: grown(times), places: grown(places), blocks: grown(blocks) };
    this.#spare = emptyRecords(this.#records.times.length);
    this.#orders = [new Int32Array(this.#records.times.length), new Int32Array(this.#records.times.length)];
  }
}

/** Times of records, and where they are: place in its block, and index of that among the blocks. */
interface Records {
  readonly times: Float64Array;
  readonly places: Int32Array;
  readonly blocks: Int32Array;
}

function emptyRecords(length: number): Records {
  return { times: new Float64Array(length), places: new Int32Array(length), blocks: new Int32Array(length) };
}

const INITIAL_RECORDS = 8192;
// Sorting many rounds at once costs less than one after the other.
const FLUSH_RECORDS = 4096;
const FLUSH_BYTES = 1024 * 1024;
// Recordings without rounds (perf < 2.6.35 after `perf inject`, one buffer) must not be held whole.
const MOST_HELD_BYTES = 32 * 1024 * 1024;

/**
 * The indices of the first `length` times in ascending order, equal times as they are, in one of two arrays: a merge sort of the
 * runs that are in order already.
 */
function inOrder(times: Float64Array, length: number, [first, second]: [Int32Array, Int32Array]): Int32Array {
  let [order, merged] = [first, second];
  let starts: number[] = [];
  for (let index = 0; index < length; index++) {
    order[index] = index;
    if (index === 0 || (times[index] as number) < (times[index - 1] as number)) starts.push(index);
  }
  while (starts.length > 1) {
    for (let run = 0; run < starts.length; run += 2) {
      const start = starts[run] as number;
      const middle = starts[run + 1] ?? length;
      merge(times, order, merged, start, middle, starts[run + 2] ?? length);
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
