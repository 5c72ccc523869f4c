// Recordings made field by field, for tests: as include/uapi/linux/perf_event.h and perf.data-file-format.txt lay them out.
/** A number of a field. */
export type Word = number | bigint;

/** Fields one after the other: `u32(5)`, `u64(5n)`, `text("veth")` padded to 8 bytes with at least one zero. */
export class Fields {
  readonly little: boolean;
  readonly #parts: Buffer[] = [];

  constructor(little = true) {
    this.little = little;
  }

  u16(...values: number[]): this {
    return this.#put(2, values);
  }

  u32(...values: number[]): this {
    return this.#put(4, values);
  }

  u64(...values: Word[]): this {
    return this.#put(8, values);
  }

  text(text: string): this {
    const padded = Buffer.alloc(8 * Math.ceil((Buffer.byteLength(text) + 1) / 8));
    padded.write(text);
    return this.raw(padded);
  }

  raw(bytes: Uint8Array): this {
    this.#parts.push(Buffer.from(bytes));
    return this;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #put(length: number, values: readonly Word[]): this {
    for (const value of values) {
      const bytes = Buffer.alloc(length);
      const unsigned = BigInt.asUintN(8 * length, BigInt(value));
      for (let at = 0; at < length; at++)
        bytes[this.little ? at : length - 1 - at] = Number((unsigned >> BigInt(8 * at)) & 0xffn);
      this.#parts.push(bytes);
    }
    return this;
  }
}

/** What an event of a made recording is; the rest of its attribute is zero. */
export interface Attribute {
  readonly type?: number;
  readonly config?: number;
  readonly sampleType: number;
  readonly readFormat?: number;
  readonly branchSampleType?: number;
  readonly userRegisters?: bigint;
  readonly interruptRegisters?: bigint;
  /** Bytes of the attribute: 64 to 136, or more. */
  readonly size?: number;
  readonly ids?: readonly number[];
}

/**
 * A `perf_event_attr` as a machine of this byte order has it in memory.
 *
 * @example
 * attributeBytes({ sampleType: 1, size: 64 }, true).length // 64
 */
export function attributeBytes(attribute: Attribute, little: boolean): Buffer {
  const { type = 1, config = 0, sampleType, readFormat = 0, branchSampleType = 0, size = 136 } = attribute;
  const fields = new Fields(little).u32(type, size).u64(config, 1000, sampleType, readFormat);
  // freq (bit 10) and sample_id_all (bit 18), bit fields being filled from the other end on big endian machines.
  fields.raw(Uint8Array.from(little ? [0, 4, 4, 0, 0, 0, 0, 0] : [0, 32, 32, 0, 0, 0, 0, 0]));
  fields
    .u32(0, 0)
    .u64(0, 0, branchSampleType, attribute.userRegisters ?? 0n)
    .u32(0, 0)
    .u64(attribute.interruptRegisters ?? 0n);
  fields.raw(new Uint8Array(Math.max(0, size - 104)));
  return fields.bytes().subarray(0, size);
}

/**
 * A record of a type, its body, and the mode in `misc`.
 *
 * @example
 * [...record(68, new Fields())] // [68, 0, 0, 0, 0, 0, 8, 0]
 */
export function record(type: number, body: Fields | Uint8Array, misc = 0): Buffer {
  const bytes = body instanceof Fields ? body.bytes() : Buffer.from(body);
  const little = body instanceof Fields ? body.little : true;
  return Buffer.concat([
    new Fields(little)
      .u32(type)
      .u16(misc, 8 + bytes.length)
      .bytes(),
    bytes,
  ]);
}

/**
 * A file of these events and records, as `perf record` writes it, without features.
 *
 * @example
 * file([{ sampleType: 1 }], []).length // 256
 */
export function file(attributes: readonly Attribute[], records: readonly Uint8Array[], little = true): Buffer {
  const size = attributes[0]?.size ?? 136;
  const data = Buffer.concat(records);
  const idsAt = 104 + attributes.length * (size + 16);
  const idBytes = 8 * attributes.reduce((sum, { ids = [] }) => sum + ids.length, 0);
  const head = new Fields(little).raw(Buffer.from(little ? "PERFILE2" : "2ELIFREP")).u64(104, size + 16);
  head.u64(104, attributes.length * (size + 16), idsAt + idBytes, data.length, 0, 0, 0, 0, 0, 0);
  let nextIds = idsAt;
  for (const attribute of attributes) {
    const { ids = [] } = attribute;
    head.raw(attributeBytes(attribute, little)).u64(nextIds, 8 * ids.length);
    nextIds += 8 * ids.length;
  }
  for (const { ids = [] } of attributes) head.u64(...ids);
  return Buffer.concat([head.bytes(), data]);
}

/**
 * The first records of a recording as a recording of its own: its features go, so that thousands of changes take no minutes.
 *
 * @example
 * shortened(Buffer.from([...new Uint8Array(40), 104, ...new Uint8Array(63)]), 0).length // 104
 */
export function shortened(bytes: Buffer, dataBytes: number): Buffer {
  const start = Number(bytes.readBigUInt64LE(40));
  let end = start;
  while (end - start < dataBytes) end += bytes.readUInt16LE(end + 6);
  const short = Buffer.from(bytes.subarray(0, end));
  short.writeBigUInt64LE(BigInt(end - start), 48);
  short.fill(0, 72, 104);
  return short;
}
