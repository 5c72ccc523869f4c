import { viewOf } from "./byte-cursor.js";

/** A piece of the recording that holds whole records. */
export type Block = DataView & {
  /** The same as words of 32 bits from its start, where that is the order and the alignment of this machine: faster to read. */
  words?: Int32Array | undefined;
  /** The memory it is in, and where: the accessors of a view are slower. */
  memory: ArrayBufferLike;
  offset: number;
};

const LITTLE_ENDIAN_MACHINE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Bytes of a recording, to be read field by field and by words.
 *
 * @example
 * blockOf(Uint8Array.of(1, 0, 0, 0), true).getUint32(0, true) // 1
 */
export function blockOf(bytes: Uint8Array, littleEndian: boolean): Block {
  const block = viewOf(bytes) as Block;
  block.memory = bytes.buffer;
  block.offset = bytes.byteOffset;
  const direct = littleEndian && LITTLE_ENDIAN_MACHINE && bytes.byteOffset % 4 === 0;
  block.words = direct ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2) : undefined;
  return block;
}

/**
 * Numbers of 64 bits as pairs of words of the machine's own order, the lower one first.
 *
 * @example
 * copiedWords(new DataView(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 7).buffer), 0, 1, false) // Int32Array.of(7, 0)
 */
export function copiedWords(view: DataView, at: number, count: number, littleEndian: boolean): Int32Array {
  const words = new Int32Array(2 * count);
  const low = littleEndian ? 0 : 1;
  for (let word = 0; word < words.length; word++) words[word ^ low] = view.getInt32(at + 4 * word, littleEndian);
  return words;
}
