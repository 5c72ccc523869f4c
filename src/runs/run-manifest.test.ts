import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type FileWindow, ManifestError, manifestText, parseManifest, type RunManifest } from "./run-manifest.js";

const SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const FILE = { path: "ethtool_after.txt", sha256: SHA256, sizeBytes: 0 };
const WHOLE: RunManifest = {
  schemaVersion: 1,
  runId: "burst1-03",
  bootId: "0d4f8f3c-2c1e-4b57-9d3e-1b7b6f0a2f11",
  arm: "before",
  position: 3,
  start: { wall: "2026-11-22T06:54:51Z", monotonicNs: 55_777_037_000n },
  stop: { wall: "2026-11-22T07:55:10.5+01:00" },
  commands: [{ command: "perf record -a -g -- sleep 6", exitCode: 0, output: "ethtool_after.txt" }],
  tools: [{ tool: "perf", version: "6.1.192" }],
  files: [
    { ...FILE, path: "ethtool_before.txt", format: "ethtool-stats" },
    { ...FILE, window: { durationNs: 22.04e9, startNs: 2n ** 63n, since: "ethtool_before.txt" } },
  ],
  note: "second try",
  redactions: ["MAC addresses"],
};
const parse = (text: string) => parseManifest({ file: "manifest.json", text });
const json = (changes: object) => JSON.stringify({ ...(JSON.parse(manifestText(WHOLE)) as object), ...changes });

describe("manifestText() and parseManifest()", () => {
  it("give back what was written, nanoseconds beyond 2^53 exact, with the files in the order of their paths", () => {
    const read = parse(manifestText(WHOLE));
    assert.deepEqual({ ...read, files: [...read.files].reverse() }, WHOLE);
  });

  it("write the same bytes whatever the order of fields and files was", () => {
    const { schemaVersion, ...rest } = WHOLE;
    assert.equal(manifestText({ ...rest, files: [...WHOLE.files].reverse(), schemaVersion }), manifestText(WHOLE));
  });

  it("write times as strings of digits, which no JSON reader rounds", () => {
    assert.match(manifestText(WHOLE), /"startNs": "9223372036854775808"/);
  });

  it("refuse to write what could not be read back", () => {
    assert.throws(() => manifestText({ ...WHOLE, runId: "" }), ManifestError);
    const window: FileWindow = { durationNs: 1, since: "gone.txt" };
    assert.throws(
      () => manifestText({ ...WHOLE, files: [{ ...FILE, window }] }),
      /files\[0\]\.window\.since: expected a path of/,
    );
  });
});

describe("parseManifest() refuses, and names the field, what it expected and what it saw:", () => {
  const refusals: [string, string, string][] = [
    ["no JSON", "{", ""],
    ["no object", "null", "schemaVersion"],
    ["a schema version that it does not know", json({ schemaVersion: 2 }), "schemaVersion"],
    ["a field that is missing", json({ runId: undefined }), "runId"],
    ["a field that it does not know, as a misspelt one", json({ commmands: [] }), "commmands"],
    ["an empty text", json({ arm: "" }), "arm"],
    ["position 0", json({ position: 0 }), "position"],
    ["a time without zone", json({ start: { wall: "2026-11-22T06:54:51" } }), "start.wall"],
    ["a day that is none", json({ start: { wall: "2026-13-22T06:54:51Z" } }), "start.wall"],
    ["nanoseconds as a number", json({ stop: { wall: "2026-11-22T06:54:51Z", monotonicNs: 5 } }), "stop.monotonicNs"],
    ["files that are no array", json({ files: {} }), "files"],
    ["a hash that is cut", json({ files: [{ ...FILE, sha256: "ab12" }] }), "files[0].sha256"],
    ["a size below 0", json({ files: [{ ...FILE, sizeBytes: -1 }] }), "files[0].sizeBytes"],
    ["a window of no length", json({ files: [{ ...FILE, window: { durationNs: 0 } }] }), "files[0].window.durationNs"],
    ["the same path twice", json({ files: [FILE, FILE] }), "files[1].path"],
    ...["../passwd", "/etc/passwd", "a//b", "a/./b", "a\\b", "C:x", "", "a\0b"].map((path): [string, string, string] => [
      `the path ${JSON.stringify(path)}`,
      json({ files: [{ ...FILE, path }] }),
      "files[0].path",
    ]),
  ];
  for (const [what, text, field] of refusals) {
    it(what, () => {
      assert.throws(
        () => parse(text),
        (error: unknown) => {
          assert.ok(error instanceof ManifestError);
          assert.equal(error.field, field);
          assert.match(error.message, /^manifest\.json: .*expected .*, got /);
          return true;
        },
      );
    });
  }

  it("any other JSON, without another error", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        assert.throws(() => parse(text), ManifestError);
      }),
    );
  });

  it("`__proto__` as the unknown field that it is", () => {
    assert.throws(
      () => parse(manifestText(WHOLE).replace('"runId"', '"__proto__": {}, "runId"')),
      /__proto__: expected one of/,
    );
  });
});
