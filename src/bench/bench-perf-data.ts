import { readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { grouped } from "../report/number-format.js";
import { type Contender, contest } from "./contest.js";
import { type MadeFiles, madeFiles } from "./made-files.js";
import { repeatedRecording } from "./repeated-recording.js";
import { type BenchOptions, isInstalled, linerate, shipped, type Work } from "./work.js";

const BYTES_PER_MB = 1_000_000;
const MEGABYTES = 200;

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
 * benchRecording(madeFiles(), { recording: "package.json", megabytes: 1 }).input // "package.json, 0 MB"
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

/**
 * perf.data to tables and to folded stacks, against perf's own ways to text and to a table, and a collapser behind perf script.
 *
 * @throws Error where a contender fails.
 */
export async function benchPerfData({ turns, collapser, onRun, megabytes = MEGABYTES, ...given }: BenchOptions): Promise<Work> {
  const made = madeFiles();
  try {
    const { path, kallsyms, input } = benchRecording(made, { ...given, megabytes });
    const symbols = kallsyms === undefined ? [] : ["--kallsyms", kallsyms];
    const perf = (...args: string[]) => ["perf", ...args, "--force", "--input", path, ...symbols];
    const ours: Contender[] = [
      { name: "linerate profile --json", command: [...linerate, "profile", path, ...symbols, "--json"] },
      { name: "linerate fold", command: [...linerate, "fold", path, ...symbols] },
    ];
    const theirs: Contender[] = [
      { name: "perf script", command: perf("script") },
      { name: "perf report, flat", command: perf("report", "--stdio", "--no-children", "-g", "none") },
      ...(collapser === undefined
        ? []
        : [{ name: `perf script | ${collapser}`, command: pipe(perf("script"), collapser.split(" ")) }]),
    ];
    const hasPerf = isInstalled("perf");
    return {
      name: "perf-data",
      input,
      standings: await contest({ contenders: hasPerf ? [...ours, ...theirs] : ours, turns, onRun }),
      skipped: [
        ...(hasPerf ? [] : ["perf script and perf report: perf is not on this machine (Debian: apt install linux-perf)"]),
        ...(collapser === undefined ? ["perf script | a collapser: name one with --collapser"] : []),
      ],
    };
  } finally {
    made.remove();
  }
}

/** Two commands as one: it fails where either does. */
function pipe(from: readonly string[], to: readonly string[]): string[] {
  const script = `count=$1; shift; "\${@:1:count}" | "\${@:count+1}"`;
  return ["bash", "-o", "pipefail", "-c", script, "bash", String(from.length), ...from, ...to];
}

function unzipped(path: string): Uint8Array {
  return gunzipSync(readFileSync(path));
}
