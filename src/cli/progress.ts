import type { ByteFile } from "../captures/byte-file.js";
import { grouped } from "../report/number-format.js";
import type { ReadingOnlooker } from "../runs/read-recording.js";

const INTERVAL_MS = 500;
const MS_PER_SECOND = 1000;
const BYTES_PER_MB = 1_000_000;
const BAR_CELLS = 24;
const CLEAR_LINE = "\r\u001b[K";

/**
 * Passes chunks on, and shows on standard error how far they are and how many bytes come per second: from half a second on, and
 * only where that is a terminal.
 *
 * @example
 * (await withProgress({ chunks: (async function* () { yield Uint8Array.of(1, 2); })() }).next()).value // Uint8Array.of(1, 2)
 */
export async function* withProgress({
  chunks,
  totalBytes,
}: {
  chunks: AsyncIterable<Uint8Array>;
  /** Absent where it is not known, as for a pipe or compressed data. */
  totalBytes?: number | undefined;
}): AsyncGenerator<Uint8Array, void, undefined> {
  if (!process.stderr.isTTY) return yield* chunks;
  const started = performance.now();
  let shown = started;
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      yield chunk;
      bytes += chunk.length;
      const now = performance.now();
      if (now - shown < INTERVAL_MS) continue;
      shown = now;
      process.stderr.write(CLEAR_LINE + progressText({ bytes, totalBytes, elapsedMs: now - started }));
    }
  } finally {
    if (shown > started) process.stderr.write(CLEAR_LINE);
  }
}

/**
 * Passes a file on, and shows the same for what is read of it.
 *
 * @example
 * fileWithProgress({ file: "perf.data", sizeBytes: 4, read: () => 4, close() {} }).read(0, new Uint8Array(4)) // 4
 */
export function fileWithProgress(source: ByteFile): ByteFile {
  if (!process.stderr.isTTY) return source;
  const started = performance.now();
  let shown = started;
  let othersBytes = () => 0;
  return {
    ...source,
    noteOthers(readBytes) {
      othersBytes = readBytes;
    },
    read(position, target) {
      const read = source.read(position, target);
      const now = performance.now();
      const bytes = position + read + othersBytes();
      if (now - shown >= INTERVAL_MS) {
        shown = now;
        process.stderr.write(CLEAR_LINE + progressText({ bytes, totalBytes: source.sizeBytes, elapsedMs: now - started }));
      }
      return read;
    },
    close() {
      if (shown > started) process.stderr.write(CLEAR_LINE);
      source.close();
    },
  };
}

/**
 * How far a reader is, as one line.
 *
 * @example
 * progressText({ bytes: 250e6, totalBytes: 1e9, elapsedMs: 500 }) // "[======                  ] 250 of 1,000 MB, 500 MB/s"
 * progressText({ bytes: 250e6, elapsedMs: 500 }) // "250 MB, 500 MB/s"
 */
export function progressText({
  bytes,
  totalBytes,
  elapsedMs,
}: {
  bytes: number;
  totalBytes?: number | undefined;
  elapsedMs: number;
}): string {
  const megabytes = (count: number) => grouped(count / BYTES_PER_MB);
  const rate = `${megabytes((bytes / elapsedMs) * MS_PER_SECOND)} MB/s`;
  if (totalBytes === undefined || bytes > totalBytes) return `${megabytes(bytes)} MB, ${rate}`;
  const bar = "=".repeat(Math.floor((BAR_CELLS * bytes) / totalBytes)).padEnd(BAR_CELLS);
  return `[${bar}] ${megabytes(bytes)} of ${megabytes(totalBytes)} MB, ${rate}`;
}

/** Shows on a terminal how far a recording is read. */
export const PROGRESS: ReadingOnlooker = { file: fileWithProgress, chunks: withProgress };
