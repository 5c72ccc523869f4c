import type { ByteFile } from "../../captures/byte-file.js";
import { withPartThreads } from "../part-threads.js";
import type { Profile } from "../profile.js";
import { ProfileBuilder } from "../profile-builder.js";
import { type HeadLayout, headLayout } from "./head-layout.js";
import { areJoinable, type ScriptPart } from "./script-part.js";
import { ScriptReader } from "./script-reader.js";

/** A later part of a text, for a thread: it begins with a head. */
export interface ScriptTask {
  readonly layout: HeadLayout;
  readonly start: number;
  readonly end: number;
  /** Memory of all threads: its one number grows by the bytes that they have read. */
  readonly readBytes: BigInt64Array;
}

/**
 * Reads a later part of a text, with samples that differ only in time added up.
 *
 * @throws ParseError as `parsePerfScript`, with lines that count from the part's start.
 * @example
 * readScriptPart({ file: "a", sizeBytes: 0, read: () => 0 }, { layout: {}, start: 0, end: 0, readBytes: new BigInt64Array(1) }).lines // 0
 */
export function readScriptPart(source: ByteFile, { layout, start, end, readBytes }: ScriptTask): ScriptPart {
  const { file } = source;
  const reader = new ScriptReader({ file, builder: new ProfileBuilder({ file, merge: true }), layout });
  for (const piece of piecesOf(source, start, end)) {
    reader.push(piece);
    Atomics.add(readBytes, 0, BigInt(piece.length));
  }
  return reader.part();
}

/**
 * Where the parts of a text begin, for as many threads: after a blank line, with a head. Fewer where there is no such place, and
 * the start alone where one thread is as fast.
 *
 * @example
 * partStarts({ file: "a", sizeBytes: 9, read: () => 0 }, { threads: 2 }) // [0]
 */
export function partStarts(
  source: ByteFile,
  { threads, smallestBytes = SMALLEST_PART_BYTES }: { threads: number; smallestBytes?: number },
): number[] {
  const count = Math.max(1, Math.min(threads, MOST_PARTS, Math.floor(source.sizeBytes / smallestBytes)));
  const wished = Array.from({ length: count }, (_, part) => Math.floor((part * source.sizeBytes) / count));
  const found = wished.flatMap((position) => (position === 0 ? 0 : (headAfterBlankLine(source, position) ?? [])));
  return [...new Set(found)];
}

/**
 * Reads a text part by part from `starts`, the first on this thread and each other one on one of its own: the profile is the same, to
 * every id, as on one thread with samples added up that differ only in time. Undefined where the parts cannot be read apart.
 *
 * @throws ParseError as `parsePerfScript`.
 * @example
 * await readScriptInParts({ file: "a", sizeBytes: 0, read: () => 0 }, { starts: [0] }).catch(({ name }) => name) // "ParseError"
 */
export async function readScriptInParts(
  source: ByteFile,
  { starts }: { starts: readonly number[] },
): Promise<Profile | undefined> {
  const { file, sizeBytes } = source;
  const later = starts.slice(1).map((start, part) => ({ start, end: starts[part + 2] ?? sizeBytes }));
  const threads = { script: WORKER, source, count: later.length };
  const readBytes = new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT));
  source.noteOthers?.(() => Number(Atomics.load(readBytes, 0)));
  return withPartThreads<ScriptTask, ScriptPart, Profile | undefined>(threads, async (threads) => {
    const reader = new ScriptReader({ file, builder: new ProfileBuilder({ file, merge: true }) });
    let isStarted = false;
    for (const piece of piecesOf(source, 0, later[0]?.start ?? sizeBytes)) {
      reader.push(piece);
      const { layout } = reader;
      if (isStarted || !layout) continue;
      isStarted = true;
      threads.start(later.map((part) => ({ layout, ...part, readBytes })));
    }
    if (!isStarted && later.length > 0) return undefined;
    const parts = await threads.parts();
    return parts && areJoinable(reader.periods, parts) ? reader.finish(parts) : undefined;
  });
}

/**
 * The bytes of a file from a place to before another, in pieces; each is overwritten by the next.
 *
 * @example
 * [...piecesOf({ file: "a", sizeBytes: 3, read: () => 3 }, 0, 3)].length // 1
 */
export function* piecesOf(source: ByteFile, start: number, end: number): Generator<Uint8Array> {
  const piece = new Uint8Array(PIECE_BYTES);
  for (let position = start; position < end; ) {
    const read = source.read(position, piece.subarray(0, Math.min(PIECE_BYTES, end - position)));
    if (read === 0) return;
    yield piece.subarray(0, read);
    position += read;
  }
}

/** The first place from `position` on, and not far from it, where a head follows a blank line. */
function headAfterBlankLine(source: ByteFile, position: number): number | undefined {
  const window = Buffer.alloc(WINDOW_BYTES);
  const bytes = window.subarray(0, source.read(position, window));
  for (let at = bytes.indexOf("\n\n"); at >= 0; at = bytes.indexOf("\n\n", at + 1)) {
    const line = bytes.toString("utf8", at + 2, Math.max(at + 2, bytes.indexOf("\n", at + 2)));
    if (headLayout([line])) return position + at + 2;
  }
  return undefined;
}

const WORKER = new URL("script-worker.js", import.meta.url);
const MOST_PARTS = 4;
// A thread takes 0.1 s to start and to become fast.
const SMALLEST_PART_BYTES = 32 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;
const WINDOW_BYTES = 1024 * 1024;
