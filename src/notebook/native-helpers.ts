/** Names in emitted code that stand for what the executor gives each cell. */
export const CELL_HELPERS = {
  /** The object whose properties are the variables of all cells. */
  cells: "__cells",
  /** Imports a module and makes names of it variables: `await __import("m", { local: "exported" })`. */
  importNames: "__import",
  /** `import()`. */
  importModule: "__importModule",
  /** `import.meta`. */
  meta: "__meta",
} as const;

/**
 * What V8 says of the code that runs, said of the code that was written: it quotes the expression that is no function, say.
 *
 * @example
 * inWrittenNames("(0 , __cells.rate)(...).map is not a function") // "rate(...).map is not a function"
 * inWrittenNames("__cells.rows is not iterable") // "rows is not iterable"
 */
export function inWrittenNames(message: string): string {
  return message.replace(WRAPPED, "$1").replaceAll(`${CELL_HELPERS.cells}.`, "");
}

const WRAPPED = new RegExp(`\\(0 , ${CELL_HELPERS.cells}\\.([^()]+)\\)`, "g");

/** What the function of a cell is called with, in this order; see `NativeCellExecutor`. */
export const CELL_PARAMETERS: string = `${Object.values(CELL_HELPERS).join(", ")}, require, __dirname, __filename`;

/** A source file of the project as a CommonJS module. */
export interface CompiledModule {
  readonly path: string;
  /** Of the file; see `fileVersion`. */
  readonly version: string;
  readonly code: string;
  /** Names in its `require` that mean other files of the project. */
  readonly imports: Readonly<Record<string, string>>;
}
