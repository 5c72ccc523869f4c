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

/** Reads a file in blocks, into memory that is used again when nobody needs it any more. */
export class BlockReader {
  readonly #source: ByteFile;
  #free: ArrayBuffer[] = [];
  #used: ArrayBuffer[] = [];

  constructor(source: ByteFile) {
    this.#source = source;
  }

  /** The bytes from `position` on, at most one block of them and none from `end` on. */
  read(position: number, end: number): Uint8Array {
    const length = Math.max(0, Math.min(BLOCK_BYTES, end - position, this.#source.sizeBytes - position));
    const buffer = this.#free.pop() ?? new ArrayBuffer(BLOCK_BYTES);
    this.#used.push(buffer);
    const block = new Uint8Array(buffer, 0, length);
    return block.subarray(0, this.#source.read(position, block));
  }

  /** Takes back the memory of all blocks that are not needed. */
  reuse(isNeeded: (buffer: ArrayBuffer) => boolean): void {
    const needed = this.#used.filter(isNeeded);
    this.#free = [...this.#free, ...this.#used.filter((buffer) => !needed.includes(buffer))];
    this.#used = needed;
  }
}

const BLOCK_BYTES = 256 * 1024;
