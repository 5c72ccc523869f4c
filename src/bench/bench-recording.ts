import { readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { grouped } from "../report/number-format.js";
import type { MadeFiles } from "./made-files.js";
import { repeatedRecording } from "./repeated-recording.js";
import { shipped } from "./work.js";

const BYTES_PER_MB = 1_000_000;

/** A perf.data that is not compressed, and plain kernel symbols for it: the only ones that perf reads. */
export interface BenchRecording {
  readonly path: string;
  readonly kallsyms: string | undefined;
  /** What it is, in words. */
  readonly input: string;
}

/**
 * The recording that was given, or one that is made of a shipped one.
 *
 * @example
 * benchRecording({ write: () => "", remove() {} }, { recording: "package.json", megabytes: 1 }).input // "package.json, 0 MB"
 */
export function benchRecording(
  made: MadeFiles,
  { recording, kallsyms, megabytes }: { recording?: string | undefined; kallsyms?: string | undefined; megabytes: number },
): BenchRecording {
  const path = recording ?? made.write("perf.data", repeatedRecording({ bytes: unzipped(shipped.recording), megabytes }));
  const symbols = kallsyms ?? (recording === undefined ? shipped.kallsyms : undefined);
  const size = `${grouped(statSync(path).size / BYTES_PER_MB)} MB`;
  return {
    path,
    kallsyms: symbols?.endsWith(".gz") ? made.write("kallsyms", [unzipped(symbols)]) : symbols,
    input: recording === undefined ? `perf.data, ${size}, a shipped recording repeated` : `${recording}, ${size}`,
  };
}

function unzipped(path: string): Uint8Array {
  return gunzipSync(readFileSync(path));
}
