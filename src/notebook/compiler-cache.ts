import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCompiler } from "./load-compiler.js";
import { NativeCellCompiler } from "./native-cell-compiler.js";
import { writeAtomically } from "./write-atomically.js";

/** Cells that have the compiler do most of what it does for any. */
const CELLS = [
  'import assert from "node:assert/strict";\nimport { lineRate, toDataFrame } from "linerate";',
  "const { ns } = lineRate({ gbps: 10, frameBytes: 64 });\nassert.equal(ns.toFixed(1), '67.2');",
  "interface Row { readonly order: number }\nconst rows: Row[] = [0, 1].map((order) => ({ order }));\ntoDataFrame(rows)",
  "class Page { #order = 0; get bytes(): number { return 4096 << this.#order; } }\nawait Promise.all([new Page().bytes])",
];

/**
 * Stores the byte code that V8 has made of the compiler for a few cells, where it is not stored: with it a kernel's first cell runs a
 * third of a second sooner. Part of the build.
 *
 * @example
 * writeCompilerCache() // undefined
 */
export function writeCompilerCache(): void {
  const { script, cacheFile } = readCompiler();
  if (existsSync(cacheFile)) return;
  const folder = mkdtempSync(join(tmpdir(), "linerate-build-"));
  const cells = new NativeCellCompiler({ folder });
  cells.expect(CELLS);
  for (const [index, code] of CELLS.entries()) cells.ran(cells.convert({ name: `cell[${index + 1}]`, code }));
  writeAtomically({ file: cacheFile, data: script.createCachedData() });
  rmSync(folder, { recursive: true });
}
