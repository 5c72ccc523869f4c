/** What can be wrong with a capture before its format is read. */
export type CaptureProblem =
  | "missing"
  | "directory"
  | "unreadable"
  | "empty"
  | "binary"
  | "encoding"
  | "damaged"
  | "too long"
  | "changed"
  | "format";

/** A capture that cannot be read at all. The message says what was seen, what was expected and what to do. */
export class CaptureError extends Error {
  readonly file: string;
  readonly problem: CaptureProblem;

  constructor({ file, problem, message, cause }: { file: string; problem: CaptureProblem; message: string; cause?: unknown }) {
    super(`${file}: ${message}`, { cause });
    this.name = "CaptureError";
    this.file = file;
    this.problem = problem;
  }
}
