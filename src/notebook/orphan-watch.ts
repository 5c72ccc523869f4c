// Ends of kernels whose clients are gone. Called in the worker thread, it works while a cell computes.

const LOOK_EVERY_MS = 1000;
/** Front ends that send heartbeats send one every few seconds. */
const SILENT_LOOKS = 60;

/**
 * Calls `end` once the process `parentPid` has ended.
 *
 * @example
 * typeof watchParent // "function"
 */
export function watchParent({ parentPid, end }: { parentPid: number; end: () => void }): void {
  // A direct child is handed to another parent, which is certain; a process id can be a zombie's or another process's by now.
  const isDirect = process.ppid === parentPid;
  const looks = setInterval(() => {
    if (isDirect ? process.ppid === parentPid : isAlive(parentPid)) return;
    clearInterval(looks);
    end();
  }, LOOK_EVERY_MS);
}

/**
 * For a kernel that was not told who started it: calls `end` when heartbeats have come and then stay away for a minute. It is counted
 * in looks, not by the clock: the client of a machine that slept is not gone. Returns what is to be called at each heartbeat.
 *
 * @example
 * typeof watchHeartbeats // "function"
 */
export function watchHeartbeats({ end, silentLooks = SILENT_LOOKS }: { end: () => void; silentLooks?: number }): () => void {
  let silent: number | undefined;
  const looks = setInterval(() => {
    if (silent === undefined || ++silent <= silentLooks) return;
    clearInterval(looks);
    end();
  }, LOOK_EVERY_MS);
  return () => {
    silent = 0;
  };
}

/**
 * Whether a process of this id is there, whosever it is.
 *
 * @example
 * isAlive(process.pid) // true
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
