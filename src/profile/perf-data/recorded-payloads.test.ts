// Payloads of tracepoints: of made recordings by value, of real ones against what perf script prints of them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { byteFile } from "../../captures/byte-file.js";
import type { PayloadField, ProfileWithPayloads } from "../perf-script/payload-table.js";
import { parsePerfScript } from "../perf-script.js";
import { attributeBytes, Fields, record } from "./made-recording.js";
import { readPerfData } from "./read-perf-data.js";
import { tracingData } from "./tracing-data.js";

const CAPTURES = process.env.LINERATE_CAPTURES;
const skip = CAPTURES ? false : "set LINERATE_CAPTURES to a folder of captures";
const TIME_AND_RAW = (1 << 2) | (1 << 10);

/** A format file of the kernel, with a field of every kind. */
const FORMAT = `name: net_event
ID: 77
format:
\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

\tfield:const void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;
\tfield:unsigned int order;\toffset:16;\tsize:4;\tsigned:0;
\tfield:int result;\toffset:20;\tsize:4;\tsigned:1;
\tfield:char comm[8];\toffset:24;\tsize:8;\tsigned:0;
\tfield:__u8 saddr[4];\toffset:32;\tsize:4;\tsigned:0;
\tfield:__data_loc char[] name;\toffset:36;\tsize:4;\tsigned:0;
\tfield:__rel_loc char[] peer;\toffset:40;\tsize:4;\tsigned:0;
\tfield:bool on;\toffset:44;\tsize:1;\tsigned:0;

print fmt: "order=%u", REC->order
`;

function tracing(little: boolean, format = FORMAT): Buffer {
  const zeroEnded = (text: string) => Buffer.from(`${text}\0`);
  const sized = (text: string) => new Fields(little).u64(text.length).raw(Buffer.from(text)).bytes();
  const parts = [
    Buffer.from("\x17\x08Dtracing", "latin1"),
    zeroEnded("0.6"),
    Buffer.from([little ? 0 : 1, 8]),
    new Fields(little).u32(4096).bytes(),
    ...["header_page", "header_event"].flatMap((name) => [zeroEnded(name), sized(`of ${name}`)]),
    new Fields(little).u32(1).bytes(),
    sized("name: function\nID: 1\nformat:\n"),
    new Fields(little).u32(1).bytes(),
    zeroEnded("net"),
    new Fields(little).u32(1).bytes(),
    sized(format),
  ];
  return Buffer.concat(parts);
}

function payload(little: boolean): Buffer {
  const fixed = new Fields(little).u16(77, 0).u32(9).u64(0xffff888101020304n).u32(3, -2).raw(Buffer.from("ping\0\0\0\0"));
  // `veth0` at byte 48; the other name 8 bytes behind the end of its field.
  fixed.raw(Uint8Array.of(10, 0, 0, 1)).u32((6 << 16) | 48, (3 << 16) | 10);
  return Buffer.concat([fixed.raw(Uint8Array.of(1, 0, 0, 0)).bytes(), Buffer.from("veth0\0br\0\0\0\0")]);
}

