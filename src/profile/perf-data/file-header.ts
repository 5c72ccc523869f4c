import type { ByteFile } from "../../captures/byte-file.js";
import { CaptureError } from "../../captures/capture-error.js";
import { ByteCursor, viewOf } from "./byte-cursor.js";
import { type EventAttribute, eventAttribute, SMALLEST_ATTRIBUTE_BYTES } from "./event-attribute.js";
import type { Feature } from "./features.js";

/** What stands at the head of a recording. */
export interface FileHeader {
  readonly littleEndian: boolean;
  /** Where the records begin. */
  readonly dataStart: number;
  /** Where they end; undefined: with the file, in pipe mode and where `perf record` was cut off. */
  readonly dataEnd: number | undefined;
  /** The attributes of the events; undefined in pipe mode, where they come as records. */
  readonly attributes?: Section;
  /** Bytes of one of them: a `perf_event_attr` and the section of its ids. */
  readonly attributeBytes: number;
  /** Numbers of the features (HEADER_*), ascending; their sections stand in this order behind the records. */
  readonly features: readonly number[];
}

/** A part of the file, `perf_file_section`. */
export interface Section {
  readonly offset: number;
  readonly bytes: number;
}

/** An event of the header and the ids its records carry. */
export interface RecordedEvent {
  readonly attribute: EventAttribute;
  readonly ids: readonly number[];
}

/** The header of a file; that of a pipe is a part of it. */
export const FILE_HEADER_BYTES = 104;
const PIPE_HEADER_BYTES = 16;
const FEATURES_AT = 72;
const FEATURE_BITS = 256;
const HEADER_HOSTNAME = 3;
const SECTION_BYTES = 16;
// 255 features could otherwise each claim the whole file.
const AGAIN = "copy or record it again";
const LARGEST_FEATURE_BYTES = 16 * 1024 * 1024;
// As the first eight bytes stand in the file; version 1 (before Linux 2.6.38) has the same layout.
const LITTLE_ENDIAN = ["PERFILE2", "PERFFILE"];
const BIG_ENDIAN = ["2ELIFREP", "ELIFFREP"];

/**
 * Whether the bytes begin as a recording of `perf record`, little or big endian, file or pipe.
 *
 * Source: tools/perf/util/header.c, `__perf_magic1` and `__perf_magic2`.
 * @example
 * looksLikePerfData(new TextEncoder().encode("PERFILE2h")) // true
 * looksLikePerfData(new TextEncoder().encode("swapper 0 [001]")) // false
 */
export function looksLikePerfData(bytes: Uint8Array): boolean {
  const magic = new TextDecoder("latin1").decode(bytes.subarray(0, 8));
  return LITTLE_ENDIAN.includes(magic) || BIG_ENDIAN.includes(magic);
}

/**
 * Reads the header of a recording from its first 104 bytes (16 suffice for a pipe).
 *
 * Source: tools/perf/util/header.h, struct perf_file_header and perf_pipe_file_header.
 * @throws CaptureError where the bytes are no recording or end within the header.
 * @example
 * fileHeader("perf.data", Uint8Array.of(80, 69, 82, 70, 73, 76, 69, 50, 16, 0, 0, 0, 0, 0, 0, 0)).dataStart // 16
 */
export function fileHeader(file: string, bytes: Uint8Array): FileHeader {
  const magic = new TextDecoder("latin1").decode(bytes.subarray(0, 8));
  const refusal = (message: string) => new CaptureError({ file, problem: "format", message });
  if (!looksLikePerfData(bytes)) {
    throw refusal(`begins with ${JSON.stringify(magic)}: expected perf.data, which begins with PERFILE2`);
  }
  const littleEndian = LITTLE_ENDIAN.includes(magic);
  const short = (expected: number) => refusal(`ends after ${bytes.length} bytes: expected a header of ${expected}; ${AGAIN}`);
  if (bytes.length < PIPE_HEADER_BYTES) throw short(PIPE_HEADER_BYTES);
  const cursor = new ByteCursor(viewOf(bytes), littleEndian, 8);
  const sizeBytes = cursor.u64();
  if (sizeBytes === PIPE_HEADER_BYTES) {
    return { littleEndian, dataStart: PIPE_HEADER_BYTES, dataEnd: undefined, attributeBytes: 0, features: [] };
  }
  if (bytes.length < FILE_HEADER_BYTES) throw short(FILE_HEADER_BYTES);
  if (sizeBytes !== FILE_HEADER_BYTES && sizeBytes !== FEATURES_AT) {
    throw refusal(`a header of ${sizeBytes} bytes: expected 16 (pipe) or 104 (file); ${AGAIN}`);
  }
  const attributeBytes = cursor.u64();
  if (attributeBytes < SMALLEST_ATTRIBUTE_BYTES + SECTION_BYTES) {
    throw refusal(`event attributes of ${attributeBytes} bytes: expected 80 or more; ${AGAIN}`);
  }
  const attributes = sectionAt(cursor);
  const data = sectionAt(cursor);
  const complete = data.bytes > 0;
  return {
    littleEndian,
    dataStart: data.offset,
    dataEnd: complete ? data.offset + data.bytes : undefined,
    attributes,
    attributeBytes,
    features: complete && sizeBytes === FILE_HEADER_BYTES ? featureNumbers(cursor.view, littleEndian) : [],
  };
}

