/** How many records there were of each type. */
export class RecordCounts {
  /** Types that are defined today lie below. */
  readonly #low: Float64Array = new Float64Array(LOW_TYPES);
  readonly #high: Map<number, number> = new Map();

  add(type: number, count: number = 1): void {
    if (type < LOW_TYPES) this.#low[type] = (this.#low[type] as number) + count;
    else this.#high.set(type, (this.#high.get(type) ?? 0) + count);
  }

  /** Types and counts, ascending. */
  entries(): [type: number, count: number][] {
    const low = [...this.#low.entries()].filter(([, count]) => count > 0);
    return [...low, ...[...this.#high].sort(([one], [other]) => one - other)];
  }
}

const LOW_TYPES = 128;
