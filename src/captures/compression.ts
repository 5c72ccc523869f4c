import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
import { CaptureError } from "./capture-error.js";

/** The beginning of a stream of bytes, and the whole stream again. */
export interface Peeked {
  /** At least as many bytes as asked for, or all. */
  readonly start: Uint8Array;
  /** The whole stream, `start` included. To be read once. */
  readonly all: AsyncIterable<Uint8Array>;
  /** Ends the stream, read or not. */
  close(): Promise<void>;
}

/**
 * Reads the first bytes of a stream without losing them. The stream may use the memory of a piece again for the next.
 *
 * @example
 * [...(await peeked((async function* () { yield Uint8Array.of(1); yield Uint8Array.of(2, 3); })(), 2)).start] // [1, 2, 3]
 */
export async function peeked(stream: AsyncIterable<Uint8Array>, bytes: number): Promise<Peeked> {
  const iterator = stream[Symbol.asyncIterator]();
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (length < bytes) {
    const { done, value } = await iterator.next();
    if (done) break;
    pieces.push(new Uint8Array(value));
    length += value.length;
  }
  const close = async () => void (await iterator.return?.());
  async function* all() {
    try {
      yield* pieces.splice(0);
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await close();
    }
  }
  return { start: Buffer.concat(pieces), all: all(), close };
}

/**
 * Whether bytes begin as compressed data that `decompressed` undoes.
 *
 * @example
 * isCompressed(Uint8Array.of(0x1f, 0x8b, 8)) // true
 */
export function isCompressed(start: Uint8Array): boolean {
  return begins(start, GZIP) || begins(start, ZSTD);
}

function begins(start: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => start[index] === byte);
}

/**
 * The bytes of a file with gzip or zstd undone, which the first bytes tell (RFC 1952 section 2.3.1, RFC 8878 section 3.1.1).
 * Anything else passes as it is. Memory stays flat.
 *
 * @throws CaptureError when compressed data is cut short or damaged, or needs a zstd window above 128 MiB.
 * @example
 * (await decompressed((async function* () { yield Uint8Array.of(7, 7); })(), "x").next()).value // Uint8Array.of(7, 7)
 */
export async function* decompressed(
  stream: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { start, all } = await peeked(stream, ZSTD_LONGEST_HEADER);
  if (begins(start, GZIP)) {
    yield* damageNamed(gunzipped(copied(all)), "gzip", file);
  } else if (begins(start, ZSTD)) {
    if (zstdWindowBytes(start) > ZSTD_LARGEST_WINDOW) {
      const message = "zstd data with a window above 128 MiB: expected less; decompress it first with `zstd -d --long=31`";
      throw new CaptureError({ file, problem: "damaged", message });
    }
    yield* damageNamed(unzstd(copied(all)), "zstd", file);
  } else {
    yield* all;
  }
}

/** Decompressors hold on to what they were given. */
async function* copied(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of stream) yield new Uint8Array(piece);
}

async function* gunzipped(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  pipeline(Readable.from(stream), gunzip, () => {}); // an error of either ends the loop below with it
  yield* gunzip;
}

/** Pushed in small pieces: each may hold many blocks of 128 KiB, which fzstd hands over at once. */
const ZSTD_PIECE_BYTES = 1024;
const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
const ZSTD_LONGEST_HEADER = 18;
const ZSTD_LARGEST_WINDOW = 128 * 2 ** 20; // what the zstd program accepts without --long

async function* unzstd(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const blocks: Uint8Array[] = [];
  const frames = new Decompress((block) => blocks.push(block));
  for await (const chunk of stream) {
    for (let offset = 0; offset < chunk.length; offset += ZSTD_PIECE_BYTES) {
      frames.push(chunk.subarray(offset, offset + ZSTD_PIECE_BYTES));
      yield* blocks.splice(0);
    }
  }
  frames.push(new Uint8Array(0), true);
  yield* blocks.splice(0);
}

/** The memory a zstd frame asks for: its window, or the whole content of a single segment (RFC 8878 section 3.1.1.1). */
function zstdWindowBytes(header: Uint8Array): number {
  const descriptor = header[4] ?? 0;
  const singleSegment = (descriptor & 0x20) !== 0;
  if (!singleSegment) {
    const window = header[5] ?? 0;
    return 2 ** (10 + (window >> 3)) * (1 + (window & 7) / 8);
  }
  const dictionaryIdBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [1, 2, 4, 8][descriptor >> 6] ?? 1;
  const size = header.subarray(5 + dictionaryIdBytes, 5 + dictionaryIdBytes + sizeBytes);
  return size.reduceRight((value, byte) => value * 256 + byte, 0) + (sizeBytes === 2 ? 256 : 0);
}

async function* damageNamed(stream: AsyncIterable<Uint8Array>, kind: string, file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    if (error instanceof CaptureError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const message = `damaged ${kind} data (${reason}): expected a whole ${kind} file; copy or record it again`;
    throw new CaptureError({ file, problem: "damaged", message, cause: error });
  }
}
