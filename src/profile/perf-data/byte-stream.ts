/** Bytes that come one after the other: a pipe, a file being decompressed. */
export interface ByteStream {
  /** File name for messages. */
  readonly file: string;
  /** Of any size; a chunk need not last longer than until the next. */
  readonly chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Takes bytes off a stream. */
export class StreamReader {
  readonly #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor({ chunks }: ByteStream) {
    this.#chunks = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  }

  /** Fills `target`, at the end of the stream as far as it goes, and gives the number of bytes. */
  async read(target: Uint8Array): Promise<number> {
    let length = 0;
    while (length < target.length) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#chunks.next();
        if (done) break;
        this.#rest = value;
      }
      const part = this.#rest.subarray(0, target.length - length);
      target.set(part, length);
      this.#rest = this.#rest.subarray(part.length);
      length += part.length;
    }
    return length;
  }

  /** The next `length` bytes, fewer at the end of the stream: memory is taken only for what comes. */
  async take(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let missing = length; missing > 0; ) {
      const part = new Uint8Array(Math.min(missing, PART_BYTES));
      const read = await this.read(part);
      parts.push(part.subarray(0, read));
      missing -= read;
      if (read < part.length) break;
    }
    return Buffer.concat(parts);
  }
}

const PART_BYTES = 64 * 1024;
