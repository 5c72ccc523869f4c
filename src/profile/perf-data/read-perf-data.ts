import { CaptureError } from "../../captures/capture-error.js";
import type { Kallsyms } from "../kallsyms.js";
import type { Profile } from "../profile.js";
import { BlockReader, type ByteFile, type ByteStream, byteFile } from "./byte-source.js";
import { FILE_HEADER_BYTES, fileHeader, recordedEvents, recordedFeatures } from "./file-header.js";
import { Recording } from "./recording.js";
import { StreamReader } from "./stream-reader.js";
import type { OpenUserFile } from "./user-symbols.js";

export interface PerfDataOptions {
  /** The symbols of the recorded kernel, of the same boot. */
  readonly kallsyms?: Kallsyms | undefined;
  /** Opens files of the recorded machine, for the symbols of user code: used where their build id is the recorded one. */
  readonly openUserFile?: OpenUserFile | undefined;
  /** Whether samples that differ only in time are added up (`ProfileBuilder`): for recordings of any size. */
  readonly merge?: boolean;
}

/**
 * Reads a recording of `perf record` (perf.data): file or pipe mode, either byte order, plain or zstd.
 *
 * Samples come in the order of their times, with the name their thread had at that moment. Kernel frames have symbols where
 * `kallsyms` is given, user frames where a file with the recorded build id is; all others are dso and address, so nothing of
 * the machine at hand shows. What the file holds and this reader does not use is in `warnings`.
 * Source: tools/perf of Linux 6.1 (util/header.c, session.c, ordered-events.c, machine.c).
 * @throws CaptureError for bytes that are no recording, and where `kallsyms` is that of another boot.
 * @example
 * (await readPerfData({ file: "perf.data", chunks: [] }).catch((error) => error)).problem // "format"
 */
export async function readPerfData(source: ByteFile | ByteStream, options: PerfDataOptions = {}): Promise<Profile> {
  return "chunks" in source ? readStream(source, options) : readFile(source, options);
}

function readFile(source: ByteFile, options: PerfDataOptions): Profile {
  const head = new Uint8Array(Math.min(FILE_HEADER_BYTES, source.sizeBytes));
  source.read(0, head);
  const header = fileHeader(source.file, head);
  const dataEnd = header.dataEnd ?? source.sizeBytes;
  const expectedSamples = Math.ceil(Math.min(dataEnd, source.sizeBytes) / TYPICAL_SAMPLE_BYTES);
  const recording = new Recording({ file: source.file, littleEndian: header.littleEndian, expectedSamples, ...options });
  for (const event of recordedEvents(source, header)) recording.events.add(event);
  for (const feature of recordedFeatures(source, header)) recording.feature(feature);
  const reader = new BlockReader(source);
  for (let position = header.dataStart; position < dataEnd; ) {
    const block = reader.read(position, dataEnd);
    if (block.length === 0) break;
    recording.push(block);
    position += block.length;
    reader.reuse((buffer) => recording.holds(buffer));
  }
  return recording.finish({ missingBytes: Math.max(0, dataEnd - source.sizeBytes) });
}

/** As `readFile`, over bytes that come once: the features, which stand at the end, come after the records they describe. */
async function readStream(source: ByteStream, options: PerfDataOptions): Promise<Profile> {
  const { file } = source;
  const reader = new StreamReader(source);
  let head = await reader.take(FILE_HEADER_BYTES);
  const header = fileHeader(file, head);
  const recording = new Recording({ file, littleEndian: header.littleEndian, ...options });
  if (header.attributes) {
    if (header.dataStart > LARGEST_HEAD_BYTES) {
      const message = `records that begin at byte ${header.dataStart}: expected a short header in a stream; give the file itself`;
      throw new CaptureError({ file, problem: "format", message });
    }
    head = Buffer.concat([head, await reader.take(header.dataStart - head.length)]);
    for (const event of recordedEvents(byteFile({ file, bytes: head }), header)) recording.events.add(event);
  }
  recording.push(head.subarray(header.dataStart));
  const dataEnd = header.dataEnd ?? Number.POSITIVE_INFINITY;
  for (let block = await reader.next(dataEnd - reader.position); block; block = await reader.next(dataEnd - reader.position)) {
    recording.push(block);
  }
  const end = reader.position;
  const tail = await reader.take(LARGEST_HEAD_BYTES);
  const behind: ByteFile = { ...byteFile({ file, bytes: tail }), sizeBytes: end + tail.length };
  const read = (position: number, target: Uint8Array) => byteFile({ file, bytes: tail }).read(position - end, target);
  for (const feature of recordedFeatures({ ...behind, read }, header)) recording.feature(feature);
  return recording.finish({ missingBytes: Number.isFinite(dataEnd) ? dataEnd - end : 0 });
}

// A sample with a short stack; more of them take more memory than was set aside.
const TYPICAL_SAMPLE_BYTES = 128;
// The header of a recording on 1,000 CPUs with 100 events has 2 MB of ids.
const LARGEST_HEAD_BYTES = 64 * 1024 * 1024;
