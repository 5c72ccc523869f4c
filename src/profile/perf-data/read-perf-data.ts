import { type ByteFile, byteFile } from "../../captures/byte-file.js";
import { CaptureError } from "../../captures/capture-error.js";
import type { Kallsyms } from "../kallsyms.js";
import type { ProfileWithPayloads } from "../perf-script/payload-table.js";
import { BlockPool } from "./block-pool.js";
import { type ByteStream, StreamReader } from "./byte-stream.js";
import { FILE_HEADER_BYTES, fileHeader, isFinished, recordedEvents, recordedFeatures } from "./file-header.js";
import { Recording } from "./recording.js";
import { readRecordingFile } from "./recording-file.js";
import type { OpenUserFile } from "./user-symbols.js";

export interface PerfDataOptions {
  /** The symbols of the recorded kernel, of the same boot. */
  readonly kallsyms?: Kallsyms | undefined;
  /** Opens files of the recorded machine, for the symbols of user code: used where their build id is the recorded one. */
  readonly openUserFile?: OpenUserFile | undefined;
  /** Whether samples that differ only in time are added up (`ProfileBuilder`): for recordings of any size. */
  readonly merge?: boolean;
  /** Whether the fields of tracepoints are kept as columns, by the formats that were recorded. */
  readonly payloads?: boolean;
}

/**
 * Reads a recording of `perf record` (perf.data): file or pipe mode, either byte order, plain or zstd.
 *
 * Samples come in the order of their times, with the name their thread had at that moment. Kernel frames have symbols where
 * `kallsyms` is given, user frames where a file with the recorded build id is; others are dso and, if innermost, address: nothing
 * of the machine at hand shows. What the file holds and this reader does not use is in `warnings`, the records by type in `quality`.
 * Read from chunks, a file in file mode tells its features after its samples: no user symbols then, for want of build ids.
 * Source: tools/perf of Linux 6.1 (util/header.c, session.c, ordered-events.c, machine.c).
 * @throws CaptureError for bytes that are no recording, and where `kallsyms` is that of another boot.
 * @throws RangeError for payloads of merged samples.
 * @example
 * (await readPerfData({ file: "perf.data", chunks: [] }).catch((error) => error)).problem // "format"
 */
export async function readPerfData(source: ByteFile | ByteStream, options: PerfDataOptions = {}): Promise<ProfileWithPayloads> {
  if (options.merge && options.payloads) {
    throw new RangeError("readPerfData requires samples that are not merged for payloads");
  }
  return "chunks" in source ? readStream(source, options) : readRecordingFile(source, options);
}

/** As `readRecordingFile`, over bytes that come once: the features, which stand at the end, come after the records they describe. */
async function readStream(source: ByteStream, options: PerfDataOptions): Promise<ProfileWithPayloads> {
  const { file } = source;
  const reader = new StreamReader(source);
  let head = await reader.take(FILE_HEADER_BYTES);
  const header = fileHeader(file, head);
  if (header.attributes && header.dataStart > LARGEST_HEAD_BYTES) {
    const message = `records that begin at byte ${header.dataStart}: expected a short header in a stream; give the file itself`;
    throw new CaptureError({ file, problem: "format", message });
  }
  const recording = new Recording({ file, littleEndian: header.littleEndian, ...options });
  if (header.attributes) head = Buffer.concat([head, await reader.take(header.dataStart - head.length)]);
  for (const event of recordedEvents(byteFile({ file, bytes: head }), header)) recording.events.add(event);
  recording.push(new Uint8Array(head.subarray(header.dataStart)));
  const dataEnd = header.dataEnd ?? Number.POSITIVE_INFINITY;
  let position = head.length;
  const pool = new BlockPool();
  while (position < dataEnd) {
    const block = pool.take();
    const read = await reader.read(block.subarray(0, dataEnd - position));
    if (read === 0) break;
    recording.push(block.subarray(0, read));
    position += read;
    pool.reuse((used) => recording.holds(used));
  }
  const tail = byteFile({ file, bytes: await reader.take(LARGEST_HEAD_BYTES) });
  const behind: ByteFile = {
    ...tail,
    sizeBytes: position + tail.sizeBytes,
    read: (at, target) => (at < position ? 0 : tail.read(at - position, target)),
  };
  for (const feature of recordedFeatures(behind, header)) recording.feature(feature);
  const missingBytes = Number.isFinite(dataEnd) ? Math.max(0, dataEnd - position) : 0;
  return recording.finish({ missingBytes, finished: isFinished(header) });
}

// The header of a recording on 1,000 CPUs with 100 events has 2 MB of ids.
const LARGEST_HEAD_BYTES = 64 * 1024 * 1024;
