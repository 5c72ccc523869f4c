import type { ProfileBuilder } from "../profile-builder.js";
import { grown } from "../tuple-table.js";
import { ByteMemo } from "./byte-memo.js";
import { ByteTable, isAt } from "./byte-table.js";
import { trimEnd } from "./bytes.js";
import { contextId, contextOfDso } from "./context.js";
import { FrameFields } from "./frame-fields.js";

/**
 * The frame lines seen so far. In a profile nearly every line was seen before (98.8 % of one of 1.6 GB), and nearly always after
 * the same line: so a line is compared with the one that last came after its predecessor, then with the one that last had its
 * address, and only a line that is neither is hashed as a whole, and parsed if it is new.
 */
export class FrameLines {
  readonly #builder: ProfileBuilder;
  readonly #fields = new FrameFields();
  readonly #symbols: ByteMemo<number>;
  readonly #dsos: ByteMemo<{ readonly id: number; readonly context: number }>;
  readonly #table = new ByteTable();
  /** `WIDTH` integers per line. A line is named by its place here; the first place, 0, stands for no line. */
  #lines = new Int32Array(WIDTH * 1024);
  #known = 0;
  /** By the bytes of the address field: the line that last had it. */
  readonly #byAddress = new Int32Array(ADDRESS_SLOTS);
  #previous = 0;

  constructor(builder: ProfileBuilder) {
    this.#builder = builder;
    this.#symbols = new ByteMemo((name) => builder.symbol(name));
    this.#dsos = new ByteMemo((name) => ({ id: builder.dso(name), context: contextId(contextOfDso(name)) }));
  }

  /** Reads known lines, each with its line end, onto `stack`, and returns where it stopped. Nothing from `limit` on counts. */
  run(view: DataView, start: number, limit: number, stack: FrameStack): number {
    const { words } = this.#table;
    const lines = this.#lines;
    const byAddress = this.#byAddress;
    const { frames } = stack;
    let { depth, context } = stack;
    let previous = this.#previous;
    let at = start;
    while (at + ADDRESS_FIELD_END < limit && depth < MAX_DEPTH) {
      let line = lines[previous + NEXT] as number;
      let length = lines[line + LENGTH] as number;
      if (line === 0 || at + length > limit || !isAt(words, lines[line + WORD] as number, length, view, at)) {
        line = byAddress[addressSlot(view, at)] as number;
        length = lines[line + LENGTH] as number;
        if (line === 0 || at + length > limit || !isAt(words, lines[line + WORD] as number, length, view, at)) break;
        lines[previous + NEXT] = line;
      }
      const frame = lines[line + (depth === 0 ? INNERMOST : FRAME)] as number;
      if (frame === NOT_YET) break;
      frames[depth++] = frame >> CONTEXT_BITS;
      if (context === 0) context = frame & CONTEXT_MASK;
      at += length;
      previous = line;
    }
    stack.depth = depth;
    stack.context = context;
    this.#previous = previous;
    return at;
  }

