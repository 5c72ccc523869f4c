import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readPublished } from "../captures/read-published.js";
import { pageContention } from "./page-contention.js";

const link = { gbps: 10, frameBytes: 64 };
const published = readPublished("page_concurrency");
const rowsOf = (kernel: string, order: number) =>
  published
    .filter((row) => row.kernel === kernel && row.order === order)
    .map(({ parallel_cpus, avg_cycles }) => ({ cpus: parallel_cpus, cycles: avg_cycles }));
const at = (tscGhz: number, order = 3) => pageContention({ rows: rowsOf("4.6.0-rc1", order), order, tscGhz, link });

describe("pageContention()", () => {
  it("of 4.6-rc1, order 3 split to 4 KiB: over 67.2 ns from 3 CPUs at 4 GHz (121.4 ns; 2 CPUs give 66.6)", () => {
    const { points, budgetNs, overFromCpus } = at(4);
    assert.equal(budgetNs, 67.2);
    assert.deepEqual(
      points.slice(0, 3).map(({ per4k }) => per4k.ns.toFixed(1)),
      ["16.4", "66.6", "121.4"],
    );
    assert.equal(overFromCpus, 3);
  });

  it("against 3 GHz over from 2 CPUs: 266.4 cycles, and the budget is 201.6", () => {
    assert.equal(at(3).overFromCpus, 2);
    assert.equal(at(3).points[1]?.per4k.cycles, 266.375);
  });

  it("lets a 4 KiB page out every 33 to 41 ns from 2 CPUs on, however many there are", () => {
    const aggregate = at(4)
      .points.slice(1)
      .map(({ aggregatePer4k }) => aggregatePer4k.ns);
    assert.deepEqual([Math.min(...aggregate).toFixed(1), Math.max(...aggregate).toFixed(1)], ["33.3", "40.5"]);
  });

  it("grows by 1208 cycles per CPU at order 3, and the patched kernel does not change that", () => {
    const { cyclesPerCpu, rSquared } = at(4).fit;
    assert.equal(Math.round(cyclesPerCpu), 1208);
    assert.ok(rSquared > 0.97);
    const patched = pageContention({ rows: rowsOf("mm-vmscan-node-lru-v5r", 3), order: 3, tscGhz: 4, link });
    assert.ok(Math.abs(patched.fit.cyclesPerCpu / cyclesPerCpu - 1) < 0.1);
  });

  it("has a knee at order 0 near 4 CPUs, from 5 to 81 cycles per CPU, and none at order 3 or on a straight line", () => {
    const { knee } = at(4, 0);
    assert.ok(knee && Math.abs(knee.cpus - 3.66) < 0.01 && knee.cpus + knee.error > 4);
    assert.deepEqual(knee.cyclesPerCpu.map(Math.round), [5, 81]);
    assert.ok(!("knee" in at(4)));
    const straight = [1, 2, 3, 4, 5, 6, 7].map((cpus) => ({ cpus, cycles: 100 * cpus }));
    assert.ok(!("knee" in pageContention({ rows: straight, order: 0, tscGhz: 4, link })));
  });

  it("gives page_bench's per-4096B as the cut of ours", () => {
    for (const order of [0, 3]) {
      assert.deepEqual(
        at(4, order).points.map(({ per4k }) => Math.floor(per4k.cycles)),
        published.filter((row) => row.kernel === "4.6.0-rc1" && row.order === order).map((row) => row.cycles_per_4096B),
      );
    }
  });

  it("counts calls over those of one CPU: 3.5 at 8 CPUs for order 0, 0.45 for order 3", () => {
    assert.equal(at(4, 0).points[7]?.speedUp.toFixed(2), "3.54");
    assert.equal(at(4).points[7]?.speedUp.toFixed(2), "0.45");
  });

  it("sorts its rows, and takes a cost that does not grow as a line that fits", () => {
    const level = pageContention({
      rows: [
        { cpus: 4, cycles: 100 },
        { cpus: 1, cycles: 100 },
      ],
      order: 0,
      tscGhz: 4,
      link,
    });
    assert.deepEqual(level.fit, { cyclesPerCpu: 0, interceptCycles: 100, rSquared: 1 });
    assert.deepEqual(
      level.points.map(({ cpus, speedUp }) => [cpus, speedUp]),
      [
        [1, 1],
        [4, 4],
      ],
    );
    assert.ok(!("overFromCpus" in level));
  });

  it("says from where on the cost is over for good, not where it first was", () => {
    const rows = [100, 300, 100, 300, 300].map((cycles, index) => ({ cpus: index + 1, cycles }));
    assert.equal(pageContention({ rows, order: 0, tscGhz: 4, link }).overFromCpus, 4);
  });

  it("refuses rows it cannot compare", () => {
    const refused = (rows: { cpus: number; cycles: number }[]) => () => pageContention({ rows, order: 0, tscGhz: 4, link });
    assert.throws(refused([]), { name: "RangeError", message: /one row each of 1 CPU and of more: got no rows/ });
    assert.throws(
      refused([
        { cpus: 2, cycles: 1 },
        { cpus: 3, cycles: 1 },
      ]),
      /got 2, 3/,
    );
    assert.throws(
      refused([
        { cpus: 1, cycles: 1 },
        { cpus: 1, cycles: 1 },
      ]),
      /got 1, 1/,
    );
    assert.throws(refused([{ cpus: 0, cycles: 1 }]), /integer cpus >= 1: got 0/);
    assert.throws(refused([{ cpus: 1, cycles: Number.NaN }]), /cycles > 0: got NaN/);
  });
});
