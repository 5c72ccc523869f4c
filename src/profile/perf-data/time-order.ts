import { grown } from "../tuple-table.js";

/** What comes out in order of time: the record at `at` in `view`, and its time. */
export type OnOrdered = (view: DataView, at: number, time: number) => void;

/**
 * Brings records into the order of their times. Each CPU's records are in order, but the file holds the buffers of the
 * CPUs one after the other, round by round; a record of one round can be as late as the end of the next, so what is older
 * than the round before the last is final (tools/perf/util/ordered-events.c). Records of one time keep the file's order.
 */
export class TimeOrder {
  readonly #onOrdered: OnOrdered;
  #views: DataView[] = [];
  #times: Float64Array = new Float64Array(INITIAL_RECORDS);
  #at: Int32Array = new Int32Array(INITIAL_RECORDS);
  /** Index into `#views`. */
  #view: Int32Array = new Int32Array(INITIAL_RECORDS);
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

  push(view: DataView, at: number, time: number): void {
    if (this.#views.at(-1) !== view) {
      this.#views.push(view);
      this.#heldBytes += view.byteLength;
    }
    if (this.#length === this.#times.length) {
      this.#times = grown(this.#times);
      this.#at = grown(this.#at);
      this.#view = grown(this.#view);
    }
    this.#times[this.#length] = time;
    this.#at[this.#length] = at;
    this.#view[this.#length] = this.#views.length - 1;
    this.#length++;
    if (time > this.#latest) this.#latest = time;
    if (time < this.#delivered) this.late++;
    if (this.#heldBytes > MOST_HELD_BYTES) this.#flush(this.#final, this.#length >> 1);
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
    const order = inOrder(times, this.#length);
    let done = 0;
    while (done < order.length && (done < least || (times[order[done] as number] as number) <= final)) {
      const index = order[done++] as number;
      this.#onOrdered(this.#views[this.#view[index] as number] as DataView, this.#at[index] as number, times[index] as number);
    }
    const last = order[done - 1];
    if (last !== undefined) this.#delivered = Math.max(this.#delivered, times[last] as number);
    this.#keep(order.slice(done));
  }

  /** Keeps the records of these indices, in this order. */
  #keep(order: readonly number[]): void {
    const views = new Map<DataView, number>();
    const kept = order.map((index) => {
      const view = this.#views[this.#view[index] as number] as DataView;
      if (!views.has(view)) views.set(view, views.size);
      return { time: this.#times[index] as number, at: this.#at[index] as number, view: views.get(view) as number };
    });
    kept.forEach(({ time, at, view }, index) => {
      this.#times[index] = time;
      this.#at[index] = at;
      this.#view[index] = view;
    });
    this.#views = [...views.keys()];
    this.#length = kept.length;
    this.#heldBytes = this.#views.reduce((sum, view) => sum + view.byteLength, 0);
  }
}

const INITIAL_RECORDS = 1024;
// Sorting many rounds at once costs less than one after the other.
const FLUSH_RECORDS = 16_384;
const FLUSH_BYTES = 8 * 1024 * 1024;
// Recordings without rounds (perf < 2.6.35 after `perf inject`, one buffer) must not be held whole.
const MOST_HELD_BYTES = 32 * 1024 * 1024;

/** The indices of times in ascending order; equal times stay as they are. */
function inOrder(times: Float64Array, length: number): number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let index = 1; index < length; index++) {
    if ((times[index] as number) < (times[index - 1] as number)) {
      return order.sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
    }
  }
  return order;
}
