import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type ts from "typescript";
import { describeError } from "./cell-error.js";
import { positionAt } from "./cell-position.js";
import { CellSources } from "./cell-sources.js";
import { compiler } from "./compiler-api.js";
import type { CellCompiler, CellDiagnostic, CompiledCell, DescribedError } from "./engine.js";
import { codeStatus } from "./native-completeness.js";
import { emitCell } from "./native-emit.js";
import type { CompiledModule } from "./native-helpers.js";
import { completions, quickInfo } from "./native-language.js";
import { NativeModules } from "./native-modules.js";
import type { DeclaredName } from "./native-names.js";
import { type CellFile, CellProgram, type EarlierName } from "./native-program.js";
import type { Thrown } from "./thrown.js";

/** A cell as JavaScript, and what of the project's files is new since the cell before. */
export interface NativeCell extends CompiledCell {
  readonly output: string;
  readonly modules: readonly CompiledModule[];
  readonly file: CellFile;
  /** Names that it imports and that are types only. */
  readonly types: readonly string[];
}

/** TS2307: Cannot find module. */
const MISSING_MODULE = 2307;
const NO_CHECK = /^\s*\/\/\s*@ts-nocheck\b/m;
const OWN_ENTRY = new URL("../index.js", import.meta.url).href;
const TSLAB = pathToFileURL(fileURLToPath(import.meta.resolve("tslab"))).href;

/**
 * Reads cells by the TypeScript compiler: strictly, as the project's tsconfig.json says, with every earlier cell's names as they were
 * declared. Imports are those of Node, and the project's own source files, compiled here.
 */
export class NativeCellCompiler implements CellCompiler {
  readonly #program: CellProgram;
  readonly #modules: NativeModules;
  readonly #sources: CellSources;
  readonly #require: NodeJS.Require;
  readonly #earlier = new Map<string, EarlierName>();
  /** The cell before imported what is not there; it may be by now. */
  #missesModule = false;

  constructor({ folder }: { folder: string }) {
    this.#program = new CellProgram({ folder });
    this.#modules = new NativeModules(this.#program);
    this.#sources = new CellSources({ root: this.#program.root });
    this.#require = createRequire(join(folder, "cell.js"));
    this.check(""); // loads the libraries' declarations
  }

  check(code: string): readonly CellDiagnostic[] {
    return this.#diagnostics({ code, file: this.#open(code) });
  }

