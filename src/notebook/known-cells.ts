import { createRequire } from "node:module";
import { isInPackage } from "./asked-disk.js";
import { describeError } from "./cell-error.js";
import { type CellRecord, isUnchanged, type RecordedCell } from "./cell-record.js";
import { CellSources } from "./cell-sources.js";
import type { CellCompiler, CellDiagnostic, DescribedError } from "./engine.js";
import { falsyCall } from "./native-assertion.js";
import { addToSources, type CellToCompile, type NativeCell } from "./native-cell.js";
import type { NativeCellCompiler } from "./native-cell-compiler.js";
import { projectRoot } from "./project-root.js";
import type { Thrown } from "./thrown.js";

/**
 * The native engine's compiler for a notebook whose cells are said before they come. While they come, and end, as in the run that is
 * recorded, they come out of the record, and TypeScript is not even loaded. Where a cell differs, or a file that was read, TypeScript
 * compiles from there on, and is told of the cells until then. A run in which it has compiled all cells is the next to be recorded.
 */
export class KnownCells implements CellCompiler {
  readonly #folder: string;
  readonly #record: CellRecord;
  readonly #sources: CellSources;
  #compiler: NativeCellCompiler | undefined;
  /** The cells that are expected, from the next one on. */
  #codes: readonly string[] = [];
  /** Those of the record that have not come. */
  #known: readonly RecordedCell[];
  /** The cells that came out of the record, and how they ended, for the compiler if it is needed. */
  readonly #past: ((compiler: NativeCellCompiler) => void)[] = [];
  /** What those cells depend on and a cell, or a person, may write meanwhile. */
  readonly #disk: Record<string, string> = {};
  /** The cells of this run, for the record; nothing once it is known that they are not to be recorded. */
  #compiled: readonly RecordedCell[] | undefined = [];
  /** How the last cell out of the record has ended then. */
  #expectedEnd: readonly string[] | undefined;

  constructor({ folder, record }: { folder: string; record: CellRecord }) {
    this.#folder = folder;
    this.#record = record;
    this.#sources = new CellSources({ root: projectRoot(folder), falsyCall, hasMappedStacks: true });
    this.#known = record.read() ?? [];
    if (this.#known.length === 0) this.#typeScript();
  }

  warmUp(): void {
    if (this.#known.length === 0) this.#typeScript().warmUp();
  }

  expect(codes: readonly string[]): void {
    this.#codes = codes;
    const isKnown = codes.length === this.#known.length && this.#known.every(({ code }, index) => code === codes[index]);
    if (!isKnown) this.#typeScript().expect(codes);
  }

  checkNext(): void {
    this.#compiler?.checkNext();
  }

  check(code: string): readonly CellDiagnostic[] {
    return code === this.#known[0]?.code ? [] : this.#typeScript().check(code);
  }

  convert(cell: CellToCompile): NativeCell {
    const compiled = this.#fromRecord(cell) ?? this.#fromTypeScript(cell);
    this.#codes = this.#codes.slice(1);
    return compiled;
  }

  ran(cell: NativeCell): void {
    this.#tell((compiler) => compiler.ran(cell));
    this.#ended(undefined);
  }

  stopped(cell: NativeCell, assigned: readonly string[]): void {
    this.#tell((compiler) => compiler.stopped(cell, assigned));
    this.#ended(assigned);
  }

  complete(at: { code: string; offset: number }): ReturnType<CellCompiler["complete"]> {
    return this.#typeScript().complete(at);
  }

  inspect(at: { code: string; offset: number }): string | undefined {
    return this.#typeScript().inspect(at);
  }

  isComplete(code: string): ReturnType<CellCompiler["isComplete"]> {
    return this.#typeScript().isComplete(code);
  }

  describe(thrown: Thrown): DescribedError {
    return describeError({ thrown, sources: this.#sources });
  }

  #fromRecord({ name, code, checksTypes = true }: CellToCompile): NativeCell | undefined {
    const [next, ...rest] = this.#known;
    if (!next || next.name !== name || next.code !== code || next.checksTypes !== checksTypes) return undefined;
    for (const [path, state] of Object.entries(next.disk)) if (!isInPackage(path)) this.#disk[path] = state;
    if (!isUnchanged(this.#disk)) return undefined;
    this.#known = rest;
    addToSources({ cell: next.compiled, code, sources: this.#sources });
    this.#past.push((compiler) => compiler.adopt(next.compiled));
    this.#expectedEnd = next.assigned;
    return next.compiled;
  }

  #fromTypeScript({ name, code, checksTypes = true }: CellToCompile): NativeCell {
    const compiler = this.#typeScript();
    if (code !== this.#codes[0]) this.#compiled = undefined;
    const before = this.#compiled;
    this.#compiled = undefined; // unless it compiles
    const compiled = compiler.convert({ name, code, checksTypes });
    this.#compiled = before && [...before, { name, code, checksTypes, compiled, disk: compiler.askedOfDisk() }];
    return compiled;
  }

  #typeScript(): NativeCellCompiler {
    if (this.#compiler) return this.#compiler;
    const compiler = newNativeCompiler({ folder: this.#folder, sources: this.#sources });
    this.#compiler = compiler;
    this.#known = [];
    for (const tell of this.#past) tell(compiler);
    compiler.expect(this.#codes);
    if (this.#past.length > 0) {
      this.#compiled = undefined;
      this.#record.remove(); // the next run is recorded as a whole
    }
    return compiler;
  }

  #tell(what: (compiler: NativeCellCompiler) => void): void {
    if (this.#compiler) what(this.#compiler);
    else this.#past.push(what);
  }

  #ended(assigned: readonly string[] | undefined): void {
    if (!this.#compiler) {
      const isAsRecorded = JSON.stringify(assigned) === JSON.stringify(this.#expectedEnd);
      if (!isAsRecorded) this.#known = [];
    }
    const last = this.#compiled?.at(-1);
    if (!this.#compiled || !last) return;
    this.#compiled = [...this.#compiled.slice(0, -1), { ...last, assigned }];
    if (this.#codes.length === 0) this.#record.write(this.#compiled);
  }
}

type NewNativeCompiler = (options: { folder: string; sources: CellSources }) => NativeCellCompiler;

/** By `require`: it is loaded at the moment in which it is needed, in the middle of what cannot wait. */
const newNativeCompiler: NewNativeCompiler = (options) => {
  const own = createRequire(import.meta.url);
  const module: typeof import("./native-cell-compiler.js") = own("./native-cell-compiler.js");
  return new module.NativeCellCompiler(options);
};
