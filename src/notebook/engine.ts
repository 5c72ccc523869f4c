/** A place in a cell's code; both count from 0, `offset` in UTF-16 units. */
export interface CellPosition {
  readonly line: number;
  readonly column: number;
}

/** An error the compiler found. */
export interface CellDiagnostic {
  readonly message: string;
  /** The compiler's number, as in TS2322. */
  readonly code: number;
  /** The file, when it is not the cell itself. */
  readonly file?: string;
  readonly start: CellPosition;
  readonly end: CellPosition;
}

/** An error as Jupyter reports it: `ename`, `evalue` and the lines of `traceback`. */
export interface DescribedError {
  readonly name: string;
  readonly message: string;
  readonly traceback: readonly string[];
}

/** A cell that compiled and can run. What it holds is the engine's own. */
export interface ConvertedCell {
  /** `cell[3]`, as stacks name it. */
  readonly name: string;
}

/** What compiles and runs cells. Offsets count UTF-16 units. An engine keeps the variables of its cells and knows no protocol. */
export interface CellEngine {
  /** The errors of a cell against the cells that ran before; nothing runs. */
  check(code: string): readonly CellDiagnostic[];
  /** @throws CellTypeError for a cell that does not compile. */
  convert(cell: { name: string; code: string }): ConvertedCell;
  /**
   * Runs the cell and resolves to the value of its last expression, which may be a promise that is still pending.
   * @throws what the cell throws, and CellInterrupt.
   */
  run(cell: ConvertedCell): Promise<{ readonly value: unknown }>;
  complete(at: { code: string; offset: number }): { start: number; end: number; matches: readonly string[] };
  /** Type and documentation of the name at a place, or nothing. */
  inspect(at: { code: string; offset: number }): string | undefined;
  isComplete(code: string): { status: "complete" | "incomplete" | "invalid"; indent?: string };
  /** Ends the cell that waits; one that computes is ended by SIGINT itself. */
  interrupt(): void;
  /** The error as people read it, with the places of its stack in the cells' own lines. */
  describe(error: unknown): DescribedError;
  close(): void;
}

/** The cell was interrupted. Its name is the one front ends know. */
export class CellInterrupt extends Error {
  constructor() {
    super("the cell was interrupted");
    this.name = "KeyboardInterrupt";
  }
}

/** A cell that does not compile: nothing of it ran. */
export class CellTypeError extends Error {
  readonly traceback: readonly string[];

  constructor({ message, traceback }: { message: string; traceback: readonly string[] }) {
    super(message);
    this.name = "CellTypeError";
    this.traceback = traceback;
  }
}
