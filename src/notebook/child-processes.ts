import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, rmSync } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { CellOutput } from "./cell-output.js";
import { CellInterrupt } from "./engine.js";
import { SharedState } from "./thread-messages.js";

type Stdio = unknown;
interface SpawnOptions {
  stdio?: Stdio;
}
interface Spawned {
  stdout: NodeJS.ReadableStream | null;
  stderr: NodeJS.ReadableStream | null;
  readonly stdio: unknown[];
}
type SyncFunction = (...parameters: unknown[]) => unknown;

type Stream = "stdout" | "stderr";

const OUTPUTS = [
  [1, "stdout"],
  [2, "stderr"],
] as const;
const STANDARD_STREAMS = 3;
const READ_BYTES = 64 * 1024;

/** Streams of a child that are ours: by their place in its `stdio`, which of ours it is. */
type SharedStreams = ReadonlyMap<number, Stream>;

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
      const shared = piped.streams.get(place);
      if (!shared || !stream) continue;
      stream.setEncoding("utf8").on("data", (text: string) => cell.write(shared, text));
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
    const files = new Map([...(piped?.streams.values() ?? [])].map((name) => [name, namelessFile()]));
    if (piped) {
      for (const [at, name] of piped.streams) piped.stdio[at] = files.get(name);
      parameters[place] = { ...options, stdio: piped.stdio };
    }
    const end = awaited({ shared, wait: () => own(...parameters) });
    // From here on an interrupt may end the cell, also in the middle of what the process wrote, and no `finally` is run then.
    for (const [name, file] of files) {
      for (const text of textOf(file)) cell?.write(name, text);
      closeSync(file);
    }
    if (end.interrupted) throw new CellInterrupt(); // what the process says of its end is not wanted
    if (end.failed) throw end.error;
    return end.result;
  };
}

type End = { readonly interrupted: boolean } & (
  | { readonly failed: false; readonly result: unknown }
  | { readonly failed: true; readonly error: unknown }
);

/** Waits for a process, and no longer. */
function awaited({ shared, wait }: { shared: Int32Array; wait: () => unknown }): End {
  const interrupted = () => Atomics.exchange(shared, SharedState.waitsForChild, 0) === 2;
  Atomics.store(shared, SharedState.waitsForChild, 1);
  try {
    const result = wait();
    return { failed: false, result, interrupted: interrupted() };
  } catch (error) {
    return { failed: true, error, interrupted: interrupted() };
  }
}

/** For what a process writes while nobody can read. It is gone when the last who has it open closes it. */
function namelessFile(): number {
  const path = join(tmpdir(), `linerate-${randomUUID()}`);
  const file = openSync(path, "wx+", 0o600);
  rmSync(path);
  return file;
}

function* textOf(file: number): Generator<string, void, undefined> {
  const decoder = new StringDecoder("utf8");
  const bytes = Buffer.alloc(READ_BYTES);
  let position = 0;
  for (let read = readSync(file, bytes, 0, READ_BYTES, 0); read > 0; read = readSync(file, bytes, 0, READ_BYTES, position)) {
    position += read;
    yield decoder.write(bytes.subarray(0, read));
  }
  yield decoder.end();
}

/** The streams with pipes in the place of ours, and which these are; nothing when none is shared. */
function pipedStdio(stdio: Stdio): { stdio: unknown[]; streams: SharedStreams } | undefined {
  if (stdio !== "inherit" && !Array.isArray(stdio)) return undefined;
  const all: unknown[] = stdio === "inherit" ? Array(STANDARD_STREAMS).fill("inherit") : [...(stdio as unknown[])];
  const streams = new Map(
    OUTPUTS.flatMap(([place]) => {
      const shared = sharedStream(all[place], place);
      return shared ? [[place, shared] as const] : [];
    }),
  );
  for (const place of streams.keys()) all[place] = "pipe";
  return streams.size > 0 ? { stdio: all, streams } : undefined;
}

function sharedStream(stream: unknown, place: number): Stream | undefined {
  return OUTPUTS.find(
    ([own, name]) => stream === own || stream === process[name] || (stream === "inherit" && own === place),
  )?.[1];
}
