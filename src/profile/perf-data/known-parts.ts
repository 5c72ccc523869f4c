/**
 * Parts of call chains seen before, with a number for each: a part is words of an array, under the version of the mappings
 * that give them their meaning. When the table is full it forgets all parts.
 */
export class KnownParts {
  /** One after the other: version, number of words, the part's number, the words. */
  readonly #entries: Int32Array = new Int32Array(ENTRY_WORDS);
  #length = 0;
  /** Open addressing: place in `#entries` + 1; 0 is free. */
  readonly #slots: Int32Array = new Int32Array(SLOTS);
  #count = 0;
  #freeSlot = 0;

  /** The number of the part from `start` to before `end`, whose words have this hash; -1 where it is new. */
  find(words: Int32Array, start: number, end: number, version: number, hash: number): number {
    const entries = this.#entries;
    const slots = this.#slots;
    const length = end - start;
    let slot = hash & (SLOTS - 1);
    for (let entry = (slots[slot] as number) - 1; entry >= 0; entry = (slots[slot] as number) - 1) {
      if (entries[entry] === version && entries[entry + 1] === length) {
        const offset = entry + ENTRY_HEADER_WORDS - start;
        let word = start;
        while (word < end && entries[word + offset] === words[word]) word++;
        if (word === end) return entries[entry + 2] as number;
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    this.#freeSlot = slot;
    return -1;
  }

  /** Keeps a part that `find` did not know. */
  add(words: Int32Array, start: number, end: number, version: number, number: number): void {
    if (2 * this.#count >= SLOTS || this.#length + ENTRY_HEADER_WORDS + end - start > ENTRY_WORDS) {
      this.#slots.fill(0);
      this.#count = 0;
      this.#length = 0;
      return;
    }
    const entries = this.#entries;
    const entry = this.#length;
    entries[entry] = version;
    entries[entry + 1] = end - start;
    entries[entry + 2] = number;
    let next = entry + ENTRY_HEADER_WORDS;
    for (let word = start; word < end; word++) entries[next++] = words[word] as number;
    this.#length = next;
    this.#slots[this.#freeSlot] = entry + 1;
    this.#count++;
  }
}

const ENTRY_HEADER_WORDS = 3;
// 12 MB hold some 55,000 parts of 26 addresses.
const ENTRY_WORDS = 3 * 1024 * 1024;
const SLOTS = 2 ** 17;
