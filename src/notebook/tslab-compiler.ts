// tslab's converter, loaded upon its own TypeScript (5.0.4) with changes that tslab has no options for: its root is the project's,
// the output carries source maps, and files are looked at when a cell is converted instead of watched. Its watchers throw when
// a package changes under them ("Unexpected pending rebuildTimer"), and an import that failed once would fail for ever.
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import type { Converter, IsCompleteResult } from "tslab/dist/converter.js";
import type { printQuickInfo } from "tslab/dist/inspect.js";
import type { Parser } from "./tslab-edits.js";

/** What of tslab the engine uses. */
export interface TslabCompiler {
  readonly createConverter: () => Converter;
  readonly isCompleteCode: (code: string) => IsCompleteResult;
  readonly printQuickInfo: typeof printQuickInfo;
  /** tslab's compiler, to read a cell with. */
  readonly parser: Parser;
  readonly syntaxErrors: (code: string) => readonly { code: number }[];
  /** Tells the converters which files changed since the last call; with `missing`, to look again for what they did not find. */
  readonly lookAtFiles: (options: { missing: boolean }) => void;
}

interface WatchHost {
  setTimeout: (callback: () => void, ms: number, ...rest: unknown[]) => unknown;
}

/** The part of the compiler's API that is touched here. */
interface TypeScript extends Parser {
  readonly sys: object;
  readonly createWatchCompilerHost: (files: unknown, options: object, ...rest: unknown[]) => WatchHost;
  readonly transpileModule: (
    code: string,
    options: { compilerOptions?: object; reportDiagnostics?: boolean },
  ) => { diagnostics?: { code: number }[] };
}

const CHANGED = 1; // ts.FileWatcherEventKind
const DELETED = 2;

class LookedAtFiles {
  readonly #files = new Set<{ path: string; modifiedMs: number; notify: (path: string, kind: number) => void }>();
  readonly #folders = new Set<{ path: string; notify: (path: string) => void }>();

  watchFile(path: string, notify: (path: string, kind: number) => void): { close: () => void } {
    const file = { path, modifiedMs: modifiedMs(path), notify };
    this.#files.add(file);
    return { close: () => this.#files.delete(file) };
  }

  /** The compiler watches folders only for names it looked for and did not find. */
  watchDirectory(path: string, notify: (path: string) => void): { close: () => void } {
    const folder = { path, notify };
    this.#folders.add(folder);
    return { close: () => this.#folders.delete(folder) };
  }

  look({ missing }: { missing: boolean }): void {
    for (const file of this.#files) {
      const now = modifiedMs(file.path);
      if (now === file.modifiedMs) continue;
      file.modifiedMs = now;
      file.notify(file.path, now === 0 ? DELETED : CHANGED);
    }
    if (missing) for (const { path, notify } of this.#folders) notify(path); // takes longer than to convert a cell
  }
}

let loaded: TslabCompiler | undefined;

/**
 * Loads tslab's converter as a library, once. It takes `root` for the folder of the project.
 *
 * @example
 * loadTslab({ root: "/nowhere" }).isCompleteCode("function f() {").completed // false
 */
export function loadTslab({ root }: { root: string }): TslabCompiler {
  loaded ??= load(root);
  return loaded;
}

function load(root: string): TslabCompiler {
  const tslab = createRequire(createRequire(import.meta.url).resolve("tslab/package.json"));
  const file = tslab.resolve("@tslab/typescript-for-tslab");
  const typescript = tslab(file) as TypeScript;
  const files = new LookedAtFiles();
  const cached = tslab.cache[file];
  if (cached) cached.exports = changed({ typescript, files, root });
  const { createConverter, isCompleteCode } = tslab("./dist/converter.js");
  return {
    createConverter,
    isCompleteCode,
    printQuickInfo: tslab("./dist/inspect.js").printQuickInfo,
    parser: typescript,
    syntaxErrors: (code) => typescript.transpileModule(code, { reportDiagnostics: true }).diagnostics ?? [],
    lookAtFiles: (options) => files.look(options),
  };
}

function changed({ typescript, files, root }: { typescript: TypeScript; files: LookedAtFiles; root: string }): TypeScript {
  const sys = Object.assign(Object.create(typescript.sys), {
    getCurrentDirectory: () => root,
    watchFile: files.watchFile.bind(files),
    watchDirectory: files.watchDirectory.bind(files),
  });
  const createWatchCompilerHost: TypeScript["createWatchCompilerHost"] = (names, options, ...rest) => {
    const host = typescript.createWatchCompilerHost(names, { ...options, inlineSourceMap: true }, ...rest);
    const later = host.setTimeout;
    // tslab has room for one pending timer, the program's update; the other one need not wait.
    host.setTimeout = (callback, ms, ...more) =>
      callback.name === "invalidateResolutionsOfFailedLookup" ? callback() : later(callback, ms, ...more);
    return host;
  };
  const transpileModule: TypeScript["transpileModule"] = (code, options) =>
    typescript.transpileModule(code, { ...options, compilerOptions: { ...options.compilerOptions, inlineSourceMap: true } });
  return { ...typescript, sys, createWatchCompilerHost, transpileModule };
}

/** 0 for a file that is not there. */
function modifiedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
