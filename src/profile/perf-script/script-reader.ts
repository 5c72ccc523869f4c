import { ParseError } from "../../captures/parse-error.js";
import type { CaptureLine } from "../../captures/parsed.js";
import type { Profile } from "../profile.js";
import type { ProfileBuilder } from "../profile-builder.js";
import { READ_AHEAD_BYTES } from "./byte-table.js";
import { decode, trimEnd } from "./bytes.js";
import { FrameLines } from "./frame-lines.js";
import { type HeadLayout, headLayout } from "./head-layout.js";
import { HeadReader } from "./head-reader.js";
import type { PayloadCollector } from "./payload-table.js";
import { SampleAssembler } from "./sample-assembler.js";
import { type ScriptPart, withSharedNames } from "./script-part.js";

export interface ScriptReaderOptions {
  readonly file: string;
  readonly builder: ProfileBuilder;
  readonly payloads?: PayloadCollector | undefined;
  readonly layout?: HeadLayout | undefined;
}

/** Cuts chunks of bytes into lines, settles the layout of the heads by the first of them, and hands the lines on. */
export class ScriptReader {
  readonly #file: string;
  readonly #builder: ProfileBuilder;
  readonly #payloads: PayloadCollector | undefined;
  readonly #lines: FrameLines;
  /** A line end after the last byte stops every search. */
  readonly #bytes = Buffer.alloc(BUFFER_BYTES + 1 + READ_AHEAD_BYTES);
  readonly #view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
  /** What is not read yet: from `#start` to `#end`. */
  #start = 0;
  #end = 0;
  /** Lines read. */
  #line = 0;
  #atStart = true;
  /** In the rest of a line that was longer than the buffer, and is skipped. */
  #overlong = false;
  #layout: HeadLayout | undefined;
  #heads: HeadReader | undefined;
  #assembler: SampleAssembler | undefined;
  #headerEntries = 0;
  #skippedLines = 0;
  readonly #skipped: CaptureLine[] = [];

  /** @param layout Of a text that began before: what is read goes on with a head. */
  constructor({ file, builder, payloads, layout }: ScriptReaderOptions) {
    this.#file = file;
    this.#builder = builder;
    this.#payloads = payloads;
    this.#lines = new FrameLines(builder);
    if (layout) {
      this.#atStart = false;
      this.#begin(layout);
    }
  }

  /** Of the heads, once enough of them were there. */
  get layout(): HeadLayout | undefined {
    return this.#layout;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      this.#bytes.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
      const part = chunk.subarray(at, at + BUFFER_BYTES - this.#end);
      this.#bytes.set(part, this.#end);
      this.#end += part.length;
      at += part.length;
      this.#read(false);
    }
  }

  /** Whether the heads of an event have a period. */
  get periods(): ReadonlyMap<string, boolean> {
    return this.#heads?.periods ?? new Map();
  }

  /** What was read of a text that began before. */
  part(): ScriptPart {
    const assembler = this.#finished();
    const { beginsWithHead = false, statesLosses, lostRecords, closedByBlank, endsInSample } = assembler;
    return {
      profile: this.#builder.part(),
      originNs: this.#heads?.originNs ?? 0n,
      periods: this.periods,
      beginsWithHead,
      statesLosses,
      lostRecords,
      closedByBlank,
      endsInSample,
      skippedLines: this.#skippedLines,
      lines: this.#line,
      warnings: this.#builder.warnings,
    };
  }

