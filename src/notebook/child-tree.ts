import { readdirSync, readFileSync } from "node:fs";
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
  const last = childrenOfThread(process.pid, process.pid).at(-1);
  if (last !== undefined) signalTree(last, signal);
}

/**
 * Sends a signal to a process and to all that it has started, these first; only to itself where there is no Linux.
 *
 * @example
 * typeof signalTree // "function"
 */
export function signalTree(pid: number, signal: NodeJS.Signals): void {
  send(signal, [...descendantsOf(pid), pid]);
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
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) => childrenOfThread(pid, Number(thread)));
  } catch {
    return []; // it has ended
  }
}

/** A process is the child of the thread that started it. */
function childrenOfThread(pid: number, thread: number): number[] {
  try {
    return (readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").match(/\d+/g) ?? []).map(Number);
  } catch {
    return [];
  }
}
