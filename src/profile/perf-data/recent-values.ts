/** Values found before for three 32-bit integers, in a table of fixed size that forgets all of them when it is half full. */
export class RecentValues {
  readonly #keys: Int32Array = new Int32Array(3 * SLOTS);
  /** Value + 1; 0 is free. */
  readonly #values: Int32Array = new Int32Array(SLOTS);
  #length = 0;
  /** Where `find` ended last. */
  #freeSlot = 0;

  /** The value of a key; -1 where it is not known. */
  find(first: number, second: number, third: number): number {
    const keys = this.#keys;
    const values = this.#values;
    let hash = Math.imul(first ^ Math.imul(second, 0x9e3779b1), 0x85ebca6b) ^ third;
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    let slot = (hash ^ (hash >>> 13)) & (SLOTS - 1);
    while (values[slot] !== 0) {
      const key = 3 * slot;
      if (keys[key] === first && keys[key + 1] === second && keys[key + 2] === third) return (values[slot] as number) - 1;
      slot = (slot + 1) & (SLOTS - 1);
    }
    this.#freeSlot = slot;
    return -1;
  }

  /** Keeps the value, 0 or more, of the key that `find` did not know, and gives it back. */
  add(value: number, first: number, second: number, third: number): number {
    if (2 * ++this.#length > SLOTS) {
      this.#values.fill(0);
      this.#length = 0;
      return value;
    }
    const key = 3 * this.#freeSlot;
    this.#keys[key] = first;
    this.#keys[key + 1] = second;
    this.#keys[key + 2] = third;
    this.#values[this.#freeSlot] = value + 1;
    return value;
  }
}

const SLOTS = 2 ** 17;
