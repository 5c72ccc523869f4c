// What the loop takes is what is added without it: reading record by record is the reference.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { type ByteFile, byteFile } from "../../captures/byte-file.js";
import { CaptureError } from "../../captures/capture-error.js";
import { seededRandom } from "../../statistics/seeded-random.js";
import { type Kallsyms, parseKallsyms } from "../kallsyms.js";
import type { Profile } from "../profile.js";
import { looksLikePerfData } from "./file-header.js";
import { Fields, file as fileOf, record, shortened, type Word } from "./made-recording.js";
import { readRecordingFile } from "./recording-file.js";

const CAPTURES = process.env.LINERATE_CAPTURES;
const skip = CAPTURES ? false : "set LINERATE_CAPTURES to a folder of captures";
const specimen = fileURLToPath(new URL("../../../data/specimens/perf-data/nic_eth0", import.meta.url));

const load = (path: string): Buffer => (path.endsWith(".gz") ? gunzipSync(readFileSync(path)) : readFileSync(path));
const source = (path: string): ByteFile => byteFile({ file: basename(path), bytes: load(path) });
const kallsymsOf = (path: string): Kallsyms => parseKallsyms({ file: "kallsyms", bytes: readFileSync(path) });

interface Options {
  readonly kallsyms?: Kallsyms | undefined;
  readonly merge: boolean;
  readonly loop: boolean;
}

/** The profile of a recording, or why it is refused. */
function profileOf(source: ByteFile, options: Options): Profile | string {
  try {
    return readRecordingFile(source, options);
  } catch (error) {
    assert.ok(error instanceof CaptureError, String(error));
    return error.message;
  }
}

function assertSame(source: ByteFile, kallsyms?: Kallsyms): void {
  for (const merge of [true, false]) {
    const options = { kallsyms, merge };
    assert.deepEqual(profileOf(source, { ...options, loop: true }), profileOf(source, { ...options, loop: false }));
  }
}

const [IP, TID, TIME, CHAIN, ID, CPU, PERIOD] = [1, 2, 4, 32, 64, 128, 256];
const PLAIN = IP | TID | TIME | CHAIN | ID | CPU | PERIOD;
const [KERNEL, USER] = [-128, -512];

/** A sample of the plain layout. */
function sample(fields: { pid: number; tid: number; time: Word; id: Word; cpu: number; chain: Word[]; mode: number }): Buffer {
  const { pid, tid, time, id, cpu, chain, mode } = fields;
  const bytes = new Fields()
    .u64(0x1000)
    .u32(pid, tid)
    .u64(time, id)
    .u32(cpu, 0)
    .u64(100n, chain.length, ...chain);
  return record(9, bytes, mode);
}

const PAGE = 4096n;
const VSYSCALL = 0xffff_ffff_ff60_0000n;

const trailer = (fields: Fields, tid: number, time: Word): Fields => fields.u32(1, tid).u64(time, 1n).u32(0, 0);

/** Recordings of any records, with chains of some addresses and mappings of some places. */
function assertSameWhere(places: {
  address: fc.Arbitrary<bigint>;
  start: fc.Arbitrary<bigint>;
  length: fc.Arbitrary<bigint>;
}): void {
  const user = (maxLength: number) => fc.array(places.address, { maxLength });
  const someSample = fc
    .record({
      pid: fc.constantFrom(-1, 0, 7, 8),
      tid: fc.constantFrom(0, 7, 8, 9),
      // Beyond 2^53 ns, too; 0 is none.
      time: fc.oneof(fc.bigInt(1n, 50n), fc.constantFrom(0n, 2n ** 53n + 1n, 2n ** 63n + 12345n)),
      id: fc.constantFrom(1n, 2n, 3n),
      cpu: fc.nat(2),
      chain: fc.oneof(
        user(6).map((user): Word[] => [USER, ...user]),
        user(3).map((kernel): Word[] => [KERNEL, ...kernel]),
        fc
          .tuple(fc.array(fc.bigInt(-3n, -1n), { maxLength: 3 }), user(2))
          .map(([kernel, user]): Word[] => [KERNEL, ...kernel.map((low) => low - 0x10000n), USER, ...user]),
        fc.array(fc.constantFrom<Word>(KERNEL, USER, -2048, -640, 0x4000, 0x4001), { maxLength: 5 }),
      ),
      mode: fc.nat(7),
    })
    .map(sample);
  const anotherRecord = fc.oneof(
    fc
      .tuple(fc.nat(9), fc.bigInt(1n, 50n), fc.string({ maxLength: 3 }))
      .map(([tid, time, name]) => record(3, trailer(new Fields().u32(7, tid).text(name), tid, time))),
    fc
      .tuple(fc.nat(9), fc.nat(9), fc.nat(9), fc.bigInt(1n, 50n))
      .map(([pid, tid, parent, time]) => record(7, trailer(new Fields().u32(pid, parent, tid, parent).u64(time), tid, time))),
    fc
      .tuple(fc.constantFrom(0, 7, 8), fc.bigInt(1n, 50n), places.start, places.length)
      .map(([pid, time, start, length]) =>
        record(1, trailer(new Fields().u32(pid, pid).u64(start, length, 0).text(`f${start}`), pid, time), 2),
      ),
    fc
      .tuple(fc.constantFrom("[m1]", "[m2]"), fc.bigInt(1n, 50n), fc.bigInt(-3n, -1n), fc.bigInt(1n, 2n))
      .map(([name, time, place, length]) =>
        record(
          1,
          trailer(
            new Fields()
              .u32(-1, 0)
              .u64(place - 0x10000n, length, 0)
              .text(name),
            0,
            time,
          ),
          1,
        ),
      ),
    fc.constant(record(68, new Fields())),
  );
  // Long enough for the loop to meet again what it has seen.
  const anything = fc.oneof({ weight: 9, arbitrary: someSample }, { weight: 1, arbitrary: anotherRecord });
  const events = [
    { sampleType: PLAIN, ids: [1] },
    { sampleType: PLAIN, config: 1, ids: [2] },
  ];
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 100, size: "max" }), (records) => {
      assertSame(byteFile({ file: "made", bytes: fileOf(events, records) }));
    }),
    { numRuns: 100 },
  );
}

