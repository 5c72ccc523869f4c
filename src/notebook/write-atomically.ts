import { chmodSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file whole or not at all: beside it under another name, then renamed. Missing folders are made. A file that is there keeps
 * its permissions, and a symbolic link goes on pointing to it.
 *
 * @example
 * typeof writeAtomically // "function"
 */
export function writeAtomically({
  file,
  data,
  mode = 0o666,
}: {
  file: string;
  data: string | Uint8Array;
  /** The permissions of a new file, less the umask. */
  mode?: number;
}): void {
  const before = statSync(file, { throwIfNoEntry: false });
  const target = before ? realpathSync(file) : file;
  const folder = dirname(target);
  const unfinished = join(folder, `.${basename(target)}.${process.pid}.tmp`);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(unfinished, data, { mode });
    if (before) chmodSync(unfinished, before.mode);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
