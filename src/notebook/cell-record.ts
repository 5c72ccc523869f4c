import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DiskStates, stateOf } from "./asked-disk.js";
import { COMPILER_FILE } from "./load-compiler.js";
import type { CellToCompile, NativeCell } from "./native-cell.js";
import { writeAtomically } from "./write-atomically.js";

/** A cell that was compiled, and what that depends on besides the cells before it. */
export interface RecordedCell extends Required<CellToCompile> {
  /** With its source maps. */
  readonly compiled: NativeCell;
  /** What the compiler has found on the disk since the cell before. */
  readonly disk: DiskStates;
  /** The names that had their values when it failed; undefined for a cell that ran to its end. */
  readonly assigned?: readonly string[] | undefined;
}

const KEPT_NOTEBOOKS = 100;
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * The cells of a notebook as they were compiled when it last ran to its end, in a file of the user's cache. What is in the file is run:
 * so it has to be the user's own, and nobody else may be able to write it. Any other is as good as none, and so is one of another
 * build, compiler or Node, or a damaged one. A folder that cannot be written is none either.
 */
export class CellRecord {
  readonly #notebook: string;
  readonly #folder: string;
  readonly #file: string;

  /** `notebook` is an absolute path. */
  constructor({ notebook, folder = cacheFolder() }: { notebook: string; folder?: string }) {
    this.#notebook = notebook;
    this.#folder = folder;
    this.#file = join(folder, `${sha256(notebook)}.cells`);
  }

  /** The cells, if all that they depend on is as it was. */
  read(): readonly RecordedCell[] | undefined {
    try {
      const text = ownText(this.#file);
      const start = text.indexOf("\n") + 1;
      if (text.slice(0, start) !== this.#heading(text.slice(start))) return undefined;
      const cells: readonly RecordedCell[] = JSON.parse(text.slice(start));
      return cells.every(({ disk }) => isUnchanged(disk)) ? cells : undefined;
    } catch {
      return undefined;
    }
  }

  write(cells: readonly RecordedCell[]): void {
    const json = JSON.stringify(cells);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: PRIVATE_FOLDER });
      this.remove(); // it may be one that nobody believes
      writeAtomically({ file: this.#file, data: this.#heading(json) + json, mode: PRIVATE_FILE });
      this.#removeOldest();
    } catch {
      // The next run compiles the cells again.
    }
  }

  remove(): void {
    try {
      rmSync(this.#file, { force: true });
    } catch {
      // Then it is wrong again the next time.
    }
  }

  /** Of another notebook, another build or other text it is another one. */
  #heading(json: string): string {
    return `${sha256(JSON.stringify([this.#notebook, process.version, ownBuild(), json]))}\n`;
  }

  #removeOldest(): void {
    const files = readdirSync(this.#folder).map((name) => join(this.#folder, name));
    if (files.length <= KEPT_NOTEBOOKS) return;
    const age = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const newest = files.map((file) => ({ file, at: age(file) })).sort((a, b) => b.at - a.at);
    for (const { file } of newest.slice(KEPT_NOTEBOOKS)) rmSync(file, { force: true });
  }
}

/**
 * Whether all is on the disk as it was found.
 *
 * @example
 * isUnchanged({ "/nowhere": "" }) // true
 */
export function isUnchanged(disk: DiskStates): boolean {
  return Object.entries(disk).every(([path, state]) => stateOf(path) === state);
}

/** Source: XDG Base Directory Specification, which has a relative path ignored. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME: given = "" } = process.env;
  return join(isAbsolute(given) ? given : join(homedir(), ".cache"), "linerate");
}

/** @throws Error for a file that is not ours alone. */
function ownText(file: string): string {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { uid, mode } = fstatSync(descriptor);
    if (uid !== process.getuid?.() || mode & WRITABLE_BY_OTHERS) throw new Error(`${file} is not ours alone`);
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}

/** What compiles: this room and TypeScript. */
function ownBuild(): string[] {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const own = readdirSync(folder).filter((name) => name.endsWith(".js"));
  return [COMPILER_FILE, ...own.map((name) => join(folder, name))].map(stateOf);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
