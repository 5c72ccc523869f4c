import { Decompress } from "fzstd";
import { type Block, blockOf } from "./block.js";
import { u64At, viewOf } from "./byte-cursor.js";
import { AUXTRACE, COMPRESSED, COMPRESSED2, HEADER_TRACING_DATA } from "./record-types.js";

/** What a walk hands over: a whole record, from `at` to before `at + size` in `block`. */
export type OnRecord = (block: Block, at: number, type: number, size: number) => void;

/** `struct perf_event_header`: u32 type, u16 misc, u16 size (of the record, this header included). */
const HEADER_BYTES = 8;
const LARGEST_RECORD_BYTES = 65_535;

/**
 * Walks the records of a recording in the order of the file, over blocks of any size. Compressed records (81 and 83) are
 * handed over, and then the records they hold: one zstd stream runs through all of them, and a record may begin in one
 * and end in the next (tools/perf/util/tool.c, perf_session__process_compressed_event()).
 */
export class RecordWalk {
  readonly #littleEndian: boolean;
  readonly #onRecord: OnRecord;
  readonly #onBlock: (block: Block, at: number) => number;
  readonly #outer: boolean;
  /** A record that began at the end of a block: its bytes so far. */
  readonly #held: Uint8Array = new Uint8Array(LARGEST_RECORD_BYTES);
  #heldBytes = 0;
  /** Bytes still to come that belong to the record before them: trace data. */
  #following = 0;
  readonly #onTracingData: ((bytes: Uint8Array) => void) | undefined;
  /** Those bytes are the formats of tracepoints. */
  #tracing = false;
  #position = 0;
  #inner: RecordWalk | undefined;
  #zstd: Decompress | undefined;
  /** Why the walk ended before its bytes did. */
  stopped: string | undefined;

  constructor(
    {
      littleEndian,
      onRecord,
      onBlock = (_, at) => at,
      onTracingData,
    }: {
      littleEndian: boolean;
      onRecord: OnRecord;
      /** May take records of a block, from a place on, by itself, and gives where those begin that it left. */
      onBlock?: (block: Block, at: number) => number;
      onTracingData?: ((bytes: Uint8Array) => void) | undefined;
    },
    outer = true,
  ) {
    this.#littleEndian = littleEndian;
    this.#onRecord = onRecord;
    this.#onBlock = onBlock;
    this.#onTracingData = onTracingData;
    this.#outer = outer;
  }

  /** The next bytes of the recording. */
  push(bytes: Uint8Array): void {
    const taken = this.pushWhole(bytes);
    if (taken === bytes.length) return;
    this.#position += bytes.length - taken;
    this.#held.set(bytes.subarray(taken));
    this.#heldBytes = bytes.length - taken;
  }

  /** The same, but leaves a record at the end that they do not hold whole: gives how many bytes it took. */
  pushWhole(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && this.stopped === undefined) {
      if (this.#following > 0) {
        const skipped = Math.min(this.#following, bytes.length - at);
        if (this.#tracing) this.#onTracingData?.(bytes.subarray(at, at + skipped));
        this.#following -= skipped;
        at += skipped;
      } else if (this.#heldBytes > 0) {
        at += this.#complete(bytes.subarray(at));
      } else {
        at += this.#whole(blockOf(bytes, this.#littleEndian), at);
        if (this.#following === 0) break;
      }
    }
    if (this.stopped !== undefined) at = bytes.length;
    this.#position += at;
    return at;
  }

  /** The end of the recording: what was left over, in words; undefined where it ends with a whole record. */
  end(): string | undefined {
    if (this.stopped !== undefined) return this.stopped;
    if (this.#heldBytes > 0) return `the recording ends within a record, ${this.#heldBytes} bytes after its start`;
    if (this.#following > 0) return `the recording ends ${this.#following} bytes before the end of its trace data`;
    const inner = this.#inner?.end();
    return inner && `in compressed records: ${inner}`;
  }

  /** Hands over the records that lie whole in a block, from `start` on; gives the bytes they take. */
  #whole(block: Block, start: number): number {
    let at = start;
    for (;;) {
      at = this.#onBlock(block, at);
      if (at + HEADER_BYTES > block.byteLength || this.#following > 0) break;
      const size = block.getUint16(at + 6, this.#littleEndian);
      if (at + size > block.byteLength) break;
      if (!this.#record(block, at, size)) break;
      at += size;
    }
    return at - start;
  }

  /** Takes what the held record lacks, and hands it over when it is whole. */
  #complete(bytes: Uint8Array): number {
    let taken = 0;
    const take = (until: number) => {
      const part = bytes.subarray(taken, taken + Math.max(0, until - this.#heldBytes));
      this.#held.set(part, this.#heldBytes);
      this.#heldBytes += part.length;
      taken += part.length;
      return this.#heldBytes >= until;
    };
    if (!take(HEADER_BYTES)) return taken;
    const size = viewOf(this.#held).getUint16(6, this.#littleEndian);
    if (!take(size)) return taken;
    const record = this.#held.slice(0, Math.max(size, HEADER_BYTES));
    this.#heldBytes = 0;
    this.#record(blockOf(record, this.#littleEndian), 0, size);
    return taken;
  }

  /** Hands over a record; false: the walk cannot go on behind it. */
  #record(block: Block, at: number, size: number): boolean {
    if (size < HEADER_BYTES) {
      const place = this.#outer ? ` ${this.#position + at} bytes after the first record` : "";
      this.stopped = `a record of ${size} bytes${place}: nothing after it can be read`;
      return false;
    }
    const type = block.getUint32(at, this.#littleEndian);
    this.#onRecord(block, at, type, size);
    if (!this.#outer) return true;
    if (type === COMPRESSED) this.#decompress(block, at + HEADER_BYTES, at + size);
    else if (type === COMPRESSED2 && size >= 16) this.#decompress(block, at + 16, this.#payloadEnd(block, at, size));
    else if (type === AUXTRACE && size >= 16) {
      this.#following = u64At(block, at + HEADER_BYTES, this.#littleEndian);
      this.#tracing = false;
    } else if (type === HEADER_TRACING_DATA && size >= 12) {
      this.#following = Math.ceil(block.getUint32(at + HEADER_BYTES, this.#littleEndian) / 8) * 8;
      this.#tracing = true;
    }
    return this.stopped === undefined;
  }

  /** COMPRESSED2 has the size of its payload before it and padding behind it. */
  #payloadEnd(view: DataView, at: number, size: number): number {
    return Math.min(at + size, at + 16 + u64At(view, at + HEADER_BYTES, this.#littleEndian));
  }

  #decompress(view: DataView, from: number, to: number): void {
    this.#inner ??= new RecordWalk({ littleEndian: this.#littleEndian, onRecord: this.#onRecord }, false);
    const inner = this.#inner;
    this.#zstd ??= new Decompress((bytes) => inner.push(bytes));
    try {
      this.#zstd.push(new Uint8Array(view.buffer, view.byteOffset + from, to - from));
    } catch (error) {
      this.stopped = `compressed records that zstd cannot read (${error instanceof Error ? error.message : error})`;
    }
    if (inner.stopped !== undefined) this.stopped = `in compressed records: ${inner.stopped}`;
  }
}
