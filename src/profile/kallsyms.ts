import { gunzipSync } from "node:zlib";
import { ParseError } from "../captures/parse-error.js";

/**
 * The symbols of a recorded `/proc/kallsyms` by address, one per address, ascending. Addresses are two 32-bit words: a
 * kernel address is no exact JavaScript number. Names stay bytes of the file until somebody asks.
 */
export interface Kallsyms {
  /** Name of the file, for messages. */
  readonly file: string;
  readonly length: number;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** Index into `modules`; 0 is the kernel itself. */
  readonly module: Uint32Array;
  /** `""` for the kernel itself, then `veth`, `bpf`, ... without their brackets. */
  readonly modules: readonly string[];
  /** Where each symbol's name begins in `bytes`. */
  readonly nameStart: Uint32Array;
  readonly bytes: Uint8Array;
}

/** A symbol found by address. */
export interface KernelSymbol {
  readonly name: string;
  /** Without brackets; `""` for the kernel itself. */
  readonly module: string;
  readonly offsetBytes: number;
}

// kernel/kallsyms.c, s_show(): "%px %c %s\t[%s]\n" for a symbol of a module, of `bpf`, `__builtin__ftrace` or
// `__builtin__kprobes`, without the bracket for the kernel itself:
//   ffffffff94e00000 T _text
//   ffffffffc0591000 t pktgen_run	[pktgen]
// perf takes the types T, W, D and B of either case, and no name that begins with `$` (a mapping symbol of ARM):
// tools/perf/util/symbol.c, symbol_type__filter() and map__process_kallsym_symbol() of Linux 6.1.
const IS_FUNCTION_OR_DATA = Uint8Array.from({ length: 256 }, (_, type) =>
  "TtWwDdBb".includes(String.fromCharCode(type)) ? 1 : 0,
);
const [TAB, NEWLINE, SPACE, DOLLAR, BRACKET] = [9, 10, 32, 36, 93] as const;
const PAGE_BYTES = 4096;
const WORD = 2 ** 32;

/**
 * Reads a recorded `/proc/kallsyms`, plain or gzip. Of several symbols at one address the last one of the file counts, as
 * `perf script` prints it (symbols__fixup_duplicate() of Linux 6.1: only the last has a length).
 *
 * @throws ParseError for a line that is no symbol, and for a file whose addresses are all zero.
 * @example
 * kernelSymbolAt(
 *   parseKallsyms({ file: "kallsyms", bytes: new TextEncoder().encode("ffffffff81000000 T _text\nffffffff81000100 t do_idle\n") }),
 *   0xffffffff8100010an,
 * ) // { name: "do_idle", module: "", offsetBytes: 10 }
 */
export function parseKallsyms({ file, bytes: recorded }: { file: string; bytes: Uint8Array }): Kallsyms {
  const bytes = unzipped(file, recorded);
  const symbols = symbolLines(file, bytes);
  if (symbols.placed === 0) {
    throw new ParseError({
      file,
      line: 0,
      expected:
        "kernel addresses, and there are none: the kernel hides them (kptr_restrict) from a reader without privilege; " +
        "record again with `sudo cat /proc/kallsyms`",
      text: "",
    });
  }
  const { length, high, low, module, nameStart } = inOrder(symbols);
  const { modules } = symbols;
  return { file, length, high, low, module, modules, nameStart, bytes };
}

/**
 * The symbol at an address, or undefined where the file names none. A symbol reaches to the next one; the last of the kernel
 * or of the modules ends with its page, as in perf's symbols__fixup_end().
 *
 * @example
 * kernelSymbolAt(parseKallsyms({ file: "kallsyms", bytes: new TextEncoder().encode("c0100000 T _text\n") }), 0xc0102000n) // undefined
 */
export function kernelSymbolAt(kallsyms: Kallsyms, address: bigint): KernelSymbol | undefined {
  const [high, low] = [Number(address >> 32n), Number(address & 0xffff_ffffn)];
  const symbol = kernelSymbolIndexAt(kallsyms, high, low);
  if (symbol < 0) return undefined;
  const offsetBytes = distance(kallsyms, symbol, high, low);
  return {
    name: kernelSymbolName(kallsyms, symbol),
    module: kallsyms.modules[kallsyms.module[symbol] ?? 0] ?? "",
    offsetBytes,
  };
}

