import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Converter, ConvertResult, SideOutput } from "tslab/dist/converter.js";
import type { Executor } from "tslab/dist/executor.js";
import { describeError, diagnosticLines, type KnownSources, type SourcePlace } from "./cell-error.js";
import { type CellPosition, offsetAt, positionAt } from "./cell-position.js";
import { EditedCode } from "./edited-code.js";
import {
  type CellDiagnostic,
  type CellEngine,
  CellInterrupt,
  CellTypeError,
  type ConvertedCell,
  type DescribedError,
} from "./engine.js";
import { SourcePositions } from "./source-positions.js";
import { loadTslab, type TslabCompiler } from "./tslab-compiler.js";
import { tslabEdits } from "./tslab-edits.js";

interface TslabCell extends ConvertedCell {
  readonly result: ConvertResult;
}

/** tslab puts `export {};` before a cell. */
const PREFIX_LINES = 1;
/** TS1160: the one open end that tslab takes for an error. */
const UNTERMINATED_TEMPLATE = 1160;
/** TS2307: Cannot find module. */
const MISSING_MODULE = 2307;
const OWN_ENTRY = fileURLToPath(new URL("../index.js", import.meta.url));

/**
 * Cells by tslab's converter and executor: types are checked (not strictly, TypeScript 5.0), top-level await, redeclaration.
 * Relative imports start at the notebook's folder, packages are looked up from the project's root: the nearest folder upwards
 * with a package.json. What a function captured of an earlier `let` stays as it was when the function was made.
 *
 * The executor relies on Node's `breakOnSigint`: a loop that computes after an `await` does not see the signal, and a signal in the
 * first or last moment of a cell's first part may be lost, or end the process.
 */
export class TslabEngine implements CellEngine {
  readonly #folder: string;
  readonly #root: string;
  readonly #tslab: TslabCompiler;
  readonly #converter: Converter;
  readonly #executor: Executor;
  readonly #packages: Readonly<Record<string, string>>;
  readonly #positions = new SourcePositions();
  readonly #cells = new Map<string, { code: string; edited: EditedCode }>();
  /** Declarations of the cells so far, as the executor keeps them for itself. */
  #declarations = "";
  /** Files of the project that were compiled and have not met the executor yet: the converter gives each version once. */
  readonly #compiledFiles: SideOutput[] = [];
  /** What the executor gets when it asks for a conversion. */
  #next: ConvertResult | undefined;
  #outcome: { value?: unknown; thrown?: { error: unknown } } = {};
  #interrupted = false;
  /** The cell before imported what is not there; it may be by now. */
  #missesModule = false;

  constructor({ folder }: { folder: string }) {
    this.#folder = folder;
    this.#root = projectRoot(folder);
    this.#tslab = loadTslab();
    this.#packages = resolvable("linerate", this.#root) ? {} : { linerate: OWN_ENTRY };
    this.#converter = inFolder(this.#root, () => this.#tslab.createConverter());
    const node: Converter = { ...this.#converter, convert: () => this.#next as ConvertResult };
    this.#executor = this.#tslab.createExecutor(
      this.#root,
      { node, browser: node, close: () => node.close() },
      {
        log: (value) => {
          this.#outcome = { value };
        },
        error: (error) => {
          this.#outcome = { thrown: { error } };
        },
      },
    );
  }

  check(code: string): readonly CellDiagnostic[] {
    return this.#converted(code).diagnostics;
  }

  convert({ name, code }: { name: string; code: string }): TslabCell {
    const { edited, result, diagnostics } = this.#converted(code);
    if (diagnostics.length > 0) throw this.#typeError({ name, code, diagnostics });
    this.#cells.set(name, { code, edited });
    if (!result.output) return { name, result };
    const output = this.#positions.add({ name, output: result.output, prefixLines: PREFIX_LINES });
    return { name, result: { ...result, output: `${output}\n//# sourceURL=${name}` } };
  }

