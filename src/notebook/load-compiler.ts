import { isAscii } from "node:buffer";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";
import type typescript from "typescript";

/** TypeScript's compiler. */
export const COMPILER_FILE: string = createRequire(import.meta.url).resolve("typescript");

/** The compiler as a script, and where this Node has its byte code. */
export interface CompilerScript {
  /** A function of what a CommonJS module gets. */
  readonly script: Script;
  /** Of this Node and this compiler: of any other it would be wrong. */
  readonly cacheFile: string;
}

let read: CompilerScript | undefined;
let loaded: typeof typescript | undefined;

/**
 * Reads the compiler, unless it is read.
 *
 * @example
 * typeof readCompiler // "function"
 */
export function readCompiler(): CompilerScript {
  read ??= newScript();
  return read;
}

/**
 * TypeScript's compiler, loaded when it is first asked for, as the CommonJS that it is, from byte code where there is some: `import`
 * would first read its nine megabytes for the names they export. `compiler-api.ts` has it for modules that are nothing without it.
 *
 * @example
 * typeof loadCompiler // "function"
 */
export function loadCompiler(): typeof typescript {
  loaded ??= newCompiler();
  return loaded;
}

function newScript(): CompilerScript {
  const bytes = readFileSync(COMPILER_FILE);
  const name = `typescript-${crc32(bytes).toString(16)}-v8-${process.versions.v8}.cache`;
  const cacheFile = fileURLToPath(new URL(name, import.meta.url));
  // Each byte of nine million is a character: read as UTF-8 they take as long as all that follows.
  const source = bytes.toString(isAscii(bytes) ? "latin1" : "utf8");
  const script = new Script(`(function (exports, require, module, __filename, __dirname) { ${source}\n})`, {
    filename: COMPILER_FILE,
    ...(existsSync(cacheFile) && { cachedData: readFileSync(cacheFile) }),
  });
  return { script, cacheFile };
}

function newCompiler(): typeof typescript {
  const module = { exports: {} };
  const load = readCompiler().script.runInThisContext();
  load(module.exports, createRequire(COMPILER_FILE), module, COMPILER_FILE, dirname(COMPILER_FILE));
  return module.exports as typeof typescript;
}
