import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { CaptureError, type CaptureProblem } from "./capture-error.js";
import { MAX_TEXT_BYTES, MAX_TEXT_LINES, openCapture, readCapture } from "./read-capture.js";

const folder = mkdtempSync(join(tmpdir(), "linerate-"));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
function file(bytes: string | Uint8Array): string {
  files += 1;
  const path = join(folder, `capture-${files}`); // compression is told by the bytes, so no name helps
  writeFileSync(path, bytes);
  return path;
}
const textOf = async (path: string) => (await openCapture(path)).text();
const refused = (path: string, problem: CaptureProblem, message: RegExp) =>
  assert.rejects(textOf(path), (error) => {
    assert.ok(error instanceof CaptureError);
    assert.equal(error.problem, problem);
    assert.ok(error.message.startsWith(`${path}: `));
    assert.match(error.message, message);
    return true;
  });

/** A zstd frame of one raw block, RFC 8878: magic, single segment with a size of one byte, size, block header, content. */
function zstdFrame(content: string): Uint8Array {
  const size = Buffer.byteLength(content);
  const block = (size << 3) | 1;
  return Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, size, block, block >> 8, block >> 16]),
    Buffer.from(content),
  ]);
}

describe("openCapture()", () => {
  it("reads plain text, gzip of several members and zstd of several frames alike", async () => {
    const text = "NIC statistics:\n     tx: 1\n";
    assert.equal((await textOf(file(text))).text, text);
    assert.equal((await textOf(file(Buffer.concat([gzipSync(text), gzipSync(text)])))).text, text + text);
    assert.equal((await textOf(file(Buffer.concat([zstdFrame(text), zstdFrame(text)])))).text, text + text);
  });

  it("reads what the zstd program wrote", async () => {
    // zstd 1.5.4 --no-check, of "ab" 200 times
    const bytes = Buffer.from("28b52ffd00584d000010616201008ba90e0b", "hex");
    assert.equal((await textOf(file(bytes))).text, "ab".repeat(200));
  });

  it("gives the head decompressed and decoded, 64 KiB of it, and the rest in pieces", async () => {
    const text = "0123456789abcde\n".repeat(8192);
    const capture = await openCapture(file(gzipSync(text)));
    assert.equal(capture.head, text.slice(0, 65536));
    const pieces: Uint8Array[] = [];
    for await (const piece of capture.chunks()) pieces.push(piece);
    assert.equal(Buffer.concat(pieces).toString(), text);
    assert.ok(pieces.length > 1);
    await assert.rejects(capture.text(), /read already/);
  });

  it("reads a plain file of several pieces, of which each holds until the next is asked for", async () => {
    const text = Array.from({ length: 100_000 }, (_, line) => `line ${line}\n`).join("");
    assert.equal((await textOf(file(text))).text, text);
    const capture = await openCapture(file(text));
    let read = "";
    let pieces = 0;
    for await (const piece of capture.chunks()) {
      read += new TextDecoder().decode(piece);
      pieces += 1;
    }
    assert.equal(read, text);
    assert.ok(pieces > 1);
  });

  it("leaves out a UTF-8 byte order mark", async () => {
    const path = file("\uFEFFabc\n");
    assert.equal((await textOf(path)).text, "abc\n");
    assert.equal((await openCapture(path)).head, "abc\n");
  });

  it("shows bytes that are not UTF-8 as U+FFFD, and warns of the first line with one", async () => {
    const { text, warnings } = await textOf(file(Buffer.from([0x61, 0x0a, 0xe6, 0x62, 0x0a])));
    assert.equal(text, "a\n\uFFFDb\n");
    assert.deepEqual(
      warnings.map(({ line, message }) => [line, message]),
      [[2, "bytes that are not UTF-8 here, shown as U+FFFD"]],
    );
  });

  it("refuses what is no file, or an empty one", async () => {
    await refused(join(folder, "missing"), "missing", /no such file: expected the path/);
    mkdirSync(join(folder, "sub"));
    await refused(join(folder, "sub"), "directory", /a directory: expected a file/);
    symlinkSync("loop", join(folder, "loop"));
    await refused(join(folder, "loop"), "unreadable", /cannot be read \(ELOOP\)/);
    await refused(file(""), "empty", /the file is empty/);
    await refused(file(gzipSync("")), "empty", /the file is empty/);
  });

  it("refuses binary data and UTF-16", async () => {
    await refused(file(Buffer.from("PERFILE2\0\0")), "binary", /a NUL byte at offset 8/);
    await refused(file(Buffer.from("\uFEFFNIC", "utf16le")), "encoding", /UTF-16 .*iconv/);
  });

  it("refuses gzip and zstd data that are cut, damaged or followed by something else", async () => {
    const gzip = gzipSync("NIC statistics:\n");
    const zstd = zstdFrame("NIC statistics:\n");
    for (const [whole, kind] of [
      [gzip, "gzip"],
      [zstd, "zstd"],
    ] as const) {
      await refused(file(whole.subarray(0, -3)), "damaged", new RegExp(`damaged ${kind} data`));
      await refused(file(Buffer.concat([whole, Buffer.from("trailing")])), "damaged", new RegExp(`damaged ${kind} data`));
    }
    const flipped = Buffer.from(gzip);
    flipped[gzip.length - 6] = (flipped[gzip.length - 6] ?? 0) ^ 1;
    await refused(file(flipped), "damaged", /incorrect data check/);
  });

  it("refuses a zstd window above 128 MiB before it takes the memory", async () => {
    const header = [0x28, 0xb5, 0x2f, 0xfd];
    const window2GiB = 21 << 3;
    await refused(file(Buffer.from([...header, 0, window2GiB, 1, 0, 0])), "damaged", /window above 128 MiB/);
    const size1GiB = [0xa0, 0, 0, 0, 0x40];
    await refused(file(Buffer.from([...header, ...size1GiB, 1, 0, 0])), "damaged", /window above 128 MiB/);
  });

  it("refuses a text beyond its limits, decompressed", async () => {
    await refused(file(gzipSync(Buffer.alloc(MAX_TEXT_BYTES + 1, "x"))), "too long", /longer than 64 MiB .* grep/);
    await refused(file(gzipSync(Buffer.alloc(MAX_TEXT_LINES + 1, "\n"))), "too long", /4194304 lines/);
  });

  it("answers any flipped byte of compressed data with text or a CaptureError", async () => {
    const sources = [gzipSync("NIC statistics:\n     tx: 1\n"), zstdFrame("NIC statistics:\n     tx: 1\n")];
    const flips = fc.tuple(fc.constantFrom(...sources), fc.nat(), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(flips, async ([source, position, mask]) => {
        const bytes = Buffer.from(source);
        const at = position % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ mask;
        await textOf(file(bytes)).catch((error) => assert.ok(error instanceof CaptureError, String(error)));
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe("readCapture()", () => {
  it("puts the doubts about the encoding before the parser's warnings", async () => {
    const path = file(Buffer.from([0xe6, 0x0a]));
    const parse = () => ({ rows: [], skipped: [], warnings: [{ file: path, line: 9, message: "own" }] });
    const { warnings } = await readCapture({ path, parse });
    assert.deepEqual(
      warnings.map(({ line }) => line),
      [1, 9],
    );
  });
});
