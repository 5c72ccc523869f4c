import { grown } from "./tuple-table.js";

/**
 * Distinct pairs of 32-bit integers, numbered from 0 in the order of their first sight: the fast form of `TupleTable` for two.
 *
 * A slot holds the pair itself: large tables do not fit into the caches of a CPU, and a look-up waits for memory once.
 */
export class PairTable {
  #firsts = new Int32Array(INITIAL_PAIRS);
  #seconds = new Int32Array(INITIAL_PAIRS);
  #length = 0;
  /** Open addressing over first, second, number + 1 (0 is free) and nothing. Always at least a third free. */
  #slots = new Int32Array(SLOT_WORDS * 2 * INITIAL_PAIRS);

  get length(): number {
    return this.#length;
  }

  /** The number of a pair, a new one if it was never seen. */
  intern(first: number, second: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (hashOf(first, second) << SLOT_SHIFT) & mask;
    for (let pair = slots[slot + 2] as number; pair !== 0; pair = slots[slot + 2] as number) {
      if (slots[slot] === first && slots[slot + 1] === second) return pair - 1;
      slot = (slot + SLOT_WORDS) & mask;
    }
    return this.#append(slot, first, second);
  }

  firsts(): Int32Array {
    return this.#firsts.slice(0, this.#length);
  }

  seconds(): Int32Array {
    return this.#seconds.slice(0, this.#length);
  }

  #append(slot: number, first: number, second: number): number {
    const pair = this.#length++;
    if (pair === this.#firsts.length) {
      this.#firsts = grown(this.#firsts);
      this.#seconds = grown(this.#seconds);
    }
    this.#firsts[pair] = first;
    this.#seconds[pair] = second;
    fill(this.#slots, slot, first, second, pair);
    if (3 * SLOT_WORDS * this.#length > 2 * this.#slots.length) this.#rehash();
    return pair;
  }

  #rehash(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let pair = 0; pair < this.#length; pair++) {
      const first = this.#firsts[pair] as number;
      const second = this.#seconds[pair] as number;
      let slot = (hashOf(first, second) << SLOT_SHIFT) & mask;
      while (slots[slot + 2] !== 0) slot = (slot + SLOT_WORDS) & mask;
      fill(slots, slot, first, second, pair);
    }
    this.#slots = slots;
  }
}

const INITIAL_PAIRS = 256;
const SLOT_SHIFT = 2;
const SLOT_WORDS: number = 1 << SLOT_SHIFT;

function fill(slots: Int32Array, slot: number, first: number, second: number, pair: number): void {
  slots[slot] = first;
  slots[slot + 1] = second;
  slots[slot + 2] = pair + 1;
}

function hashOf(first: number, second: number): number {
  let hash = Math.imul(first, 0x85ebca6b) ^ Math.imul(second, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
