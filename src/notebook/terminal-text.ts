import { stripVTControlCharacters } from "node:util";

/** What erases the line that was printed so far: ESC[K behind a return, or ESC[2K. */
const ERASED = new RegExp(`\\r${String.fromCharCode(0x1b)}\\[0?K|${String.fromCharCode(0x1b)}\\[2K`);

/**
 * What a terminal shows in the end of a text: without colours, and of a line that was printed over again and again, as progress is,
 * its last state.
 *
 * @example
 * terminalText("10 %\r100 %\rall\n") // "all %\n"
 * terminalText("100 %\r\u001b[Kdone\n") // "done\n"
 */
export function terminalText(text: string): string {
  return text.split("\n").map(shownLine).join("\n");
}

function shownLine(line: string): string {
  const left = stripVTControlCharacters(line.split(ERASED).at(-1) ?? "");
  const states = left.replace(/^\r+|\r+$/g, "").split(/\r+/);
  return states.reduce((shown, next) => next + shown.slice(next.length));
}
