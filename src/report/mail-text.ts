/** Columns of own lines: with three levels of `> ` they still fit 80. */
export const MAIL_COLUMNS = 72;
const INDENT = "  ";
const CUT = "..";

/**
 * Lines as a text that goes through `git commit`, `format-patch`, `am`, quoting and `commit --amend` as it is: plain ASCII, each line
 * indented by 2, so that none is taken for the end of a changelog (`---`, `diff -`), a comment (`#`), or a trailer (`Before: `); at most
 * 72 columns, longer ones cut but for a word of a command; no tabs and no blanks at the end; a blank line behind it, so that trailers
 * that follow stay apart.
 *
 * Source: git's mailinfo.c (patchbreak, is_scissors_line), `git commit --cleanup`, git-interpret-trailers.
 * @example
 * mailText(["# of runs\t5", "", "cost \u2014 5 \u00b5s "]) // "  # of runs 5\n\n  cost - 5 us\n\n"
 */
export function mailText(lines: readonly string[]): string {
  const own = lines.flatMap((line) => line.split("\n")).map((line) => indented(asciiText(line)));
  return `${own.join("\n")}\n\n`;
}

/** A line of a command (`mailParagraph("    ", ...)`) that is one word: cut, it would be another one. */
const WORD_OF_COMMAND = /^ {4}\S+(?: \\)?$/;

function indented(line: string): string {
  const text = `${INDENT}${line}`.trimEnd();
  if (text.length <= MAIL_COLUMNS || WORD_OF_COMMAND.test(line)) return text;
  return `${text.slice(0, MAIL_COLUMNS - CUT.length)}${CUT}`;
}

/**
 * Text in printable ASCII: a few signs as what they stand for, all else as `?`; a tab as a blank.
 *
 * @example
 * asciiText("3 \u00b5s \u2265 2 \u2026") // "3 us >= 2 ..."
 */
export function asciiText(text: string): string {
  const plain = [...SIGNS].reduce((so, [sign, ascii]) => so.replaceAll(sign, ascii), text);
  return plain.replace(/[^ -~]/gu, "?");
}

const SIGNS: ReadonlyMap<string, string> = new Map([
  ["\t", " "],
  ["\u00a0", " "],
  ["\u00b5", "u"],
  ["\u03bc", "u"],
  ["\u00b1", "+-"],
  ["\u00d7", "x"],
  ["\u2013", "-"],
  ["\u2014", "-"],
  ["\u2018", "'"],
  ["\u2019", "'"],
  ["\u201c", '"'],
  ["\u201d", '"'],
  ["\u2026", "..."],
  ["\u2212", "-"],
  ["\u2264", "<="],
  ["\u2265", ">="],
]);

/**
 * A paragraph in lines of a mail, broken at blanks, with a label before the first; lines of 70 columns, which an indent makes 72, or
 * shorter by what `behind` is put behind each but the last.
 *
 * @example
 * mailParagraph("Setup: ", "AMD EPYC") // ["Setup: AMD EPYC"]
 */
export function mailParagraph(label: string, text: string, behind = ""): string[] {
  const width = MAIL_COLUMNS - INDENT.length - label.length - behind.length;
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((word) => word !== "")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line, at) => `${at === 0 ? label : " ".repeat(label.length)}${line}${at < lines.length - 1 ? behind : ""}`);
}

/**
 * A text of at most so many characters, cut behind a word; `..` says that there was more.
 *
 * @example
 * cutBehindWord({ text: "give the rate with --pps", characters: 12 }) // "give the .."
 */
export function cutBehindWord({ text, characters }: { text: string; characters: number }): string {
  if (text.length <= characters) return text;
  const room = text.slice(0, characters - CUT.length);
  const words = room.slice(0, room.lastIndexOf(" "));
  return words === "" ? `${room}${CUT}` : `${words} ${CUT}`;
}
