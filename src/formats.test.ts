import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { formatNamed, formats, readCaptureFile } from "./formats.js";

const folder = mkdtempSync(join(tmpdir(), "linerate-"));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string, bytes: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const COUNTERS = "NIC statistics:\n     tx: 1\n";

describe("readCaptureFile()", () => {
  it("detects the format by the content, compressed and under any name", async () => {
    const { format, rows } = await readCaptureFile({ path: file("pktgen.txt", gzipSync(COUNTERS)) });
    assert.equal(format.name, "ethtool-stats");
    assert.deepEqual(rows, [{ line: 2, snapshot: 1, name: "tx", value: 1n }]);
  });

  it("says of a text of no format which were tried", async () => {
    const path = file("notes.txt", "Remember the milk\n");
    await assert.rejects(readCaptureFile({ path }), {
      name: "CaptureError",
      problem: "format",
      message: `${path}: no format knows this text: tried ${formats.map(({ name }) => name).join(", ")}; name its format if it is one of these`,
    });
  });

  it("says of binary data that it is binary", async () => {
    const path = file("core", Buffer.from("\x7fELF\0\0"));
    await assert.rejects(readCaptureFile({ path }), { problem: "binary" });
  });

  it("says of a format that was asked for in vain what its parser expected, and what the text looks like", async () => {
    const path = file("eth0.txt", COUNTERS);
    await assert.rejects(readCaptureFile({ path, format: formatNamed("softnet_stat") }), {
      problem: "format",
      message: `${path}: it looks like ethtool-stats, and read as softnet_stat, as asked, it fails: ${path}: expected rows of /proc/net/softnet_stat, 9 to 15 columns of 8 hexadecimal digits: "NIC statistics:\\n     tx: 1"`,
    });
  });

  it("leaves the error of a record that its own format refuses as it is", async () => {
    const path = file("cut.txt", `${COUNTERS}     rx_by`);
    await assert.rejects(readCaptureFile({ path, format: formatNamed("ethtool-stats") }), { name: "ParseError", line: 3 });
  });
});

describe("formatNamed()", () => {
  it("names the formats there are", () => {
    assert.throws(() => formatNamed("perl"), {
      name: "RangeError",
      message: `no format is called "perl": expected one of ${formats.map(({ name }) => name).join(", ")}`,
    });
  });
});

describe("formats", () => {
  it("have names of their own, a command and a file", () => {
    assert.equal(new Set(formats.map(({ name }) => name)).size, formats.length);
    for (const { command, file } of formats) assert.ok(command !== "" && file !== "");
  });
});
