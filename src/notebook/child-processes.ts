import { createRequire, syncBuiltinESMExports } from "node:module";
import type { CellOutput } from "./cell-output.js";
import { CellInterrupt } from "./engine.js";
import { SharedState } from "./thread-messages.js";

type Stdio = unknown;
interface SpawnOptions {
  stdio?: Stdio;
  maxBuffer?: number;
}
interface Spawned {
  stdout: NodeJS.ReadableStream | null;
  stderr: NodeJS.ReadableStream | null;
  readonly stdio: unknown[];
}
type SyncFunction = (...parameters: unknown[]) => unknown;

const OUTPUTS = [
  [1, "stdout"],
  [2, "stderr"],
] as const;
const STANDARD_STREAMS = 3;

/**
 * Gives the cell what its child processes write to the streams they share with this process (`stdio: "inherit"`): as it comes, or,
 * where the cell waits for the process by `execSync` and the like, at its end.
 *
 * While the main thread waits so, `SharedState.waitsForChild` is 1: only the end of the process ends the wait.
 *
 * @example
 * typeof captureChildProcesses // "function"
 */
export function captureChildProcesses({ output, shared }: { output: () => CellOutput | undefined; shared: Int32Array }): void {
  const processes = createRequire(import.meta.url)("node:child_process");
  const { prototype } = processes.ChildProcess;
  const { spawn } = prototype;
  prototype.spawn = function (this: Spawned, options: SpawnOptions) {
    const cell = output();
    const piped = cell ? pipedStdio(options.stdio) : undefined;
    if (!cell || !piped) return spawn.call(this, options);
    const result = spawn.call(this, { ...options, stdio: piped.stdio });
    for (const [place, name] of OUTPUTS) {
      const stream = this[name];
      if (!piped.places.includes(place) || !stream) continue;
      stream.setEncoding("utf8").on("data", (text: string) => cell.write(name, text));
      this[name] = null; // as for a stream that is shared
      this.stdio[place] = null;
    }
    return result;
  };
  for (const name of ["spawnSync", "execFileSync", "execSync"] as const) {
    processes[name] = waiting({ own: processes[name], output, shared });
  }
  syncBuiltinESMExports();
}

function waiting({
  own,
  output,
  shared,
}: {
  own: SyncFunction;
  output: () => CellOutput | undefined;
  shared: Int32Array;
}): SyncFunction {
  return (...parameters) => {
    const place = parameters.findIndex(
      (value, index) => index > 0 && typeof value === "object" && !Array.isArray(value) && value,
    );
    const options = parameters[place] as SpawnOptions | undefined;
    const cell = output();
    const piped = cell && options ? pipedStdio(options.stdio) : undefined;
    if (piped) parameters[place] = { maxBuffer: Number.POSITIVE_INFINITY, ...options, stdio: piped.stdio };
    const show = (result: unknown) => {
      if (cell && piped) showOutput({ result, places: piped.places, cell });
    };
    Atomics.store(shared, SharedState.waitsForChild, 1);
    try {
      const result = own(...parameters);
      show(result);
      return piped?.places.includes(1) && result instanceof Uint8Array ? null : result;
    } catch (error) {
      show(error);
      throw error;
    } finally {
      // biome-ignore lint/correctness/noUnsafeFinally: what the process says of its end is not wanted then
      if (Atomics.exchange(shared, SharedState.waitsForChild, 0) === 2) throw new CellInterrupt();
    }
  };
}

/** What a finished process wrote: `execSync` and `execFileSync` give standard output alone, and print the error stream themselves. */
function showOutput({ result, places, cell }: { result: unknown; places: readonly number[]; cell: CellOutput }): void {
  if (result instanceof Uint8Array || typeof result === "string") {
    if (places.includes(1)) cell.write("stdout", String(result));
    return;
  }
  const streams = Object(result) as Record<string, unknown> & { output?: unknown[] };
  for (const [place, name] of OUTPUTS) {
    if (!places.includes(place) || !streams[name]) continue;
    cell.write(name, String(streams[name]));
    streams[name] = null;
    if (streams.output) streams.output[place] = null;
  }
}

/** The streams with pipes in the place of ours, and which these are; nothing when none is shared. */
function pipedStdio(stdio: Stdio): { stdio: unknown[]; places: number[] } | undefined {
  if (stdio !== "inherit" && !Array.isArray(stdio)) return undefined;
  const all: unknown[] = stdio === "inherit" ? Array(STANDARD_STREAMS).fill("inherit") : [...(stdio as unknown[])];
  const places = OUTPUTS.filter(([place, name]) => isShared(all[place], place, name)).map(([place]) => place);
  for (const place of places) all[place] = "pipe";
  return places.length > 0 ? { stdio: all, places } : undefined;
}

function isShared(stream: unknown, place: number, name: "stdout" | "stderr"): boolean {
  return stream === "inherit" || stream === place || stream === process[name];
}
