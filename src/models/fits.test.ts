// The models that fit or bound: bulk laws, cores, livelock, clears, pools, changes of rate.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readPublished } from "../captures/read-published.js";
import { bulkFit, bulkNsAt } from "./bulk-fit.js";
import { blockLaw, clearCost, packetsToRepayClear } from "./clear-cost.js";
import { coreScaling } from "./core-scaling.js";
import { costChange, gainWithout, sharedCostBound } from "./cost-change.js";
import { outstandingPages, pagePoolShares } from "./page-pool.js";
import { livelockTimes, receiveLivelock } from "./receive-livelock.js";

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`);
const pageRows = (variant: string) =>
  readPublished("page_bulk").filter(
    (row) => row.branch === "2021-03-19 mel proposal" && row.variant === variant && row.bulk > 1,
  );
const slabRows = (name: string) =>
  readPublished("slab_bulk").flatMap(({ series, bulk, bulk_ns: ns }) => (series === name ? [{ bulk, ns }] : []));

describe("bulkFit()", () => {
  it("of the page array of 2021, 2 to 128 at once, is 26.29 + 15.68 / n, and one law is enough", () => {
    const { whole, doubts, breakAt } = bulkFit({ rows: pageRows("array") });
    near(whole.elementNs, 26.29, 0.05);
    near(whole.bulkNs, 15.68, 0.05);
    assert.equal(whole.rSquared.toFixed(3), "0.996");
    assert.deepEqual([doubts, breakAt], [[], undefined]);
  });

  it("of the page list is 50.85 + 15.25 / n, and says that it rises again", () => {
    const { whole, doubts } = bulkFit({ rows: pageRows("list") });
    near(whole.elementNs, 50.85, 0.01);
    near(whole.bulkNs, 15.25, 0.01);
    assert.equal(whole.rSquared.toFixed(2), "0.90");
    assert.match(doubts.join(), /rises again from a bulk of 32 on \(50.883 to 52.62 ns\)/);
  });

  it("of the ALF queues is 0.548 + 9.47 / n and 0.528 + 3.61 / n", () => {
    for (const [kind, a, b] of [
      ["MPMC", 0.548, 9.47],
      ["SPSC", 0.528, 3.61],
    ] as const) {
      const { whole } = bulkFit({ rows: readPublished("queue_bulk").filter(({ queue, bulk }) => queue === kind && bulk > 1) });
      near(whole.elementNs, a, 0.001);
      near(whole.bulkNs, b, 0.006);
    }
  });

  it("finds the boundary of the slab at 32, and that the cost beyond does not fall with the bulk", () => {
    const { breakAt, pieces, doubts } = bulkFit({ rows: slabRows("bulk API of 2015-06-17") });
    assert.equal(breakAt, 32);
    assert.deepEqual(
      pieces?.map(({ from, to }) => [from, to]),
      [
        [1, 30],
        [32, 250],
      ],
    );
    assert.equal(pieces?.[1].bulkNs, 0);
    assert.match(doubts[0] ?? "", /residuals show a break at a bulk of 32/);
    assert.match(doubts[1] ?? "", /bulkNs sits on its bound of 0 from 32 to 250/);
  });

  it("finds it further out with the detached freelist: at 64", () => {
    assert.equal(bulkFit({ rows: slabRows("detached freelist of 2015-07-15") }).breakAt, 64);
  });

  it("gives back the law that made the points, in any order, with residuals of 0", () => {
    const size = fc.double({ min: 0.1, max: 1000, noNaN: true });
    const bulks = fc.uniqueArray(fc.integer({ min: 1, max: 256 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(size, size, bulks, (elementNs, bulkNs, sizes) => {
        const { whole, breakAt } = bulkFit({ rows: sizes.map((bulk) => ({ bulk, ns: elementNs + bulkNs / bulk })) });
        const within = 1e-6 * (elementNs + bulkNs) * 256;
        near(whole.elementNs, elementNs, within);
        near(whole.bulkNs, bulkNs, within);
        for (const bulk of sizes) near(bulkNsAt({ law: whole, bulk }), elementNs + bulkNs / bulk, 1e-6 * (elementNs + bulkNs));
        assert.equal(breakAt, undefined);
      }),
    );
  });

  it("holds the element at 0 where the cost falls faster than a shared one, and says so", () => {
    const { whole, doubts } = bulkFit({ rows: [1, 2, 4, 8].map((bulk) => ({ bulk, ns: 100 / bulk ** 1.5 })) });
    assert.equal(whole.elementNs, 0);
    assert.match(doubts.join(), /elementNs sits on its bound of 0 from 1 to 8/);
  });

  it("refuses fewer points than parameters and one, and a bulk that cannot be", () => {
    const rows = [
      { bulk: 1, ns: 3 },
      { bulk: 2, ns: 2 },
    ];
    assert.throws(() => bulkFit({ rows }), {
      name: "RangeError",
      message: "bulkFit requires bulk of at least 3 points: got 2",
    });
    assert.throws(() => bulkFit({ rows: [...rows, { bulk: 0, ns: 1 }] }), /bulk\[0\] > 0: got 0/);
    assert.throws(() => bulkFit({ rows: [...rows, { bulk: 0.5, ns: 1 }] }), /bulk\[0\] >= 1: got 0.5/);
    assert.throws(() => bulkFit({ rows: [...rows, { bulk: 2, ns: 1 }] }), /integer bulk, each once: got 2/);
    assert.throws(() => bulkFit({ rows: [...rows, { bulk: 3, ns: Number.NaN }] }), /ns\[2\] > 0: got NaN/);
    assert.throws(() => bulkNsAt({ law: { elementNs: 1, bulkNs: 1 }, bulk: 0 }), /bulk >= 1: got 0/);
    assert.throws(() => bulkNsAt({ law: { elementNs: Number.NaN, bulkNs: 1 }, bulk: 1 }), /finite elementNs: got NaN/);
    assert.throws(() => bulkFit({ rows: [...rows, { bulk: 3, ns: 1e308 }] }), /whose squares are finite: got up to 1e\+308/);
  });
});

describe("coreScaling()", () => {
  const of = (name: string) =>
    coreScaling({ rows: readPublished("xdp_paper_scaling").filter(({ series }) => series === name) });

  it("of XDP_DROP is linear up to a cap of 82 Mpps, 38.6 ns a packet on one core", () => {
    const { points, fits, doubts } = of("xdp_drop");
    assert.equal(points[0]?.nsPerPacket.toFixed(1), "38.6");
    assert.equal(fits[0]?.law, "cap");
    near(fits[0]?.parameters[1]?.value ?? 0, 81.8e6, 0.1e6);
    assert.deepEqual(doubts, []);
  });

  it("of forwarding through the stack is Amdahl's with a serial part of 2.5 %", () => {
    const [best] = of("fwd linux single route").fits;
    assert.equal(best?.law, "amdahl");
    near(best?.parameters[1]?.value ?? 0, 0.025, 0.001);
  });

  it("says that a ring of 1024 collapses at 5 cores: 49.9 of 68.3 Mpps, where one of 512 has 87.3", () => {
    assert.match(of("xdp_drop read rxring1024").doubts.join(), /5 cores do less than 4: 0.73 of its rate/);
    assert.deepEqual(of("xdp_drop read rxring512").doubts, []);
    assert.equal(((of("xdp_drop read rxring512").points[4]?.pps ?? 0) / 1e6).toFixed(1), "87.3");
  });

  it("fits nothing to 5 points and says so, and refuses cores that cannot be", () => {
    const dpdk = of("dpdk rx drop");
    assert.deepEqual([dpdk.fits, dpdk.points.length], [[], 5]);
    assert.match(dpdk.doubts[0] ?? "", /5 points are too few for a law: it takes 6/);
    assert.throws(() => coreScaling({ rows: [{ cores: 1, pps: 1 }] }), /cores of at least 2 points: got 1/);
    assert.throws(
      () =>
        coreScaling({
          rows: [
            { cores: 1, pps: 1 },
            { cores: 1.5, pps: 1 },
          ],
        }),
      /integer cores, each once: got 1.5/,
    );
    assert.throws(
      () =>
        coreScaling({
          rows: [
            { cores: 1, pps: 1 },
            { cores: 2, pps: 0 },
          ],
        }),
      /pps\[1\] > 0: got 0/,
    );
  });

  it("gives speed-ups of k where each core adds as much", () => {
    const { points } = coreScaling({ rows: [1, 2, 4, 8].map((cores) => ({ cores, pps: cores * 1e6 })) });
    for (const { cores, speedUp, nsPerPacket } of points) assert.deepEqual([speedUp, nsPerPacket], [cores, 1000]);
  });
});

describe("receiveLivelock()", () => {
  it("of the talk's 0.9 and 1.6 Mpps has sides of 625 and 486 ns, and starves from 1.6 or 2.1 Mpps on", () => {
    const { slowerNs, fasterNs } = livelockTimes({ sameCpuPeakPps: 900_000, otherCpuPeakPps: 1_600_000 });
    assert.deepEqual([slowerNs.toFixed(0), fasterNs.toFixed(0)], ["625", "486"]);
    for (const [softirqNs, applicationNs] of [
      [slowerNs, fasterNs],
      [fasterNs, slowerNs],
    ] as const) {
      const at = (offeredPps: number) => receiveLivelock({ softirqNs, applicationNs, offeredPps });
      near(at(900_000).sameCpuPps, 900_000, 1e-3);
      near(at(3_000_000).otherCpuPps, 1_600_000, 1e-3);
      assert.equal(at(1e9 / softirqNs).sameCpuPps, 0);
    }
  });

  it("delivers no more than arrives, most at its peak, and on two CPUs no less than on one", () => {
    const time = fc.double({ min: 1, max: 5000, noNaN: true });
    fc.assert(
      fc.property(time, time, fc.double({ min: 0, max: 1e8, noNaN: true }), (softirqNs, applicationNs, offeredPps) => {
        const { sameCpuPps, otherCpuPps, peakPps } = receiveLivelock({ softirqNs, applicationNs, offeredPps });
        assert.ok(sameCpuPps >= 0 && sameCpuPps <= offeredPps && sameCpuPps <= peakPps * (1 + 1e-9));
        assert.ok(otherCpuPps >= sameCpuPps * (1 - 1e-9));
      }),
    );
  });

  it("refuses what cannot be", () => {
    assert.throws(() => receiveLivelock({ softirqNs: 0, applicationNs: 1, offeredPps: 1 }), /softirqNs > 0: got 0/);
    assert.throws(() => receiveLivelock({ softirqNs: 1, applicationNs: 1, offeredPps: -1 }), /offeredPps >= 0: got -1/);
    assert.throws(() => livelockTimes({ sameCpuPeakPps: 1, otherCpuPeakPps: 3 }), /otherCpuPeakPps > 1 and <= 2: got 3/);
  });
});

describe("clearCost() and blockLaw()", () => {
  const curveOf = (of: string, like: string) =>
    readPublished("memset").flatMap(({ cpu, method, bytes, cycles_tsc }) =>
      cpu === of && method === like ? [{ bytes, cycles: cycles_tsc }] : [],
    );
  const skylake = curveOf("i7-6700K", "const rep-stos");

  it("gives the measured points, and a straight line between them", () => {
    for (const { bytes, cycles } of skylake) assert.equal(clearCost({ curve: skylake, bytes }), cycles);
    assert.equal(clearCost({ curve: skylake, bytes: 160 }), 32);
  });

  it("has no one constant: 512 bytes by rep stos are 40 cycles on one CPU and 72 on another", () => {
    assert.equal(clearCost({ curve: skylake, bytes: 512 }), 40);
    const broadwell = readPublished("memset").find(
      ({ cpu, method, bytes }) => cpu === "E5-1650 v4" && method === "const rep-stos" && bytes === 512,
    );
    assert.equal(broadwell?.cycles_tsc, 72);
  });

  it("a page cleared once is repaid by 3 packets that would be copied at 1024 bytes, by 4 at 200", () => {
    const copy = (bytes: number) => clearCost({ curve: skylake, bytes });
    assert.equal(packetsToRepayClear({ clearCycles: copy(4096), copyCycles: copy(1024) }), 3);
    assert.equal(packetsToRepayClear({ clearCycles: copy(4096), copyCycles: copy(200) }), 4);
  });

  it("refuses bytes beyond the curve, and a curve that is none", () => {
    assert.throws(() => clearCost({ curve: skylake, bytes: 16 }), /bytes >= 32 and <= 8192: got 16/);
    assert.throws(() => clearCost({ curve: [], bytes: 16 }), /at least 1 points: got 0/);
    assert.throws(
      () => clearCost({ curve: [...skylake, { bytes: 64, cycles: 1 }], bytes: 64 }),
      /each size once: got 64 bytes twice/,
    );
    assert.throws(() => blockLaw({ curve: [1, 2, 3].map((bytes) => ({ bytes, cycles: 10 - bytes })) }), /slope > 0: got -1/);
    assert.throws(() => packetsToRepayClear({ clearCycles: 0, copyCycles: 1 }), /clearCycles > 0: got 0/);
  });
});

describe("pagePoolShares() and outstandingPages()", () => {
  it("shares sum to 1, whatever the counters", () => {
    const count = fc.integer({ min: 0, max: 1e9 });
    fc.assert(
      fc.property(fc.record({ fast: count, refill: count, slow: count, slow_ho: count }), (counters) => {
        fc.pre(Object.values(counters).some((value) => value > 0));
        const { fastShare, ringShare, slowShare } = pagePoolShares(counters);
        near(fastShare + ringShare + slowShare, 1, 1e-9);
      }),
    );
  });

  it("says what was recycled, and warns of pages of another node", () => {
    assert.equal(pagePoolShares({ fast: 1, cached: 3, ring: 5, ring_full: 1, released_ref: 1 }).recycledShare, 0.8);
    assert.match(pagePoolShares({ fast: 1, waive: 7 }).doubts.join(), /^7 pages .* another NUMA node/);
    assert.throws(() => pagePoolShares({ fast: 0 }), /pages taken > 0: got 0/);
    assert.throws(() => pagePoolShares({ fast: -1 }), /fast >= 0: got -1/);
  });

  it("10G at 64 bytes held for 100 us has 1489 pages out: within a limit of 2048, not of 1024", () => {
    const out = (limitPages: number) => outstandingPages({ pps: 14_880_952, holdNs: 100_000, limitPages });
    assert.deepEqual(out(2048), { pages: 1489, bytes: 1489 * 4096, withinLimit: true });
    assert.equal(out(1024).withinLimit, false);
    assert.throws(() => out(0), /limitPages >= 1: got 0/);
  });
});

describe("costChange() and its kin", () => {
  it("recomputes every published difference, and flags the 25.6 % that are 27.0", () => {
    for (const { what, pps1, pps2, delta_ns } of readPublished("before_after")) {
      near(costChange({ beforePps: pps1, afterPps: pps2 }).savedNs, delta_ns, 0.0006);
      if (what === "skb list RX, sfc, all 8 patches")
        assert.equal(costChange({ beforePps: pps1, afterPps: pps2 }).ppsPercent.toFixed(1), "27.0");
    }
  });

  it("is undone by the change back", () => {
    const rate = fc.double({ min: 1, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(rate, rate, (beforePps, afterPps) => {
        const [there, back] = [costChange({ beforePps, afterPps }), costChange({ beforePps: afterPps, afterPps: beforePps })];
        assert.equal(there.savedNs + back.savedNs, 0);
      }),
    );
    assert.throws(() => costChange({ beforePps: 0, afterPps: 1 }), /beforePps > 0: got 0/);
  });

  it("bounds a shared cost from below, and what leaving out a part gains from above", () => {
    assert.equal(sharedCostBound({ alonePps: 4e6, sharedPps: 4e6 }), 0);
    assert.throws(() => sharedCostBound({ alonePps: 4e6, sharedPps: 3e6 }), /sharedPps >= 4000000: got 3000000/);
    assert.equal(gainWithout({ share: 0 }), 1);
    assert.throws(() => gainWithout({ share: 1 }), /share >= 0 and < 1: got 1/);
  });
});
