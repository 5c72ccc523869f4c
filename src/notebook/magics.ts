/** What the lines that begin with `%` ask for, and the rest of the cell. */
export interface CellMagics {
  /** The cell's code with blanks in the place of those lines: every position stays what it was. */
  readonly code: string;
  /** Set where types are to be checked from now on, or no more. */
  readonly checksTypes?: boolean;
  /** Commands that `sh` runs before the code. */
  readonly shell?: readonly string[];
  /** The time that the code takes is shown. */
  readonly isTimed?: boolean;
}

/** A line that begins with `%` and is no order that the kernel knows. */
export class MagicError extends Error {
  constructor(line: string) {
    super(`expected %typecheck on, %typecheck off, %time or %sh COMMAND at the beginning of the cell: got "${line}"`);
    this.name = "MagicError";
  }
}

const MAGIC_LINE = /^(?:[ \t]*\n)*[ \t]*%.*/;
const TYPECHECK = /^%typecheck[ \t]+(on|off)$/;
const TIME = /^\s*%time(?![^ \t\r\n])/;
const SHELL = /^%sh(?:[ \t]+(.+))?$/;

/**
 * Takes the lines off the beginning of a cell that are for the kernel. `%typecheck off` lets cells run whose types are wrong, from this
 * one on, and `%typecheck on` ends that. `%time` shows how long the rest takes, of its line too. `%sh COMMAND` runs a command of the
 * shell in the notebook's folder; `%sh` alone, the rest of the cell.
 *
 * @throws MagicError for any other line that begins with `%`.
 * @example
 * readMagics("%typecheck off\n1 + 1") // { code: "              \n1 + 1", checksTypes: false }
 * readMagics("%time f()") // { code: "      f()", isTimed: true }
 * readMagics("%sh uname -r") // { code: "            ", shell: ["uname -r"] }
 * readMagics("1 + 1") // { code: "1 + 1" }
 */
export function readMagics(code: string): CellMagics {
  const found = MAGIC_LINE.exec(code)?.[0];
  if (found === undefined) return { code };
  const timed = TIME.exec(found)?.[0];
  if (timed !== undefined) return { ...readMagics(blank(timed) + code.slice(timed.length)), isTimed: true };
  const line = found.trim();
  const shell = SHELL.exec(line);
  if (shell && shell[1] === undefined) return { code: blank(code), shell: [code.slice(found.length)] };
  const order = TYPECHECK.exec(line)?.[1];
  if (!shell && order === undefined) throw new MagicError(line);
  const rest = readMagics(blank(found) + code.slice(found.length));
  if (shell?.[1] !== undefined) return { ...rest, shell: [shell[1], ...(rest.shell ?? [])] };
  return { checksTypes: order === "on", ...rest };
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}