/**
 * The header of a file, and where its records begin and end in it.
 *
 * @throws CaptureError as `fileHeader`.
 * @example
 * (() => { try { return recordsOf({ file: "a", sizeBytes: 0, read: () => 0 }); } catch ({ problem }) { return problem; } })() // "format"
 */
export function recordsOf(source: ByteFile): { header: FileHeader; start: number; end: number } {
  const { file, sizeBytes } = source;
  const head = new Uint8Array(Math.min(FILE_HEADER_BYTES, sizeBytes));
  source.read(0, head);
  const header = fileHeader(file, head);
  return { header, start: header.dataStart, end: Math.min(header.dataEnd ?? sizeBytes, sizeBytes) };
}

/**
 * Whether a recording was ended as it should: then `perf record` writes where its records end; a pipe has no such place.
 *
 * @example
 * isFinished({ attributes: { offset: 104, bytes: 144 }, dataEnd: undefined }) // false
 */
export function isFinished({ attributes, dataEnd }: FileHeader): boolean {
  return attributes === undefined || dataEnd !== undefined;
}

/**
 * The events of a file, with their ids: each attribute is followed by the section of the file that holds its ids.
 *
 * @throws CaptureError where there are none, or their section is not in the file.
 * @example
 * recordedEvents({ file: "pipe", sizeBytes: 16, read: () => 0, close() {} }, { littleEndian: true, dataStart: 16, dataEnd: undefined, attributeBytes: 0, features: [] }) // []
 */
export function recordedEvents(source: ByteFile, header: FileHeader): RecordedEvent[] {
  const { attributes, attributeBytes, littleEndian } = header;
  if (!attributes) return [];
  const table = sectionBytes(source, attributes);
  const count = Math.floor(attributes.bytes / attributeBytes);
  if (table === undefined || count === 0) {
    const message = `${attributes.bytes} bytes of event attributes at ${attributes.offset} of ${source.sizeBytes}: expected them there; ${AGAIN}`;
    throw new CaptureError({ file: source.file, problem: "format", message });
  }
  let idBytes = 0;
  return Array.from({ length: count }, (_, index) => {
    const cursor = new ByteCursor(viewOf(table), littleEndian, index * attributeBytes);
    const attribute = eventAttribute(cursor.view, cursor.at, attributeBytes - SECTION_BYTES, littleEndian);
    cursor.at += attributeBytes - SECTION_BYTES;
    const ids = sectionAt(cursor);
    idBytes += ids.bytes;
    // Sections may not share bytes: a damaged header could make more ids of a file than it has bytes.
    const bytes = idBytes <= source.sizeBytes ? sectionBytes(source, ids) : undefined;
    return { attribute, ids: bytes === undefined ? [] : words(bytes, littleEndian) };
  });
}

/**
 * The features of a file, as far as they are in it: a recording that was cut short has lost them.
 *
 * @example
 * recordedFeatures({ file: "perf.data", sizeBytes: 0, read: () => 0, close() {} }, { littleEndian: true, dataStart: 104, dataEnd: 112, attributeBytes: 80, features: [3] }) // []
 */
export function recordedFeatures(source: ByteFile, { littleEndian, dataEnd, features }: FileHeader): Feature[] {
  const table =
    dataEnd === undefined ? undefined : sectionBytes(source, { offset: dataEnd, bytes: SECTION_BYTES * features.length });
  if (!table) return [];
  const cursor = new ByteCursor(viewOf(table), littleEndian);
  return features.flatMap((number) => {
    const section = sectionAt(cursor);
    const bytes = section.bytes <= LARGEST_FEATURE_BYTES ? sectionBytes(source, section) : undefined;
    return bytes ? [{ number, bytes }] : [];
  });
}

/** The bytes of a section; undefined where the file does not hold it whole. */
function sectionBytes(source: ByteFile, { offset, bytes }: Section): Uint8Array | undefined {
  if (offset + bytes > source.sizeBytes) return undefined;
  const content = new Uint8Array(bytes);
  return source.read(offset, content) === bytes ? content : undefined;
}

function sectionAt(cursor: ByteCursor): Section {
  return { offset: cursor.u64(), bytes: cursor.u64() };
}

/** The numbers in a section of ids; a rest of less than a number is left. */
function words(bytes: Uint8Array, littleEndian: boolean): number[] {
  const cursor = new ByteCursor(viewOf(bytes), littleEndian);
  return Array.from({ length: Math.floor(bytes.length / 8) }, () => cursor.u64());
}

/**
 * The bits of `adds_features`: words of 64 bits, or of 32 as a 32-bit big endian machine writes them. perf tells the two
 * apart by the host name, which it always records (tools/perf/util/header.c, perf_file_header__read()).
 */
function featureNumbers(view: DataView, littleEndian: boolean): number[] {
  const numbers = Array.from({ length: FEATURE_BITS }, (_, bit) => bit);
  const set = (wordBytes: number) => (bit: number) => {
    const inWord = (bit >> 3) % wordBytes;
    const word = FEATURES_AT + ((bit >> 3) - inWord);
    return ((view.getUint8(word + (littleEndian ? inWord : wordBytes - 1 - inWord)) >> (bit & 7)) & 1) === 1;
  };
  return numbers.filter(set(set(8)(HEADER_HOSTNAME) ? 8 : 4));
}
