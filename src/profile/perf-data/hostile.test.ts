// Damaged recordings: a result, with a warning where the damage shows, or a CaptureError; never another error, a hang, or
// memory out of bounds.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { byteFile } from "../../captures/byte-file.js";
import { CaptureError } from "../../captures/capture-error.js";
import type { Profile } from "../profile.js";
import { Fields, file, record, shortened } from "./made-recording.js";
import { readPerfData } from "./read-perf-data.js";

const CAPTURES = process.env.LINERATE_CAPTURES;
const specimen = fileURLToPath(new URL("../../../data/specimens/perf-data/nic_eth0.perf.data.gz", import.meta.url));
const whole = gunzipSync(readFileSync(specimen));
const MOST_BYTES = 512 * 2 ** 20;

/** The profile of damaged bytes; undefined where they are refused as they should. */
async function survived(bytes: Uint8Array): Promise<Profile | undefined> {
  try {
    return await readPerfData(byteFile({ file: "damaged", bytes }));
  } catch (error) {
    assert.ok(error instanceof CaptureError, String(error));
    assert.equal(error.problem, "format");
    return undefined;
  }
}

const samplesOf = ({ events }: Profile) => events.reduce((sum, { decoded, refused }) => sum + decoded + refused, 0);
const recordsOf = ({ quality }: Profile) => quality.records?.find(({ type }) => type === "SAMPLE")?.count ?? 0;

describe("a recording that is cut short", () => {
  it("at every 1 %: what is whole is read, the rest is announced; less than a header is refused", async () => {
    const data = Number(whole.readBigUInt64LE(40)) + Number(whole.readBigUInt64LE(48));
    let before = 0;
    for (let percent = 0; percent < 100; percent++) {
      const length = Math.floor((whole.length * percent) / 100);
      const profile = await survived(whole.subarray(0, length));
      assert.equal(profile === undefined, percent === 0);
      if (!profile) continue;
      assert.equal(samplesOf(profile), recordsOf(profile));
      assert.ok(samplesOf(profile) >= before, `${percent} %`);
      before = samplesOf(profile);
      assert.equal(
        profile.warnings.some(({ message }) => message.startsWith("the file is cut short")),
        length < data,
      );
    }
    assert.ok(before > 4900 && before <= 4979, String(before));
  });

  it("anywhere within its header", async () => {
    for (let length = 0; length < 500; length++) await survived(whole.subarray(0, length));
  });
});

describe("a recording with wrong bytes", () => {
  it("10,000 times one anywhere: every sample record is decoded or refused, or the file is", async () => {
    const short = shortened(whole, 16 * 1024);
    const change = fc.tuple(fc.nat(short.length - 1), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(change, async ([place, flip]) => {
        const damaged = Buffer.from(short);
        damaged[place] = (damaged[place] as number) ^ flip;
        const profile = await survived(damaged);
        if (profile) assert.equal(samplesOf(profile), recordsOf(profile));
      }),
      { numRuns: 10_000 },
    );
    assert.ok(process.resourceUsage().maxRSS * 1024 < MOST_BYTES);
  });

  it("many at once, in the header and its features", async () => {
    const features = Number(whole.readBigUInt64LE(40)) + Number(whole.readBigUInt64LE(48));
    const place = fc.oneof(fc.integer({ min: 8, max: 424 }), fc.integer({ min: features, max: whole.length - 1 }));
    const short = Buffer.from(whole);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 20 }), async (changes) => {
        const damaged = Buffer.from(short);
        for (const [at, value] of changes) damaged[at] = value;
        await survived(damaged);
      }),
      { numRuns: 200 },
    );
    assert.ok(process.resourceUsage().maxRSS * 1024 < MOST_BYTES);
  });

  it("in compressed records and in a pipe", {
    skip: CAPTURES ? false : "set LINERATE_CAPTURES to a folder of captures",
  }, async () => {
    for (const name of ["lpd-sleep.compressed.data", "lpd-sleep.compressed.pipe.data", "lpd-fibo.compressed2.pipe.data"]) {
      const original = readFileSync(`${CAPTURES}/public/perf-data/${name}`);
      const change = fc.tuple(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 }));
      await fc.assert(
        fc.asyncProperty(change, async ([place, flip]) => {
          const damaged = Buffer.from(original);
          damaged[place] = (damaged[place] as number) ^ flip;
          await survived(damaged);
        }),
        { numRuns: 300 },
      );
    }
    assert.ok(process.resourceUsage().maxRSS * 1024 < MOST_BYTES);
  });
});

describe("a recording made to do harm", () => {
  const TIMED = 1 | 2 | 4; // IP, TID, TIME
  const trailer = (time: number) => new Fields().u32(1, 1).u64(time).bytes();
  const mmap = (pid: number, start: number, time: number) =>
    record(1, new Fields().u32(pid, pid).u64(start, 4096, 0).text("x").raw(trailer(time)), 2);
  const fork = (pid: number, parent: number, time: number) =>
    record(7, new Fields().u32(pid, parent, pid, parent).u64(time).raw(trailer(time)));

  it("more mappings of one process than there can be, in no order", async () => {
    const one = mmap(1, 0, 1);
    const records = Buffer.alloc(one.length * 80_000);
    for (let index = 0; index < 80_000; index++) {
      one.writeBigUInt64LE(BigInt(4096 * ((index * 7919) % 80_000)), 16);
      records.set(one, index * one.length);
    }
    const profile = await survived(file([{ sampleType: TIMED }], [records]));
    assert.match(profile?.warnings[0]?.message ?? "", /mappings are more than this reader keeps/);
  });

  it("a process with many mappings that forks all the time, each child mapping something", async () => {
    const records: Uint8Array[] = [];
    for (let index = 0; index < 20_000; index++) records.push(mmap(1, 4096 * index, 1));
    for (let child = 2; child < 4000; child++) records.push(fork(child, 1, child), mmap(child, 2048, child));
    const profile = await survived(file([{ sampleType: TIMED }], records));
    assert.match(profile?.warnings[0]?.message ?? "", /mappings are more than this reader keeps/);
    assert.ok(process.resourceUsage().maxRSS * 1024 < MOST_BYTES);
  });

  it("attributes that all claim the whole file as their ids", async () => {
    const recording = file(
      Array.from({ length: 1000 }, () => ({ sampleType: 1 })),
      [],
    );
    for (let event = 0; event < 1000; event++) {
      recording.writeBigUInt64LE(0n, 104 + 152 * event + 136);
      recording.writeBigUInt64LE(BigInt(recording.length), 104 + 152 * event + 144);
    }
    await survived(recording);
  });

  it("sizes of 2^63 in every place of the header", async () => {
    for (let place = 8; place < 104; place += 8) {
      const recording = file([{ sampleType: TIMED }], [mmap(1, 0, 1)]);
      recording.writeBigUInt64LE(2n ** 63n, place);
      await survived(recording);
    }
  });
});
