import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readPublished } from "../captures/read-published.js";
import { pageOrder } from "./page-order.js";

const link = { gbps: 10, frameBytes: 64 };
const published = readPublished("page_order_cost").filter(({ kernel }) => kernel === "4.6.0-rc1");
const rows = published.map(({ order, cycles_tsc }) => ({ order, cycles: cycles_tsc }));
const at = (tscGhz: number) => pageOrder({ rows, tscGhz, link, fragBytes: 2048 });

describe("pageOrder()", () => {
  it("of 4.6-rc1 at 4 GHz: order 0 is 272 cycles, 68.0 ns, 0.8 ns over the 67.2 ns of 10G at 64 bytes", () => {
    const { budgetNs, orders } = at(4);
    assert.equal(budgetNs, 67.2);
    const { perCall } = orders[0] ?? assert.fail();
    assert.deepEqual(
      { ...perCall, overNs: perCall.overNs.toFixed(6) },
      { cycles: 272, ns: 68, overNs: "0.800000", verdict: "over" },
    );
  });

  it("at 3 GHz the same 272 cycles stand against 201.6: a third over", () => {
    const { orders } = at(3);
    assert.equal(orders[0]?.perCall.verdict, "over");
    assert.equal(orders[0]?.perCall.overNs.toFixed(1), "23.5");
  });

  it("shares a block out to 4 KiB exactly, where page_bench prints the cut", () => {
    const per4k = at(4).orders.map((order) => order.per4k.cycles);
    assert.deepEqual(per4k, [272, 197.5, 108.25, 62.875, 42.625, 28.4375, 21.625, 18.2421875, 16.046875, 16.40234375]);
    assert.deepEqual(
      per4k.map(Math.floor),
      published.map(({ cycles_per_4096B }) => cycles_per_4096B),
    );
  });

  it("is over the budget per call at every order, per 4 KiB at order 0 alone, per 2048 byte fragment nowhere (4 GHz)", () => {
    const over = (cost: "perCall" | "per4k" | "perFragment") =>
      at(4).orders.flatMap((order) => (order[cost].verdict === "over" ? [order.order] : []));
    assert.deepEqual(over("perCall"), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(over("per4k"), [0]);
    assert.deepEqual(over("perFragment"), []);
  });

  it("charges the fragments of a block with the whole block, and a 4096 byte fragment with a page", () => {
    const cost = fc.record({ order: fc.integer({ min: 0, max: 10 }), cycles: fc.integer({ min: 1, max: 1e6 }) });
    fc.assert(
      fc.property(cost, fc.integer({ min: 0, max: 12 }), (row, exponent) => {
        const fragBytes = 2 ** exponent;
        const [order] = pageOrder({ rows: [row], tscGhz: 3.6, link, fragBytes }).orders;
        assert.ok(order);
        assert.equal((order.perFragment.cycles * order.bytes) / fragBytes, row.cycles);
        if (fragBytes === 4096) assert.deepEqual(order.perFragment, order.per4k);
      }),
    );
  });

  it("refuses what cannot be, and names it", () => {
    assert.throws(() => pageOrder({ rows, tscGhz: 4, link, fragBytes: 8192 }), {
      name: "RangeError",
      message: "pageOrder requires an integer fragBytes from 1 to 4096: got 8192",
    });
    assert.throws(
      () => pageOrder({ rows: [{ order: 1.5, cycles: 1 }], tscGhz: 4, link, fragBytes: 2048 }),
      /integer order from 0 to 10: got 1.5/,
    );
    assert.throws(
      () => pageOrder({ rows: [{ order: 11, cycles: 1 }], tscGhz: 4, link, fragBytes: 2048 }),
      /integer order from 0 to 10: got 11/,
    );
    assert.throws(() => pageOrder({ rows: [{ order: 0, cycles: 0 }], tscGhz: 4, link, fragBytes: 2048 }), /cycles > 0: got 0/);
    for (const ghz of [0, -1, Number.NaN]) {
      assert.throws(() => at(ghz), { name: "RangeError", message: `pageOrder requires a finite tscGhz > 0: got ${ghz}` });
    }
  });
});
