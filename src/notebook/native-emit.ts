import type ts from "typescript";
import { compiler } from "./compiler-api.js";
import { withoutExports } from "./native-exports.js";
import { emitOptions } from "./native-options.js";
import { cellTransformer } from "./native-transform.js";
import { oneFileHost } from "./one-file-host.js";

/** A cell as JavaScript. */
export interface EmittedCell {
  /** The body of an asynchronous function of `CELL_PARAMETERS`, with its source map as the last line. */
  readonly output: string;
  /** What is no TypeScript at all. */
  readonly syntaxErrors: readonly ts.DiagnosticWithLocation[];
}

const FILE = "cell.mts";
const OPTIONS: ts.CompilerOptions = {
  target: compiler.ScriptTarget.ES2022,
  module: compiler.ModuleKind.ESNext,
  moduleDetection: compiler.ModuleDetectionKind.Force,
  isolatedModules: true,
  noCheck: true,
  noLib: true,
  noResolve: true,
  removeComments: true,
  inlineSourceMap: true,
  suppressOutputPathCheck: true,
};

/**
 * Turns a cell into JavaScript whose top-level names are properties of one object that all cells share: a function sees what later
 * cells assign, and every cell may declare any name again. `known` are the names of earlier cells that have a value.
 *
 * Nothing is type-checked. `isType` may say that an import is only a type, and `moduleName` where a module is to be taken from.
 * @example
 * emitCell({ code: "let n = 1; n", known: new Set() }).output.split("\n").slice(1, 3) // ["__cells.n = 1;", "return { value: __cells.n };"]
 */
export function emitCell({
  code,
  known,
  options = {},
  isType = () => false,
  moduleName = (name) => name,
}: {
  code: string;
  known: ReadonlySet<string>;
  /** Of the project, for what they say about emitting. */
  options?: ts.CompilerOptions;
  isType?: (name: string) => boolean;
  moduleName?: (name: string) => string;
}): EmittedCell {
  const file = compiler.createSourceFile(FILE, withoutExports(code), { languageVersion: compiler.ScriptTarget.ES2022 }, true);
  let output = "";
  const program = compiler.createProgram({
    rootNames: [FILE],
    options: { ...emitOptions(options), ...OPTIONS },
    host: oneFileHost(file, (text) => {
      output = text;
    }),
  });
  const before = [cellTransformer({ checker: program.getTypeChecker(), known, isType, moduleName })];
  program.emit(file, undefined, undefined, false, { before });
  return { output: output.replace(/^export \{\};\n/m, ""), syntaxErrors: program.getSyntacticDiagnostics(file) };
}
