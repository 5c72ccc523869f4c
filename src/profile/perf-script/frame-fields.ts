import { hexDigit, isSpace, skipSpace, trimEnd } from "./bytes.js";

// tools/perf/util/evsel_fprintf.c, sample__fprintf_callchain():
//   TAB, address right-aligned to 16, symbol[+0xoffset], (dso) or (inlined)
/**
 * Where the fields of a frame stand in its bytes. The symbol may hold spaces, parentheses and brackets; the dso is the last
 * parenthesised group, itself with ` (deleted)` perhaps.
 */
export class FrameFields {
  #addressHigh = 0;
  #addressLow = 0;
  /** Without its offset; empty for `[unknown]` and where symbols are not printed. */
  symbolStart = 0;
  symbolEnd = 0;
  /** Empty for `[unknown]` and where dsos are not printed. */
  dsoStart = 0;
  dsoEnd = 0;

  get address(): bigint {
    return (BigInt(this.#addressHigh >>> 0) << 32n) | BigInt(this.#addressLow >>> 0);
  }

  /** Whether the bytes from `start` to `end` are a frame; if so, the fields are set. */
  find(bytes: Uint8Array, start: number, end: number): boolean {
    const symbol = this.#address(bytes, start, end);
    if (symbol < 0) return false;
    const last = trimEnd(bytes, symbol, end);
    const group = lastGroup(bytes, symbol, last);
    this.symbolStart = this.dsoStart = symbol;
    this.symbolEnd = withoutOffset(bytes, symbol, trimEnd(bytes, symbol, group));
    this.dsoEnd = symbol;
    if (group < last) {
      this.dsoStart = group + 1;
      this.dsoEnd = withoutOffset(bytes, group + 1, last - 1);
    }
    if (isUnknown(bytes, symbol, this.symbolEnd)) this.symbolEnd = symbol;
    if (isUnknown(bytes, this.dsoStart, this.dsoEnd)) this.dsoEnd = this.dsoStart;
    return true;
  }

  /** Reads the address; returns where the symbol begins, or -1 where there is no address. */
  #address(bytes: Uint8Array, start: number, end: number): number {
    const first = skipSpace(bytes, start, end);
    let [high, low, at] = [0, 0, first];
    for (let digit = hexDigit(bytes[at]); digit >= 0 && at < end; digit = hexDigit(bytes[++at])) {
      high = (high << 4) | (low >>> 28);
      low = (low << 4) | digit;
    }
    if (at === first || at - first > ADDRESS_DIGITS || !(at === end || isSpace(bytes[at]))) return -1;
    this.#addressHigh = high;
    this.#addressLow = low;
    return skipSpace(bytes, at, end);
  }
}

const ADDRESS_DIGITS = 16;
const OPENING = 0x28;
const CLOSING = 0x29;
const UNKNOWN = [...Buffer.from("[unknown]")];

/** Where the parenthesised group that ends at `end` opens, if white space or nothing stands before it; else `end`. */
function lastGroup(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || bytes[end - 1] !== CLOSING) return end;
  let depth = 0;
  let outermost = end; // where the name of a dso holds a single parenthesis: the last group that stands alone
  for (let at = end - 1; at >= start; at--) {
    if (bytes[at] === CLOSING) depth++;
    if (bytes[at] !== OPENING) continue;
    const alone = at === start || isSpace(bytes[at - 1]);
    if (--depth === 0) return alone ? at : end;
    if (alone && outermost === end) outermost = at;
  }
  return outermost;
}

/** The end of a symbol or dso without the `+0x1f` that may follow it. */
function withoutOffset(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && hexDigit(bytes[at - 1]) >= 0) at--;
  const isOffset = at < end && at - 3 >= start && bytes[at - 3] === 0x2b && bytes[at - 2] === 0x30 && bytes[at - 1] === 0x78;
  return isOffset ? at - 3 : end; // +0x
}

function isUnknown(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === UNKNOWN.length && UNKNOWN.every((byte, index) => bytes[start + index] === byte);
}

/**
 * Whether the first word of some bytes is a hexadecimal number, as in a frame.
 *
 * @example
 * beginsWithAddress(new TextEncoder().encode("\t 4f2 main (/bin/x)"), 0, 20) // true
 * beginsWithAddress(new TextEncoder().encode("[...]"), 0, 5) // false
 */
export function beginsWithAddress(bytes: Uint8Array, start: number, end: number): boolean {
  const first = skipSpace(bytes, start, end);
  let at = first;
  while (at < end && hexDigit(bytes[at]) >= 0) at++;
  return at > first && at - first <= ADDRESS_DIGITS && (at === end || isSpace(bytes[at]));
}
