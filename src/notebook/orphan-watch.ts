// Runs in a worker thread, so that a kernel whose cell never ends still goes when the process that started it is gone.
import { isMainThread, Worker, workerData } from "node:worker_threads";

const LOOK_EVERY_MS = 1000;

/**
 * Ends this process once the process `parentPid` has ended.
 *
 * @example
 * typeof exitWithParent // "function"
 */
export function exitWithParent(parentPid: number): void {
  const data: WatchedParent = { orphanWatch: true, parentPid, isDirect: process.ppid === parentPid };
  new Worker(new URL(import.meta.url), { workerData: data, stdout: false, stderr: false }).unref();
}

interface WatchedParent {
  readonly orphanWatch: true;
  readonly parentPid: number;
  /** A direct child is handed to another parent, which is certain; a process id can be a zombie's or another process's by now. */
  readonly isDirect: boolean;
}

function isGone({ parentPid, isDirect }: WatchedParent): boolean {
  if (isDirect) return process.ppid !== parentPid;
  try {
    process.kill(parentPid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

if (!isMainThread && (workerData as WatchedParent | undefined)?.orphanWatch) {
  setInterval(() => {
    if (isGone(workerData as WatchedParent)) process.kill(process.pid, "SIGKILL");
  }, LOOK_EVERY_MS);
}
