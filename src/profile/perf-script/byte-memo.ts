import { ByteTable } from "./byte-table.js";
import { decode } from "./bytes.js";

/** What was made of texts seen before, found by their bytes. A cache: when it is full, it forgets all and makes them again. */
export class ByteMemo<Value> {
  readonly #make: (text: string) => Value;
  readonly #table = new ByteTable();
  #values: Value[] = [];

  constructor(make: (text: string) => Value) {
    this.#make = make;
  }

  /** What was made of the bytes from `start` to `end`; `view` covers all of `bytes`, as for `ByteTable.intern()`. */
  get(bytes: Uint8Array, view: DataView, start: number, end: number): Value {
    if (this.#table.bytes > MEMORY_BYTES) {
      this.#table.clear();
      this.#values = [];
    }
    const entry = this.#table.intern(bytes, view, start, end);
    if (entry === this.#values.length) this.#values.push(this.#make(decode(bytes, start, end)));
    return this.#values[entry] as Value;
  }
}

const MEMORY_BYTES = 8 * 2 ** 20;
