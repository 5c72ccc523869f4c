import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { RecordWalk } from "./record-walk.js";

/** A record of `size` bytes whose body is `fill`; `payload` gives its first fields. */
function record(type: number, size: number, fill = 0, payload: readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(size).fill(fill);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint16(4, 0, true);
  view.setUint16(6, size, true);
  payload.forEach((value, index) => {
    view.setBigUint64(8 + 8 * index, BigInt(value), true);
  });
  return bytes;
}

/** What a walk over the bytes, cut at these places, hands over and says at the end. */
function walked(bytes: Uint8Array, cuts: readonly number[] = []): { records: string[]; end: string | undefined } {
  const records: string[] = [];
  const walk = new RecordWalk({
    littleEndian: true,
    onRecord: (block, at, type, size) => records.push(`${type} ${size} ${block.getUint8(at + size - 1)}`),
  });
  const places = [0, ...[...cuts].sort((a, b) => a - b).map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  places.slice(1).forEach((end, index) => {
    walk.push(bytes.slice(places[index], end));
  });
  return { records, end: walk.end() };
}

describe("RecordWalk", () => {
  it("hands over the same records wherever the blocks are cut", () => {
    const sizes = fc.array(fc.integer({ min: 9, max: 70 }), { maxLength: 20 });
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(), { maxLength: 30 }), (sizes, cuts) => {
        const bytes = Buffer.concat(sizes.map((size, index) => record(9, size, index)));
        const { records, end } = walked(bytes, cuts);
        assert.deepEqual(
          records,
          sizes.map((size, index) => `9 ${size} ${index}`),
        );
        assert.equal(end, undefined);
      }),
    );
  });

  it("leaves what is not whole where it is asked to, for a block that begins with it", () => {
    const sizes = fc.array(fc.integer({ min: 9, max: 70 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 70, max: 200 }), (sizes, blockBytes) => {
        const bytes = Buffer.concat(sizes.map((size, index) => record(9, size, index)));
        const records: string[] = [];
        const walk = new RecordWalk({
          littleEndian: true,
          onRecord: (block, at, type, size) => {
            records.push(`${type} ${size} ${block.getUint8(at + size - 1)}`);
            assert.equal(block.memory, bytes.buffer);
          },
        });
        for (let at = 0; at < bytes.length; ) at += walk.pushWhole(bytes.subarray(at, at + blockBytes));
        assert.deepEqual(
          records,
          sizes.map((size, index) => `9 ${size} ${index}`),
        );
        assert.equal(walk.end(), undefined);
      }),
    );
  });

  it("passes over the data that follow a trace record, which are no records", () => {
    const auxtrace = Buffer.concat([record(71, 48, 0, [1000]), new Uint8Array(1000).fill(9), record(9, 16, 5)]);
    const tracingData = Buffer.concat([record(66, 16, 0, [13]), new Uint8Array(16).fill(9), record(9, 16, 5)]);
    for (const cuts of [[], [1], [50, 60, 1040], [20]]) {
      assert.deepEqual(walked(auxtrace, cuts), { records: ["71 48 0", "9 16 5"], end: undefined });
      assert.deepEqual(walked(tracingData, cuts), { records: ["66 16 0", "9 16 5"], end: undefined });
    }
    assert.match(walked(auxtrace.subarray(0, 500)).end ?? "", /ends 548 bytes before the end of its trace data/);
  });

  it("stops at a record of no size, and says so", () => {
    const bytes = Buffer.concat([record(9, 16), record(9, 16), new Uint8Array(16), record(9, 16)]);
    for (const cuts of [[], [33], [36]]) {
      const { records, end } = walked(bytes, cuts);
      assert.equal(records.length, 2);
      assert.match(end ?? "", /^a record of 0 bytes.*: nothing after it can be read$/);
    }
  });

  it("says that the recording ends within a record", () => {
    const { records, end } = walked(Buffer.concat([record(9, 16), record(9, 40).subarray(0, 30)]));
    assert.deepEqual([records, end], [["9 16 0"], "the recording ends within a record, 30 bytes after its start"]);
  });

  it("stops at compressed records that are none", () => {
    const { records, end } = walked(Buffer.concat([record(81, 64, 7), record(9, 16)]));
    assert.deepEqual(records, ["81 64 7"]);
    assert.match(end ?? "", /^compressed records that zstd cannot read/);
  });

  // A zstd frame of one segment of 48 bytes in one block that is not compressed (RFC 8878): three records of 16 bytes.
  it("hands over the records within COMPRESSED and COMPRESSED2, which may begin in one and end in the next", () => {
    const frame = Buffer.concat([Buffer.from("28b52ffd2030810100", "hex"), ...[1, 2, 3].map((fill) => record(9, 16, fill))]);
    const [one, other] = [frame.subarray(0, 20), frame.subarray(20)];
    const plain = (part: Uint8Array) => Buffer.concat([record(81, 8 + part.length).subarray(0, 8), part]);
    const padded = (part: Uint8Array) => {
      const size = Math.ceil((16 + part.length) / 8) * 8;
      const bytes = record(83, size, 0xff, [part.length]);
      bytes.set(part, 16);
      return bytes;
    };
    const inner = ["9 16 1", "9 16 2", "9 16 3"];
    const named = (type: string, { records, end }: ReturnType<typeof walked>) => {
      assert.deepEqual(
        records.filter((each) => !each.startsWith(type)),
        inner,
      );
      assert.equal(end, undefined);
    };
    for (const cuts of [[], [5, 30, 33], [28]]) {
      named("81", walked(Buffer.concat([plain(one), plain(other)]), cuts));
      named("83", walked(Buffer.concat([padded(one), padded(other)]), cuts));
    }
  });
});
