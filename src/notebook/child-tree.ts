import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** Children that were asked to end have this long. */
const PATIENCE_MS = 1000;
const LOOK_EVERY_MS = 10;

/**
 * Sends a signal to the process that the main thread waits for, its last child, and to all that this one has started. Linux only
 * (`/proc/<pid>/task/<tid>/children`); elsewhere nothing is found and nothing happens.
 *
 * @example
 * interruptChildren("SIGINT") // undefined
 */
export function interruptChildren(signal: NodeJS.Signals): void {
  const last = childrenOf(process.pid).at(-1);
  if (last !== undefined) send(signal, [...descendantsOf(last), last]);
}

/**
 * Ends all that this process has started: by SIGTERM, and after a second by SIGKILL. Linux only, as `interruptChildren`.
 *
 * @example
 * typeof endChildren // "function"
 */
export async function endChildren(): Promise<void> {
  send("SIGTERM", descendantsOf(process.pid));
  for (let left = PATIENCE_MS; left > 0 && descendantsOf(process.pid).length > 0; left -= LOOK_EVERY_MS)
    await delay(LOOK_EVERY_MS);
  killChildren();
}

/**
 * Kills all that this process has started. Linux only, as `interruptChildren`.
 *
 * @example
 * killChildren() // undefined
 */
export function killChildren(): void {
  send("SIGKILL", descendantsOf(process.pid));
}

/**
 * Kills a process and all that it has started; only itself where there is no Linux.
 *
 * @example
 * typeof killTree // "function"
 */
export function killTree(pid: number): void {
  const children = descendantsOf(pid);
  send("SIGKILL", [pid, ...children]); // from the top: it starts no others meanwhile
}

/**
 * Kills what is left of a process group whose first process has ended.
 *
 * @example
 * typeof killGroup // "function"
 */
export function killGroup(pid: number): void {
  send("SIGKILL", [-pid]);
}

function send(signal: NodeJS.Signals, pids: readonly number[]): void {
  for (const pid of pids) {
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
