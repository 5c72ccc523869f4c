/** Bytes that can be read at any place: an open file, or an array (`byteFile`). */
export interface ByteFile {
  /** File name for messages. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Reads into `target` from `position` on and gives the number of bytes read: fewer than asked for only at the end. */
  read(position: number, target: Uint8Array): number;
}

/** Bytes that come one after the other: a pipe, a file being decompressed. Chunks are of any size and not used again. */
export interface ByteStream {
  /** File name for messages. */
  readonly file: string;
  readonly chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/**
 * An array of bytes as a `ByteFile`.
 *
 * @example
 * byteFile({ file: "perf.data", bytes: Uint8Array.of(1, 2) }).sizeBytes // 2
 */
export function byteFile({ file, bytes }: { file: string; bytes: Uint8Array }): ByteFile {
  return {
    file,
    sizeBytes: bytes.length,
    read(position, target) {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
  };
}

/**
 * The bytes of a file from `from` to before `to`, in blocks; fewer where the file ends before.
 *
 * @example
 * [...blocksOf(byteFile({ file: "perf.data", bytes: Uint8Array.of(1, 2, 3) }), 1, 9)] // [Uint8Array.of(2, 3)]
 */
export function* blocksOf(source: ByteFile, from: number, to: number): Generator<Uint8Array> {
  for (let position = from; position < to; ) {
    const block = new Uint8Array(Math.min(BLOCK_BYTES, to - position, Math.max(0, source.sizeBytes - position)));
    const length = source.read(position, block);
    if (length === 0) return;
    yield block.subarray(0, length);
    position += length;
  }
}

const BLOCK_BYTES = 4 * 1024 * 1024;
