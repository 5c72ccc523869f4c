import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type ts from "typescript";
import type { DiskStates } from "./asked-disk.js";
import { describeError } from "./cell-error.js";
import { positionAt } from "./cell-position.js";
import { CellSources } from "./cell-sources.js";
import { compiler } from "./compiler-api.js";
import type { CellCompiler, CellDiagnostic, DescribedError } from "./engine.js";
import { CellsAhead, namesOf, type OpenCell } from "./native-ahead.js";
import { falsyCall } from "./native-assertion.js";
import { addToSources, type CellToCompile, type NativeCell } from "./native-cell.js";
import { codeStatus } from "./native-completeness.js";
import { CellEmitter } from "./native-emit.js";
import { completions, quickInfo } from "./native-language.js";
import { NativeModules } from "./native-modules.js";
import { type DeclaredName, hasValue } from "./native-names.js";
import { type CellFile, CellProgram, type EarlierName } from "./native-program.js";
import type { Thrown } from "./thrown.js";

/** TS2307: Cannot find module. */
const MISSING_MODULE = 2307;
/** What is reserved in files that end in .mts, as a cell's does: `<T>(x: T) => x` and `<number>x`. */
const OF_FILE_NAME: readonly number[] = [7059, 7060];
const NO_CHECK = /^\s*\/\/\s*@ts-nocheck\b/m;
const OWN_ENTRY = new URL("../index.js", import.meta.url).href;
const TSLAB = pathToFileURL(fileURLToPath(import.meta.resolve("tslab"))).href;

/**
 * Reads cells by the TypeScript compiler: strictly, as the project's tsconfig.json says, with every earlier cell's names as they were
 * declared. Imports are those of Node, and the project's own source files, compiled here.
 */
export class NativeCellCompiler implements CellCompiler {
  readonly #program: CellProgram;
  readonly #emitter: CellEmitter;
  readonly #ahead: CellsAhead;
  readonly #modules: NativeModules;
  readonly #sources: CellSources;
  readonly #require: NodeJS.Require;
  readonly #earlier = new Map<string, EarlierName>();
  /** The cell before imported what is not there; it may be by now. */
  #missesModule = false;

  constructor({ folder, sources }: { folder: string; sources?: CellSources }) {
    this.#program = new CellProgram({ folder });
    this.#emitter = new CellEmitter(this.#program.options);
    this.#ahead = new CellsAhead(this.#program);
    this.#modules = new NativeModules(this.#program);
    this.#sources = sources ?? new CellSources({ root: this.#program.root, falsyCall, hasMappedStacks: true });
    this.#require = createRequire(join(folder, "cell.js"));
  }