  /**
   * The profile, of what was read and of the parts after it, which are fit to be joined to it.
   * @throws ParseError where the text has no sample.
   */
  finish(later: readonly ScriptPart[] = []): Profile {
    const builder = this.#builder;
    const all = [this.#finished(), ...later];
    let line = this.#line;
    for (const { lostRecords, lines, warnings } of later) {
      builder.lost({ records: lostRecords });
      for (const { line: at, message } of warnings) builder.warn(line + at, message);
      line += lines;
    }
    if (all.at(-1)?.endsInSample && all.some(({ closedByBlank }) => closedByBlank > 0)) {
      builder.warn(0, "no blank line after the last sample, as after the others: its stack may be cut short");
    }
    if (this.#skippedLines > 0) {
      const more = this.#skippedLines === 1 ? "this line belongs" : `this line and ${this.#skippedLines - 1} more belong`;
      builder.warn(this.#skipped[0]?.line ?? 0, `${more} to no sample`);
    }
    const originNs = this.#heads?.originNs ?? 0n;
    return builder.finish({
      originNs,
      statesLosses: all.some(({ statesLosses }) => statesLosses),
      join: later.length > 0 ? (own) => withSharedNames(own, originNs, later) : undefined,
      skippedLines: this.#skippedLines,
      skipped: this.#skipped,
    });
  }

  /** All is read. */
  #finished(): SampleAssembler {
    this.#read(true);
    if (!this.#assembler) {
      const expected = "samples of perf script, `comm pid [cpu] time: event:`";
      throw new ParseError({ file: this.#file, line: 0, expected, text: this.#skipped[0]?.text ?? "" });
    }
    this.#assembler.finish();
    return this.#assembler;
  }

  #read(final: boolean): void {
    this.#bytes[this.#end] = LF;
    if (this.#atStart && !this.#skipByteOrderMark(final)) return;
    if (this.#overlong && !this.#skipOverlong()) return;
    if (!this.#assembler) this.#readHeader(final);
    if (this.#assembler) this.#readSamples(this.#assembler);
    if (final) this.#readUnendedLine();
    else if (this.#end - this.#start === BUFFER_BYTES) this.#beginOverlong();
  }

  /** The hot loop: nine lines of ten are frames seen before. */
  #readSamples(assembler: SampleAssembler): void {
    const bytes = this.#bytes;
    const limit = this.#end;
    const { stack } = assembler;
    let start = this.#start;
    while (start < limit) {
      if (assembler.open) {
        const known = stack.depth;
        start = this.#lines.run(this.#view, start, limit, stack);
        this.#line += stack.depth - known;
        if (start === limit) break;
      }
      const newline = bytes.indexOf(LF, start);
      if (newline === limit) break;
      this.#readLine(assembler, start, newline);
      start = newline + 1;
    }
    this.#start = start;
  }

  #readLine(assembler: SampleAssembler, start: number, newline: number): void {
    this.#line += 1;
    const end = trimEnd(this.#bytes, start, newline);
    if (end === start) assembler.blank();
    else if (!assembler.line(this.#bytes, this.#view, start, end, newline + 1, this.#line)) this.#skip(start, end);
  }

  /** The comments at the start, then the layout: derived once enough text of the samples is there. */
  #readHeader(final: boolean): void {
    while (this.#start < this.#end) {
      const newline = this.#bytes.indexOf(LF, this.#start);
      if (newline === this.#end && !final) return;
      const end = trimEnd(this.#bytes, this.#start, newline);
      if (end === this.#start || this.#bytes[this.#start] === HASH) {
        this.#line += 1;
        this.#header(this.#start, end);
        this.#start = Math.min(newline + 1, this.#end);
        continue;
      }
      if (!final && this.#end - this.#start < LAYOUT_BYTES) return;
      const window = Math.min(this.#end, this.#start + LAYOUT_BYTES);
      const whole = final && window === this.#end ? window : this.#bytes.lastIndexOf(LF, window - 1);
      const layout = headLayout(decode(this.#bytes, this.#start, Math.max(whole, newline)).split(/\r?\n/));
      if (layout) {
        this.#begin(layout);
        return;
      }
      this.#skipLines(Math.max(whole, newline));
    }
  }

  #begin(layout: HeadLayout): void {
    const [builder, lines, payloads] = [this.#builder, this.#lines, this.#payloads];
    this.#layout = layout;
    this.#heads = new HeadReader({ file: this.#file, builder, layout });
    this.#assembler = new SampleAssembler({ builder, heads: this.#heads, lines, payloads });
  }

  #header(start: number, end: number): void {
    const [, key, value] = HEADER_ENTRY.exec(decode(this.#bytes, start, end)) ?? [];
    if (key === undefined || value === undefined) return;
    if (this.#headerEntries < MAX_HEADER_ENTRIES) this.#builder.header(key, value);
    else this.#skip(start, end);
    this.#headerEntries += 1;
  }

  /** All lines to `end`, which is a line end or the end of the text. */
  #skipLines(end: number): void {
    while (this.#start < end) {
      const newline = this.#bytes.indexOf(LF, this.#start);
      this.#line += 1;
      const text = trimEnd(this.#bytes, this.#start, newline);
      if (text > this.#start) this.#skip(this.#start, text);
      this.#start = Math.min(newline + 1, this.#end);
    }
  }

  #skip(start: number, end: number): void {
    this.#skippedLines += 1;
    if (this.#skipped.length === MAX_SKIPPED) return;
    this.#skipped.push({ line: this.#line, text: decode(this.#bytes, start, Math.min(end, start + SHOWN_BYTES)) });
  }

  #readUnendedLine(): void {
    if (this.#start === this.#end) return;
    if (this.#assembler) this.#readLine(this.#assembler, this.#start, this.#end);
    this.#builder.warn(this.#line, "no line end after the last line: it may be cut short");
    this.#start = this.#end;
  }

  /** False while it cannot be told yet. */
  #skipByteOrderMark(final: boolean): boolean {
    if (this.#end < BYTE_ORDER_MARK.length && !final) return false;
    if (BYTE_ORDER_MARK.every((byte, index) => this.#bytes[index] === byte)) this.#start = BYTE_ORDER_MARK.length;
    this.#atStart = false;
    return true;
  }

  #beginOverlong(): void {
    this.#line += 1;
    this.#skip(this.#start, this.#end);
    this.#start = this.#end;
    this.#overlong = true;
  }

  /** False while its end is not there yet. */
  #skipOverlong(): boolean {
    const newline = this.#bytes.indexOf(LF, this.#start);
    this.#overlong = newline === this.#end;
    this.#start = this.#overlong ? this.#end : newline + 1;
    return !this.#overlong;
  }
}

const LF = 0x0a;
const HASH = 0x23;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** Also the longest line that is read: perf's are under 10 kB but for payloads. */
const BUFFER_BYTES = 2 ** 20;
/** Text from which the layout is derived: hundreds of heads. */
const LAYOUT_BYTES = 2 ** 16;
const MAX_SKIPPED = 1000;
const SHOWN_BYTES = 200;
/** Far more than perf writes: one line per event, BPF program and feature. */
const MAX_HEADER_ENTRIES = 10_000;
// tools/perf/util/header.c: `# hostname : dut`, `# captured on    : Thu Jul  9 17:14:37 2015`
const HEADER_ENTRY = /^# ([^:]*[^:\s])\s*:\s*(.*)$/s;
