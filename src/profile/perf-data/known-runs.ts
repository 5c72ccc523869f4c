/** The most words of a run: 8 addresses. Few, so that runs repeat, and enough, so that a call chain is few of them. */
export const RUN_WORDS = 16;

/**
 * Runs of addresses seen lately on top of a stack, and the stack they lead to. A run is words of an array, under the version
 * of the mappings that give them their meaning.
 *
 * Two tables of fixed size, in which a new run takes the place of an old one: a small one by the place that asks, as a thread
 * is mostly where it was before, and a large one by content, which costs a miss of the CPU's caches.
 */
export class KnownRuns {
  /** Entries of parent stack, version, number of words, stack, the words; first the small table. */
  readonly #entries: Int32Array;
  readonly #farMask: number;
  /** Where `find` looked last. */
  #near = 0;
  #far = 0;

  constructor({ expectedSamples }: { expectedSamples: number }) {
    const far = Math.min(MOST_ENTRIES, 2 ** Math.ceil(Math.log2(FEWEST_ENTRIES + expectedSamples)));
    this.#entries = new Int32Array(ENTRY_WORDS * (NEAR_ENTRIES + far));
    this.#farMask = far - 1;
  }

  /**
   * The stack that the words from `start` to before `end`, not none, lead to from `parent`; -1 where it is not known.
   * `place` is any number that is the same where the same run is likely.
   */
  find(words: Int32Array, start: number, end: number, parent: number, version: number, place: number): number {
    const entries = this.#entries;
    const near = (place & (NEAR_ENTRIES - 1)) * ENTRY_WORDS;
    if (this.#isAt(near, words, start, end, parent, version)) return entries[near + 3] as number;
    let hash = parent + version;
    for (let word = start; word < end; word += 2) {
      hash = Math.imul(hash ^ (words[word] as number), 0x9e3779b1) + (words[word + 1] as number);
      hash ^= hash >>> 15;
    }
    const far = (NEAR_ENTRIES + (hash & this.#farMask)) * ENTRY_WORDS;
    this.#near = near;
    this.#far = far;
    if (!this.#isAt(far, words, start, end, parent, version)) return -1;
    entries.copyWithin(near, far, far + ENTRY_WORDS);
    return entries[far + 3] as number;
  }

  /** Keeps the stack of the run that `find` did not know last. */
  add(words: Int32Array, start: number, end: number, parent: number, version: number, stack: number): void {
    const entries = this.#entries;
    const entry = this.#far;
    entries[entry] = parent;
    entries[entry + 1] = version;
    entries[entry + 2] = end - start;
    entries[entry + 3] = stack;
    const offset = entry + HEADER_WORDS - start;
    for (let word = start; word < end; word++) entries[word + offset] = words[word] as number;
    entries.copyWithin(this.#near, entry, entry + ENTRY_WORDS);
  }

  #isAt(entry: number, words: Int32Array, start: number, end: number, parent: number, version: number): boolean {
    const entries = this.#entries;
    if (entries[entry] !== parent || entries[entry + 1] !== version || entries[entry + 2] !== end - start) return false;
    const offset = entry + HEADER_WORDS - start;
    for (let word = start; word < end; word++) if (entries[word + offset] !== words[word]) return false;
    return true;
  }
}

const HEADER_WORDS = 4;
const ENTRY_WORDS: number = HEADER_WORDS + RUN_WORDS;
const NEAR_ENTRIES = 512; // 40 KB
const FEWEST_ENTRIES = 1024;
const MOST_ENTRIES = 2 ** 16; // 5 MB
