/** Frames found lately, by three 32-bit integers. A table of fixed size in which a new frame takes the place of an old one. */
export class KnownFrames {
  /** Entries of a key and its frame + 1; 0 is free. */
  readonly #entries: Int32Array = new Int32Array(ENTRY_WORDS * ENTRIES);
  /** Where `find` looked last. */
  #entry = 0;

  /** The frame of a key; -1 where it is not known. */
  find(first: number, second: number, third: number): number {
    const entries = this.#entries;
    let hash = Math.imul(third ^ Math.imul(first ^ (second << 7), 0x85ebca6b), 0x9e3779b1);
    hash ^= hash >>> 15;
    const entry = (hash & (ENTRIES - 1)) * ENTRY_WORDS;
    this.#entry = entry;
    if (entries[entry] !== third || entries[entry + 1] !== second || entries[entry + 2] !== first) return -1;
    return (entries[entry + 3] as number) - 1;
  }

  /** Keeps the frame of the key that `find` did not know last. */
  add(frame: number, first: number, second: number, third: number): void {
    const entries = this.#entries;
    const entry = this.#entry;
    entries[entry] = third;
    entries[entry + 1] = second;
    entries[entry + 2] = first;
    entries[entry + 3] = frame + 1;
  }
}

const ENTRY_WORDS = 4;
/** 1 MB: what is larger is slower, as it does not fit into the caches of a CPU. */
const ENTRIES = 2 ** 16;
