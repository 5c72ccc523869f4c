import type { ByteFile } from "../../captures/byte-file.js";
import type { ProfileWithPayloads } from "../perf-script/payload-table.js";
import { BlockPool } from "./block-pool.js";
import { type FileHeader, isFinished, recordedEvents, recordedFeatures, recordsOf } from "./file-header.js";
import { Recording, type RecordingOptions, type RecordingPart } from "./recording.js";

/** A recording in a file: its header is read at once, its records as far as one wants. */
export class RecordingFile {
  readonly #source: ByteFile;
  readonly #header: FileHeader;
  readonly #recording: Recording;
  readonly #pool: BlockPool;
  #position: number;

  /** @throws CaptureError for bytes that are no recording. */
  constructor(source: ByteFile, options: RecordingOptions) {
    const { header, start, end } = recordsOf(source);
    const { littleEndian } = header;
    const expectedSamples = Math.ceil(end / TYPICAL_SAMPLE_BYTES);
    this.#source = source;
    this.#header = header;
    this.#position = start;
    const loop = end - start >= WORTH_LOOP_BYTES;
    this.#recording = new Recording({ file: source.file, littleEndian, expectedSamples, loop, ...options });
    this.#pool = new BlockPool(this.#recording.blocks());
    for (const event of recordedEvents(source, header)) this.#recording.events.add(event);
    for (const feature of recordedFeatures(source, header)) this.#recording.feature(feature);
  }

  /**
   * Reads to the last of `ends`, and adds the samples from the end before it on. All of `ends` matter: memory is read up to each, and
   * records wait for their time in memory that is counted; so everybody has to read to the same ends to see the same samples last.
   *
   * @throws CaptureError where the kallsyms given are not those of the recorded kernel.
   */
  read(ends: readonly number[]): void {
    for (const [part, end] of ends.entries()) {
      this.#recording.adds = part === ends.length - 1;
      this.#readTo(end);
    }
  }

  /** What was added so far. */
  part(): RecordingPart {
    return this.#recording.part();
  }

  /** The profile, when all is read: of what `earlier` holds and of what was added here. */
  finish(earlier: readonly RecordingPart[]): ProfileWithPayloads {
    const missingBytes = Math.max(0, (this.#header.dataEnd ?? 0) - this.#source.sizeBytes);
    return this.#recording.finish({ missingBytes, finished: isFinished(this.#header), earlier });
  }

  #readTo(end: number): void {
    while (this.#position < end) {
      const block = this.#pool.take();
      const read = this.#source.read(this.#position, block.subarray(0, end - this.#position));
      if (read === 0) break;
      this.#recording.push(block.subarray(0, read));
      this.#position += read;
      this.#pool.reuse((block) => this.#recording.holds(block));
    }
  }
}

// A sample with a short stack; more of them take more memory than was set aside.
const TYPICAL_SAMPLE_BYTES = 128;
// The loop has to be compiled and to take memory, which costs 0.1 s: measured, it takes more time of 20 MB than it saves.
const WORTH_LOOP_BYTES = 100_000_000;
