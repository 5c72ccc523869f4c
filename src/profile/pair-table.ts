import { grown } from "./tuple-table.js";

/** Distinct pairs of 32-bit integers, numbered from 0 in the order of their first sight: the fast form of `TupleTable` for two. */
export class PairTable {
  /** First and second of each pair, side by side: a look-up waits for memory once. */
  #pairs = new Int32Array(2 * INITIAL_PAIRS);
  #length = 0;
  /** Open addressing over number + 1; 0 is free. Always at least half free. */
  #slots = new Int32Array(2 * INITIAL_PAIRS);

  get length(): number {
    return this.#length;
  }

  /** The number of a pair, a new one if it was never seen. */
  intern(first: number, second: number): number {
    const slots = this.#slots;
    const pairs = this.#pairs;
    const mask = slots.length - 1;
    let slot = hashOf(first, second) & mask;
    for (let pair = slots[slot] as number; pair !== 0; pair = slots[slot] as number) {
      if (pairs[2 * pair - 2] === first && pairs[2 * pair - 1] === second) return pair - 1;
      slot = (slot + 1) & mask;
    }
    return this.#append(slot, first, second);
  }

  firsts(): Int32Array {
    return this.#column(0);
  }

  seconds(): Int32Array {
    return this.#column(1);
  }

  #column(offset: number): Int32Array {
    const column = new Int32Array(this.#length);
    for (let pair = 0; pair < column.length; pair++) column[pair] = this.#pairs[2 * pair + offset] as number;
    return column;
  }

  #append(slot: number, first: number, second: number): number {
    const pair = this.#length++;
    if (2 * pair === this.#pairs.length) this.#pairs = grown(this.#pairs);
    this.#pairs[2 * pair] = first;
    this.#pairs[2 * pair + 1] = second;
    this.#slots[slot] = pair + 1;
    if (2 * this.#length > this.#slots.length) this.#rehash();
    return pair;
  }

  #rehash(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let pair = 0; pair < this.#length; pair++) {
      let slot = hashOf(this.#pairs[2 * pair] as number, this.#pairs[2 * pair + 1] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = pair + 1;
    }
    this.#slots = slots;
  }
}

const INITIAL_PAIRS = 256;

function hashOf(first: number, second: number): number {
  let hash = Math.imul(first, 0x85ebca6b) ^ Math.imul(second, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
