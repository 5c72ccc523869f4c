import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "./orphan-watch.js";

/** The process that made the folder is part of its name. */
const NAME = /^linerate-kernel-(\d+)-\w+$/;

/**
 * Makes a folder for a kernel's connection file and Unix sockets, which only this user can open. Folders of processes that were ended
 * before they could take theirs away go on this occasion.
 *
 * @example
 * typeof kernelFolder // "function"
 */
export function kernelFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(NAME.exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) remove(join(tmpdir(), name));
  }
  return mkdtempSync(join(tmpdir(), `linerate-kernel-${process.pid}-`));
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // another user's, and that user's business
  }
}
