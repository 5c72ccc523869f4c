const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The text of some bytes; what is no UTF-8 becomes U+FFFD.
 *
 * @example
 * decode(Uint8Array.of(0x70, 0x65, 0x72, 0x66), 0, 4) // "perf"
 */
export function decode(bytes: Uint8Array, start: number, end: number): string {
  return UTF8.decode(bytes.subarray(start, end));
}

/**
 * Blank, TAB, or the CR or LF of a line end.
 *
 * @example
 * isSpace(0x09) // true
 */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a;
}

/**
 * The first place from `start` on that is no white space, or `end`.
 *
 * @example
 * skipSpace(Uint8Array.of(0x20, 0x09, 0x61), 0, 3) // 2
 */
export function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(bytes[at])) at++;
  return at;
}

/**
 * The end of the bytes from `start` to `end` without the white space they end in.
 *
 * @example
 * trimEnd(Uint8Array.of(0x61, 0x20, 0x0d), 0, 3) // 1
 */
export function trimEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(bytes[at - 1])) at--;
  return at;
}

/**
 * The first place from `start` on that is white space, or `end`.
 *
 * @example
 * wordEnd(Uint8Array.of(0x61, 0x62, 0x20), 0, 3) // 2
 */
export function wordEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && !isSpace(bytes[at])) at++;
  return at;
}

/**
 * The value of a digit 0 to 9 or a to f, as perf prints hexadecimal numbers; else -1.
 *
 * @example
 * hexDigit(0x66) // 15
 * hexDigit(0x46) // -1
 */
export function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}