  warmUp(): void {
    if (!this.#ahead.hasRead) this.check("");
  }

  expect(codes: readonly string[]): void {
    this.#ahead.expect(codes);
  }

  checkNext(): void {
    this.#ahead.check();
  }

  check(code: string): readonly CellDiagnostic[] {
    return this.#diagnostics(code, this.#open(code));
  }

  convert({ name, code, checksTypes = true }: CellToCompile): NativeCell {
    const open = this.#open(code);
    this.#ahead.passed(open, code);
    const { file } = open;
    const isChecked = checksTypes && !NO_CHECK.test(code);
    const types = file.declared.some(({ kind }) => kind === "import") ? typeImports(open) : [];
    const { output, syntaxErrors } = this.#emitter.emit({
      code,
      known: this.#knownValues(),
      isType: (name) => types.includes(name),
      moduleName: (module) => this.#moduleName(module),
    });
    const mayLoad = isChecked || this.#mayLoad(code);
    // What the cell alone is, not with what stands behind it in the program; of what is no TypeScript, nothing else is said.
    const syntax = syntaxErrors.map((error) => inCode(error, code, 0));
    if (syntax.length > 0) throw this.#sources.typeError({ name, code, diagnostics: syntax });
    const diagnostics = isChecked ? this.#diagnostics(code, open) : mayLoad ? this.#refused(open.program()) : [];
    if (diagnostics.length > 0) throw this.#sources.typeError({ name, code, diagnostics });
    const cell = { name, output, modules: mayLoad ? this.#modules.changed(open.program()) : [], file, types };
    addToSources({ cell, code, sources: this.#sources });
    return cell;
  }

  /** What a cell that was compiled by an earlier compiler has brought is there. */
  adopt({ modules }: NativeCell): void {
    this.#modules.adopt(modules);
  }

  /** What was asked of the disk since the last call. */
  askedOfDisk(): DiskStates {
    return this.#program.disk.news();
  }

  ran(cell: NativeCell): void {
    this.#declare(cell, () => true);
  }

  stopped(cell: NativeCell, assigned: readonly string[]): void {
    this.#declare(cell, (declared) => !hasValue(declared) || assigned.includes(declared.name));
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
    const names = namesOf({
      declared: file.declared
        .filter(isThere)
        .map((declared) => ({ ...declared, ...(types.includes(declared.name) && { kind: "type" }) })),
    });
    for (const declared of names) {
      const before = this.#earlier.get(declared.name);
      const kind = before && hasValue(before) && declared.kind === "ambient" ? before.kind : declared.kind; // it says what that is
      this.#earlier.set(declared.name, { name: declared.name, kind, file: file.path });
    }
    if (names.length > 0) this.#program.keep(file);
  }

  /** Whether a cell whose types are not checked needs the program all the same: it imports, or what was imported has changed. */
  #mayLoad(code: string): boolean {
    return compiler.preProcessFile(code).importedFiles.length > 0 || this.#modules.hasChanged();
  }

  #open(code: string): OpenCell {
    if (this.#missesModule) {
      this.#program.retryResolutions();
      this.#ahead.forget();
    }
    return this.#ahead.open(code, this.#earlier);
  }

  /** Code that is being written sees all names, and leaves nothing behind. */
  #written<Value>(code: string, use: (file: CellFile) => Value): Value {
    const file = this.#program.file({ code, earlier: this.#earlier, mentionsAll: true });
    this.#ahead.forget();
    this.#program.open([file]);
    return use(file);
  }

  #diagnostics(code: string, { file, path, program: made }: OpenCell): CellDiagnostic[] {
    const program = made();
    const source = program.getSourceFile(path);
    const own = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      .filter(({ category, code: number }) => category === compiler.DiagnosticCategory.Error && !OF_FILE_NAME.includes(number))
      .filter(({ start = 0 }) => start >= file.start && start <= file.end)
      .map((diagnostic) => inCode(diagnostic, code, file.start));
    const inFiles = this.#modules.errors(program).map((diagnostic) => this.#inFile(diagnostic));
    const all = [...inFiles, ...own];
    this.#missesModule = all.some((diagnostic) => diagnostic.code === MISSING_MODULE);
    return all;
  }

  #refused(program: ts.Program): CellDiagnostic[] {
    return this.#modules.refused(program).map((diagnostic) => this.#inFile(diagnostic));
  }

  #inFile(diagnostic: ts.Diagnostic): CellDiagnostic {
    const { fileName = "", text = "" } = diagnostic.file ?? {};
    return { ...inCode(diagnostic, text, 0), file: relative(this.#program.root, fileName) };
  }

  #knownValues(): ReadonlySet<string> {
    return new Set([...this.#earlier.values()].filter(hasValue).map(({ name }) => name));
  }

  #moduleName(name: string): string {
    const file = this.#program.projectFile({ name });
    if (file !== undefined) return file;
    if (name === "tslab") return TSLAB; // the one whose display is ours
    return name === "linerate" && !this.#resolves(name) ? OWN_ENTRY : name;
  }

  #resolves(name: string): boolean {
    for (const path of this.#require.resolve.paths(name) ?? []) this.#program.disk.note(join(path, name, "package.json"));
    try {
      this.#require.resolve(name);
      return true;
    } catch {
      return false;
    }
  }
}

/** The names that a cell imports and that are types only. */
function typeImports({ path, program: made }: OpenCell): string[] {
  const program = made();
  const checker = program.getTypeChecker();
  const statements = program.getSourceFile(path)?.statements ?? [];
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
