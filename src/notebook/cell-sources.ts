import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { diagnosticLines, type KnownSources, type SourcePlace } from "./cell-error.js";
import type { CellPosition } from "./cell-position.js";
import { type CellDiagnostic, CellTypeError } from "./engine.js";
import { SourcePositions } from "./source-positions.js";

/** The cells and files that an engine compiled: errors are shown in their lines. */
export class CellSources implements KnownSources {
  readonly #root: string;
  readonly #positions = new SourcePositions();
  readonly #cells = new Map<string, { code: string; original: (at: CellPosition) => CellPosition }>();

  readonly #hasMappedStacks: boolean;
  readonly falsyCall: KnownSources["falsyCall"];

  /** Files are named from `root`. With `hasMappedStacks` the executor finds the places in the sources itself: see `mapStacks`. */
  constructor({
    root,
    falsyCall,
    hasMappedStacks = false,
  }: {
    root: string;
    falsyCall?: KnownSources["falsyCall"];
    hasMappedStacks?: boolean;
  }) {
    this.#root = root;
    this.falsyCall = falsyCall;
    this.#hasMappedStacks = hasMappedStacks;
  }

  /** `original` leads from the code that was compiled to the cell's own, where they differ. */
  addCell({
    name,
    code,
    original = (at) => at,
  }: {
    name: string;
    code: string;
    original?: (at: CellPosition) => CellPosition;
  }): void {
    this.#cells.set(name, { code, original });
  }

  /** Takes the source maps off a compiled script; see `SourcePositions`. A script of a file has its path for a name. */
  addScript(script: { name: string; output: string; prefixLines: number }): string {
    return this.#positions.add(script);
  }

  has(name: string): boolean {
    return this.#positions.has(name);
  }

  locate(name: string, place: CellPosition, { isRefused }: { isRefused: boolean }): SourcePlace | undefined {
    const at = this.#hasMappedStacks && !isRefused ? place : this.#positions.original(name, place);
    if (!at) return undefined;
    const cell = this.#cells.get(name);
    return cell ? { title: name, code: cell.code, at: cell.original(at) } : this.#inFile(name, at);
  }

  /** The error of a cell that the compiler refuses. */
  typeError(cell: { name: string; code: string; diagnostics: readonly CellDiagnostic[] }): CellTypeError {
    const file = (name: string) => fileText(join(this.#root, name));
    const blocks = cell.diagnostics.map((diagnostic) => diagnosticLines({ cell, diagnostic, file }));
    return new CellTypeError({
      message: cell.diagnostics[0]?.message ?? "the cell does not compile",
      traceback: blocks.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines])),
    });
  }

  /** `name` may be that of the compiled file: the source is beside it. */
  #inFile(name: string, at: CellPosition): SourcePlace {
    const typed = name.replace(/\.js$/, ".ts");
    const path = existsSync(typed) ? typed : name;
    return { title: relative(this.#root, path), code: fileText(path) ?? "", at };
  }
}

function fileText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
