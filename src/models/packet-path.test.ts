import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { pagePool } from "./memory-mechanisms.js";
import { explainPath, type PacketPath } from "./packet-path.js";
import { driverReceive } from "./receive-mechanisms.js";
import { doorbell } from "./transmit-mechanisms.js";

const path: PacketPath = {
  name: "XDP_TX",
  steps: [
    { mechanism: driverReceive, values: { workNs: 50, missNs: 32, hiddenShare: 0.5 } },
    { mechanism: doorbell, values: { packetNs: 20, doorbellNs: 160, burst: 8, skbNs: 0, cloneSkb: 0 } },
  ],
};

describe("explainPath()", () => {
  it("adds up the parts and holds them against the budget and the measurement", () => {
    const { explainedNs, overBudgetNs, remainingNs, parts, doubts } = explainPath({ path, budgetNs: 67.2, measuredNs: 130 });
    assert.equal(explainedNs, 50 + 16 + 20 + 20);
    assert.equal(overBudgetNs.toFixed(1), "38.8");
    assert.equal(remainingNs, 24);
    assert.deepEqual(
      parts.map(({ term }) => term),
      ["work", "packet miss", "packet", "doorbell", "SKB build"],
    );
    assert.deepEqual(doubts, []);
  });

  it("says so where more is explained than was measured", () => {
    const { remainingNs, doubts } = explainPath({ path, budgetNs: 67.2, measuredNs: 100 });
    assert.equal(remainingNs, -6);
    assert.match(doubts.join(), /the parts explain 106.0 ns of 100.0: they overlap/);
    assert.ok(!("remainingNs" in explainPath({ path, budgetNs: 67.2 })));
  });

  it("orders parameters by what 10 % of each does, whole ones moved by at least one", () => {
    const { sensitivities } = explainPath({ path, budgetNs: 67.2 });
    assert.deepEqual(
      sensitivities.slice(0, 2).map(({ parameter }) => parameter),
      ["workNs", "burst"],
    );
    const [work, burst] = sensitivities;
    assert.equal(work?.swingNs.toFixed(6), "10.000000");
    assert.equal(burst?.swingNs.toFixed(6), (160 / 7 - 160 / 9).toFixed(6));
    assert.equal(sensitivities.at(-1)?.swingNs, 0);
  });

  it("counts a step as often as it happens, in its sensitivities too", () => {
    const once = explainPath({ path, budgetNs: 67.2 });
    const twice = explainPath({ path: { ...path, steps: path.steps.map((step) => ({ ...step, times: 2 })) }, budgetNs: 67.2 });
    assert.equal(twice.explainedNs, 2 * once.explainedNs);
    assert.equal(twice.sensitivities[0]?.swingNs.toFixed(6), (2 * (once.sensitivities[0]?.swingNs ?? 0)).toFixed(6));
  });

  it("moves a parameter no further than its bounds, also those that two share", () => {
    const values = { fastNs: 5, ringNs: 15, slowNs: 66, ringShare: 0.5, slowShare: 0.5 };
    const { sensitivities } = explainPath({ path: { name: "pool", steps: [{ mechanism: pagePool, values }] }, budgetNs: 67.2 });
    const slow = sensitivities.find(({ parameter }) => parameter === "slowShare");
    assert.equal(slow?.highNs, 40.5);
    assert.ok((slow?.lowNs ?? 0) < 40.5);
  });

  it("is linear in times: all times doubled double what is explained and every swing of a time", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 500, noNaN: true }), (workNs) => {
        const at = (scale: number) =>
          explainPath({
            path: {
              name: "drop",
              steps: [{ mechanism: driverReceive, values: { workNs: scale * workNs, missNs: scale * 30, hiddenShare: 0 } }],
            },
            budgetNs: 67.2,
          });
        assert.ok(Math.abs(at(2).explainedNs - 2 * at(1).explainedNs) < 1e-9);
      }),
    );
  });

  it("refuses what it cannot explain", () => {
    assert.throws(() => explainPath({ path: { name: "none", steps: [] }, budgetNs: 67.2 }), /number of steps >= 1: got 0/);
    assert.throws(() => explainPath({ path, budgetNs: 0 }), /budgetNs > 0: got 0/);
    assert.throws(() => explainPath({ path, budgetNs: 67.2, measuredNs: Number.NaN }), /measuredNs > 0: got NaN/);
    assert.throws(() => explainPath({ path, budgetNs: 67.2, spread: 1 }), /spread > 0 and < 1: got 1/);
    const steps = [{ mechanism: driverReceive, values: { workNs: 1, missNs: 1 } }];
    assert.throws(() => explainPath({ path: { name: "cut", steps }, budgetNs: 67.2 }), /hiddenShare .*: got undefined/);
  });
});
