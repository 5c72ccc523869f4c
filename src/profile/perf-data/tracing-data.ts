import { ByteCursor, viewOf, zeroTerminated } from "./byte-cursor.js";

/** How a tracepoint lays out its payload. */
export interface TracepointFormat {
  /** `kmem:mm_page_alloc`. */
  readonly name: string;
  /** Without those that every tracepoint begins with. */
  readonly fields: readonly TracepointField[];
}

export interface TracepointField {
  readonly name: string;
  /** From the start of the payload. */
  readonly offset: number;
  readonly bytes: number;
  readonly signed: boolean;
  readonly kind: "integer" | "pointer" | "text" | "bytes";
  /** Where the field itself holds only the place and length of the content: from the start of the payload, or from its own end. */
  readonly dynamic?: "from start" | "from field";
}

const MAGIC = "\x17\x08Dtracing";
const FIELD =
  /^\tfield:(?<declaration>[^;]{1,200});\toffset:(?<offset>\d{1,6});\tsize:(?<bytes>\d{1,6});(?:\tsigned:(?<signed>[01]);)?$/;
const DECLARATION = /^(?<type>.*\W)(?<name>\w+)(?<array>\[[^\]]*\])?$/;

/**
 * The formats of the tracepoints of a recording, by their ids, from its tracing data: what the kernel has under
 * /sys/kernel/tracing/events.
 *
 * Source: tools/perf/util/trace-event-info.c, tracing_data_get(); `__data_loc` and `__rel_loc` of include/trace/stages.
 * @throws RangeError for data of another form, or that ends before the formats.
 * @example
 * tracingData(new Uint8Array(8), true) // new Map()
 */
export function tracingData(bytes: Uint8Array, littleEndian: boolean): ReadonlyMap<number, TracepointFormat> {
  const formats = new Map<number, TracepointFormat>();
  const cursor = new ByteCursor(viewOf(bytes), littleEndian);
  if (bytes.every((byte) => byte === 0)) return formats;
  if (Buffer.from(cursor.bytes(MAGIC.length)).toString("latin1") !== MAGIC)
    throw new RangeError("tracing data without its head");
  stringAt(cursor); // version
  cursor.bytes(2 + 4); // byte order, size of a long, page size
  for (const section of ["header_page", "header_event"]) {
    if (stringAt(cursor) !== section) throw new RangeError(`tracing data without ${section}`);
    cursor.bytes(cursor.u64());
  }
  for (let left = cursor.u32(); left > 0; left--) cursor.bytes(cursor.u64()); // ftrace's own events
  for (let systems = cursor.u32(); systems > 0; systems--) {
    const system = stringAt(cursor);
    for (let events = cursor.u32(); events > 0; events--) {
      addFormat(formats, system, Buffer.from(cursor.bytes(cursor.u64())).toString("latin1"));
    }
  }
  return formats;
}

/** A format file: `name:`, `ID:`, then a line for each field. */
function addFormat(formats: Map<number, TracepointFormat>, system: string, text: string): void {
  const name = /^name: (\S+)$/m.exec(text)?.[1];
  const id = /^ID: (\d{1,9})$/m.exec(text)?.[1];
  if (name === undefined || id === undefined) throw new RangeError("a tracepoint's format without name and ID");
  const fields = text.split("\n").flatMap((line) => fieldOf(line) ?? []);
  formats.set(Number(id), { name: `${system}:${name}`, fields: fields.filter(({ name }) => !name.startsWith("common_")) });
}

function fieldOf(line: string): TracepointField | undefined {
  const { declaration = "", offset, bytes, signed } = FIELD.exec(line)?.groups ?? {};
  const { type = "", name, array } = DECLARATION.exec(declaration)?.groups ?? {};
  if (name === undefined) return undefined;
  const dynamic = /^__(data|rel)_loc /.exec(type)?.[1];
  return {
    name,
    offset: Number(offset),
    bytes: Number(bytes),
    signed: signed === "1",
    kind: kindOf({ type, isArray: array !== undefined || dynamic !== undefined, bytes: Number(bytes) }),
    ...(dynamic !== undefined && { dynamic: dynamic === "data" ? "from start" : "from field" }),
  };
}

function kindOf({ type, isArray, bytes }: { type: string; isArray: boolean; bytes: number }): TracepointField["kind"] {
  if (isArray) return /(?:^|[^d] |_loc )char\b/.test(type) ? "text" : "bytes";
  if (type.includes("*")) return "pointer";
  return [1, 2, 4, 8].includes(bytes) ? "integer" : "bytes";
}

/**
 * The fields of a payload, as text: integers in decimal, pointers and other bytes in hexadecimal.
 *
 * @throws RangeError where a field is not in the payload.
 * @example
 * payloadFields({ name: "a:b", fields: [{ name: "order", offset: 0, bytes: 4, signed: false, kind: "integer" }] }, Uint8Array.of(3, 0, 0, 0), true) // new Map([["order", "3"]])
 */
export function payloadFields({ fields }: TracepointFormat, payload: Uint8Array, littleEndian: boolean): Map<string, string> {
  return new Map(fields.map((field) => [field.name, fieldText(field, payload, littleEndian)]));
}

function fieldText(
  { offset, bytes, signed, kind, dynamic }: TracepointField,
  payload: Uint8Array,
  littleEndian: boolean,
): string {
  if (offset + bytes > payload.length)
    throw new RangeError(`a payload of ${payload.length} bytes without byte ${offset + bytes}`);
  const view = viewOf(payload);
  if (dynamic !== undefined) {
    const place = view.getUint32(offset, littleEndian);
    const start = (place & 0xffff) + (dynamic === "from field" ? offset + bytes : 0);
    return contentText(payload.subarray(start, start + (place >>> 16)), kind);
  }
  if (kind === "text" || kind === "bytes") return contentText(payload.subarray(offset, offset + bytes), kind);
  const value = integerAt(view, { offset, bytes, signed: signed && kind === "integer" }, littleEndian);
  return kind === "pointer" ? `0x${value.toString(16)}` : value.toString();
}

function contentText(bytes: Uint8Array, kind: TracepointField["kind"]): string {
  return kind === "text" ? zeroTerminated(bytes) : Buffer.from(bytes).toString("hex");
}

function integerAt(
  view: DataView,
  { offset, bytes, signed }: Pick<TracepointField, "offset" | "bytes" | "signed">,
  littleEndian: boolean,
): bigint {
  if (bytes === 8) return signed ? view.getBigInt64(offset, littleEndian) : view.getBigUint64(offset, littleEndian);
  if (bytes === 4) return BigInt(signed ? view.getInt32(offset, littleEndian) : view.getUint32(offset, littleEndian));
  if (bytes === 2) return BigInt(signed ? view.getInt16(offset, littleEndian) : view.getUint16(offset, littleEndian));
  return BigInt(signed ? view.getInt8(offset) : view.getUint8(offset));
}

function stringAt(cursor: ByteCursor): string {
  const { at, view } = cursor;
  let end = at;
  while (view.getUint8(end) !== 0) end++;
  return zeroTerminated(cursor.bytes(end + 1 - at));
}
