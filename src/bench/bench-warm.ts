import { readFileSync } from "node:fs";
import { openByteFile } from "../captures/byte-file.js";
import { bySymbol } from "../profile/by-symbol.js";
import { parseKallsyms } from "../profile/kallsyms.js";
import { readPerfData } from "../profile/perf-data/read-perf-data.js";
import { benchRecording } from "./bench-recording.js";
import { type Run, standingsOf } from "./contest.js";
import { madeFiles } from "./made-files.js";
import type { BenchOptions, Work } from "./work.js";

const MEGABYTES = 21;
const WARM_UP_CALLS = 3;
const MS_PER_SECOND = 1000;
const BYTES_PER_MB = 2 ** 20;

/**
 * perf.data to a table of functions in a process that has done it before, as a notebook does: kallsyms and recording are read and
 * resolved anew each time.
 *
 * @throws CaptureError for a recording that does not read, Error for one that is not there.
 * @example
 * await benchWarm({ turns: 1, recording: "no-such-file", onRun() {} }).catch(({ code }) => code) // "ENOENT"
 */
export async function benchWarm({ turns, onRun, megabytes = MEGABYTES, ...given }: BenchOptions): Promise<Work> {
  const made = madeFiles();
  try {
    const { path, kallsyms, input } = benchRecording(made, { ...given, megabytes });
    const runs: Run[] = [];
    for (let call = 0; call < WARM_UP_CALLS + turns; call++) {
      onRun(`call ${call + 1}`);
      runs.push(await measuredCall(path, kallsyms));
    }
    const contenders = [
      { name: "first call", command: [], runs: runs.slice(0, 1) },
      { name: `calls after the first ${WARM_UP_CALLS}`, command: [], runs: runs.slice(WARM_UP_CALLS) },
    ];
    return { name: "warm", input: `${input}, to a table in one process`, standings: standingsOf(contenders), skipped: [] };
  } finally {
    made.remove();
  }
}

async function measuredCall(path: string, kallsyms: string | undefined): Promise<Run> {
  const started = performance.now();
  const source = openByteFile(path);
  if (!source) throw new Error(`${path} cannot be read: expected a file`);
  const symbols = kallsyms === undefined ? undefined : parseKallsyms({ file: kallsyms, bytes: readFileSync(kallsyms) });
  bySymbol(await readPerfData(source, { kallsyms: symbols }));
  source.close();
  return { seconds: (performance.now() - started) / MS_PER_SECOND, peakMb: process.memoryUsage.rss() / BYTES_PER_MB };
}
