import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readPublished } from "../captures/read-published.js";
import { pageOrder } from "../models/page-order.js";
import { pageOrderTable, pageOrderVerdict } from "./page-order-table.js";
import { textTable } from "./text-table.js";

const rows = readPublished("page_order_cost")
  .filter(({ kernel }) => kernel === "4.6.0-rc1")
  .map(({ order, cycles_tsc: cycles }) => ({ order, cycles }));
const at = (tscGhz: number) => pageOrder({ rows, tscGhz, link: { gbps: 10, frameBytes: 64 }, fragBytes: 2048 });

describe("pageOrderTable()", () => {
  it("puts order 0 of 4.6.0-rc1 0.8 ns over the budget at 4 GHz and order 1, split to 4 KiB, 17.82 ns under it", () => {
    const lines = textTable(pageOrderTable(at(4))).split("\n");
    assert.equal(lines.length, 1 + 10 + 1);
    assert.match(lines[1] ?? "", /^ *0 +4 +68\.00 +\+0\.80 +68\.00 +\+0\.80 +34\.00 +-33\.20$/);
    assert.match(lines[2] ?? "", /^ *1 +8 +98\.75 +\+31\.55 +49\.38 +-17\.8[23] /);
  });
});

describe("pageOrderVerdict()", () => {
  it("depends on the clock: at 3 GHz the cycles of order 0 are 90.7 ns", () => {
    assert.equal(
      pageOrderVerdict(at(4)),
      "Over 67.2 ns at 4 GHz per call: every order; per 4 KiB: order 0; per 2048 B fragment: no order.",
    );
    assert.match(textTable(pageOrderTable(at(3))), /^ *0 +4 +90\.67 +\+23\.47/m);
  });
});
