// A recording in parts is the recording: the reading of it on one thread is the reference.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { type ByteFile, byteFile, openByteFile } from "../../captures/byte-file.js";
import { type Kallsyms, parseKallsyms } from "../kallsyms.js";
import type { Profile } from "../profile.js";
import { looksLikePerfData, recordsOf } from "./file-header.js";
import { Fields, file as fileOf, record, type Word } from "./made-recording.js";
import { RecordingFile } from "./recording-file.js";
import { partEnds, readInParts, readPart } from "./recording-parts.js";

const CAPTURES = process.env.LINERATE_CAPTURES;
const skip = CAPTURES ? false : "set LINERATE_CAPTURES to a folder of captures";
const specimen = fileURLToPath(new URL("../../../data/specimens/perf-data/nic_eth0", import.meta.url));

const load = (path: string): Uint8Array => (path.endsWith(".gz") ? gunzipSync(readFileSync(path)) : readFileSync(path));
const source = (path: string): ByteFile => byteFile({ file: basename(path), bytes: load(path) });
const beginning = (file: ByteFile): Uint8Array => {
  const bytes = new Uint8Array(8);
  return bytes.subarray(0, file.read(0, bytes));
};
const kallsymsOf = (path: string): Kallsyms => parseKallsyms({ file: "kallsyms", bytes: readFileSync(path) });

interface Options {
  readonly kallsyms?: Kallsyms | undefined;
  readonly merge: boolean;
}

function inOne(source: ByteFile, options: Options): Profile {
  const file = new RecordingFile(source, options);
  file.read([recordsOf(source).end]);
  return file.finish([]);
}

/** In parts that end anywhere, within records too, one after the other on this thread. */
function inMany(source: ByteFile, count: number, options: Options): Profile {
  const file = new RecordingFile(source, options);
  const { start, end } = recordsOf(source);
  const ends = Array.from({ length: count }, (_, part) => Math.round(start + ((end - start) * (part + 1)) / count));
  const { kallsyms, merge } = options;
  const parts = ends.slice(0, -1).map((_, part) => readPart(source, { kallsyms, merge, ends: ends.slice(0, part + 1) }));
  file.read(ends);
  return file.finish(parts);
}

function assertSameInParts(source: ByteFile, kallsyms?: Kallsyms): void {
  for (const merge of [true, false]) {
    const whole = inOne(source, { kallsyms, merge });
    for (const count of [2, 3, 17]) assert.deepEqual(inMany(source, count, { kallsyms, merge }), whole);
  }
}

describe("a recording in parts", () => {
  it("is the same profile to every id, with the kernel's symbols and without", () => {
    assertSameInParts(source(`${specimen}.perf.data.gz`), kallsymsOf(`${specimen}.kallsyms.gz`));
    assertSameInParts(source(`${specimen}.perf.data.gz`));
  });

  it("is the same for all shared recordings", { skip }, () => {
    const folder = `${CAPTURES}/public/perf-data`;
    const sources = readdirSync(folder).map((name) => source(`${folder}/${name}`));
    const recordings = sources.filter((file) => looksLikePerfData(beginning(file)));
    assert.ok(recordings.length > 20);
    for (const recording of recordings) assertSameInParts(recording);
    for (const name of ["net-small", "net-light"]) {
      assertSameInParts(source(`${CAPTURES}/veth-6.18/${name}.perf.data.gz`), kallsymsOf(`${CAPTURES}/veth-6.18/kallsyms.gz`));
    }
  });

  it("counts what no part alone can: threads without a name, damaged chains, samples without a time, and of unknown events", () => {
    const [IP, TID, TIME, CHAIN, ID] = [1, 2, 4, 32, 64];
    const CONTEXT_USER = -512;
    const sample = (tid: number, time: number, id: number, chain: Word[]) =>
      record(
        9,
        new Fields()
          .u64(0x1000 + tid)
          .u32(7, tid)
          .u64(time, id, chain.length, ...chain),
        2,
      );
    const comm = (tid: number, time: number, name: string) =>
      record(3, new Fields().u32(7, tid).text(name).u32(7, tid).u64(time, 1));
    const round = record(68, new Fields());
    const records = Array.from({ length: 40 }, (_, step) => [
      sample(step % 5, 1000 + 10 * step, 1 + (step % 3), step % 4 === 0 ? [CONTEXT_USER] : [0x2000 + step, 0x3000]),
      ...(step % 7 === 0 ? [comm(step % 5, 1005 + 10 * step, `name${step}`)] : []),
      ...(step === 30 ? [sample(1, 0, 1, [])] : []),
      ...(step % 6 === 5 ? [round] : []),
    ]).flat();
    const sampleType = IP | TID | TIME | CHAIN | ID;
    const made = byteFile({
      file: "made",
      bytes: fileOf(
        [
          { sampleType, ids: [1] },
          { sampleType, ids: [2] },
        ],
        records,
      ),
    });
    const whole = inOne(made, { merge: true });
    assert.match(
      whole.warnings.map(({ message }) => message).join(),
      /id of an event.*chains are damaged or empty.*have no time/s,
    );
    assertSameInParts(made);
  });
});

describe("readInParts()", () => {
  let folder: string;
  let file: ByteFile;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "linerate-parts-"));
    writeFileSync(join(folder, "perf.data"), load(`${specimen}.perf.data.gz`));
    file = openByteFile(join(folder, "perf.data")) as ByteFile;
  });
  after(() => {
    file.close();
    rmSync(folder, { recursive: true });
  });
  const ends = () => {
    const { start, end } = recordsOf(file);
    return [start + 100_000, start + 300_000, end];
  };

  it("reads on three threads what one reads", async () => {
    const kallsyms = kallsymsOf(`${specimen}.kallsyms.gz`);
    for (const merge of [true, false]) {
      const onThreads = await readInParts(file, { ends: ends(), merge, kallsyms: async () => kallsyms });
      assert.deepEqual(onThreads, inOne(file, { kallsyms, merge }));
    }
  });

  it("is refused the same", async () => {
    const bytes = new TextEncoder().encode("ffffffff81000000 T _text\nffffffff81000000 T _stext\n");
    const kallsyms = parseKallsyms({ file: "kallsyms", bytes });
    const refusal = { name: "CaptureError", problem: "format", message: /expected the kallsyms of the recorded boot/ };
    assert.throws(() => inOne(file, { kallsyms, merge: true }), refusal);
    await assert.rejects(readInParts(file, { ends: ends(), merge: true, kallsyms: async () => kallsyms }), refusal);
  });

  it("gives nothing where a thread cannot read", async () => {
    const { descriptor: _, ...closed } = file;
    assert.equal(await readInParts(closed, { ends: ends(), merge: true, kallsyms: async () => undefined }), undefined);
  });
});

describe("partEnds()", () => {
  it("splits what is worth it into parts of whole blocks, for two threads at most, the first the larger", () => {
    const end = 104 + 4_000_000_000;
    assert.deepEqual(partEnds({ start: 104, end, threads: 1 }), [end]);
    assert.deepEqual(partEnds({ start: 104, end: 300_000_000, threads: 8 }), [300_000_000]);
    const ends = partEnds({ start: 104, end, threads: 8 });
    assert.equal(ends.length, 2);
    assert.equal(ends[1], end);
    const sizes = ends.map((position, part) => position - (ends[part - 1] ?? 104));
    assert.deepEqual(
      sizes,
      sizes.toSorted((one, other) => other - one),
    );
    for (const position of ends.slice(0, -1)) assert.equal((position - 104) % (256 * 1024), 0);
  });
});
