/** A 64-bit address as two words of 32 bits, which are signed: it is no exact JavaScript number, and these are the fastest. */
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
 * All ranges should be written with the same fields in the same order: V8 finds those of many kinds several times slower.
 */
export class AddressRanges<Range extends AddressRange> {
  #ranges: Range[] = [];
  #shared = false;
  /** What `find` found last: addresses come in groups. */
  #found: Range | undefined;

  get length(): number {
    return this.#ranges.length;
  }

  /** Ranges that no copy shares. */
  get ownPlaces(): number {
    return this.#shared ? 0 : this.#ranges.length;
  }

  /** Where all ranges but the last lie, and the last: in a process that is the page of vsyscall, and the rest far below it. */
  get bounds(): readonly [AddressRange, AddressRange] {
    const last = this.#ranges.at(-1) ?? NOTHING;
    const start = (this.#ranges[0] ?? NOTHING).start;
    return [{ start, end: this.#ranges.at(-2)?.end ?? start }, last];
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
    const last = this.#found;
    if (last && isBefore(high, low, last.end) && !isBefore(high, low, last.start)) return last;
    const range = this.#ranges[this.#after(high, low) - 1];
    if (!range || !isBefore(high, low, range.end)) return undefined;
    this.#found = range;
    return range;
  }

  /** Whether an address is before or behind all ranges, as most are that are none. */
  isBeyond(high: number, low: number): boolean {
    const first = this.#ranges[0];
    const last = this.#ranges[this.#ranges.length - 1];
    return !first || !last || isBefore(high, low, first.start) || !isBefore(high, low, last.end);
  }

  /** Puts a range in; what it covers of others goes. Gives how many places it took, those of a copy included. */
  insert(range: Range): number {
    const before = this.#shared ? 0 : this.#ranges.length;
    this.#own();
    this.#found = undefined;
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
    this.#found = undefined;
    this.#ranges.splice(at, 1);
  }

  #own(): void {
    if (this.#shared) this.#ranges = [...this.#ranges];
    this.#shared = false;
  }

  /** The index after the last range that begins at or before an address. */
  #after(high: number, low: number): number {
    let from = 0;
    let to = this.#ranges.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (isBefore(high, low, (this.#ranges[middle] as Range).start)) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}

const WORD = 2 ** 32;
const NOTHING: AddressRange = { start: { high: 0, low: 0 }, end: { high: 0, low: 0 } };
/** What makes the order of signed words that of unsigned ones. */
const SIGN = 1 << 31;

function isBefore(high: number, low: number, address: Address): boolean {
  if (high !== address.high) return (high ^ SIGN) < (address.high ^ SIGN);
  return (low ^ SIGN) < (address.low ^ SIGN);
}

/**
 * Whether two addresses are one.
 *
 * @example
 * isSame({ high: 0, low: 1 }, { high: 1, low: 0 }) // false
 */
export function isSame(one: Address, other: Address): boolean {
  return one.high === other.high && one.low === other.low;
}

/**
 * Bytes from one address to another, exact below 2^53.
 *
 * @example
 * bytesBetween({ high: 0xffff, low: -16 }, { high: 0x1_0000, low: 16 }) // 32
 */
export function bytesBetween(from: Address, to: Address): number {
  return ((to.high >>> 0) - (from.high >>> 0)) * WORD + ((to.low >>> 0) - (from.low >>> 0));
}

/**
 * The sum of two addresses, say of a start and a length; the end of the address space where it would lie behind it.
 *
 * @example
 * addressSum({ high: 0, low: -16 }, { high: 0, low: 32 }) // { high: 1, low: 16 }
 * addressSum({ high: -1, low: 0 }, { high: 1, low: 0 }) // { high: -1, low: -1 }
 */
export function addressSum(one: Address, other: Address): Address {
  const low = (one.low >>> 0) + (other.low >>> 0);
  const high = (one.high >>> 0) + (other.high >>> 0) + Math.floor(low / WORD);
  return high < WORD ? { high: high | 0, low: low | 0 } : { high: -1, low: -1 };
}
