/** How many records there were of each type. */
export class RecordCounts {
  /** Types that are defined today lie below. */
  readonly #low: Float64Array = new Float64Array(LOW_TYPES);
  readonly #high: Map<number, number> = new Map();

  add(type: number): void {
    if (type < LOW_TYPES) this.#low[type] = (this.#low[type] as number) + 1;
    else this.#high.set(type, (this.#high.get(type) ?? 0) + 1);
  }

  /** Types and counts, ascending. */
  entries(): [type: number, count: number][] {
    const low = [...this.#low.entries()].filter(([, count]) => count > 0);
    return [...low, ...[...this.#high].sort(([one], [other]) => one - other)];
  }
}

const LOW_TYPES = 128;
