// A/A: a steady recording must not differ from itself; one with a difference put in must.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { classifyStacks } from "./classify.js";
import { interleavedHalves } from "./interleaved-halves.js";
import { RECORDED_RUNS, recordedProfile } from "./recorded-attribution.js";
import { BLOCK_NS } from "./time-blocks.js";

describe("interleavedHalves()", () => {
  for (const run of RECORDED_RUNS) {
    it(`${run}: at most 5 % of classes and symbols differ from themselves`, async () => {
      const rows = interleavedHalves({ profile: await recordedProfile(run), filter: { cpus: [0] } });
      assert.ok(rows.length > 20);
      const differing = rows.filter(({ differs }) => differs).map(({ kind, name }) => `${kind} ${name}`);
      assert.ok(differing.length <= 0.05 * rows.length, differing.join());
    });
  }

  it("finds a class that weighs 40 % more in every other block", async () => {
    const profile = await recordedProfile("dummy_burst1");
    const { classes, what } = classifyStacks(profile);
    const { samples } = profile;
    const weight = samples.weight.map((plain, row) => {
      const odd = Math.floor((samples.timeNs?.[row] as number) / BLOCK_NS) % 2 === 1;
      const clears = classes[what[samples.stack[row] as number] as number] === "slab-clear";
      return odd && clears ? 1.4 * plain : plain;
    });
    const rows = interleavedHalves({ profile: { ...profile, samples: { ...samples, weight } }, filter: { cpus: [0] } });
    const found = rows.filter(({ kind, differs }) => kind === "class" && differs).map(({ name }) => name);
    assert.deepEqual(found, ["slab-clear"]);
  });

  it("refuses under 20 blocks", async () => {
    const profile = await recordedProfile("dummy_burst1");
    assert.throws(
      () => interleavedHalves({ profile, filter: { toNs: 19.5 * BLOCK_NS } }),
      /requires 20 blocks of 250 ms: got 19/,
    );
  });
});
