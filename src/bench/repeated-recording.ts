import { byteFile } from "../captures/byte-file.js";
import { Events } from "../profile/perf-data/events.js";
import { fileHeader, recordedEvents } from "../profile/perf-data/file-header.js";
import { FIRST_USER_TYPE, SAMPLE } from "../profile/perf-data/record-types.js";
import { RecordWalk } from "../profile/perf-data/record-walk.js";

const BYTES_PER_MB = 1_000_000;
const DATA_SIZE_AT = 48;
const SECTION_BYTES = 16;

/**
 * A perf.data of at least `megabytes`, made by repeating the records of a shorter one (file mode, little endian, not compressed), each
 * time as much later as that one is long. Every stack of it comes again and again: a long recording of a varied load has more that
 * is new. perf reads it as well. All pieces are one memory: use each before the next.
 *
 * @throws CaptureError for what is no perf.data.
 * @example
 * (() => { try { return repeatedRecording({ bytes: new Uint8Array(104), megabytes: 1 }).next(); } catch ({ problem }) { return problem; } })() // "format"
 */
export function* repeatedRecording({ bytes, megabytes }: { bytes: Uint8Array; megabytes: number }): Generator<Uint8Array> {
  const { dataStart, dataEnd = bytes.length, features } = fileHeader("perf.data", bytes);
  const records = new Uint8Array(bytes.subarray(dataStart, dataEnd));
  const { start, places } = timedRecords(bytes, records);
  const repeated = records.subarray(start);
  const copies = Math.ceil((megabytes * BYTES_PER_MB) / repeated.length);
  const moreBytes = BigInt((copies - 1) * repeated.length);

  const head = Buffer.from(bytes.subarray(0, dataStart));
  head.writeBigUInt64LE(BigInt(records.length) + moreBytes, DATA_SIZE_AT);
  yield head;
  yield records.subarray(0, start);

  const view = new DataView(records.buffer);
  const times = places.map((place) => view.getBigUint64(place, true));
  const lengthNs = times.reduce((a, b) => (a > b ? a : b)) - times.reduce((a, b) => (a < b ? a : b)) + 1n;
  for (let copy = 0; copy < copies; copy++) {
    for (const [index, place] of places.entries()) {
      view.setBigUint64(place, (times[index] as bigint) + BigInt(copy) * lengthNs, true);
    }
    yield repeated;
  }

  const tail = Buffer.from(bytes.subarray(dataEnd));
  for (let at = 0; at < SECTION_BYTES * features.length; at += SECTION_BYTES) {
    tail.writeBigUInt64LE(tail.readBigUInt64LE(at) + moreBytes, at);
  }
  yield tail;
}

/** Where the first record begins that has a time, behind those of what was there before; and where the times of all stand. */
function timedRecords(bytes: Uint8Array, records: Uint8Array): { start: number; places: number[] } {
  const file = "perf.data";
  const events = new Events({ file, littleEndian: true });
  for (const event of recordedEvents(byteFile({ file, bytes }), fileHeader(file, bytes))) events.add(event);
  const places: number[] = [];
  let start = 0;
  const walk = new RecordWalk({
    littleEndian: true,
    onRecord(block, at, type, size) {
      if (type >= FIRST_USER_TYPE) return;
      const isSample = type === SAMPLE;
      const event = isSample ? events.ofSample(block, at, size) : events.ofOther(block, at, size);
      const time = isSample ? event?.layout.sample.time : event?.layout.trailer.time;
      const place = time === undefined ? -1 : time + (isSample ? at : at + size);
      if (place < 0 || block.getBigUint64(place, true) === 0n) return;
      if (places.length === 0) start = at;
      places.push(place);
    },
  });
  walk.push(records);
  return { start, places };
}
