import { ParseError } from "./parse-error.js";

/**
 * A decimal integer of a capture as a number that is proven exact: beyond 2^53 it is refused, not rounded.
 * Counters that may exceed 2^53 are read as `bigint` instead.
 *
 * @throws ParseError naming the place, when the text is no integer or is not safe.
 * @example
 * exactInteger("14880952", { file: "pktgen.txt", line: 2 }) // 14880952
 */
export function exactInteger(text: string, { file, line }: { file: string; line: number }): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) {
    throw new ParseError({ file, line, expected: "an integer below 2^53", text });
  }
  return value;
}
