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
 * is new. perf reads it as well.
 *
 * @throws CaptureError for what is no perf.data.
 * @example
 * [...repeatedRecording({ bytes: new Uint8Array(104), megabytes: 1 })] // throws
 */
export function* repeatedRecording({ bytes, megabytes }: { bytes: Uint8Array; megabytes: number }): Generator<Uint8Array> {
  const { dataStart, dataEnd = bytes.length, features } = fileHeader("perf.data", bytes);
  const records = bytes.slice(dataStart, dataEnd);
  const copies = Math.ceil((megabytes * BYTES_PER_MB) / records.length);

  const head = Buffer.from(bytes.subarray(0, dataStart));
  head.writeBigUInt64LE(BigInt(copies * records.length), DATA_SIZE_AT);
  yield head;

  const view = new DataView(records.buffer);
  const places = timePlaces(bytes, records);
  const times = places.map((place) => view.getBigUint64(place, true));
  const lengthNs = times.reduce((a, b) => (a > b ? a : b)) - times.reduce((a, b) => (a < b ? a : b)) + 1n;
  for (let copy = 0; copy < copies; copy++) {
    for (const [index, place] of places.entries()) {
      view.setBigUint64(place, (times[index] as bigint) + BigInt(copy) * lengthNs, true);
    }
    yield records;
  }

  const tail = Buffer.from(bytes.subarray(dataEnd));
  for (let at = 0; at < SECTION_BYTES * features.length; at += SECTION_BYTES) {
    tail.writeBigUInt64LE(tail.readBigUInt64LE(at) + BigInt((copies - 1) * records.length), at);
  }
  yield tail;
}

/** Where the times of records stand that have one. */
function timePlaces(bytes: Uint8Array, records: Uint8Array): number[] {
  const file = "perf.data";
  const events = new Events({ file, littleEndian: true });
  for (const event of recordedEvents(byteFile({ file, bytes }), fileHeader(file, bytes))) events.add(event);
  const places: number[] = [];
  const walk = new RecordWalk({
    littleEndian: true,
    onRecord(block, at, type, size) {
      if (type >= FIRST_USER_TYPE) return;
      const sample = type === SAMPLE ? events.ofSample(block, at, size)?.layout.sample.time : undefined;
      const trailer = type === SAMPLE ? undefined : events.ofOther(block, at, size)?.layout.trailer.time;
      const place = sample === undefined ? (trailer === undefined ? -1 : at + size + trailer) : at + sample;
      // What was there before the recording began has no time.
      if (place >= 0 && block.getBigUint64(place, true) > 0n) places.push(place);
    },
  });
  walk.push(records);
  return places;
}
