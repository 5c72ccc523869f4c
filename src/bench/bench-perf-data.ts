import { benchRecording } from "./bench-recording.js";
import { type Contender, contest } from "./contest.js";
import { madeFiles } from "./made-files.js";
import { type BenchOptions, isInstalled, linerate, type Work } from "./work.js";

const MEGABYTES = 200;

/**
 * perf.data to tables and to folded stacks, against perf's own ways to text and to a table, and a collapser behind perf script.
 *
 * @throws Error where a contender fails, or the recording is not there.
 * @example
 * await benchPerfData({ turns: 1, recording: "no-such-file", onRun() {} }).catch(({ code }) => code) // "ENOENT"
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
