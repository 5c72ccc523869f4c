import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Converter, ConvertResult, SideOutput } from "tslab/dist/converter.js";
import { describeError } from "./cell-error.js";
import { type CellPosition, offsetAt, positionAt } from "./cell-position.js";
import { CellSources } from "./cell-sources.js";
import { EditedCode } from "./edited-code.js";
import type { CellCompiler, CellDiagnostic, CompiledCell, DescribedError } from "./engine.js";
import { projectRoot } from "./project-root.js";
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
  readonly #sources: CellSources;
  /** Declarations of the cells that ran. */
  #declarations = "";
  /** Files of the project that were compiled and have not gone to the executor yet: the converter gives each version once. */
  readonly #compiledFiles: SideOutput[] = [];
  /** The cell before imported what is not there; it may be by now. */
  #missesModule = false;

  constructor({ folder }: { folder: string }) {
    this.#folder = folder;
    this.#root = projectRoot(folder);
    this.#sources = new CellSources({ root: this.#root });
    this.#tslab = loadTslab({ root: this.#root });
    this.#packages = resolvable("linerate", this.#root) ? {} : { linerate: OWN_ENTRY };
    this.#converter = this.#tslab.createConverter();
  }

  warmUp(): void {}

  expect(): void {}

  checkNext(): void {}

  check(code: string): readonly CellDiagnostic[] {
    return this.#converted(code).diagnostics;
  }

  convert({ name, code }: { name: string; code: string }): TslabCell {
    const { edited, result, diagnostics } = this.#converted(code);
    if (diagnostics.length > 0) throw this.#sources.typeError({ name, code, diagnostics });
    const original = (at: CellPosition) => positionAt(code, edited.toOriginal(offsetAt(edited.code, at)));
    this.#sources.addCell({ name, code, original });
    const sideOutputs = this.#compiledFiles.splice(0);
    if (!result.output) return { name, result: { ...result, sideOutputs } };
    const output = this.#sources.addScript({ name, output: result.output, prefixLines: PREFIX_LINES });
    return { name, result: { ...result, sideOutputs, output: `${output}\n//# sourceURL=${name}` } };
  }

  ran({ result }: TslabCell): void {
    this.#declarations = result.declOutput ?? "";
  }

  stopped(): void {}

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
    return describeError({ thrown, sources: this.#sources });
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
      this.#compiledFiles.push({ path, data: this.#sources.addScript({ name: path, output: data, prefixLines: 0 }) });
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
}

function resolvable(name: string, root: string): boolean {
  try {
    createRequire(join(root, "cell.js")).resolve(name);
    return true;
  } catch {
    return false;
  }
}
