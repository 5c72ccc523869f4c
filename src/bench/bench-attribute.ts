import { attribute } from "../attribution/attribute.js";
import { readRecording } from "../runs/read-recording.js";
import { benchRecording } from "./bench-recording.js";
import { type Run, standingsOf } from "./contest.js";
import { madeFiles } from "./made-files.js";
import type { BenchOptions, Work } from "./work.js";

const MEGABYTES = 200;
const MS_PER_SECOND = 1000;
const BYTES_PER_MB = 2 ** 20;
const PPS = 1e6;

/**
 * The attribution of a recording that was read, with its intervals, against reading it.
 *
 * @throws CaptureError for a recording that does not read.
 * @example
 * await benchAttribute({ turns: 1, recording: "no-such-file", onRun() {} }).catch(({ code }) => code) // "ENOENT"
 */
export async function benchAttribute({ turns, onRun, megabytes = MEGABYTES, ...given }: BenchOptions): Promise<Work> {
  const made = madeFiles();
  try {
    const { path, kallsyms, input } = benchRecording(made, { ...given, megabytes });
    const reads: Run[] = [];
    const attributions: Run[] = [];
    for (let turn = 0; turn < turns; turn++) {
      onRun(`turn ${turn + 1}`);
      const started = performance.now();
      const profile = await readRecording({ path, kallsyms });
      const read = performance.now();
      attribute({ profile, packets: { pps: PPS, packetUnit: "skb", source: "bench", warnings: [] } });
      const attributed = performance.now();
      const peakMb = process.memoryUsage.rss() / BYTES_PER_MB;
      reads.push({ seconds: (read - started) / MS_PER_SECOND, peakMb });
      attributions.push({ seconds: (attributed - read) / MS_PER_SECOND, peakMb });
    }
    const contenders = [
      { name: "read", command: [], runs: reads },
      { name: "attribute", command: [], runs: attributions },
    ];
    return { name: "attribute", input: `${input}, in one process`, standings: standingsOf(contenders), skipped: [] };
  } finally {
    made.remove();
  }
}
