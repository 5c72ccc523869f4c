/** Memory for blocks of a recording. What nobody needs any more is used again: new memory costs more time than reading does. */
export class BlockPool {
  readonly #free: Uint8Array[];
  #used: Uint8Array[] = [];

  /** @param free Blocks to use before others. */
  constructor(free: Uint8Array[] = []) {
    this.#free = free;
  }

  take(): Uint8Array {
    const block = this.#free.pop() ?? new Uint8Array(BLOCK_BYTES);
    this.#used.push(block);
    return block;
  }

  /** Takes back all blocks that are not needed. */
  reuse(isNeeded: (block: Uint8Array) => boolean): void {
    const needed: Uint8Array[] = [];
    for (const block of this.#used) (isNeeded(block) ? needed : this.#free).push(block);
    this.#used = needed;
  }
}

/** What is read at once. */
export const BLOCK_BYTES: number = 256 * 1024;
