import { readFileSync } from "node:fs";

/**
 * Sends a signal to the process that the main thread waits for, its last child, and to all that this one has started. Linux only
 * (`/proc/<pid>/task/<tid>/children`); elsewhere nothing is found and nothing happens.
 *
 * @example
 * interruptChildren("SIGINT") // undefined
 */
export function interruptChildren(signal: NodeJS.Signals): void {
  const last = childrenOf(process.pid).at(-1);
  if (last === undefined) return;
  for (const pid of [...descendantsOf(last), last]) {
    try {
      process.kill(pid, signal);
    } catch {
      // it has ended by itself
    }
  }
}

function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [...descendantsOf(child), child]);
}

function childrenOf(pid: number): number[] {
  try {
    return (readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").match(/\d+/g) ?? []).map(Number);
  } catch {
    return [];
  }
}
