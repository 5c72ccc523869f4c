import type { Block } from "./block.js";

/** Records that wait for their time. */
export interface WaitingRecords {
  readonly length: number;
  /** Whether records have to be handed over before another one. */
  readonly isFull: boolean;
  /** Of the blocks that the records are in. */
  readonly heldBytes: number;
  /** The latest of all times. */
  readonly latest: number;
  /** Records that came after later ones had been handed over. */
  readonly late: number;
  /** The next records are in a block. */
  begin(block: Block): void;
  push(block: Block, at: number, time: number): void;
  /** Whether records in these bytes wait. */
  holds(bytes: Uint8Array): boolean;
  /** Hands over, by time, those of one time as they came, what is not later than `final`, and at least `least` records. */
  handOver(final: number, least: number): void;
}

/**
 * Brings records into the order of their times. Each CPU's records are in order, but the file holds the buffers of the
 * CPUs one after the other, round by round; a record of one round can be as late as the end of the next, so what is older
 * than the round before the last is final (tools/perf/util/ordered-events.c). Records of one time keep the file's order.
 */
export class TimeOrder {
  readonly #waiting: WaitingRecords;
  #block: Block | undefined;
  #latestOfRound = Number.NEGATIVE_INFINITY;
  #final = Number.NEGATIVE_INFINITY;

  constructor(waiting: WaitingRecords) {
    this.#waiting = waiting;
  }

  /** The next records are in a block. */
  begin(block: Block): void {
    if (block === this.#block) return;
    this.#block = block;
    this.#waiting.begin(block);
    if (this.#waiting.heldBytes > MOST_HELD_BYTES) this.#handOverHalf();
  }

  /** A record and its time. */
  push(block: Block, at: number, time: number): void {
    this.begin(block);
    if (this.#waiting.isFull) this.#handOverHalf();
    this.#waiting.push(block, at, time);
  }

  /** All buffers have been written once (FINISHED_ROUND). */
  finishRound(): void {
    const waiting = this.#waiting;
    this.#final = this.#latestOfRound;
    this.#latestOfRound = waiting.latest;
    if (waiting.length >= FEWEST_RECORDS || waiting.heldBytes >= FEWEST_BYTES) waiting.handOver(this.#final, 0);
  }

  /** The end of the recording. */
  finish(): void {
    this.#waiting.handOver(Number.POSITIVE_INFINITY, this.#waiting.length);
  }

  #handOverHalf(): void {
    this.#waiting.handOver(this.#final, this.#waiting.length >> 1);
  }
}

// Sorting many rounds at once costs less than one after the other.
const FEWEST_RECORDS = 4096;
const FEWEST_BYTES = 1024 * 1024;
// Recordings without rounds (perf < 2.6.35 after `perf inject`, one buffer) must not be held whole.
const MOST_HELD_BYTES = 32 * 1024 * 1024;
