import type { CellSources } from "./cell-sources.js";
import type { CompiledCell } from "./engine.js";
import type { CompiledModule } from "./native-helpers.js";
import type { CellFile } from "./native-program.js";

/** A cell to be compiled; see `CellCompiler.convert`. */
export interface CellToCompile {
  readonly name: string;
  readonly code: string;
  readonly checksTypes?: boolean;
}

/** A cell as JavaScript with its source map, and what of the project's files is new since the cell before. */
export interface NativeCell extends CompiledCell {
  readonly output: string;
  readonly modules: readonly CompiledModule[];
  readonly file: CellFile;
  /** Names that it imports and that are types only. */
  readonly types: readonly string[];
}

/**
 * Has `sources` know a cell that was compiled, and the modules that came with it.
 *
 * @example
 * typeof addToSources // "function"
 */
export function addToSources({
  cell: { name, output, modules },
  code,
  sources,
}: {
  cell: NativeCell;
  /** As it was written. */
  code: string;
  sources: CellSources;
}): void {
  sources.addCell({ name, code });
  sources.addScript({ name, output, prefixLines: 0 });
  for (const module of modules) sources.addScript({ name: module.path, output: module.code, prefixLines: 0 });
}
