/** The one shape of all parsers: what they take, what they give, and how they refuse. */

/** What a parser takes: the text of a capture, and the name it goes by in errors. */
export interface CaptureText {
  /** File name for messages; it is never opened. */
  readonly file: string;
  readonly text: string;
}

/** What a parser gives: every line of the input is in a row, skipped, or was a ParseError. */
export interface Parsed<Row> {
  readonly rows: readonly Row[];
  /** Lines that are no record of the format: a shell prompt, a remark, another tool's output. */
  readonly skipped: readonly CaptureLine[];
  readonly warnings: readonly Warning[];
}

/** A line as it stands in a capture. */
export interface CaptureLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** A reason to doubt a number. It rides on the result, and every figure and report prints it. */
export interface Warning {
  readonly file: string;
  /** From 1; 0 when the whole file is meant. */
  readonly line: number;
  readonly message: string;
}
