import type { ByteFile } from "../../captures/byte-file.js";
import type { Kallsyms } from "../kallsyms.js";
import { withPartThreads } from "../part-threads.js";
import type { Profile } from "../profile.js";
import { BLOCK_BYTES } from "./block-pool.js";
import type { RecordingPart } from "./recording.js";
import { RecordingFile } from "./recording-file.js";

/**
 * The last of some parts of a recording, for a thread: the samples whose time comes while the records between the last two of `ends`
 * are read. What is before them has to be read too, for what it tells of threads and mappings, and for the order of times.
 */
export interface PartTask {
  readonly kallsyms: Kallsyms | undefined;
  readonly merge: boolean;
  readonly ends: readonly number[];
}

/**
 * Reads one part of a recording.
 *
 * @throws CaptureError as `readPerfData`.
 * @example
 * (() => { try { return readPart({ file: "a", sizeBytes: 0, read: () => 0 }, {}); } catch ({ problem }) { return problem; } })() // "format"
 */
export function readPart(source: ByteFile, { ends, ...options }: PartTask): RecordingPart {
  const file = new RecordingFile(source, options);
  file.read(ends);
  return file.part();
}

/**
 * Where the parts of a recording end, for as many threads as there are CPUs; the end of the recording alone where one thread is faster.
 *
 * @example
 * partEnds({ start: 104, end: 1000, threads: 2 }) // [1000]
 */
export function partEnds({ start, end, threads }: { start: number; end: number; threads: number }): number[] {
  const count = Math.max(1, Math.min(threads, MOST_PARTS, Math.floor((end - start) / SMALLEST_PART_BYTES)));
  // Each part takes the time of the one before it, in which that one's records have to be read too.
  const sizes = Array.from({ length: count }, (_, part) => (1 - READ_SHARE) ** part);
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  let position = start;
  return sizes.map((size, part) => {
    position += BLOCK_BYTES * Math.round(((end - start) * size) / whole / BLOCK_BYTES);
    return part === count - 1 ? end : position;
  });
}

/**
 * Reads a recording part by part to `ends`, each on a thread of its own, the last one on this: the profile is the same, to every id,
 * as on one thread. Undefined where a thread failed, as it does where the machine has no more of them.
 *
 * @throws CaptureError as `readPerfData`: this thread reads all records, and would be refused what another one was.
 * @example
 * await readInParts({ file: "a", sizeBytes: 0, read: () => 0 }, { ends: [0], merge: true, kallsyms: async () => undefined }).catch(({ problem }) => problem) // "format"
 */
export async function readInParts(
  source: ByteFile,
  options: { ends: readonly number[]; merge: boolean; kallsyms: () => Promise<Kallsyms | undefined> },
): Promise<Profile | undefined> {
  const { ends, merge } = options;
  const threads = { script: WORKER, source, count: ends.length - 1 };
  return withPartThreads<PartTask, RecordingPart, Profile | undefined>(threads, async (threads) => {
    const kallsyms = await options.kallsyms();
    threads.start(ends.slice(0, -1).map((_, part) => ({ kallsyms, merge, ends: ends.slice(0, part + 1) })));
    const whole = new RecordingFile(source, { kallsyms, merge });
    whole.read(ends);
    const parts = await threads.parts();
    return parts && whole.finish(parts);
  });
}

const WORKER = new URL("part-worker.js", import.meta.url);
// Each has 50 MB of its own, to know the stacks that it has seen.
const MOST_PARTS = 2;
// Measured on 2 cores: a thread has to be started, and to learn the stacks that the other knows, too.
const SMALLEST_PART_BYTES = 500_000_000;
/** What reading records takes of the time in which their samples are added, too; measured as well. */
const READ_SHARE = 0.5;
