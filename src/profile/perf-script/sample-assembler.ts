import type { ProfileBuilder, Sample } from "../profile-builder.js";
import { ByteMemo } from "./byte-memo.js";
import { decode, skipSpace } from "./bytes.js";
import { beginsWithAddress } from "./frame-fields.js";
import { type FrameLines, FrameStack } from "./frame-lines.js";
import type { HeadReader } from "./head-reader.js";
import { frameAfterPayload, inlineFrame, type Span } from "./inline-frame.js";
import { type PayloadCollector, parsePayload } from "./payload-table.js";

/** Puts heads, frames and blank lines together to samples. */
export class SampleAssembler {
  readonly #builder: ProfileBuilder;
  readonly #heads: HeadReader;
  readonly #lines: FrameLines;
  /** Where the frame stands in what follows an event, for texts without callchains. */
  readonly #inlineFrames = new ByteMemo(inlineFrame);
  readonly #payloads: PayloadCollector | undefined;
  /** The frames of the open sample. */
  readonly stack: FrameStack = new FrameStack();
  /** A head was read into `#sample`, which is not added yet: frames may follow. */
  open = false;
  /** The text has a record of what the kernel lost. */
  statesLosses = false;
  /** Records that the kernel lost, by the text. */
  lostRecords = 0;
  /** Samples with frames that a blank line ended. */
  closedByBlank = 0;
  /** No blank line came after the last sample, which has frames. */
  endsInSample = false;
  /** Whether the first line that is not blank was a head; undefined before it. */
  beginsWithHead: boolean | undefined;
  #sample = emptySample();
  /** Where the next head is read into. */
  #next = emptySample();
  #payload = "";
  #added = 0;

  constructor({ builder, heads, lines, payloads }: Parts) {
    this.#builder = builder;
    this.#heads = heads;
    this.#lines = lines;
    this.#payloads = payloads;
  }

  /** Ends a sample that has frames. Before the first frame a blank line means nothing: texts without callchains have none. */
  blank(): void {
    if (this.open && this.stack.depth > 0) {
      this.closedByBlank += 1;
      this.#add();
    }
  }

  /** A line that is not blank, to `end` without and to `next` with its line end; false when it belongs to no sample. */
  line(bytes: Uint8Array, view: DataView, start: number, end: number, next: number, lineNumber: number): boolean {
    const outcome = this.#heads.read(this.#next, bytes, view, start, end, lineNumber);
    this.beginsWithHead ??= outcome !== "none";
    if (outcome === "head") {
      this.#add();
      [this.#sample, this.#next] = [this.#next, this.#sample];
      this.open = true;
      this.#rest(bytes, view, end);
      return true;
    }
    if (outcome === "none" && beginsWithAddress(bytes, start, end)) {
      return this.open && this.#lines.read(bytes, view, start, next, this.stack);
    }
    // A remark among frames leaves the sample open. A head that does not parse must not pass its frames to the sample before.
    if (outcome === "refused" || this.stack.depth === 0) this.#add();
    return this.#lost(decode(bytes, start, end));
  }

  /** The end of the text. */
  finish(): void {
    this.endsInSample = this.open && this.stack.depth > 0;
    this.#add();
  }

  /** What follows the event: nothing, a frame, columns of `-F`, or the payload of a tracepoint and perhaps a frame. */
  #rest(bytes: Uint8Array, view: DataView, end: number): void {
    const start = skipSpace(bytes, this.#heads.restStart, end);
    if (start === end) return;
    let span: Span | undefined;
    if (!this.#heads.isTracepoint && beginsWithAddress(bytes, start, end)) {
      span = this.#inlineFrames.get(bytes, view, start, end);
    } else {
      if (bytes[end - 1] === CLOSING) span = frameAfterPayload(decode(bytes, start, end));
      if (this.#payloads) this.#payload = decode(bytes, start, span ? start + span.start : end).trimEnd();
    }
    if (span && this.#lines.read(bytes, view, start + span.start, start + span.end, this.stack)) this.#add();
  }

  #add(): void {
    if (!this.open) return;
    this.#sample.stack = this.#builder.stack(this.stack.frames, this.stack.depth);
    if (this.#sample.context === 0) this.#sample.context = this.stack.context;
    this.#builder.add(this.#sample);
    if (this.#payload !== "") this.#payloads?.add(this.#sample.event, this.#added, parsePayload(this.#payload));
    this.#added += 1;
    this.#payload = "";
    this.stack.clear();
    this.open = false;
  }

  /** `perf script --show-lost-events` prints what the kernel dropped among the samples. */
  #lost(text: string): boolean {
    const records = /\bPERF_RECORD_LOST lost (\d{1,15})$/.exec(text)?.[1];
    if (records === undefined) return false;
    this.#builder.lost({ records: Number(records) });
    this.lostRecords += Number(records);
    this.statesLosses = true;
    return true;
  }
}

interface Parts {
  readonly builder: ProfileBuilder;
  readonly heads: HeadReader;
  readonly lines: FrameLines;
  readonly payloads?: PayloadCollector | undefined;
}

const CLOSING = 0x29;

function emptySample(): Sample {
  return { timeNs: 0, cpu: -1, pid: -1, tid: -1, comm: 0, event: 0, context: 0, weight: 1, stack: 0 };
}