  async run({ result }: TslabCell): Promise<{ readonly value: unknown }> {
    this.#next = { ...result, sideOutputs: this.#compiledFiles.splice(0) };
    this.#outcome = {};
    this.#interrupted = false;
    try {
      if (await this.#executor.execute("")) {
        this.#declarations = result.declOutput ?? "";
        return { value: this.#outcome.value };
      }
      throw this.#outcome.thrown?.error;
    } catch (error) {
      throw this.#interrupted || isInterrupt(error) ? new CellInterrupt() : error;
    }
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#executor.interrupt();
  }

  complete({ code, offset }: { code: string; offset: number }): { start: number; end: number; matches: readonly string[] } {
    const { edited } = this.#edited(code);
    const { start, end, candidates } = this.#executor.complete(edited.code, edited.toEdited(offset));
    return { start: edited.toOriginal(start), end: edited.toOriginal(end), matches: candidates };
  }

  inspect({ code, offset }: { code: string; offset: number }): string | undefined {
    const { edited } = this.#edited(code);
    const at = edited.toEdited(offset);
    // The cursor stands after the name as often as on it.
    const info = this.#executor.inspect(edited.code, at) ?? this.#executor.inspect(edited.code, Math.max(0, at - 1));
    return info ? this.#tslab.printQuickInfo(info) : undefined;
  }

  isComplete(code: string): { status: "complete" | "incomplete" | "invalid"; indent?: string } {
    const { completed, indent = "" } = this.#tslab.isCompleteCode(code);
    if (!completed) return { status: "incomplete", indent };
    const errors = this.#tslab.syntaxErrors(code);
    if (errors.some((error) => error.code === UNTERMINATED_TEMPLATE)) return { status: "incomplete", indent: "" };
    return { status: errors.length > 0 ? "invalid" : "complete" };
  }

  describe(error: unknown): DescribedError {
    if (error instanceof CellTypeError) return { name: error.name, message: error.message, traceback: error.traceback };
    if (error instanceof CellInterrupt) return { name: error.name, message: error.message, traceback: [error.message] };
    return describeError({ error, sources: this.#sources() });
  }

  close(): void {
    this.#executor.close();
  }

  #edited(code: string): { edited: EditedCode; hasTopLevelForAwait: boolean } {
    const { parser } = this.#tslab;
    const { edits, hasTopLevelForAwait } = tslabEdits({
      parser,
      code,
      folder: this.#folder,
      root: this.#root,
      packages: this.#packages,
    });
    return { edited: new EditedCode({ code, edits }), hasTopLevelForAwait };
  }

  #converted(code: string): { edited: EditedCode; result: ConvertResult; diagnostics: readonly CellDiagnostic[] } {
    const { edited, hasTopLevelForAwait } = this.#edited(code);
    this.#tslab.lookAtFiles({ missing: this.#missesModule });
    const result = this.#converter.convert(this.#declarations, edited.code);
    this.#missesModule = result.diagnostics.some((diagnostic) => diagnostic.code === MISSING_MODULE);
    for (const { path, data } of result.sideOutputs ?? []) {
      this.#compiledFiles.push({ path, data: this.#positions.add({ name: path, output: data, prefixLines: 0 }) });
    }
    const position = ({ offset }: { offset: number }) => positionAt(code, edited.toOriginal(offset));
    const inFile = ({ line, character }: { line: number; character: number }) => ({ line, column: character });
    const diagnostics = result.diagnostics.map(({ messageText, code: number, fileName: file, start, end }) => {
      const message = edited.restore(messageText);
      if (file === undefined) return { message, code: number, start: position(start), end: position(end) };
      return { message, code: number, file, start: inFile(start), end: inFile(end) };
    });
    return { edited, diagnostics, result: hasTopLevelForAwait ? { ...result, hasToplevelAwait: true } : result };
  }

  #typeError(cell: { name: string; code: string; diagnostics: readonly CellDiagnostic[] }): CellTypeError {
    const file = (name: string) => this.#fileText(join(this.#root, name));
    const blocks = cell.diagnostics.map((diagnostic) => diagnosticLines({ cell, diagnostic, file }));
    return new CellTypeError({
      message: cell.diagnostics[0]?.message ?? "the cell does not compile",
      traceback: blocks.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines])),
    });
  }

  #sources(): KnownSources {
    return {
      has: (name) => this.#positions.has(name),
      locate: (name, place) => {
        const at = this.#positions.original(name, place);
        return at && (this.#inCell(name, at) ?? this.#inFile(name, at));
      },
    };
  }

  #inCell(name: string, at: CellPosition): SourcePlace | undefined {
    const cell = this.#cells.get(name);
    if (!cell) return undefined;
    const { code, edited } = cell;
    return { title: name, code, at: positionAt(code, edited.toOriginal(offsetAt(edited.code, at))) };
  }

  /** `name` is the compiled file's; the source is beside it. */
  #inFile(name: string, at: CellPosition): SourcePlace {
    const typed = name.replace(/\.js$/, ".ts");
    const path = existsSync(typed) ? typed : name;
    return { title: relative(this.#root, path), code: this.#fileText(path) ?? "", at };
  }

  #fileText(path: string): string | undefined {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return undefined;
    }
  }
}

/** The nearest folder upwards with a package.json, else the folder itself. */
function projectRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return at;
    if (dirname(at) === at) return folder;
  }
}

function resolvable(name: string, root: string): boolean {
  try {
    createRequire(join(root, "cell.js")).resolve(name);
    return true;
  } catch {
    return false;
  }
}

function inFolder<Value>(folder: string, make: () => Value): Value {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return make();
  } finally {
    process.chdir(before);
  }
}

function isInterrupt(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}
