/** A 64-bit address as two words: it is no exact JavaScript number. */
export interface Address {
  readonly high: number;
  readonly low: number;
}

/** Where something is mapped: from `start` to before `end`, at most 2^53 bytes. */
export interface AddressRange {
  readonly start: Address;
  readonly end: Address;
}

/**
 * Ranges that do not overlap, by address. A new one takes its place from those that were there, as a mapping does
 * (tools/perf/util/maps.c, maps__fixup_overlappings()). `copy()` shares the ranges until one of the two changes.
 */
export class AddressRanges<Range extends AddressRange> {
  #ranges: Range[] = [];
  #shared = false;

  get length(): number {
    return this.#ranges.length;
  }

  /** Ranges that no copy shares. */
  get ownPlaces(): number {
    return this.#shared ? 0 : this.#ranges.length;
  }

  copy(): AddressRanges<Range> {
    const copy = new AddressRanges<Range>();
    copy.#ranges = this.#ranges;
    copy.#shared = true;
    this.#shared = true;
    return copy;
  }

  /** The range an address is in. */
  find(high: number, low: number): Range | undefined {
    const range = this.#ranges[this.#after(high, low) - 1];
    return range && isBefore(high, low, range.end) ? range : undefined;
  }

  /** Puts a range in; what it covers of others goes. Gives how many places it took, those of a copy included. */
  insert(range: Range): number {
    const before = this.#shared ? 0 : this.#ranges.length;
    this.#own();
    const { start, end } = range;
    let from = this.#after(start.high, start.low);
    const kept: Range[] = [];
    const left = this.#ranges[from - 1];
    if (left && isBefore(start.high, start.low, left.end)) {
      from--;
      if (isBefore(left.start.high, left.start.low, start)) kept.push({ ...left, end: start });
    }
    kept.push(range);
    let to = from;
    for (let covered = this.#ranges[to]; covered && isBefore(covered.start.high, covered.start.low, end); ) {
      if (isBefore(end.high, end.low, covered.end)) kept.push({ ...covered, start: end });
      covered = this.#ranges[++to];
    }
    this.#ranges.splice(from, to - from, ...kept);
    return Math.max(0, this.#ranges.length - before);
  }

  /** Removes the range that begins at an address. */
  remove(high: number, low: number): void {
    const at = this.#after(high, low) - 1;
    const range = this.#ranges[at];
    if (range?.start.high !== high || range.start.low !== low) return;
    this.#own();
    this.#ranges.splice(at, 1);
  }

  #own(): void {
    if (this.#shared) this.#ranges = [...this.#ranges];
    this.#shared = false;
  }

  /** The index after the last range that begins at or before an address. */
  #after(high: number, low: number): number {
    let [from, to] = [0, this.#ranges.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (isBefore(high, low, (this.#ranges[middle] as Range).start)) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}

const WORD = 2 ** 32;

function isBefore(high: number, low: number, address: Address): boolean {
  return high < address.high || (high === address.high && low < address.low);
}

/**
 * Bytes from one address to another, exact below 2^53.
 *
 * @example
 * bytesBetween({ high: 0xffff, low: 0xffff_fff0 }, { high: 0x1_0000, low: 0x10 }) // 32
 */
export function bytesBetween(from: Address, to: Address): number {
  return (to.high - from.high) * WORD + (to.low - from.low);
}

/**
 * The sum of two addresses, say of a start and a length; the end of the address space where it would lie behind it.
 *
 * @example
 * addressSum({ high: 0, low: 0xffff_fff0 }, { high: 0, low: 32 }) // { high: 1, low: 16 }
 * addressSum({ high: 0xffff_ffff, low: 0 }, { high: 1, low: 0 }) // { high: 0xffff_ffff, low: 0xffff_ffff }
 */
export function addressSum(one: Address, other: Address): Address {
  const low = one.low + other.low;
  const high = one.high + other.high + Math.floor(low / WORD);
  return high < WORD ? { high, low: low % WORD } : { high: WORD - 1, low: WORD - 1 };
}
