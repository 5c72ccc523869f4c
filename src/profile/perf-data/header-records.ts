import { ByteCursor, viewOf, zeroTerminated } from "./byte-cursor.js";
import { eventAttribute, SMALLEST_ATTRIBUTE_BYTES } from "./event-attribute.js";
import type { Events } from "./events.js";
import { BUILD_ID, type Feature } from "./features.js";
import * as RECORD from "./record-types.js";

const HEADER_BYTES = 8;
const EVENT_UPDATE_NAME = 2;

/** Who takes what the header says. */
export interface HeaderTaker {
  readonly events: Events;
  feature(feature: Feature): void;
}

/**
 * Applies a record in which perf itself writes a piece of the header: those of a pipe, and names of events. Others are left alone.
 *
 * @throws RangeError for a record that is too short for its type.
 * @example
 * applyHeaderRecord({ type: 1, bytes: new Uint8Array(8), littleEndian: true }, {}) // undefined
 */
export function applyHeaderRecord(
  { type, bytes, littleEndian }: { type: number; bytes: Uint8Array; littleEndian: boolean },
  taker: HeaderTaker,
): void {
  const cursor = new ByteCursor(viewOf(bytes), littleEndian, HEADER_BYTES);
  if (type === RECORD.HEADER_ATTR) addEvent(cursor, { littleEndian, events: taker.events });
  else if (type === RECORD.HEADER_FEATURE) taker.feature({ number: cursor.u64(), bytes: cursor.bytes(cursor.left) });
  else if (type === RECORD.HEADER_BUILD_ID) taker.feature({ number: BUILD_ID, bytes });
  else if (type === RECORD.EVENT_UPDATE && cursor.u64() === EVENT_UPDATE_NAME) {
    taker.events.name(cursor.u64(), zeroTerminated(cursor.bytes(cursor.left)));
  } else if (type === RECORD.HEADER_EVENT_TYPE) {
    taker.events.nameType(cursor.u64(), zeroTerminated(cursor.bytes(cursor.left)));
  }
}

/** HEADER_ATTR: an attribute, whose size is its second word, and the ids of its event. */
function addEvent(cursor: ByteCursor, { littleEndian, events }: { littleEndian: boolean; events: Events }): void {
  const { view, at } = cursor;
  const bytes = view.getUint32(at + 4, littleEndian) || SMALLEST_ATTRIBUTE_BYTES;
  cursor.bytes(bytes);
  const ids: number[] = [];
  while (cursor.left >= 8) ids.push(cursor.u64());
  events.add({ attribute: eventAttribute(view, at, bytes, littleEndian), ids });
}
