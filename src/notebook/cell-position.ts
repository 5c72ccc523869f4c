/** A place in code, from 0; columns in UTF-16 units. */
export interface CellPosition {
  readonly line: number;
  readonly column: number;
}

/**
 * The line and column of an offset.
 *
 * @example
 * positionAt("a\nbc", 3) // { line: 1, column: 1 }
 */
export function positionAt(code: string, offset: number): CellPosition {
  const before = code.slice(0, offset);
  return { line: before.split("\n").length - 1, column: before.length - (before.lastIndexOf("\n") + 1) };
}

/**
 * The offset of a line and column.
 *
 * @example
 * offsetAt("a\nbc", { line: 1, column: 1 }) // 3
 */
export function offsetAt(code: string, { line, column }: CellPosition): number {
  const before = code.split("\n").slice(0, line);
  return before.reduce((offset, text) => offset + text.length + 1, column);
}
