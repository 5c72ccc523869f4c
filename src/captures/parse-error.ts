/**
 * A line that starts like a record of its format and then does not parse, or a file without the data it should hold.
 * The message is `file:line: expected ...: "text"`, as compilers print it.
 */
export class ParseError extends SyntaxError {
  readonly file: string;
  /** From 1; 0 when the whole file is meant. */
  readonly line: number;
  /** What was seen, as it stands in the file. */
  readonly text: string;

  constructor({ file, line, expected, text }: { file: string; line: number; expected: string; text: string }) {
    const place = line > 0 ? `${file}:${line}` : file;
    const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
    super(`${place}: expected ${expected}: ${JSON.stringify(shown)}`);
    this.name = "ParseError";
    this.file = file;
    this.line = line;
    this.text = text;
  }
}

const SHOWN_CHARACTERS = 120;

/** A capture in which the tool itself says that there is nothing to show, say `no stats available`. The reason is its `text`. */
export class NoDataError extends ParseError {
  constructor({ file, line, expected, reason }: { file: string; line: number; expected: string; reason: string }) {
    super({ file, line, expected: `${expected}, found no data`, text: reason });
    this.name = "NoDataError";
  }
}
