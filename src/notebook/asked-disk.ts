import { type Stats, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type ts from "typescript";

/** What was found at each path; see `stateOf`. */
export type DiskStates = Readonly<Record<string, string>>;

const NOTHING = "";
const FOLDER = "folder";
const OWN_PACKAGE = fileURLToPath(new URL("../", import.meta.url));

/**
 * What is at a path: "" is nothing, "folder" a folder, anything else a file as it was last written. A folder whose path ends in a slash
 * is meant with the names in it.
 *
 * @example
 * stateOf("/nowhere") // ""
 * stateOf("/tmp") // "folder"
 */
export function stateOf(path: string): string {
  const found = statusOf(path);
  if (found?.isDirectory() && !path.endsWith("/")) return FOLDER;
  if (!found?.isDirectory() && !found?.isFile()) return NOTHING;
  // A file in the place of another has a number of its own, and ctime cannot be set back.
  return `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
}

/**
 * Whether what is at a path stays as it is while a kernel runs: it is in a package, or this one.
 *
 * @example
 * isInPackage("/p/node_modules/x/index.d.ts") // true
 */
export function isInPackage(path: string): boolean {
  return path.includes("/node_modules/") || path.startsWith(OWN_PACKAGE);
}

/** The disk as the compiler asks it. It remembers what it was asked: while all of that is the same, so is what was compiled. */
export class AskedDisk {
  /** What of the compiler's system asks for files. Where links lead goes without a note: the files there are asked for, too. */
  readonly host: Required<Omit<ts.ModuleResolutionHost, "trace">>;
  readonly #states = new Map<string, string>();
  #news: Record<string, string> = {};

  constructor({
    useCaseSensitiveFileNames,
    getCurrentDirectory,
    readFile,
    getDirectories,
    realpath = (path) => path,
  }: ts.System) {
    this.host = {
      useCaseSensitiveFileNames,
      getCurrentDirectory,
      realpath,
      fileExists: (path) => ![NOTHING, FOLDER].includes(this.note(path)),
      directoryExists: (path) => this.note(path.replace(/(?<=.)\/+$/, "")) === FOLDER,
      readFile: (path) => {
        if (!this.#states.has(path)) this.note(path);
        return readFile(path);
      },
      getDirectories: (path) => {
        this.note(`${path}/`);
        return getDirectories(path);
      },
    };
  }

  /** What is at a path. To be called before it is read, so that an edit in between is seen later. */
  note(path: string): string {
    const state = stateOf(path);
    if (this.#states.get(path) !== state) {
      this.#states.set(path, state);
      this.#news[path] = state;
    }
    return state;
  }

  /** What was found since the last call, and not before it. */
  news(): DiskStates {
    const news = this.#news;
    this.#news = {};
    return news;
  }
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // a link to itself, a folder that is closed to us
  }
}