/**
 * As `kernelSymbolAt`, for the two words of an address: the index of the symbol, -1 where there is none.
 *
 * @example
 * kernelSymbolIndexAt(parseKallsyms({ file: "kallsyms", bytes: new TextEncoder().encode("c0100000 T _text\n") }), 0, 0xc0100001) // 0
 */
export function kernelSymbolIndexAt(kallsyms: Kallsyms, high: number, low: number): number {
  let [from, to] = [0, kallsyms.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (distance(kallsyms, middle, high, low) >= 0) from = middle + 1;
    else to = middle;
  }
  const symbol = from - 1;
  if (symbol < 0) return -1;
  const next = symbol + 1;
  const last = next === kallsyms.length || (kallsyms.module[symbol] === 0) !== (kallsyms.module[next] === 0);
  if (!last) return symbol;
  const start = kallsyms.low[symbol] as number;
  const reach = (Math.ceil(start / PAGE_BYTES) + 1) * PAGE_BYTES - start;
  return distance(kallsyms, symbol, high, low) < reach ? symbol : -1;
}

/**
 * The name of a symbol by index.
 *
 * @example
 * kernelSymbolName(parseKallsyms({ file: "kallsyms", bytes: new TextEncoder().encode("c0100000 T _text\n") }), 0) // "_text"
 */
export function kernelSymbolName(kallsyms: Kallsyms, symbol: number): string {
  const { bytes } = kallsyms;
  const start = kallsyms.nameStart[symbol] as number;
  let end = start;
  while (end < bytes.length && bytes[end] !== TAB && bytes[end] !== NEWLINE) end++;
  return text(bytes, start, end);
}

/**
 * The address of the kernel's symbol `name` (`_text`, `_stext`), aliases included; undefined where the file has none.
 *
 * @example
 * kernelSymbolAddress(parseKallsyms({ file: "kallsyms", bytes: new TextEncoder().encode("c0100000 T _text\n") }), "_text") // 0xc0100000n
 */
export function kernelSymbolAddress({ bytes }: Kallsyms, name: string): bigint | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nameAt = text.indexOf(` ${name}\n`);
  if (nameAt < 0) return undefined;
  const line = text.toString("latin1", text.lastIndexOf("\n", nameAt) + 1, nameAt);
  return BigInt(`0x${line.slice(0, line.indexOf(" "))}`);
}

/** From the start of a symbol to an address; exact where it decides, as it is below 2^53 then. */
function distance({ high, low }: Kallsyms, symbol: number, addressHigh: number, addressLow: number): number {
  return (addressHigh - (high[symbol] as number)) * WORD + (addressLow - (low[symbol] as number));
}

function unzipped(file: string, bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_BYTES });
  } catch (error) {
    throw new ParseError({ file, line: 0, expected: "a whole gzip file of symbols", text: String(error) });
  }
}

// A distribution kernel has 10 to 20 MB of symbols.
const LARGEST_BYTES = 256 * 1024 * 1024;

interface SymbolColumns {
  length: number;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly module: Uint32Array;
  readonly nameStart: Uint32Array;
}

interface SymbolLines extends SymbolColumns {
  readonly modules: string[];
  /** Symbols that are not at address zero. */
  placed: number;
  /** How many of the symbols, from the first on, are in ascending order. */
  ascending: number;
}

/** In memory that other threads can read, too. */
function columns(capacity: number): SymbolColumns {
  const column = () => new Uint32Array(new SharedArrayBuffer(Uint32Array.BYTES_PER_ELEMENT * capacity));
  return { length: 0, high: column(), low: column(), module: column(), nameStart: column() };
}

/** Puts a symbol behind the others; in the place of the last one if that has the same address. */
function append(to: SymbolColumns, high: number, low: number, module: number, nameStart: number): void {
  const last = to.length - 1;
  const row = last >= 0 && to.low[last] === low && to.high[last] === high ? last : to.length++;
  to.high[row] = high;
  to.low[row] = low;
  to.module[row] = module;
  to.nameStart[row] = nameStart;
}

