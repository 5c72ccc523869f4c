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

/** A cell as JavaScript, and what of the project's files is new since the cell before. */
export interface NativeCell extends CompiledCell {
  readonly output: string;
  readonly modules: readonly CompiledModule[];
  readonly file: CellFile;
  /** Names that it imports and that are types only. */
  readonly types: readonly string[];
}

/**
 * A cell whose source maps are taken off its code, and off that of its modules: `sources` has them from now on.
 *
 * @example
 * typeof withoutMaps // "function"
 */
export function withoutMaps({
  cell,
  code,
  sources,
}: {
  cell: NativeCell;
  /** As it was written. */
  code: string;
  sources: CellSources;
}): NativeCell {
  const { name, output, modules } = cell;
  const script = (named: string, compiled: string) => sources.addScript({ name: named, output: compiled, prefixLines: 0 });
  sources.addCell({ name, code });
  return {
    ...cell,
    output: script(name, output),
    modules: modules.map((module) => ({ ...module, code: script(module.path, module.code) })),
  };
}
