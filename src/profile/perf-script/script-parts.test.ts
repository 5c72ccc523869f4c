// A text in parts is the text: the reading of it on one thread is the reference.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { type ByteFile, byteFile, openByteFile } from "../../captures/byte-file.js";
import { parsePerfScript } from "../perf-script.js";
import type { Profile } from "../profile.js";
import { partStarts, readScriptInParts } from "./script-parts.js";

const CAPTURES = process.env.LINERATE_CAPTURES;
const skip = CAPTURES ? false : "set LINERATE_CAPTURES to a folder of captures";
const specimens = fileURLToPath(new URL("../../../data/specimens/perf-script/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
after(() => rmSync(folder, { recursive: true }));

const inOne = (bytes: Uint8Array): Promise<Profile> => parsePerfScript({ file: "a.txt", chunks: [bytes], merge: true });

/** The text in parts of some bytes, on threads; how many there were. */
async function inParts(bytes: Uint8Array, smallestBytes: number): Promise<{ profile: Profile | undefined; parts: number }> {
  const path = join(folder, "a.txt");
  writeFileSync(path, bytes);
  const source = openByteFile(path) as ByteFile;
  try {
    const starts = partStarts(source, { threads: 4, smallestBytes });
    return { profile: await readScriptInParts({ ...source, file: "a.txt" }, { starts }), parts: starts.length };
  } finally {
    source.close();
  }
}

const read = (path: string) => (path.endsWith(".gz") ? gunzipSync(readFileSync(path)) : readFileSync(path));
const textsIn = (path: string) =>
  readdirSync(path)
    .filter((name) => /\.txt(?:\.gz)?$/.test(name))
    .map((name) => ({ name, bytes: read(join(path, name)) }));

/** Long enough for parts that are: the layout of the heads comes from the first 64 KiB. */
const PART_BYTES = 80_000;

function repeated(bytes: Uint8Array): Buffer {
  const text = Buffer.from(bytes);
  const withoutHeader = Buffer.from(text.toString("latin1").replace(/^#.*\r?\n/gm, ""), "latin1");
  const copies = Math.ceil((4 * PART_BYTES) / Math.max(1, withoutHeader.length));
  return Buffer.concat([text, ...Array.from({ length: copies }, () => [Buffer.from("\n"), withoutHeader]).flat()]);
}

async function assertSame(texts: readonly { name: string; bytes: Uint8Array }[]): Promise<number> {
  let apart = 0;
  for (const { name, bytes } of texts) {
    const long = repeated(bytes);
    const whole = await inOne(long).catch((error) => error as Error);
    const { profile, parts } = await inParts(long, PART_BYTES).catch((error) => ({ profile: error as Error, parts: 1 }));
    if (profile) assert.deepEqual(profile, whole, name);
    if (profile && parts > 1) apart += 1;
  }
  return apart;
}

const sample = (n: number, head = "10 cycles:") =>
  `ping ${n} [001] 5.00000${n}: ${head}\n\tffffffff81e659c${n} memset+0x${n} ([kernel.kallsyms])\n\t 4f2 main (/bin/ping)\n\n`;
const many = (...texts: string[]) => Buffer.from(texts.join(""));

describe("a text of perf script in parts", () => {
  it("is the same profile to every id: the specimens, apart or whole", async () => {
    assert.ok((await assertSame(textsIn(specimens))) >= 1);
  });

  it("is the same profile: the texts of many projects", { skip }, async () => {
    assert.ok((await assertSame(textsIn(join(CAPTURES ?? "", "public", "perf-script")))) >= 20);
  });

  const long = Array.from({ length: 1000 }, (_, n) => sample(n % 10));

  it("has the origin of its times, its losses, and the line of its end", async () => {
    const lost = "perf 1 [000] 6.000000: PERF_RECORD_LOST lost 7\n\n";
    const text = many("# hostname : dut\n", ...long, lost, ...long, sample(4).trimEnd());
    const { profile, parts } = await inParts(text, PART_BYTES);
    assert.ok(parts > 1);
    assert.deepEqual(profile, await inOne(text));
    assert.equal(profile?.quality.lostRecords, 7);
    assert.equal(profile?.warnings.length, 2);
  });

  for (const [name, last] of Object.entries({
    "a head that lacks what others of its event have": sample(3, "cycles:"),
    "a line of no sample": `$ ls\n${sample(3)}`,
  })) {
    it(`is not read in parts with ${name} behind the first`, async () => {
      const { profile, parts } = await inParts(many(...long, ...long, last), PART_BYTES);
      assert.ok(parts > 1);
      assert.equal(profile, undefined);
    });
  }

  it("is not read in parts where one would begin within a sample", async () => {
    const odd = sample(3).replace(":\n", ":\n\n");
    const { profile } = await inParts(many(...long, ...Array.from({ length: 2000 }, () => odd)), PART_BYTES);
    assert.deepEqual(profile, await inOne(many(...long, ...Array.from({ length: 2000 }, () => odd))));
  });

  it("tells who looks on how many bytes its threads have read", async () => {
    const path = join(folder, "b.txt");
    writeFileSync(path, many(...long, ...long));
    const source = openByteFile(path) as ByteFile;
    const starts = partStarts(source, { threads: 3, smallestBytes: PART_BYTES / 2 });
    let othersBytes = () => 0;
    const noteOthers = (readBytes: () => number) => {
      othersBytes = readBytes;
    };
    await readScriptInParts({ ...source, noteOthers }, { starts });
    source.close();
    assert.ok(starts.length > 2);
    assert.equal(othersBytes(), source.sizeBytes - (starts[1] as number));
  });

  it("begins with a head after a blank line", () => {
    const bytes = many(sample(1), sample(2), sample(3), sample(4));
    const starts = partStarts(byteFile({ file: "a.txt", bytes }), { threads: 4, smallestBytes: 100 });
    assert.ok(starts.length > 1);
    for (const start of starts) assert.match(bytes.toString("utf8", start, start + 6), /^ping \d/);
  });
});
