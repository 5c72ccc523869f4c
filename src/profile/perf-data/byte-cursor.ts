/** Reads numbers and strings one after the other. Beyond the end it throws the `RangeError` of `DataView`. */
export class ByteCursor {
  readonly view: DataView;
  readonly littleEndian: boolean;
  at: number;

  constructor(view: DataView, littleEndian: boolean, at = 0) {
    this.view = view;
    this.littleEndian = littleEndian;
    this.at = at;
  }

  get left(): number {
    return this.view.byteLength - this.at;
  }

  u32(): number {
    this.at += 4;
    return this.view.getUint32(this.at - 4, this.littleEndian);
  }

  /** Exact below 2^53. */
  u64(): number {
    this.at += 8;
    return u64At(this.view, this.at - 8, this.littleEndian);
  }

  bytes(length: number): Uint8Array {
    this.at += length;
    if (this.left < 0) throw new RangeError(`${length} bytes are not there`);
    return new Uint8Array(this.view.buffer, this.view.byteOffset + this.at - length, length);
  }

  /** A `perf_header_string`: its length, then that many bytes, padded with zeros. */
  string(): string {
    return zeroTerminated(this.bytes(this.u32()));
  }

  /** A `perf_header_string_list`. */
  strings(): string[] {
    const strings: string[] = [];
    for (let left = this.u32(); left > 0; left--) strings.push(this.string());
    return strings;
  }
}

/**
 * A view of the same bytes.
 *
 * @example
 * viewOf(Uint8Array.of(1, 2, 3).subarray(1)).getUint8(0) // 2
 */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * An unsigned 64-bit number, exact below 2^53.
 *
 * @throws RangeError beyond the end.
 * @example
 * u64At(new DataView(Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0).buffer), 0, false) // 256
 */
export function u64At(view: DataView, at: number, littleEndian: boolean): number {
  const high = view.getUint32(littleEndian ? at + 4 : at, littleEndian);
  return high * 2 ** 32 + view.getUint32(littleEndian ? at : at + 4, littleEndian);
}

/**
 * The text up to the first zero byte.
 *
 * @example
 * zeroTerminated(Uint8Array.of(118, 101, 116, 104, 0, 0)) // "veth"
 */
export function zeroTerminated(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  // For a short text many times as fast as a TextDecoder, and the same: U+FFFD for what is not UTF-8.
  return Buffer.from(bytes.buffer, bytes.byteOffset, end < 0 ? bytes.length : end).toString();
}
