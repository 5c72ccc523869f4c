import type ts from "typescript";
import { compiler } from "./compiler-api.js";
import type { CellFile, CellProgram, EarlierName } from "./native-program.js";

/** A cell that is read: its file, where it is in the program, and the program. */
export interface OpenCell {
  readonly file: CellFile;
  readonly path: string;
  readonly program: () => ts.Program;
}

/**
 * Reads cells together with those that are expected after them, as files of one program: what its checker has found out for one cell,
 * it knows for the next. A cell that comes otherwise than it was expected is read anew.
 */
export class CellsAhead {
  readonly #program: CellProgram;
  #codes: readonly string[] = [];
  #files: readonly CellFile[] = [];
  #made: ts.Program | undefined;

  constructor(program: CellProgram) {
    this.#program = program;
  }

  get hasRead(): boolean {
    return this.#made !== undefined;
  }

  /** The cells that come next, as far as that is known. */
  expect(codes: readonly string[]): void {
    this.#codes = codes;
  }

  /** Nothing of what was read ahead holds any more. */
  forget(): void {
    this.#files = [];
  }

  /** Opens a cell, where it is not open already. */
  open(code: string, earlier: ReadonlyMap<string, EarlierName>): OpenCell {
    const file = this.#program.file({ code, earlier });
    const [read] = this.#files;
    const made = this.#made;
    if (read && made && read.text === file.text && this.#program.isFresh(made)) {
      return { file: read, path: this.#program.pathOf(read), program: () => made };
    }
    this.#files = [file, ...this.#after(file, code, earlier)];
    this.#program.open(this.#files);
    this.#made = undefined;
    const program = () => {
      this.#made ??= this.#program.program();
      return this.#made;
    };
    return { file, path: this.#program.pathOf(file), program };
  }

  /** The cell is on its way: the next one is expected now. */
  passed({ file }: OpenCell, code: string): void {
    this.#codes = this.#codes[0] === code ? this.#codes.slice(1) : [];
    this.#files = this.#files[0] === file ? this.#files.slice(1) : [];
  }

  /** Has the checker look at the cell that is expected next: what it finds is known when that comes. */
  check(): void {
    const [next] = this.#files;
    const source = next && this.#made?.getSourceFile(next.path);
    if (source) this.#made?.getSemanticDiagnostics(source);
  }

  /** The files of the cells after one, as they are when all run, up to one that brings more into the program than itself. */
  #after(file: CellFile, code: string, before: ReadonlyMap<string, EarlierName>): CellFile[] {
    const [first, ...codes] = this.#codes;
    if (first !== code || DECLARES.test(code)) return [];
    const earlier = new Map(before);
    const end = codes.findIndex(bringsMore);
    let last = file;
    return codes.slice(0, end < 0 ? codes.length : end).map((next) => {
      for (const declared of namesOf(last)) earlier.set(declared.name, { ...declared, file: last.path });
      last = this.#program.file({ code: next, earlier });
      return last;
    });
  }
}

/** What a cell may say of other modules and of all cells. */
const DECLARES = /\bdeclare\b/;

function bringsMore(code: string): boolean {
  const { importedFiles, referencedFiles, typeReferenceDirectives, libReferenceDirectives } = compiler.preProcessFile(code);
  const brought = [importedFiles, referencedFiles, typeReferenceDirectives, libReferenceDirectives];
  return DECLARES.test(code) || brought.some((files) => files.length > 0);
}

/**
 * The names that a cell's file declares, each once.
 *
 * @example
 * typeof namesOf // "function"
 */
export function namesOf({ declared }: Pick<CellFile, "declared">): CellFile["declared"] {
  const kinds = new Map<string, CellFile["declared"][number]["kind"]>();
  for (const { name, kind } of declared) {
    const before = kinds.get(name) ?? kind;
    const isOnlySaid = [before, kind].every((each) => each === "type" || each === "ambient");
    kinds.set(name, before === kind ? kind : isOnlySaid ? "ambient" : "block"); // an interface beside a constant, say
  }
  return [...kinds].map(([name, kind]) => ({ name, kind }));
}
