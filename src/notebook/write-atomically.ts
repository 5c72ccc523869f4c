import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file whole or not at all: beside it under another name, then renamed. Missing folders are made. A file that is there keeps
 * its permissions (and its owner, where root writes), and a symbolic link goes on pointing to it.
 *
 * @throws Error naming the file and why it cannot be written; one that is read-only is not, though its folder would allow it.
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
  try {
    const before = statSync(file, { throwIfNoEntry: false });
    if (before) accessSync(file, constants.W_OK);
    const target = before ? realpathSync(file) : file;
    mkdirSync(dirname(target), { recursive: true });
    replace({ target, data, mode, before });
  } catch (error) {
    // Node's message names the unfinished file, or none: "EACCES: permission denied, open '...'"
    const [, reason] = /^[A-Z]+: ([^,]+)/.exec((error as Error).message) ?? [];
    throw new Error(`${file}: it cannot be written: ${reason ?? (error as Error).message}`, { cause: error });
  }
}

interface Replacement {
  readonly target: string;
  readonly data: string | Uint8Array;
  readonly mode: number;
  readonly before: Stats | undefined;
}

function replace({ target, data, mode, before }: Replacement): void {
  const unfinished = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeFileSync(unfinished, data, { mode });
    if (before && process.getuid?.() === 0) chownSync(unfinished, before.uid, before.gid);
    if (before) chmodSync(unfinished, before.mode);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
