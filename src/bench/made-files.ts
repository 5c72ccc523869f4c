import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Files that were made for a benchmark, in a folder of their own. */
export interface MadeFiles {
  /** Writes a file from its pieces, and gives its path. */
  write(name: string, pieces: Iterable<Uint8Array>): string;
  remove(): void;
}

/**
 * A folder for files of a benchmark, among the temporary ones of the machine (`TMPDIR`).
 *
 * @example
 * (({ write, remove }) => (write("a", [Uint8Array.of(1)]).endsWith("/a"), remove()))(madeFiles()) // undefined
 */
export function madeFiles(): MadeFiles {
  const folder = mkdtempSync(join(tmpdir(), "linerate-bench-"));
  return {
    write(name, pieces) {
      const path = join(folder, name);
      const file = openSync(path, "w");
      for (const piece of pieces) writeSync(file, piece);
      closeSync(file);
      return path;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
