import { grown } from "../tuple-table.js";
import type { Block } from "./block.js";
import type { WaitingRecords } from "./time-order.js";

/** What comes out in order of time: the record at `at` in `block`. */
export type OnOrdered = (block: Block, at: number) => void;

/** Records that wait for their time, of any kind and in any memory. */
export class SortedRecords implements WaitingRecords {
  readonly #onOrdered: OnOrdered;
  #blocks: Block[] = [];
  heldBytes = 0;
  #records: Records = emptyRecords(INITIAL_RECORDS);
  /** Memory that is used again and again: for the records that are kept, and for two orders. */
  #spare: Records = emptyRecords(INITIAL_RECORDS);
  #orders: [Int32Array, Int32Array] = [new Int32Array(INITIAL_RECORDS), new Int32Array(INITIAL_RECORDS)];
  length = 0;
  readonly isFull = false;
  latest: number = Number.NEGATIVE_INFINITY;
  late = 0;
  #delivered = Number.NEGATIVE_INFINITY;

  constructor(onOrdered: OnOrdered) {
    this.#onOrdered = onOrdered;
  }

  begin(block: Block): void {
    if (this.#blocks.at(-1) === block) return;
    this.#blocks.push(block);
    this.heldBytes += block.byteLength;
  }

  push(block: Block, at: number, time: number): void {
    this.begin(block);
    if (this.length === this.#records.times.length) this.#grow();
    const { times, places, blocks } = this.#records;
    const index = this.length++;
    times[index] = time;
    places[index] = at;
    blocks[index] = this.#blocks.length - 1;
    if (time > this.latest) this.latest = time;
    if (time < this.#delivered) this.late++;
  }

  holds({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
    return this.#blocks.some(
      ({ memory, offset }) => memory === buffer && offset >= byteOffset && offset < byteOffset + byteLength,
    );
  }

  handOver(final: number, least: number): void {
    const { times, places, blocks } = this.#records;
    const { length } = this;
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
    const isKept = new Uint8Array(this.#blocks.length);
    for (let place = first; place < this.length; place++) isKept[from.blocks[order[place] as number] as number] = 1;
    const keptAs = new Int32Array(this.#blocks.length);
    const kept = this.#blocks.filter((_, block) => isKept[block] === 1);
    for (let block = 1; block < keptAs.length; block++)
      keptAs[block] = (keptAs[block - 1] as number) + (isKept[block - 1] as number);
    let length = 0;
    for (let place = first; place < this.length; place++) {
      const index = order[place] as number;
      to.times[length] = from.times[index] as number;
      to.places[length] = from.places[index] as number;
      to.blocks[length++] = keptAs[from.blocks[index] as number] as number;
    }
    this.#records = to;
    this.#spare = from;
    this.length = length;
    this.#blocks = kept;
    this.heldBytes = kept.reduce((sum, { byteLength }) => sum + byteLength, 0);
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
