import { PayloadCollector, type PayloadTable } from "../perf-script/payload-table.js";
import { payloadFields, type TracepointFormat, tracingData } from "./tracing-data.js";

/** Keeps the payloads of tracepoints until their formats are known, which a file tells behind its samples. */
export class RecordedPayloads {
  readonly #littleEndian: boolean;
  readonly #kept: { tracepoint: number; event: number; sample: number; bytes: Uint8Array }[] = [];
  readonly #data: Uint8Array[] = [];

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  /** The next bytes of the tracing data. */
  tracingData(bytes: Uint8Array): void {
    this.#data.push(new Uint8Array(bytes));
  }

  /** The payload of a sample of the event of a tracepoint's id. */
  add(tracepoint: number, event: number, sample: number, bytes: Uint8Array): void {
    this.#kept.push({ tracepoint, event, sample, bytes: new Uint8Array(bytes) });
  }

  /** The tables, and in words what could not be decoded. */
  finish(): { payloads: PayloadTable[]; problems: string[] } {
    const collector = new PayloadCollector();
    const problems: string[] = [];
    const formats = this.#formats(problems);
    let unknown = 0;
    let short = 0;
    for (const { tracepoint, event, sample, bytes } of this.#kept) {
      const format = formats.get(tracepoint);
      if (!format) {
        unknown += 1;
        continue;
      }
      try {
        collector.add(event, sample, payloadFields(format, bytes, this.#littleEndian));
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        short += 1;
      }
    }
    if (unknown > 0) problems.push(`${unknown} payloads are of tracepoints whose format the recording does not have`);
    if (short > 0) problems.push(`${short} payloads are shorter than the format of their tracepoint`);
    return { payloads: collector.finish(), problems };
  }

  #formats(problems: string[]): ReadonlyMap<number, TracepointFormat> {
    try {
      return tracingData(Buffer.concat(this.#data), this.#littleEndian);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problems.push(`the formats of tracepoints cannot be read: ${error.message}`);
      return new Map();
    }
  }
}