/** A recording in pipe mode of one tracepoint, with one sample for each payload. */
function pipe(little: boolean, { data = tracing(little), payloads = [payload(little)] } = {}): Buffer {
  const attribute = attributeBytes({ type: 2, config: 77, sampleType: TIME_AND_RAW, size: 136 }, little);
  const padded = Buffer.concat([data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
  const samples = payloads.map((bytes, index) =>
    record(
      9,
      new Fields(little)
        .u64(1000 + index)
        .u32(bytes.length)
        .raw(bytes),
    ),
  );
  return Buffer.concat([
    new Fields(little)
      .raw(Buffer.from(little ? "PERFILE2" : "2ELIFREP"))
      .u64(16)
      .bytes(),
    record(64, new Fields(little).raw(attribute).u64(5)),
    record(66, new Fields(little).u32(data.length)),
    padded,
    ...samples,
  ]);
}
const read = (bytes: Uint8Array) => readPerfData(byteFile({ file: "perf.data", bytes }), { payloads: true });
const table = ({ payloads, events }: ProfileWithPayloads, name: string) =>
  payloads?.find(({ event }) => events[event]?.name === name)?.fields ?? [];
const values = (fields: readonly PayloadField[]) => Object.fromEntries(fields.map(({ name, values }) => [name, [...values]]));

describe("readPerfData() with payloads", () => {
  for (const little of [true, false]) {
    it(`decodes a field of every kind by the recorded format, ${little ? "little" : "big"} endian`, async () => {
      const profile = await read(pipe(little, { payloads: [payload(little), payload(little)] }));
      assert.deepEqual(profile.warnings, []);
      assert.deepEqual(values(profile.payloads?.[0]?.fields ?? []), {
        skbaddr: [0xffff888101020304n, 0xffff888101020304n],
        order: [3, 3],
        result: [-2, -2],
        comm: ["ping", "ping"],
        saddr: ["0a000001", "0a000001"],
        name: ["veth0", "veth0"],
        peer: ["br", "br"],
        on: [1, 1],
      });
      assert.deepEqual([...(profile.payloads?.[0]?.sample ?? [])], [0, 1]);
    });
  }

  it("is the same over pieces of any size", async () => {
    const bytes = pipe(true);
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
    }
    const { payloads } = await readPerfData({ file: "perf.data", chunks: chunks() }, { payloads: true });
    assert.deepEqual(payloads, (await read(bytes)).payloads);
  });

  it("has none where they were not asked for, and refuses those of merged samples", async () => {
    const file = byteFile({ file: "perf.data", bytes: pipe(true) });
    assert.equal((await readPerfData(file)).payloads, undefined);
    await assert.rejects(readPerfData(file, { payloads: true, merge: true }), { name: "RangeError", message: /not merged/ });
  });

  it("says what it could not decode: a short payload, a format that is missing or damaged", async () => {
    const messages = async (bytes: Uint8Array) => (await read(bytes)).warnings.map(({ message }) => message);
    assert.deepEqual(await messages(pipe(true, { payloads: [payload(true).subarray(0, 36)] })), [
      "1 payloads are shorter than the format of their tracepoint",
    ]);
    assert.deepEqual(await messages(pipe(true, { data: tracing(true, FORMAT.replace("ID: 77", "ID: 78")) })), [
      "1 payloads are of tracepoints whose format the recording does not have",
    ]);
    const [problem] = await messages(pipe(true, { data: tracing(true, FORMAT.replace("ID: 77", "Id")) }));
    assert.equal(problem, "the formats of tracepoints cannot be read: a tracepoint's format without name and ID");
  });

  it("ends with formats cut or changed anywhere", async () => {
    const data = tracing(true);
    for (let end = 1; end < data.length; end++) assert.throws(() => tracingData(data.subarray(0, end), true), RangeError);
    for (let at = 0; at < data.length; at += 3) {
      const changed = Buffer.from(data);
      changed[at] = (changed[at] as number) ^ 0xff;
      await read(pipe(true, { data: changed }));
    }
  });

  it("agrees with perf script on every field that both have", { skip }, async () => {
    const data = readFileSync(`${CAPTURES}/public/perf-data/local-mm_page_alloc-g.perf.data`);
    const text = readFileSync(`${CAPTURES}/public/perf-script/local-kmem-page-callchain.txt`);
    const [own, printed] = [await read(data), await parsePerfScript({ file: "script.txt", chunks: [text], payloads: true })];
    for (const [name, count] of [
      ["kmem:mm_page_alloc", 279],
      ["kmem:mm_page_free", 68],
    ] as const) {
      const [fields, texts] = [values(table(own, name)), values(table(printed, name))];
      assert.equal(fields.order?.length, count);
      assert.deepEqual(fields.order, texts.order);
      assert.deepEqual(fields.migratetype, texts.migratetype);
      assert.deepEqual(fields.pfn?.map(BigInt), texts.pfn);
    }
    const rows = (profile: ProfileWithPayloads) => profile.payloads?.map(({ sample }) => [...sample]);
    assert.deepEqual(rows(own), rows(printed));
  });
});
