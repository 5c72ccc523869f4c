import { grown } from "./tuple-table.js";

/**
 * Stacks seen lately, found by a hash of their words and compared word by word in one run of memory: several times faster than a
 * walk through the tree. A cache of fixed size: what it forgets is looked up in the tree again.
 *
 * A stack is words of an array, on top of the stack `parent`, in a `version` of what the words mean.
 */
export class RecentStacks {
  /** Where the entry of a hash begins in `#entries`, or 0. */
  readonly #slots: Int32Array;
  readonly #mostWords: number;
  /** Entries: number of words, parent, version, node, the words. */
  #entries = new Int32Array(FEWEST_WORDS);
  #used = 1;
  /** Where `find()` looked last. */
  slot = 0;

  /** @param mostWords A power of two. What is larger keeps more, and is slower where it does not fit into the caches of a CPU. */
  constructor(mostWords: number) {
    this.#mostWords = mostWords;
    this.#slots = new Int32Array(mostWords / WORDS_PER_SLOT);
  }

  /** The node of the words from `start` to before `end`, or -1; then `remember()` takes the node, and `slot` as it is now. */
  find(words: Int32Array, start: number, end: number, parent: number, version: number): number {
    let hash = parent ^ version;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 0x9e3779b1) + (words[at] as number)) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    const slots = this.#slots;
    const slot = (hash ^ (hash >>> 15)) & (slots.length - 1);
    this.slot = slot;
    const entries = this.#entries;
    const entry = slots[slot] as number;
    if (entry === 0 || entries[entry] !== end - start) return -1;
    if (entries[entry + 1] !== parent || entries[entry + 2] !== version) return -1;
    const offset = entry + HEADER_WORDS - start;
    for (let at = start; at < end; at++) if (entries[at + offset] !== words[at]) return -1;
    return entries[entry + 3] as number;
  }

  remember(slot: number, words: Int32Array, start: number, end: number, parent: number, version: number, node: number): void {
    const length = HEADER_WORDS + end - start;
    if (length >= this.#mostWords) return;
    while (this.#used + length > this.#entries.length && this.#entries.length < this.#mostWords)
      this.#entries = grown(this.#entries);
    if (this.#used + length > this.#entries.length) {
      this.#slots.fill(0);
      this.#used = 1;
    }
    const entries = this.#entries;
    const entry = this.#used;
    this.#used += length;
    this.#slots[slot] = entry;
    entries[entry] = end - start;
    entries[entry + 1] = parent;
    entries[entry + 2] = version;
    entries[entry + 3] = node;
    const offset = entry + HEADER_WORDS - start;
    for (let at = start; at < end; at++) entries[at + offset] = words[at] as number;
  }
}

const HEADER_WORDS = 4;
const WORDS_PER_SLOT = 8;
const FEWEST_WORDS = 2 ** 10;
