import { grown } from "./tuple-table.js";

/** Distinct pairs of 32-bit integers, numbered from 0 in the order of their first sight: the fast form of `TupleTable` for two. */
export class PairTable {
  #firsts = new Int32Array(INITIAL_PAIRS);
  #seconds = new Int32Array(INITIAL_PAIRS);
  #length = 0;
  /** Open addressing over number + 1; 0 is free. Always at least half free. */
  #slots = new Int32Array(2 * INITIAL_PAIRS);

  get length(): number {
    return this.#length;
  }

  /** The number of a pair, a new one if it was never seen. */
  intern(first: number, second: number): number {
    const slots = this.#slots;
    const firsts = this.#firsts;
    const seconds = this.#seconds;
    const mask = slots.length - 1;
    let slot = hashOf(first, second) & mask;
    for (let pair = slots[slot] as number; pair !== 0; pair = slots[slot] as number) {
      if (firsts[pair - 1] === first && seconds[pair - 1] === second) return pair - 1;
      slot = (slot + 1) & mask;
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
    this.#slots[slot] = pair + 1;
    if (2 * this.#length > this.#slots.length) this.#rehash();
    return pair;
  }

  #rehash(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let pair = 0; pair < this.#length; pair++) {
      let slot = hashOf(this.#firsts[pair] as number, this.#seconds[pair] as number) & mask;
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
