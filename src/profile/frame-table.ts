import type { FrameColumns } from "./profile.js";
import { TupleTable } from "./tuple-table.js";

/** The distinct frames of a profile: see `FrameColumns`. */
export class FrameTable {
  readonly #frames = new TupleTable(4); // symbol, dso, address low, address high

  /** The number of a frame; its address as two words of 32 bits. */
  intern(symbol: number, dso: number, low: number, high: number): number {
    const { key } = this.#frames;
    key[0] = symbol;
    key[1] = dso;
    key[2] = low;
    key[3] = high;
    return this.#frames.intern();
  }

  columns(): FrameColumns {
    const { length } = this.#frames;
    const [low, high] = [this.#frames.column(2), this.#frames.column(3)];
    const words = new Uint32Array(2 * length);
    for (let frame = 0; frame < length; frame++) {
      words[2 * frame] = low[frame] as number;
      words[2 * frame + 1] = high[frame] as number;
    }
    const address = new BigUint64Array(words.buffer);
    return { length, symbol: this.#frames.column(0), dso: this.#frames.column(1), address };
  }
}
