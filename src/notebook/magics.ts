/** What the lines that begin with `%` ask for, and the rest of the cell. */
export interface CellMagics {
  /** The cell's code with blanks in the place of those lines: every position stays what it was. */
  readonly code: string;
  /** Set where types are to be checked from now on, or no more. */
  readonly checksTypes?: boolean;
}

/** A line that begins with `%` and is no order that the kernel knows. */
export class MagicError extends Error {
  constructor(line: string) {
    super(`expected %typecheck on or %typecheck off at the beginning of the cell: got "${line}"`);
    this.name = "MagicError";
  }
}

const MAGIC_LINE = /^(?:[ \t]*\n)*[ \t]*%.*/;
const TYPECHECK = /^%typecheck[ \t]+(on|off)[ \t\r]*$/;

/**
 * Takes the lines off the beginning of a cell that are for the kernel: `%typecheck off` lets cells run whose types are wrong, from this
 * one on, and `%typecheck on` ends that.
 *
 * @throws MagicError for any other line that begins with `%`.
 * @example
 * readMagics("%typecheck off\n1 + 1") // { code: "              \n1 + 1", checksTypes: false }
 * readMagics("1 + 1") // { code: "1 + 1" }
 */
export function readMagics(code: string): CellMagics {
  const found = MAGIC_LINE.exec(code)?.[0];
  if (found === undefined) return { code };
  const line = found.trim();
  const order = TYPECHECK.exec(line)?.[1];
  if (order === undefined) throw new MagicError(line);
  const rest = found.replace(/[^\n]/g, " ") + code.slice(found.length);
  return { checksTypes: order === "on", ...readMagics(rest) };
}
