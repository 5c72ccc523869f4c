import { isAscii } from "node:buffer";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";
import type typescript from "typescript";

const FILE = createRequire(import.meta.url).resolve("typescript");
const bytes = readFileSync(FILE);

/** Where this Node has its byte code of this compiler, when it was built with it: of any other it would be wrong. */
export const COMPILER_CACHE: string = fileURLToPath(
  new URL(`typescript-${crc32(bytes).toString(16)}-v8-${process.versions.v8}.cache`, import.meta.url),
);

// Each byte of nine million is a character: read as UTF-8 they take as long as all that follows.
const source = bytes.toString(isAscii(bytes) ? "latin1" : "utf8");

/** TypeScript's compiler, as a function of what a CommonJS module gets. */
export const compilerScript: Script = new Script(
  `(function (exports, require, module, __filename, __dirname) { ${source}\n})`,
  { filename: FILE, ...(existsSync(COMPILER_CACHE) && { cachedData: readFileSync(COMPILER_CACHE) }) },
);

/**
 * TypeScript's compiler, loaded as the CommonJS that it is, from byte code where there is some: `import` would first read its nine
 * megabytes for the names they export.
 */
export const compiler: typeof typescript = loaded();

function loaded(): typeof typescript {
  const module = { exports: {} };
  compilerScript.runInThisContext()(module.exports, createRequire(FILE), module, FILE, dirname(FILE));
  return module.exports as typeof typescript;
}