  /** Reads one frame, parsed if it is new; false where it is none or the stack is full. `run()` knows it if it ends its line. */
  read(bytes: Uint8Array, view: DataView, start: number, end: number, stack: FrameStack): boolean {
    if (this.#table.bytes > MEMORY_BYTES) this.#clear();
    const entry = this.#table.intern(bytes, view, start, end);
    const line = WIDTH * (entry + 1);
    if (entry === this.#known) this.#add(line, entry, bytes, view, start, end);
    if (stack.depth === 0 && this.#lines[line + INNERMOST] === NOT_YET) this.#makeInnermost(line, bytes, view, start, end);
    const frame = this.#lines[line + (stack.depth === 0 ? INNERMOST : FRAME)] as number;
    if (frame === NOT_A_FRAME || stack.depth === MAX_DEPTH) return false;
    if (bytes[end - 1] === LF && start + ADDRESS_FIELD_END < end) {
      this.#byAddress[addressSlot(view, start)] = line;
      this.#previous = line;
    }
    stack.frames[stack.depth++] = frame >> CONTEXT_BITS;
    if (stack.context === 0) stack.context = frame & CONTEXT_MASK;
    return true;
  }

  #add(line: number, entry: number, bytes: Uint8Array, view: DataView, start: number, end: number): void {
    if (line + WIDTH > this.#lines.length) this.#lines = grown(this.#lines);
    this.#known += 1;
    this.#lines[line + WORD] = this.#table.wordOf(entry);
    this.#lines[line + LENGTH] = end - start;
    this.#lines[line + NEXT] = 0;
    this.#parse(line, bytes, view, start, end);
  }

  /**
   * A caller without symbol is the same frame at all addresses of its dso, and of no dso: that keeps stacks few. Where neither is
   * known, an address of the kernel stays, since it is what tells the kernel.
   */
  #parse(line: number, bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const fields = this.#fields;
    if (!fields.find(bytes, start, trimEnd(bytes, start, end))) {
      this.#lines[line + FRAME] = this.#lines[line + INNERMOST] = NOT_A_FRAME;
      return;
    }
    const { symbolStart, symbolEnd } = fields;
    const dso = this.#dso(bytes, view);
    const symbol = symbolEnd > symbolStart ? this.#symbols.get(bytes, view, symbolStart, symbolEnd) : -1;
    const isOneOfMany = symbol < 0 && (dso.id >= 0 || dso.context === 0);
    const id =
      symbol < 0 && !isOneOfMany ? this.#builder.unresolvedFrame(dso.id, fields.address) : this.#builder.frame(symbol, dso.id);
    const frame = (id << CONTEXT_BITS) | dso.context;
    this.#lines[line + FRAME] = frame;
    this.#lines[line + INNERMOST] = isOneOfMany ? NOT_YET : frame;
  }

  /** Few of the lines without symbol are ever the first of a stack, where they are the frame at their address. */
  #makeInnermost(line: number, bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const fields = this.#fields;
    fields.find(bytes, start, trimEnd(bytes, start, end));
    const dso = this.#dso(bytes, view);
    const frame = this.#builder.unresolvedFrame(dso.id, fields.address);
    this.#lines[line + INNERMOST] = (frame << CONTEXT_BITS) | dso.context;
  }

  /** The dso of the line that `#fields` holds. */
  #dso(bytes: Uint8Array, view: DataView): { readonly id: number; readonly context: number } {
    const { dsoStart, dsoEnd, address } = this.#fields;
    return dsoEnd > dsoStart ? this.#dsos.get(bytes, view, dsoStart, dsoEnd) : unknownDso(address);
  }

  #clear(): void {
    this.#table.clear();
    this.#known = 0;
    this.#byAddress.fill(0);
    this.#lines[NEXT] = 0;
    this.#previous = 0;
  }
}

/** The frames of the sample that is being read, innermost first. */
export class FrameStack {
  readonly frames: Int32Array = new Int32Array(MAX_DEPTH);
  depth = 0;
  /** The first that a frame tells, from the innermost on; 0: none. */
  context = 0;

  clear(): void {
    this.depth = 0;
    this.context = 0;
  }
}

/** Frames beyond are skipped lines: a record of at most 64 KiB holds no more. */
const MAX_DEPTH = 2 ** 13;
const NOT_A_FRAME = -1;
/** A frame that is made when it is needed. */
const NOT_YET = -2;
const CONTEXT_BITS = 3;
const CONTEXT_MASK = 7;

const WORD = 0; // where its bytes begin in the table
const LENGTH = 1; // in bytes
const FRAME = 2; // the frame it is as a caller, and its context
const INNERMOST = 3; // the frame it is as the first of a stack, and its context
const NEXT = 4; // the line that last came after it
const WIDTH = 5;

const LF = 0x0a;
/** TAB and an address right-aligned to 16 columns; in other widths the first bytes serve as well. */
const ADDRESS_FIELD_END = 17;
const ADDRESS_SLOTS = 2 ** 17;
/** The lines are a cache, some 65,000: what it forgets is parsed again, and what is larger does not fit into the caches of a CPU. */
const MEMORY_BYTES = 4 * 2 ** 20;

function addressSlot(view: DataView, start: number): number {
  let hash = Math.imul(view.getInt32(start + 1, true), 0x85ebca6b) ^ view.getInt32(start + 5, true);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35) ^ view.getInt32(start + 9, true);
  hash = Math.imul(hash ^ (hash >>> 13), 0x85ebca6b) ^ view.getInt32(start + 13, true);
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
  return (hash ^ (hash >>> 15)) & (ADDRESS_SLOTS - 1);
}

/** Without a dso the address tells the kernel, which has the upper half, and nothing else. */
function unknownDso(address: bigint): { id: number; context: number } {
  return { id: -1, context: contextId(address >> 63n === 1n ? "kernel" : "unknown") };
}