describe("samples that the loop takes", () => {
  it("give the same profile to every id, with the kernel's symbols and without", () => {
    assertSame(source(`${specimen}.perf.data.gz`), kallsymsOf(`${specimen}.kallsyms.gz`));
    assertSame(source(`${specimen}.perf.data.gz`));
  });

  it("give the same for all shared recordings", { skip }, () => {
    const folder = `${CAPTURES}/public/perf-data`;
    const recordings = readdirSync(folder)
      .map((name) => source(`${folder}/${name}`))
      .filter((file) => {
        const bytes = new Uint8Array(8);
        return looksLikePerfData(bytes.subarray(0, file.read(0, bytes)));
      });
    assert.ok(recordings.length > 20);
    for (const recording of recordings) assertSame(recording);
    for (const name of ["net-small", "net-light"]) {
      assertSame(source(`${CAPTURES}/veth-6.18/${name}.perf.data.gz`), kallsymsOf(`${CAPTURES}/veth-6.18/kallsyms.gz`));
    }
  });

  it("are those before a record of another kind, with what was known of threads then", () => {
    assertSameWhere({ address: fc.bigInt(0x4000n, 0x4008n), start: fc.bigInt(0x4000n, 0x4008n), length: fc.bigInt(1n, 8n) });
  });

  it("have as callers what is mapped in whole pages, far apart too", () => {
    const page = fc.oneof(
      fc.bigInt(4n, 9n).map((number) => number * PAGE),
      fc.constantFrom(0x7fff_0000_0000n, VSYSCALL),
    );
    assertSameWhere({
      address: fc.tuple(page, fc.constantFrom(0n, 1n, PAGE - 1n)).map(([start, place]) => start + place),
      start: page,
      length: fc.bigInt(1n, 3n).map((pages) => pages * PAGE),
    });
  });

  it("are the same where they are more, and more varied, than the loop keeps", () => {
    // 240,000 samples in 40 MB without rounds: half of them of random callers, half of a few; one in 100 a little out of order, one in
    // 5,000 too late, and one in 1000 followed by a record of another kind.
    const random = seededRandom(1);
    const next = (below: number): number => Math.floor(random() * below);
    const kernel = (place: number): bigint => 0xffff_ffff_8000_0000n + BigInt(place);
    const callers = (): bigint[] => Array.from({ length: 8 }, () => kernel(4096 * next(300)));
    const few = Array.from({ length: 20 }, callers);
    const records: Buffer[] = [];
    for (let index = 0; index < 240_000; index++) {
      const late = next(5000) === 0 ? index : next(100) === 0 ? next(1000) : 0;
      const chain: Word[] = [KERNEL, kernel(4096 * next(40) + next(3)), ...(next(2) === 0 ? callers() : (few[next(20)] ?? []))];
      records.push(sample({ pid: 7, tid: 7 + next(3), time: 1000 + index - late, id: 1n, cpu: next(2), chain, mode: 1 }));
      if (next(1000) === 0) records.push(record(3, trailer(new Fields().u32(7, 7).text(`n${index}`), 7, 1000 + index)));
    }
    const symbols = Array.from({ length: 300 }, (_, symbol) => `${kernel(4096 * symbol).toString(16)} t f${symbol}\n`).join("");
    const kallsyms = parseKallsyms({ file: "kallsyms", bytes: Buffer.from(symbols) });
    const varied = byteFile({ file: "varied", bytes: fileOf([{ sampleType: PLAIN, ids: [1] }], records) });
    const profile = readRecordingFile(varied, { kallsyms, merge: true });
    assert.ok(profile.samples.length > 65_536);
    assert.ok(profile.warnings.some(({ message }) => /came out of order/.test(message)));
    assertSame(varied, kallsyms);
  });

  it("are the same when the recording is cut short anywhere, or one byte of it is wrong, 10,000 times", () => {
    const short = shortened(load(`${specimen}.perf.data.gz`), 16 * 1024);
    for (let length = 0; length < short.length; length += 61) {
      assertSame(byteFile({ file: "cut", bytes: short.subarray(0, length) }));
    }
    const change = fc.tuple(fc.nat(short.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(change, ([place, flip]) => {
        const bytes = Buffer.from(short);
        bytes[place] = (bytes[place] as number) ^ flip;
        const damaged = byteFile({ file: "damaged", bytes });
        assert.deepEqual(profileOf(damaged, { merge: true, loop: true }), profileOf(damaged, { merge: true, loop: false }));
      }),
      { numRuns: 10_000 },
    );
  });
});
