import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { byteFile } from "../captures/byte-file.js";
import { bySymbol } from "../profile/by-symbol.js";
import { readPerfData } from "../profile/perf-data/read-perf-data.js";
import { repeatedRecording } from "./repeated-recording.js";
import { shipped } from "./work.js";

describe("repeatedRecording()", () => {
  it("is the same load over again, one after the other: three times the samples, the same shares, no record out of order", async () => {
    const bytes = gunzipSync(readFileSync(shipped.recording));
    const read = (file: Uint8Array) => readPerfData(byteFile({ file: "perf.data", bytes: file }));
    const once = await read(bytes);
    const pieces = Array.from(repeatedRecording({ bytes, megabytes: 1.9 }), (piece) => new Uint8Array(piece));
    const thrice = await read(Buffer.concat(pieces));
    assert.equal(once.samples.length, 4979); // perf report --stats
    assert.equal(thrice.samples.length, 3 * 4979);
    assert.deepEqual(thrice.warnings, once.warnings);
    assert.deepEqual(thrice.header, once.header);
    const shares = (profile: typeof once) => bySymbol(profile).map(({ dso, selfShare }) => `${dso} ${selfShare.toFixed(9)}`);
    assert.deepEqual(shares(thrice).slice(0, 20), shares(once).slice(0, 20));
  });
});
