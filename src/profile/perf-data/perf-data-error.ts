/**
 * A recording that cannot be read: no perf.data, cut short before its first record, or contradicting itself.
 * The message is `file: expected ...: what was seen`, with the place in bytes where there is one.
 */
export class PerfDataError extends SyntaxError {
  readonly file: string;
  /** Offset in the file; absent when the whole file is meant. */
  readonly offset?: number;

  constructor({ file, offset, expected, seen }: { file: string; offset?: number; expected: string; seen: string }) {
    const place = offset === undefined ? file : `${file} at byte ${offset}`;
    super(`${place}: expected ${expected}: ${seen}`);
    this.name = "PerfDataError";
    this.file = file;
    if (offset !== undefined) this.offset = offset;
  }
}
