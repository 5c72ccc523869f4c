import type { CellPosition } from "./cell-position.js";
import type { Thrown } from "./thrown.js";

/** The engines there are; the first is taken when nobody chooses. */
export const ENGINES = ["native", "tslab"] as const;
export type EngineName = (typeof ENGINES)[number];

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

/** A cell that compiled and can run: plain data, which goes from the compiler's thread to the executor's. The rest is the engine's own. */
export interface CompiledCell {
  /** `cell[3]`, as stacks name it. */
  readonly name: string;
}

/**
 * The half of an engine that reads cells. It works in the kernel's worker thread and knows the declarations of the cells that ran.
 * Offsets count UTF-16 units.
 */
export interface CellCompiler {
  /** Loads what every cell needs, unless a cell has done so. */
  warmUp(): void;
  /** These cells come next, as far as that is known: what one of them needs may be read for all. */
  expect(codes: readonly string[]): void;
  /** While a cell runs: what can be found out of the one that is expected next, if any is. */
  checkNext(): void;
  /** The errors of a cell against the cells that ran before; nothing runs. */
  check(code: string): readonly CellDiagnostic[];
  /**
   * Without `checksTypes`, only what is no TypeScript at all is an error, where the engine can tell the two apart.
   * @throws CellTypeError for a cell that does not compile.
   */
  convert(cell: { name: string; code: string; checksTypes?: boolean }): CompiledCell;
  /** The cell ran to its end: later cells see what it declares. */
  ran(cell: CompiledCell): void;
  /** The cell failed or was interrupted when `assigned` had got their values. */
  stopped(cell: CompiledCell, assigned: readonly string[]): void;
  complete(at: { code: string; offset: number }): { start: number; end: number; matches: readonly string[] };
  /** Type and documentation of the name at a place, or nothing. */
  inspect(at: { code: string; offset: number }): string | undefined;
  isComplete(code: string): { status: "complete" | "incomplete" | "invalid"; indent?: string };
  /** The error as people read it, with the places of its stack in the cells' own lines. */
  describe(thrown: Thrown): DescribedError;
}

/** The half of an engine that runs cells, on the main thread. It keeps their variables. */
export interface CellExecutor {
  /**
   * Runs the cell and resolves to the value of its last expression, which may be a promise that is still pending.
   * @throws what the cell throws.
   */
  run(cell: CompiledCell): Promise<{ readonly value: unknown }>;
  /** The names that the last cell declares and has given a value. */
  assigned(): readonly string[];
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
