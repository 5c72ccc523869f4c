import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Converter, ConvertResult, SideOutput } from "tslab/dist/converter.js";
import { describeError, diagnosticLines, type KnownSources, type SourcePlace } from "./cell-error.js";
import { type CellPosition, offsetAt, positionAt } from "./cell-position.js";
import { EditedCode } from "./edited-code.js";
import { type CellCompiler, type CellDiagnostic, CellTypeError, type CompiledCell, type DescribedError } from "./engine.js";
import { projectRoot } from "./project-root.js";
import { SourcePositions } from "./source-positions.js";
import type { Thrown } from "./thrown.js";
import { loadTslab, type TslabCompiler } from "./tslab-compiler.js";
import { tslabEdits } from "./tslab-edits.js";

/** A cell as tslab's converter gives it. */
export interface TslabCell extends CompiledCell {
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
 * Reads cells by tslab's converter: types are checked (not strictly, TypeScript 5.0), top-level await, redeclaration.
 * Relative imports start at the notebook's folder, packages are looked up from the project's root.
 */
export class TslabCellCompiler implements CellCompiler {
  readonly #folder: string;
  readonly #root: string;
  readonly #tslab: TslabCompiler;
  readonly #converter: Converter;
  readonly #packages: Readonly<Record<string, string>>;
  readonly #positions = new SourcePositions();
  readonly #cells = new Map<string, { code: string; edited: EditedCode }>();
  /** Declarations of the cells that ran. */
  #declarations = "";
  /** Files of the project that were compiled and have not gone to the executor yet: the converter gives each version once. */
  readonly #compiledFiles: SideOutput[] = [];
  /** The cell before imported what is not there; it may be by now. */
  #missesModule = false;

  constructor({ folder }: { folder: string }) {
    this.#folder = folder;
    this.#root = projectRoot(folder);
    this.#tslab = loadTslab({ root: this.#root });
    this.#packages = resolvable("linerate", this.#root) ? {} : { linerate: OWN_ENTRY };
    this.#converter = this.#tslab.createConverter();
  }

  check(code: string): readonly CellDiagnostic[] {
    return this.#converted(code).diagnostics;
  }

  convert({ name, code }: { name: string; code: string }): TslabCell {
    const { edited, result, diagnostics } = this.#converted(code);
    if (diagnostics.length > 0) throw this.#typeError({ name, code, diagnostics });
    this.#cells.set(name, { code, edited });
    const sideOutputs = this.#compiledFiles.splice(0);
    if (!result.output) return { name, result: { ...result, sideOutputs } };
    const output = this.#positions.add({ name, output: result.output, prefixLines: PREFIX_LINES });
    return { name, result: { ...result, sideOutputs, output: `${output}\n//# sourceURL=${name}` } };
  }

  ran({ result }: TslabCell): void {
    this.#declarations = result.declOutput ?? "";
  }

  complete({ code, offset }: { code: string; offset: number }): { start: number; end: number; matches: readonly string[] } {
    const { edited } = this.#edited(code);
    const at = edited.toEdited(offset);
    const { start, end, candidates } = this.#converter.complete(this.#declarations, edited.code, at);
    return { start: edited.toOriginal(start), end: edited.toOriginal(end), matches: candidates };
  }

  inspect({ code, offset }: { code: string; offset: number }): string | undefined {
    const { edited } = this.#edited(code);
    const at = edited.toEdited(offset);
    const inspected = (place: number) => this.#converter.inspect(this.#declarations, edited.code, place);
    const info = inspected(at) ?? inspected(Math.max(0, at - 1)); // the cursor stands after the name as often as on it
    return info ? this.#tslab.printQuickInfo(info) : undefined;
  }

  isComplete(code: string): { status: "complete" | "incomplete" | "invalid"; indent?: string } {
    const { completed, indent = "" } = this.#tslab.isCompleteCode(code);
    if (!completed) return { status: "incomplete", indent };
    const errors = this.#tslab.syntaxErrors(code);
    if (errors.some((error) => error.code === UNTERMINATED_TEMPLATE)) return { status: "incomplete", indent: "" };
    return { status: errors.length > 0 ? "invalid" : "complete" };
  }

  describe(thrown: Thrown): DescribedError {
    return describeError({ thrown, sources: this.#sources() });
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

function resolvable(name: string, root: string): boolean {
  try {
    createRequire(join(root, "cell.js")).resolve(name);
    return true;
  } catch {
    return false;
  }
}
