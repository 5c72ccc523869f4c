import type { ByteFile } from "../../captures/byte-file.js";
import type { ProfileWithPayloads } from "../perf-script/payload-table.js";
import { BlockPool } from "./block-pool.js";
import { isFinished, recordedEvents, recordedFeatures, recordsOf } from "./file-header.js";
import { Recording, type RecordingOptions } from "./recording.js";

/**
 * Reads a recording in a file: its header, with what stands behind the records, and then the records.
 *
 * @throws CaptureError for bytes that are no recording, and where the kallsyms given are not those of the recorded kernel.
 * @example
 * (() => { try { return readRecordingFile({ file: "a", sizeBytes: 0, read: () => 0 }); } catch ({ problem }) { return problem; } })() // "format"
 */
export function readRecordingFile(source: ByteFile, options: RecordingOptions = {}): ProfileWithPayloads {
  const { header, start, end } = recordsOf(source);
  const { littleEndian, dataEnd = 0 } = header;
  const expectedSamples = Math.ceil(end / TYPICAL_SAMPLE_BYTES);
  const loop = end - start >= WORTH_LOOP_BYTES;
  const recording = new Recording({ file: source.file, littleEndian, expectedSamples, loop, ...options });
  for (const event of recordedEvents(source, header)) recording.events.add(event);
  for (const feature of recordedFeatures(source, header)) recording.feature(feature);
  const pool = new BlockPool(recording.blocks());
  for (let position = start; position < end; ) {
    const block = pool.take();
    const read = source.read(position, block.subarray(0, end - position));
    if (read === 0) break;
    // A record that ends in the next block is read again there: what lies in one piece costs less.
    const taken = recording.pushWhole(block.subarray(0, read));
    if (taken === 0) recording.push(block.subarray(0, read));
    position += taken || read;
    pool.reuse((block) => recording.holds(block));
  }
  return recording.finish({ missingBytes: Math.max(0, dataEnd - source.sizeBytes), finished: isFinished(header) });
}

// A sample with a short stack; more of them take more memory than was set aside.
const TYPICAL_SAMPLE_BYTES = 128;
// The loop has to be compiled and to take memory, which costs 0.1 s: measured, it takes more time of 20 MB than it saves.
const WORTH_LOOP_BYTES = 100_000_000;
