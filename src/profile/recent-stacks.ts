/**
 * The stacks seen lately, found by a hash of their frames and compared frame by frame in one run of memory: several times faster
 * than a walk through the tree. A cache of fixed size: what it forgets is looked up in the tree again.
 */
export class RecentStacks {
  /** Where the entry of a hash begins in `#entries`, or 0. */
  readonly #slots = new Int32Array(SLOTS);
  /** Entries: depth, node, frames. Allocated in full only where it is touched. */
  readonly #entries = new Int32Array(ENTRY_WORDS);
  #used = 1;
  #slot = 0;

  /** The node of the first `depth` of `frames`, or -1; after that `remember()` takes the node that was missing. */
  find(frames: Int32Array, depth: number): number {
    let hash = depth;
    for (let at = 0; at < depth; at++) {
      hash = Math.imul(hash ^ (frames[at] as number), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    this.#slot = hash & (SLOTS - 1);
    const entries = this.#entries;
    const entry = this.#slots[this.#slot] as number;
    if (entry === 0 || entries[entry] !== depth) return -1;
    for (let at = 0; at < depth; at++) {
      if (entries[entry + 2 + at] !== frames[at]) return -1;
    }
    return entries[entry + 1] as number;
  }

  remember(frames: Int32Array, depth: number, node: number): void {
    if (2 + depth > ENTRY_WORDS - 1) return;
    if (this.#used + 2 + depth > ENTRY_WORDS) {
      this.#slots.fill(0);
      this.#used = 1;
    }
    const entry = this.#used;
    this.#used += 2 + depth;
    this.#slots[this.#slot] = entry;
    this.#entries[entry] = depth;
    this.#entries[entry + 1] = node;
    this.#entries.set(frames.subarray(0, depth), entry + 2);
  }
}

const SLOTS = 2 ** 16;
/** 16 MB: some 100,000 stacks of 40 frames. */
const ENTRY_WORDS = 2 ** 22;
