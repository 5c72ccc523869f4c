import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { budgetedCost } from "./budgeted-cost.js";
import { lineRate } from "./line-rate.js";
import { packetBudget } from "./packet-budget.js";

// Published: Brouer, "The calculations: 10Gbit/s wirespeed" (10G rows) and LCA 2015 slide 3 (40G, 100G at MTU 1500).
const PUBLISHED = [
  { gbps: 10, frameBytes: 64, pps: 14_880_952, ns: 67.2 },
  { gbps: 10, frameBytes: 1518, pps: 812_743, ns: 1230.4 },
  { gbps: 40, frameBytes: 1518, pps: 3_250_975, ns: 307.6 },
  { gbps: 100, frameBytes: 1518, pps: 8_127_438, ns: 123.04 },
];

describe("lineRate()", () => {
  for (const { gbps, frameBytes, pps, ns } of PUBLISHED) {
    it(`of ${gbps} Gbit/s at ${frameBytes} bytes is ${pps} pps, ${ns} ns`, () => {
      const rate = lineRate({ gbps, frameBytes });
      assert.equal(Math.floor(rate.pps), pps);
      assert.ok(Math.abs(rate.ns - ns) < 1e-9);
    });
  }

  it("counts 4 bytes per VLAN tag", () => {
    assert.equal(lineRate({ gbps: 10, frameBytes: 64, vlanTags: 2 }).wireBytes, 92);
  });

  it("refuses a frame below the minimum and names what it wants", () => {
    assert.throws(() => lineRate({ gbps: 10, frameBytes: 60 }), {
      name: "RangeError",
      message: "lineRate requires an integer frameBytes >= 64 (FCS included): got 60",
    });
    assert.throws(() => lineRate({ gbps: 0, frameBytes: 64 }), RangeError);
    assert.throws(() => lineRate({ gbps: Number.NaN, frameBytes: 64 }), RangeError);
    assert.throws(() => lineRate({ gbps: Number.MIN_VALUE, frameBytes: 64 }), /of a finite rate: got 5e-324 and 64/);
    assert.throws(() => lineRate({ gbps: 1e308, frameBytes: 64 }), /of a finite rate: got 1e\+308 and 64/);
  });
});

describe("budgetedCost()", () => {
  it("has no verdict on what is no number", () => {
    const valid = { cycles: 100, ghz: 3, budgetNs: 67.2 };
    assert.equal(budgetedCost(valid).verdict, "within");
    for (const [name, values] of Object.entries({
      cycles: [-1, Number.NaN, "64"],
      ghz: [0, -0, "3"],
      budgetNs: [0, Infinity, null],
    })) {
      for (const value of values) {
        assert.throws(() => budgetedCost({ ...valid, [name]: value as never }), {
          name: "RangeError",
          message: new RegExp(`^budgetedCost requires a finite ${name} >=? 0: got ${value}$`),
        });
      }
    }
  });
});

describe("packetBudget()", () => {
  it("of 10 Gbit/s and 64 bytes is 201.6 cycles at 3 GHz: the talk's 201 is truncated", () => {
    const { cyclesPerPacket } = packetBudget({ gbps: 10, frameBytes: 64, ghz: 3 });
    assert.ok(Math.abs(cyclesPerPacket - 201.6) < 1e-9);
    assert.equal(Math.trunc(cyclesPerPacket), 201);
  });

  it("grows with the CPUs that share the link", () => {
    assert.equal(packetBudget({ gbps: 100, frameBytes: 64, ghz: 3, cpus: 10 }).nsPerPacket.toFixed(1), "67.2");
  });

  it("refuses a clock or a number of CPUs that cannot be", () => {
    assert.throws(() => packetBudget({ gbps: 10, frameBytes: 64, ghz: 0 }), RangeError);
    assert.throws(() => packetBudget({ gbps: 10, frameBytes: 64, ghz: 3, cpus: 1.5 }), RangeError);
  });
});
