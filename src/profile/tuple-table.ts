/** Distinct tuples of `width` 32-bit integers, numbered from 0 in the order of their first sight. */
export class TupleTable {
  readonly width: number;
  /** Where the caller puts the tuple before `intern()`. */
  readonly key: Int32Array;
  #rows: Int32Array;
  #length = 0;
  /** Open addressing over row number + 1; 0 is free. Always at least half free. */
  #slots: Int32Array;

  constructor(width: number) {
    this.width = width;
    this.key = new Int32Array(width);
    this.#rows = new Int32Array(width * INITIAL_ROWS);
    this.#slots = new Int32Array(2 * INITIAL_ROWS);
  }

  get length(): number {
    return this.#length;
  }

  /** The number of the tuple in `key`, a new one if it was never seen. */
  intern(): number {
    const { width, key } = this;
    const rows = this.#rows;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOf(key, 0, width) & mask;
    for (let row = slots[slot] as number; row !== 0; row = slots[slot] as number) {
      let at = 0;
      const start = (row - 1) * width;
      while (at < width && rows[start + at] === key[at]) at++;
      if (at === width) return row - 1;
      slot = (slot + 1) & mask;
    }
    return this.#append(slot);
  }

  /** Whether the tuple in `key` is that of a row. */
  isAt(row: number): boolean {
    const { width, key } = this;
    const rows = this.#rows;
    const start = row * width;
    if (row >= this.#length) return false;
    for (let at = 0; at < width; at++) if (rows[start + at] !== key[at]) return false;
    return true;
  }

  /** Column `at` of all rows. */
  column(at: number): Int32Array {
    const { width } = this;
    const rows = this.#rows;
    const column = new Int32Array(this.#length);
    for (let row = 0; row < column.length; row++) column[row] = rows[row * width + at] as number;
    return column;
  }

  #append(slot: number): number {
    const { width } = this;
    const row = this.#length++;
    if (this.#rows.length === row * width) this.#rows = grown(this.#rows);
    this.#rows.set(this.key, row * width);
    this.#slots[slot] = row + 1;
    if (2 * this.#length > this.#slots.length) this.#rehash();
    return row;
  }

  #rehash(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let row = 0; row < this.#length; row++) {
      let slot = hashOf(this.#rows, row * this.width, this.width) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = row + 1;
    }
    this.#slots = slots;
  }
}

const INITIAL_ROWS = 256;

/** The finalizer of MurmurHash3 (public domain, A. Appleby), after each word: low bits are used as slot. */
function hashOf(words: Int32Array, start: number, width: number): number {
  let hash = width;
  for (let at = start; at < start + width; at++) {
    hash ^= words[at] as number;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash;
}

/**
 * A copy of a typed array with twice the length.
 *
 * @example
 * grown(Int32Array.of(1, 2)) // Int32Array.of(1, 2, 0, 0)
 */
export function grown<Column extends Int32Array | Uint32Array | Float64Array | Uint8Array>(column: Column): Column {
  const larger = new (column.constructor as new (length: number) => Column)(2 * column.length);
  larger.set(column);
  return larger;
}
