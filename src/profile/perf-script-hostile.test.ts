// What the reader must bear: any cut of the bytes into chunks, texts cut short, changed bytes, lines without end.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ParseError } from "../captures/parse-error.js";
import { fold } from "./fold.js";
import { parsePerfScript } from "./perf-script.js";
import type { Profile } from "./profile.js";

const folder = new URL("../../data/specimens/perf-script/", import.meta.url);
const specimens = readdirSync(folder).map((name) => ({ name, bytes: readFileSync(new URL(name, folder)) }));
const anySpecimen = fc.constantFrom(...specimens);
const parse = (...chunks: Uint8Array[]) => parsePerfScript({ file: "script.txt", chunks, payloads: true });

/** The profile, or undefined for a ParseError; any other error fails the test. */
async function parseOrRefuse(bytes: Uint8Array): Promise<Profile | undefined> {
  try {
    return await parse(bytes);
  } catch (error) {
    assert.ok(error instanceof ParseError, String(error));
    return undefined;
  }
}

describe("parsePerfScript() under stress", () => {
  it("gives the same profile however the bytes are cut into chunks", async () => {
    await fc.assert(
      fc.asyncProperty(anySpecimen, fc.array(fc.nat(3000), { maxLength: 20 }), async ({ bytes }, cuts) => {
        const ends = [...new Set([...cuts.filter((cut) => cut < bytes.length), bytes.length])].sort((a, b) => a - b);
        const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        assert.deepEqual(await parse(...chunks), await parse(bytes));
      }),
    );
    for (const { bytes } of specimens) {
      assert.deepEqual(await parse(...Array.from(bytes, (byte) => Uint8Array.of(byte))), await parse(bytes));
    }
  });

  it("gives the same profile of a text that a mail quotes, however its bytes are cut into chunks", async () => {
    const withoutLines = ({ quality, warnings, ...profile }: Profile) => ({ ...profile, skippedLines: quality.skippedLines });
    for (const { name, bytes } of specimens) {
      const text = bytes.toString("latin1");
      for (const mark of ["> ", ">", "> > ", ">> "]) {
        const quoted = Buffer.from(text.replaceAll(/^(?!$)/gm, mark), "latin1");
        for (const bytes of [1, 997, quoted.length]) {
          const chunks = Array.from({ length: Math.ceil(quoted.length / bytes) }, (_, index) =>
            quoted.subarray(index * bytes, (index + 1) * bytes),
          );
          assert.deepEqual(withoutLines(await parse(...chunks)), withoutLines(await parse(Buffer.from(text, "latin1"))), name);
        }
      }
    }
  });

  it("takes chunks and a text longer than its buffer", async () => {
    const sample = "dut 7 [000] 1.000000: 5 cycles:\n\tffffffff81e659c0 memset ([kernel.kallsyms])\n\n";
    const bytes = Buffer.from(sample.repeat(50_000));
    const { samples, frames, quality } = await parse(bytes);
    assert.deepEqual([samples.length, frames.length, quality.skippedLines], [50_000, 1, 0]);
  });

  it("cut short at every percent: an error, or a warning unless the cut is between two lines", async () => {
    for (const { name, bytes } of specimens) {
      const whole = await parse(bytes);
      for (let percent = 0; percent < 100; percent++) {
        const length = Math.floor((bytes.length * percent) / 100);
        const cut = await parseOrRefuse(bytes.subarray(0, length));
        if (!cut) continue;
        assert.ok(cut.samples.length <= whole.samples.length);
        const unended = bytes[length - 1] !== 0x0a;
        assert.ok(!unended || cut.warnings.some(({ message }) => /no line end/.test(message)), `${name} at ${length}`);
      }
    }
  });

  it("with changed bytes: an error or a profile in which every sample is decoded, refused or among the skipped lines", async () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(anySpecimen, changes, async ({ bytes }, changed) => {
        const copy = Buffer.from(bytes);
        for (const [place, byte] of changed) copy[place % copy.length] = byte;
        const profile = await parseOrRefuse(copy);
        if (!profile) return;
        const decoded = profile.events.reduce((sum, event) => sum + event.decoded, 0);
        assert.equal(decoded, profile.samples.length);
        for (const { name } of profile.events) fold(profile, { event: name });
      }),
      { numRuns: 1000 },
    );
  });

  it("refuses a text in which nearly every head has an event of its own", async () => {
    const heads = Array.from({ length: 5000 }, (_, at) => `dut 7 [000] 1.0000: 5 e${at}:\n\tffffffff81e659c0 memset ([k])\n\n`);
    await assert.rejects(
      parse(Buffer.from(heads.join(""))),
      /^ParseError: script\.txt:12001: expected no more than 4000 events: /,
    );
  });

  it("any bytes: an error or a profile", async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => void (await parseOrRefuse(bytes))));
  });

  it("reads lines of a megabyte in time linear in them, and skips what is longer than its buffer", async () => {
    const head = "dut 7 [000] 1.000000: 5 cycles:\n\tffffffff81e659c0 memset ([kernel.kallsyms])\n";
    const pieces = ["(", ")", " ", "a ", ": ", "1 ", "+0x", "\t0 ", "|", "x/P/-/-/", " (x) => ", "1.0: ", "a=b "];
    for (const piece of pieces) {
      for (const start of ["", "\t12ab ", "dut 7 [000] 2.000000: 5 cycles: ", "dut 7 [000] 2.000000: ab:cd: ", "# a : "]) {
        const long = start + piece.repeat(Math.ceil(1_000_000 / piece.length));
        const { samples } = await parse(Buffer.from(`${head}${long}\n\n${head}`));
        assert.ok(samples.length >= 2, JSON.stringify([start, piece]));
      }
    }
    const { quality, samples } = await parse(Buffer.from(head), Buffer.alloc(5_000_000, "x"), Buffer.from(`\n\n${head}`));
    assert.deepEqual([samples.length, quality.skippedLines, quality.skipped[0]?.line], [2, 1, 3]);
  });
});