/** The functions and data of the file, in its order. */
function symbolLines(file: string, bytes: Uint8Array): SymbolLines {
  const symbols = { ...columns(1 + Math.floor(bytes.length / SHORTEST_LINE_BYTES)), modules: [""], placed: 0, ascending: 0 };
  const moduleIds = new Map([["", 0]]);
  let [lineNumber, lastHigh, lastLow] = [0, 0, 0];
  for (let start = 0; start < bytes.length; ) {
    lineNumber++;
    const digits = hexDigits(bytes, start);
    const typeAt = start + digits + 1;
    let end = typeAt;
    while (end < bytes.length && bytes[end] !== NEWLINE) end++;
    if (digits === 0 || digits > 16 || bytes[typeAt - 1] !== SPACE || bytes[typeAt + 1] !== SPACE || typeAt + 2 >= end) {
      const expected = "a symbol of /proc/kallsyms, `address type name`";
      throw new ParseError({ file, line: lineNumber, expected, text: text(bytes, start, Math.min(end, start + 200)) });
    }
    const nameStart = typeAt + 2;
    if (IS_FUNCTION_OR_DATA[bytes[typeAt] as number] === 1 && bytes[nameStart] !== DOLLAR) {
      const split = Math.max(start, start + digits - 8);
      const high = hexWord(bytes, start, split);
      const low = hexWord(bytes, split, start + digits);
      if (high !== 0 || low !== 0) symbols.placed++;
      const ascends = high > lastHigh || (high === lastHigh && low >= lastLow);
      const allAscend = symbols.ascending === symbols.length;
      append(symbols, high, low, moduleOf(bytes, nameStart, end, symbols.modules, moduleIds), nameStart);
      if (ascends && allAscend) symbols.ascending = symbols.length;
      [lastHigh, lastLow] = [high, low];
    }
    start = end + 1;
  }
  return symbols;
}

/** The symbols by address, the last of each. The kernel writes its own in order, and those of modules and programs behind. */
function inOrder(symbols: SymbolLines): SymbolColumns {
  const { length, high, low, module, nameStart, ascending } = symbols;
  if (ascending === length) return symbols;
  const order = (a: number, b: number) => (high[a] as number) - (high[b] as number) || (low[a] as number) - (low[b] as number);
  const behind = Array.from({ length: length - ascending }, (_, index) => ascending + index).sort(order);
  const sorted = columns(length);
  let [front, next] = [0, 0];
  while (front < ascending || next < behind.length) {
    const other = behind[next];
    const symbol = other === undefined || (front < ascending && order(front, other) <= 0) ? front++ : other;
    if (symbol === other) next++;
    append(sorted, high[symbol] as number, low[symbol] as number, module[symbol] as number, nameStart[symbol] as number);
  }
  return sorted;
}

/** `0 T a` and its line end. */
const SHORTEST_LINE_BYTES = 6;

/** The id of the module that ends a line, `name\t[module]`; 0 for a line without. */
function moduleOf(bytes: Uint8Array, nameStart: number, end: number, modules: string[], ids: Map<string, number>): number {
  if (bytes[end - 1] !== BRACKET) return 0;
  let tab = end - 2;
  while (tab > nameStart && bytes[tab] !== TAB) tab--;
  if (tab === nameStart) return 0;
  const name = text(bytes, tab + 2, end - 1);
  const known = ids.get(name);
  if (known !== undefined) return known;
  ids.set(name, modules.length);
  return modules.push(name) - 1;
}

function hexDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && (HEX[bytes[at] as number] as number) >= 0) at++;
  return at - start;
}

function hexWord(bytes: Uint8Array, from: number, to: number): number {
  let word = 0;
  for (let at = from; at < to; at++) word = (word << 4) | (HEX[bytes[at] as number] as number);
  return word >>> 0;
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString();
}

/** The value of a character as hexadecimal digit; -1: it is none. */
const HEX = Int8Array.from({ length: 256 }, (_, character) =>
  "0123456789abcdef".indexOf(String.fromCharCode(character).toLowerCase()),
);
