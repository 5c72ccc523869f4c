import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readPublished } from "../captures/read-published.js";
import { scaledRate } from "../statistics/scaling-law.js";
import { nsFromPps, ppsFromNs } from "../units.js";
import { blockLaw } from "./clear-cost.js";
import { sharedCostBound } from "./cost-change.js";
import type { Parameter } from "./mechanism.js";
import { MECHANISMS } from "./mechanisms.js";
import {
  dmaMapping,
  pageAllocation,
  pageBulk,
  pagePool,
  pageWait,
  sharedInfo,
  skbClear,
  slab,
  zeroCopyClear,
} from "./memory-mechanisms.js";
import { pageContention } from "./page-contention.js";
import { coreShare, driverReceive, handOver, receiveStages, wire, xdpRecycle } from "./receive-mechanisms.js";
import { packetCopy, queue, sameCpuReceive, udpReceive } from "./socket-mechanisms.js";
import { doorbell, qdisc } from "./transmit-mechanisms.js";

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`);
const pair = (what: string) => readPublished("before_after").find((row) => row.what === what) ?? assert.fail(what);
const talk = (what: string, when: string) => {
  const row = readPublished("talk_throughput").find((one) => one.what === what && one.when === when) ?? assert.fail(what);
  return nsFromPps(row.mpps * 1e6);
};
const claim = (what: string) => readPublished("claims").find((row) => row.what === what)?.value ?? assert.fail(what);

/** Values that the bounds allow, of a size that leaves a float its digits. Two shares of one whole stay below it. */
function anyValue({ unit, min = 0, above = 0, max, integer = false }: Parameter): fc.Arbitrary<number> {
  const least = Math.max(min, above);
  const most = unit === "share" ? 0.5 : Math.min(max ?? 10_000, least + 10_000);
  return integer
    ? fc.integer({ min: least, max: most })
    : fc.double({ min: least + (above === least ? 0.1 : 0), max: most, noNaN: true });
}

function outsideOf({ min, above, max, integer }: Parameter): number[] {
  return [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    ...(min === undefined ? [] : [min - 1]),
    ...(above === undefined ? [] : [above]),
    ...(max === undefined ? [] : [max + 1]),
    ...(integer ? [(min ?? 0) + 0.5] : []),
  ];
}

for (const { name, parameters, cost, ...law } of MECHANISMS) {
  describe(`the mechanism ${name}`, () => {
    const values = fc.record(Object.fromEntries(Object.entries(parameters).map(([key, bounds]) => [key, anyValue(bounds)])));

    it("says what it is of, what it leaves out and how it is measured, and names every parameter in its formula", () => {
      for (const text of [law.minutes, law.leavesOut, law.source, law.measuredBy]) assert.ok(text.length > 0);
      for (const parameter of Object.keys(parameters)) assert.match(law.formula, new RegExp(`\\b${parameter}\\b`));
    });

    it("costs what its terms sum to, and as much longer as all its times are", () => {
      fc.assert(
        fc.property(values, fc.constantFrom(0.5, 2, 4), (given, factor) => {
          const { ns, terms } = cost(given);
          assert.ok(ns >= 0 && Number.isFinite(ns));
          near(
            Object.values(terms).reduce((sum, term) => sum + term, 0),
            ns,
            1e-9 * ns,
          );
          const power = { ns: 1, GHz: -1, "Gbit/s": -1 } as Record<string, number>;
          const scaled = Object.entries(given).map(([key, value]) => [
            key,
            value * factor ** (power[parameters[key]?.unit ?? ""] ?? 0),
          ]);
          near(cost(Object.fromEntries(scaled)).ns, factor * ns, 1e-9 * factor * ns);
        }),
      );
    });

    it("refuses a parameter outside its validity, and names it, its value and its bound", () => {
      const [valid] = fc.sample(values, { numRuns: 1, seed: 1 });
      for (const [key, bounds] of Object.entries(parameters)) {
        const outside = outsideOf(bounds);
        for (const value of outside) {
          assert.throws(
            () => cost({ ...valid, [key]: value }),
            (error: Error) =>
              error instanceof RangeError &&
              error.message.includes(`${name} requires`) &&
              error.message.includes(key) &&
              error.message.endsWith(`got ${value}`),
            `${key} ${value}`,
          );
        }
        const bound = bounds.min ?? bounds.above;
        if (bound !== undefined) assert.throws(() => cost({ ...valid, [key]: bound - 1 }), new RegExp(`${key} >=? ${bound}`));
      }
      const { [Object.keys(parameters)[0] ?? ""]: _, ...missing } = valid ?? {};
      assert.throws(() => cost(missing), /got undefined/);
    });

    it("takes no text for a number, as JSON may hold it, and gives no cost that is not finite", () => {
      const [valid] = fc.sample(values, { numRuns: 1, seed: 2 });
      for (const key of Object.keys(parameters)) {
        for (const value of ["64", "", null, [64], true, {}]) {
          assert.throws(() => cost({ ...valid, [key]: value as never }), {
            name: "RangeError",
            message: new RegExp(`${key}.*: got`),
          });
        }
        for (const value of [-0, 2 ** 53, 1e308, Number.MIN_VALUE]) {
          try {
            assert.ok(Number.isFinite(cost({ ...valid, [key]: value }).ns), `${key} ${value}`);
          } catch (error) {
            assert.ok(error instanceof RangeError && error.message.includes(key), String(error));
          }
        }
      }
    });
  });
}

describe("the mechanisms on published numbers", () => {
  it("1: a full link leaves what line_rate_budget says, N CPUs N times that", () => {
    for (const { gbps, frame_bytes: frameBytes, ns } of readPublished("line_rate_budget")) {
      near(wire.cost({ gbps, frameBytes, cpus: 1 }).ns, ns, 0.00005);
      near(wire.cost({ gbps, frameBytes, cpus: 3 }).ns, 3 * ns, 0.00015);
    }
  });

  it("2: 4 Mpps at a burst of 1 and 10G wirespeed with many put the doorbell at 182.8 ns or more", () => {
    const [alone, shared] = [
      talk("TX from the lowest layer", "before xmit_more"),
      talk("TX from the lowest layer", "with xmit_more"),
    ];
    const doorbellNs = sharedCostBound({ alonePps: ppsFromNs(alone), sharedPps: 14_880_952 });
    assert.equal(doorbellNs.toFixed(1), "182.8");
    const at = (burst: number) => doorbell.cost({ packetNs: 67.2, doorbellNs, burst, skbNs: 0, cloneSkb: 100_000 }).ns;
    near(at(1), alone, 0.01);
    near(at(1_000_000), shared, 0.01);
  });

  it("2: at clone_skb 0 a burst shares the SKB build too, at 100000 it is out of sight", () => {
    const values = { packetNs: 60, doorbellNs: 100, burst: 4, skbNs: 80 };
    assert.deepEqual(doorbell.cost({ ...values, cloneSkb: 0 }).terms, { packet: 60, doorbell: 25, "SKB build": 20 });
    assert.ok((doorbell.cost({ ...values, cloneSkb: 100_000 }).terms["SKB build"] ?? 1) < 0.001);
  });

  it("2: without the stall of the doorbell the author expects 5,586,592 pps: 218 - 12 - 27 ns", () => {
    const { pps1 } = pair("generic XDP_DROP -> XDP_TX (doorbell stall)");
    near(nsFromPps(pps1), 218.6, 0.05);
    assert.equal(Math.round(ppsFromNs(218 - 12 - 27)), 5_586_592);
  });

  it("3: a drop that touches the packet is one that does not and a miss of 32.8 ns", () => {
    const { pps1, pps2, delta_ns } = pair("XDP_DROP read vs no_touch (L3 cache miss)");
    const cost = (hiddenShare: number) => driverReceive.cost({ workNs: nsFromPps(pps2), missNs: delta_ns, hiddenShare }).ns;
    near(cost(0), nsFromPps(pps1), 0.001);
    near(cost(1), nsFromPps(pps2), 0.001);
  });

  it("3, 4: from 6 to 16 Mpps are 104.2 ns a packet, and XDP's recycling takes 12.5 more off", () => {
    const [before, after] = [talk("RX and drop in the driver, mlx", "before"), talk("RX and drop in the driver, mlx", "2016")];
    assert.equal((before - after).toFixed(1), "104.2");
    const values = { programNs: 0, recycleNs: 0, allocateNs: after - talk("XDP_DROP, mlx4", "2016") };
    near(xdpRecycle.cost({ ...values, recycledShare: 0 }).ns - xdpRecycle.cost({ ...values, recycledShare: 1 }).ns, 12.5, 1e-9);
  });

  it("5: cores over the cost of each are the universal scalability law", () => {
    const [sigma, kappa] = [0.05, 0.01];
    for (const cores of [1, 2, 5, 8]) {
      const parameters = [
        { name: "lambda" as const, value: 1e6 },
        { name: "sigma" as const, value: sigma },
        { name: "kappa" as const, value: kappa },
      ];
      near((cores * 1e9) / coreShare.cost({ packetNs: 1000, cores, sigma, kappa }).ns, scaledRate({ parameters, cores }), 1e-6);
    }
  });

  it("6: sfc's 197.2 ns became 178.9 with batches in the driver and 155.3 with lists up the stack; a CPU map lost 18.7", () => {
    const [driver, all] = [pair("skb list RX, sfc, patch2 (batch in driver only)"), pair("skb list RX, sfc, all 8 patches")];
    assert.deepEqual(
      [driver.pps1, driver.pps2, all.pps2].map((pps) => nsFromPps(pps).toFixed(1)),
      ["197.2", "178.9", "155.3"],
    );
    assert.equal(pair("cpumap netif_receive_skb_list (UdpNoPorts)").delta_ns.toFixed(1), "-18.7");
    // If the whole gain were refills shared by a bundle of 8, those are 48.0 ns: the law there and back.
    const refillNs = all.delta_ns / (1 - 1 / 8);
    const at = (bundle: number) =>
      receiveStages.cost({ workNs: nsFromPps(all.pps1) - refillNs, stages: 1, refillNs, bundle }).ns;
    near(at(1), nsFromPps(all.pps1), 1e-9);
    near(at(8), nsFromPps(all.pps2), 0.001);
  });

  it("7: a block law of the i7-6700K gives its 148 cycles for a page to 3 cycles", () => {
    const curve = readPublished("memset").filter(({ cpu, bytes }) => cpu === "i7-6700K" && bytes >= 256);
    const { setupCycles, bytesPerCycle } = blockLaw({
      curve: curve.map(({ bytes, cycles_tsc }) => ({ bytes, cycles: cycles_tsc })),
    });
    const at = (bytes: number, times: number) => skbClear.cost({ bytes, setupCycles, bytesPerCycle, ghz: 4, times }).ns * 4;
    near(at(4096, 1), 148, 3);
    near(at(4096, 2), 2 * at(4096, 1), 1e-9);
  });

  it("8: shared info and struct page, cold, are the 12.76 ns of build_skb_around", () => {
    const row = readPublished("perf_cpumap_bulkfree").find(({ symbol }) => symbol === "build_skb_around") ?? assert.fail();
    const ns = (row.percent_self / 100) * nsFromPps(row.base_pps);
    assert.equal(ns.toFixed(2), "12.76");
    near(sharedInfo.cost({ misses: 2, missNs: ns / 2, hiddenShare: 0, storesNs: 0 }).ns, ns, 1e-9);
  });

  it("9: the slab's law of up to 30 objects is within 1 ns of each, the slow path beyond", () => {
    const rows = readPublished("slab_bulk").filter(({ series }) => series === "bulk API of 2015-06-17");
    for (const { bulk, bulk_ns } of rows.filter(({ bulk }) => bulk <= 30)) {
      near(slab.cost({ objectNs: 3.72, bulkNs: 7.08, bulk, slowNs: 0, slowShare: 0 }).ns, bulk_ns, 1);
    }
  });

  it("10: order 0 of 4.6-rc1 is 68.0 ns at 4 GHz, a fragment of order 3 its share", () => {
    assert.equal(pageAllocation.cost({ cycles: 272, ghz: 4, order: 0, fragBytes: 4096 }).ns, 68);
    assert.equal(pageAllocation.cost({ cycles: 503, ghz: 4, order: 3, fragBytes: 2048 }).ns, 503 / 4 / 16);
  });

  it("11: waiting is the line that pageContention() fits: 1208 cycles per CPU", () => {
    const rows = readPublished("page_concurrency").filter(({ kernel, order }) => kernel === "4.6.0-rc1" && order === 3);
    const points = rows.map(({ parallel_cpus, avg_cycles }) => ({ cpus: parallel_cpus, cycles: avg_cycles }));
    const { fit } = pageContention({ rows: points, order: 3, tscGhz: 4, link: { gbps: 10, frameBytes: 64 } });
    near(fit.cyclesPerCpu, 1208, 0.5);
    const aloneCycles = fit.interceptCycles + fit.cyclesPerCpu;
    const at8 = pageWait.cost({ aloneCycles, serialCycles: fit.cyclesPerCpu, cpus: 8, ghz: 4, order: 3 }).ns;
    near(at8 * 4 * 8, fit.interceptCycles + 8 * fit.cyclesPerCpu, 1e-6);
  });

  it("12: 26.29 + 15.68 / n is within 0.7 ns of each page array of 2021", () => {
    const rows = readPublished("page_bulk").filter(({ branch, variant }) => branch.startsWith("2021") && variant === "array");
    for (const { bulk, ns } of rows.filter(({ bulk }) => bulk > 1))
      near(pageBulk.cost({ pageNs: 26.29, bulkNs: 15.68, bulk }).ns, ns, 0.7);
  });

  it("12: a pool lies between its fast path and the page allocator, and refuses shares beyond the whole", () => {
    const of = (test: string) =>
      readPublished("page_pool_bench").find((row) => row.kernel === "6.13.0-rc6 baseline" && row.test === test)?.ns ?? 0;
    const values = { fastNs: of("fast_path"), ringNs: of("ptr_ring"), slowNs: of("slow") };
    assert.deepEqual(Object.values(values), [5.399, 15.09, 66.134]);
    assert.equal(pagePool.cost({ ...values, ringShare: 0, slowShare: 0 }).ns, 5.399);
    assert.equal(pagePool.cost({ ...values, ringShare: 0, slowShare: 1 }).ns, 66.134);
    near(pagePool.cost({ ...values, ringShare: 0.5, slowShare: 0.25 }).ns, 0.25 * 5.399 + 0.5 * 15.09 + 0.25 * 66.134, 1e-9);
    assert.throws(() => pagePool.cost({ ...values, ringShare: 0.6, slowShare: 0.6 }), /ringShare \+ slowShare <= 1: got 1.2/);
  });

  it("13: map, unmap and sync of i40e are its DMA group of 14.8 ns; kept mapped, only the sync is left", () => {
    const rows = readPublished("perf_i40e_xdp_tx_group_report");
    const ns = (symbol: string) => rows.find((row) => row.symbol === symbol)?.ns_stated ?? assert.fail(symbol);
    const values = {
      mapNs: ns("dma_direct_map_page") + ns("dma_map_page_attrs"),
      unmapNs: ns("dma_unmap_page_attrs"),
      syncNs: ns("dma_sync_single_for_cpu") + ns("dma_sync_single_for_device"),
    };
    near(dmaMapping.cost({ ...values, packetsPerMapping: 1 }).ns, rows[0]?.group_dma_ns ?? 0, 0.1);
    near(dmaMapping.cost({ ...values, packetsPerMapping: 1_000_000 }).ns, 4.1, 0.001);
  });

  it("14: 0.5 to 2.5 Mpps are 2000 to 400 ns; recvmmsg() alone leaves the lock with each datagram", () => {
    const [before, after] = ["before the multi-queue and bulk work", "with it"].map((when) =>
      nsFromPps(claim(`UDP receive, ${when}`) * 1e6),
    );
    assert.deepEqual([before, after], [2000, 400]);
    const terms = udpReceive.cost({ packetNs: 300, syscallNs: 64, syscallBatch: 64, lockNs: 16, lockBatch: 1 }).terms;
    assert.deepEqual(terms, { packet: 300, "system call": 1, lock: 16 });
  });

  it("15: a receiver that gets 1 of 1600 packets pays 1600 times softirq for it", () => {
    const values = { softirqNs: 486, applicationNs: 625 };
    assert.equal(sameCpuReceive.cost({ ...values, arrivedPerDelivered: 1 }).ns, 1111);
    assert.equal(sameCpuReceive.cost({ ...values, arrivedPerDelivered: 1600 }).ns, 486 * 1600 + 625);
  });

  it("16: MPMC is 0.548 + 9.47 / n within 0.1 ns from 3 at once, one producer a third of the shared part", () => {
    const rows = readPublished("queue_bulk").filter(({ bulk }) => bulk > 2);
    for (const { queue: kind, bulk, ns } of rows) {
      const [elementNs, operationNs] = kind === "MPMC" ? [0.548, 9.47] : [0.528, 3.61];
      near(queue.cost({ elementNs, operationNs, bulk }).ns, ns, 0.12);
    }
  });

  it("17: a naive benchmark's 30 % are 15 % copy and as much for the miss", () => {
    const [real, naive] = [
      claim("AF_PACKET: cost of the copy for small packets"),
      claim("AF_PACKET: cost of the copy in a naive benchmark"),
    ];
    const { ns, terms } = packetCopy.cost({ packetNs: 70, copyNs: real, missNs: naive - real });
    assert.equal(((terms.copy ?? 0) + (terms.miss ?? 0)) / ns, 0.3);
  });

  it("18: one cmpxchg of 8 ns for 8 packets is 1 ns each", () => {
    const cmpxchg = readPublished("primitives").find(({ primitive }) => primitive === "cmpxchg (locked) approx")?.ns ?? 0;
    assert.equal(qdisc.cost({ packetNs: 0, lockNs: cmpxchg, bulk: 8 }).ns, 1);
  });

  it("19: a line from the other CPU is 32.8 ns where nothing hides it; a prefetch of one took 19.8 off a CPU map", () => {
    const missNs = pair("XDP_DROP read vs no_touch (L3 cache miss)").delta_ns;
    near(handOver.cost({ misses: 1, missNs, queueNs: 0, wakeNs: 0, batch: 8 }).ns, 32.8, 0.05);
    near(pair("cpumap prefetchw struct page (UdpNoPorts)").delta_ns, 19.8, 0.05);
    assert.ok(pair("cpumap prefetchw struct page (UdpNoPorts)").delta_ns < missNs);
  });

  it("20: clearing a page of 148 cycles at 4 GHz is 37 ns, a tenth where it carries 10 packets", () => {
    assert.equal(zeroCopyClear.cost({ clearNs: 148 / 4, packetsPerClear: 10 }).ns, 3.7);
  });
});
