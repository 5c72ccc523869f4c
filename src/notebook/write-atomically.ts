import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file whole or not at all: beside it under another name, then renamed. Missing folders are made.
 *
 * @example
 * typeof writeAtomically // "function"
 */
export function writeAtomically({ file, data }: { file: string; data: string | Uint8Array }): void {
  const folder = dirname(file);
  const unfinished = join(folder, `.${basename(file)}.${process.pid}.tmp`);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(unfinished, data);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
