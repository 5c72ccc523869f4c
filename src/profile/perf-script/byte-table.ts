import { grown } from "../tuple-table.js";

/**
 * Distinct byte strings, numbered from 0 in the order of their first sight. They are found by hash and compared byte for byte,
 * so that a text seen before never becomes a JavaScript string again.
 */
export class ByteTable {
  /** The strings one after the other, each from a multiple of 4 on. */
  #arena = new Uint8Array(INITIAL_ENTRIES * 64);
  #words = new Int32Array(this.#arena.buffer);
  #used = 0;
  #offsets = new Int32Array(INITIAL_ENTRIES);
  #lengths = new Int32Array(INITIAL_ENTRIES);
  #hashes = new Int32Array(INITIAL_ENTRIES);
  #count = 0;
  /** Open addressing over number + 1; 0 is free. Always at least half free. */
  #slots = new Int32Array(2 * INITIAL_ENTRIES);

  /** How many strings are known: the number the next new one gets. */
  get count(): number {
    return this.#count;
  }

  /** Bytes kept, for a bound on memory. */
  get bytes(): number {
    return this.#used;
  }

  /** The bytes of all entries as words in the order of the machine, valid until the next `intern()`. */
  get words(): Int32Array {
    return this.#words;
  }

  /** Where an entry begins in `words`. */
  wordOf(entry: number): number {
    return (this.#offsets[entry] as number) >> 2;
  }

  clear(): void {
    this.#used = 0;
    this.#count = 0;
    this.#slots.fill(0);
  }

  /**
   * The number of the bytes from `start` to `end`, a new one if they were never seen. `view` covers all of `bytes`, and at least
   * `READ_AHEAD_BYTES` more than `end`.
   */
  intern(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const hash = hashOf(bytes, view, start, end);
    let slot = hash & mask;
    for (let entry = slots[slot] as number; entry !== 0; entry = slots[slot] as number) {
      if (this.#hashes[entry - 1] === hash && this.#isEntry(entry - 1, view, start, end)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    return this.#append(slot, hash, bytes, start, end);
  }

  #isEntry(entry: number, view: DataView, start: number, end: number): boolean {
    const length = end - start;
    return this.#lengths[entry] === length && isAt(this.#words, this.wordOf(entry), length, view, start);
  }

  #append(slot: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (this.#used + length > this.#arena.length) this.#growArena(this.#used + length);
    const entry = this.#count++;
    if (entry === this.#offsets.length) {
      this.#offsets = grown(this.#offsets);
      this.#lengths = grown(this.#lengths);
      this.#hashes = grown(this.#hashes);
    }
    this.#arena.set(bytes.subarray(start, end), this.#used);
    this.#offsets[entry] = this.#used;
    this.#lengths[entry] = length;
    this.#hashes[entry] = hash;
    this.#used = (this.#used + length + 3) & ~3;
    this.#slots[slot] = entry + 1;
    if (2 * this.#count > this.#slots.length) this.#rehash();
    return entry;
  }

  #growArena(needed: number): void {
    const arena = new Uint8Array(Math.max((needed + 3) & ~3, 2 * this.#arena.length));
    arena.set(this.#arena.subarray(0, this.#used));
    this.#arena = arena;
    this.#words = new Int32Array(arena.buffer);
  }

  #rehash(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.#count; entry++) {
      let slot = (this.#hashes[entry] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
    this.#slots = slots;
  }
}

/** Bytes after the end of a string that are read, and do not count. */
export const READ_AHEAD_BYTES = 3;

const INITIAL_ENTRIES = 1024;
/** The bits of a word's first 0 to 3 bytes; words are compared as they lie in memory. */
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const PART_OF_WORD = LITTLE_ENDIAN ? [0, 0xff, 0xffff, 0xff_ffff] : [0, 0xff << 24, 0xffff << 16, 0xffffff << 8];

/**
 * Whether the `length` bytes from `start` of a view are those from word `word` on. Reads up to 3 bytes more.
 *
 * @example
 * isAt(new Int32Array(Uint8Array.of(97, 98, 99, 100, 101, 0, 0, 0).buffer), 0, 5, new DataView(Uint8Array.of(97, 98, 99, 100, 101, 1, 1, 1).buffer), 0) // true
 * isAt(new Int32Array(Uint8Array.of(97, 98, 99, 100).buffer), 0, 2, new DataView(Uint8Array.of(97, 99, 0, 0).buffer), 0) // false
 */
export function isAt(words: Int32Array, word: number, length: number, view: DataView, start: number): boolean {
  const whole = length >> 2;
  for (let at = 0; at < whole; at++) {
    if (words[word + at] !== view.getInt32(start + 4 * at, LITTLE_ENDIAN)) return false;
  }
  const rest = length & 3;
  if (rest === 0) return true;
  const last = (words[word + whole] as number) ^ view.getInt32(start + 4 * whole, LITTLE_ENDIAN);
  return (last & (PART_OF_WORD[rest] as number)) === 0;
}

function hashOf(bytes: Uint8Array, view: DataView, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (const last = end - 4; at <= last; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0xc2b2ae35);
  return hash ^ (hash >>> 13);
}