  convert({ name, code, checksTypes = true }: { name: string; code: string; checksTypes?: boolean }): NativeCell {
    const file = this.#open(code);
    const isChecked = checksTypes && !NO_CHECK.test(code);
    const types = file.declared.some(({ kind }) => kind === "import") ? this.#typeImports() : [];
    const { output, syntaxErrors } = emitCell({
      code,
      known: this.#knownValues(),
      options: this.#program.options,
      isType: (name) => types.includes(name),
      moduleName: (module) => this.#moduleName(module),
    });
    const diagnostics = isChecked ? this.#diagnostics({ code, file }) : syntaxErrors.map((error) => inCode(error, code, 0));
    if (diagnostics.length > 0) throw this.#sources.typeError({ name, code, diagnostics });
    this.#sources.addCell({ name, code });
    const modules = isChecked || this.#mayLoad(code) ? this.#changedModules() : [];
    return { name, output: this.#sources.addScript({ name, output, prefixLines: 0 }), modules, file, types };
  }

  ran(cell: NativeCell): void {
    this.#declare(cell, () => true);
  }

  stopped(cell: NativeCell, assigned: readonly string[]): void {
    this.#declare(cell, ({ name, kind }) => kind === "type" || assigned.includes(name));
  }

  complete({ code, offset }: { code: string; offset: number }): { start: number; end: number; matches: readonly string[] } {
    return this.#written(code, (file) => completions({ program: this.#program, file, code, offset }));
  }

  inspect({ code, offset }: { code: string; offset: number }): string | undefined {
    return this.#written(code, (file) => quickInfo({ program: this.#program, file, offset }));
  }

  isComplete(code: string): { status: "complete" | "incomplete" | "invalid"; indent?: string } {
    return codeStatus(code);
  }

  describe(thrown: Thrown): DescribedError {
    return describeError({ thrown, sources: this.#sources });
  }

  #declare({ file, types }: NativeCell, isThere: (name: DeclaredName) => boolean): void {
    const kinds = new Map<string, DeclaredName["kind"]>();
    for (const { name, kind } of file.declared.filter(isThere)) {
      const own = kind === "import" && types.includes(name) ? "type" : kind;
      kinds.set(name, kinds.has(name) && kinds.get(name) !== own ? "block" : own); // an interface beside a constant, say
    }
    for (const [name, kind] of kinds) this.#earlier.set(name, { name, kind, file: file.path });
    if (kinds.size > 0) this.#program.keep(file);
  }

  /** Whether a cell whose types are not checked needs the program all the same: it imports, or what was imported has changed. */
  #mayLoad(code: string): boolean {
    return compiler.preProcessFile(code).importedFiles.length > 0 || this.#modules.hasChanged();
  }

  #changedModules(): CompiledModule[] {
    return this.#modules.changed(this.#program.program()).map((module) => ({
      ...module,
      code: this.#sources.addScript({ name: module.path, output: module.code, prefixLines: 0 }),
    }));
  }

  #open(code: string): CellFile {
    if (this.#missesModule) this.#program.retryResolutions();
    return this.#program.open({ code, earlier: this.#earlier });
  }

  /** Code that is being written sees all names, and leaves nothing behind. */
  #written<Value>(code: string, use: (file: CellFile) => Value): Value {
    return use(this.#program.open({ code, earlier: this.#earlier, mentionsAll: true }));
  }

  #diagnostics({ code, file }: { code: string; file: CellFile }): CellDiagnostic[] {
    const program = this.#program.program();
    const source = program.getSourceFile(this.#program.currentPath);
    const own = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      .filter(({ category }) => category === compiler.DiagnosticCategory.Error)
      .filter(({ start = 0 }) => start >= file.start && start <= file.end)
      .map((diagnostic) => inCode(diagnostic, code, file.start));
    const inFiles = this.#modules.errors(program).map((diagnostic) => {
      const { fileName = "", text = "" } = diagnostic.file ?? {};
      return { ...inCode(diagnostic, text, 0), file: relative(this.#program.root, fileName) };
    });
    const all = [...inFiles, ...own];
    this.#missesModule = all.some((diagnostic) => diagnostic.code === MISSING_MODULE);
    return all;
  }

  #knownValues(): ReadonlySet<string> {
    return new Set([...this.#earlier.values()].filter(({ kind }) => kind !== "type").map(({ name }) => name));
  }

  /** The names that the cell imports and that are types only. */
  #typeImports(): string[] {
    const program = this.#program.program();
    const checker = program.getTypeChecker();
    const statements = program.getSourceFile(this.#program.currentPath)?.statements ?? [];
    const types: string[] = [];
    const add = (name: ts.Identifier) => {
      const symbol = checker.getSymbolAtLocation(name);
      if (!symbol || !(symbol.flags & compiler.SymbolFlags.Alias)) return;
      const { flags } = checker.getAliasedSymbol(symbol);
      if (flags & compiler.SymbolFlags.Type && !(flags & compiler.SymbolFlags.Value)) types.push(name.text);
    };
    for (const statement of statements) {
      if (!compiler.isImportDeclaration(statement)) continue;
      const { name, namedBindings } = statement.importClause ?? {};
      if (name) add(name);
      if (namedBindings && compiler.isNamedImports(namedBindings))
        for (const element of namedBindings.elements) add(element.name);
    }
    return types;
  }

  #moduleName(name: string): string {
    const file = this.#program.projectFile({ name });
    if (file !== undefined) return file;
    if (name === "tslab") return TSLAB; // the one whose display is ours
    return name === "linerate" && !this.#resolves(name) ? OWN_ENTRY : name;
  }

  #resolves(name: string): boolean {
    try {
      this.#require.resolve(name);
      return true;
    } catch {
      return false;
    }
  }
}

/** Names of cells in the compiler's messages, as in `import("/p/__cell_3__.mts").Budget`. */
const CELL_IMPORT = /import\("[^"]*\/__cell_\d+__\.mts"\)\./g;

function inCode(
  { messageText, code: number, start = 0, length = 0 }: ts.Diagnostic,
  code: string,
  before: number,
): CellDiagnostic {
  const message = compiler.flattenDiagnosticMessageText(messageText, "\n").replace(CELL_IMPORT, "");
  const at = start - before;
  return { message, code: number, start: positionAt(code, at), end: positionAt(code, Math.min(at + length, code.length)) };
}
