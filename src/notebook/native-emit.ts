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

/** The last line of a module before its source map. A template may have such a line too. */
const MODULE_MARK = /(?<=^|\n)export \{\};\n(?=[^\n]*$)/;

/** A program remembers some 60 bytes for each. */
const CHARACTERS_PER_PROGRAM = 100_000;

/** What `bindSourceFile` does is part of making a type checker, for the files of its program: TypeScript does not declare it. */
type BindingCompiler = typeof compiler & { bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void };

/**
 * Turns cells into JavaScript whose top-level names are properties of one object that all cells share: a function sees what later
 * cells assign, and every cell may declare any name again. Nothing is type-checked.
 *
 * One program, of an empty file, emits the files of many cells: a type checker for each would take more time than all the rest.
 * @example
 * new CellEmitter().emit({ code: "let n = 1; n", known: new Set() }).output.split("\n").slice(0, 2) // ["__cells.n = 1;", "return { value: __cells.n };"]
 */
export class CellEmitter {
  readonly #options: ts.CompilerOptions;
  #program: ts.Program | undefined;
  #fileOptions: ts.CreateSourceFileOptions | ts.ScriptTarget = compiler.ScriptTarget.ES2022;
  #characters = 0;
  #output = "";

  /** `options` are those of the project, for what they say about emitting. */
  constructor(options: ts.CompilerOptions = {}) {
    this.#options = { ...emitOptions(options), ...OPTIONS };
  }

  /**
   * `known` are the names of earlier cells that have a value. `isType` may say that an import is only a type, and `moduleName` where a
   * module is to be taken from.
   */
  emit({
    code,
    known,
    isType = () => false,
    moduleName = (name) => name,
  }: {
    code: string;
    known: ReadonlySet<string>;
    isType?: (name: string) => boolean;
    moduleName?: (name: string) => string;
  }): EmittedCell {
    const program = this.#programFor(code);
    const file = compiler.createSourceFile(FILE, withoutExports(code), this.#fileOptions, true);
    (compiler as BindingCompiler).bindSourceFile(file, this.#options);
    const before = [cellTransformer({ checker: program.getTypeChecker(), known, isType, moduleName })];
    program.emit(file, undefined, undefined, false, { before });
    return { output: this.#output.replace(MODULE_MARK, ""), syntaxErrors: program.getSyntacticDiagnostics(file) };
  }

  #programFor(code: string): ts.Program {
    this.#characters += code.length;
    if (this.#program && this.#characters <= CHARACTERS_PER_PROGRAM) return this.#program;
    this.#characters = code.length;
    const host = oneFileHost({
      fileName: FILE,
      sourceFile: (options) => {
        this.#fileOptions = options; // what makes a module of a file is among them
        return compiler.createSourceFile(FILE, "", options);
      },
      onOutput: (text) => {
        this.#output = text;
      },
    });
    this.#program = compiler.createProgram({ rootNames: [FILE], options: this.#options, host });
    return this.#program;
  }
}
