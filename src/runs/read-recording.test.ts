import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { readRecording } from "./read-recording.js";

const specimen = (name: string) => fileURLToPath(new URL(`../../data/specimens/perf-data/nic_eth0.${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "linerate-"));
after(() => rmSync(folder, { recursive: true }));

describe("readRecording() of perf.data with kallsyms", () => {
  const symbols = gunzipSync(readFileSync(specimen("kallsyms.gz"))).toString("latin1");
  const renamed = symbols.replaceAll(" pktgen_xmit", " pktgen_ymit");
  const kallsyms = join(folder, "kallsyms");
  const names = async () => new Set((await readRecording({ path: specimen("perf.data.gz"), kallsyms })).symbols);

  it("reads a file that was edited, or replaced by another of its size, anew", async () => {
    writeFileSync(kallsyms, symbols);
    const first = await names();
    assert.ok(first.has("pktgen_xmit") && !first.has("pktgen_ymit"));
    assert.deepEqual(await names(), first);
    writeFileSync(kallsyms, renamed);
    assert.ok((await names()).has("pktgen_ymit"));
    const other = join(folder, "other");
    writeFileSync(other, symbols);
    renameSync(other, kallsyms);
    assert.deepEqual(await names(), first);
  });
});
