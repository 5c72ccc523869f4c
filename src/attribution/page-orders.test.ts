import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { byteFile } from "../captures/byte-file.js";
import { readPublished } from "../captures/read-published.js";
import { pageOrder } from "../models/page-order.js";
import { parseKallsyms } from "../profile/kallsyms.js";
import { readPerfData } from "../profile/perf-data/read-perf-data.js";
import { parsePerfScript } from "../profile/perf-script.js";
import { pageOrders } from "./page-orders.js";

const CAPTURES = process.env.LINERATE_CAPTURES;
const skip = CAPTURES ? false : "set LINERATE_CAPTURES to a folder of captures";
const parse = (text: string | Uint8Array) => {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return parsePerfScript({ file: "script.txt", chunks: [bytes], payloads: true });
};
const packets = { pps: 1000, packetUnit: "skb", source: "--pps", warnings: [] } as const;

/** A sample of a tracepoint of the page allocator, as perf script of Linux 6.x prints it. */
const sample = (ns: number, event: string, order: number, ...frames: readonly string[]) =>
  [
    `ksoftirqd/1 21 [001] 5.${String(ns).padStart(9, "0")}: kmem:${event}: page=0x1 pfn=0x1 order=${order} migratetype=0 gfp_flags=GFP_ATOMIC`,
    ...frames.map((frame) => `\tffffffff81000000 ${frame}+0x1 ([kernel.kallsyms])`),
    "",
    "",
  ].join("\n");
const REFILL = [
  "__alloc_frozen_pages_noprof",
  "alloc_pages_mpol",
  "alloc_pages_noprof",
  "skb_page_frag_refill",
  "tcp_sendmsg_locked",
];
const POOL = ["__alloc_pages", "__page_pool_alloc_pages_slow", "mlx5e_post_rx_wqes", "mlx5e_napi_poll"];
const LOAD =
  sample(0, "mm_page_alloc", 3, ...REFILL) +
  sample(500_000_000, "mm_page_alloc", 0, ...POOL) +
  sample(600_000_000, "mm_page_alloc", 0, ...POOL) +
  sample(999_999_999, "mm_page_free", 0, "free_unref_page", "page_frag_free", "skb_free_head");

describe("pageOrders()", () => {
  it("counts blocks by order and by the innermost caller outside of the page allocator", async () => {
    const { byOrder, byCaller, warnings } = pageOrders({ profile: await parse(LOAD) });
    assert.deepEqual(byOrder, [
      { order: 0, allocations: 2, frees: 1 },
      { order: 3, allocations: 1, frees: 0 },
    ]);
    assert.deepEqual(byCaller, [
      { order: 0, caller: "__page_pool_alloc_pages_slow", where: "napi", allocations: 2, frees: 0 },
      { order: 3, caller: "skb_page_frag_refill", where: "tcp", allocations: 1, frees: 0 },
      { order: 0, caller: "page_frag_free", where: "remainder", allocations: 0, frees: 1 },
    ]);
    assert.deepEqual(warnings, []);
  });

  it("gives blocks per packet, and their cost by the published model of 4.6.0-rc1 at 4 GHz", async () => {
    const rows = readPublished("page_order_cost")
      .filter(({ kernel }) => kernel === "4.6.0-rc1")
      .map(({ order, cycles_tsc: cycles }) => ({ order, cycles }));
    const model = pageOrder({ rows, tscGhz: 4, link: { gbps: 10, frameBytes: 64 }, fragBytes: 2048 });
    const { byOrder } = pageOrders({ profile: await parse(LOAD), packets, windowNs: 1e9, model });
    const [zero, three] = byOrder;
    assert.equal(zero?.allocationsPerPacket, 0.002);
    assert.equal(zero?.freesPerPacket, 0.001);
    // 272 cycles at 4 GHz are 68 ns, 503 are 125.75 ns
    assert.equal(zero?.modelledNsPerPacket?.toFixed(6), (0.002 * 68).toFixed(6));
    assert.equal(three?.modelledNsPerPacket?.toFixed(6), (0.001 * 125.75).toFixed(6));
  });

  it("says when the window is only that of the samples, an order has no cost, or an event is missing", async () => {
    const model = pageOrder({
      rows: [{ order: 0, cycles: 272 }],
      tscGhz: 4,
      link: { gbps: 10, frameBytes: 64 },
      fragBytes: 2048,
    });
    const allocations = LOAD.slice(0, LOAD.lastIndexOf("ksoftirqd"));
    const { warnings } = pageOrders({ profile: await parse(allocations), packets, model });
    assert.deepEqual(
      warnings.map(({ message }) => message),
      [
        "no samples of kmem:mm_page_free: either none happened or it was not recorded",
        "the window is that from the first to the last sample: where pages are seldom allocated, say how long was recorded (windowNs, --seconds)",
        "the model has no cost of order 3: those allocations cost nothing here",
      ],
    );
  });

  it("says why packets give nothing per packet: a single sample spans no time", async () => {
    const { byOrder, warnings } = pageOrders({ profile: await parse(sample(0, "mm_page_alloc", 0, ...POOL)), packets });
    assert.deepEqual(byOrder, [{ order: 0, allocations: 1, frees: 0 }]);
    assert.match(warnings.map(({ message }) => message).join(), /span no known time, so what a packet takes is not known/);
  });

  it("has no caller where no stack was recorded", async () => {
    const [count] = pageOrders({ profile: await parse(sample(0, "mm_page_alloc", 1).trimEnd()) }).byCaller;
    assert.deepEqual(count, { order: 1, where: "remainder", allocations: 1, frees: 0 });
  });

  it("refuses a profile without the events or without their payloads", async () => {
    const other = await parse(
      "ping 7 [001] 5.000001: 250000 cpu-clock:\n\tffffffff81e659c0 memset+0x1 ([kernel.kallsyms])\n\n",
    );
    assert.throws(() => pageOrders({ profile: other }), /^RangeError: pageOrders requires samples of kmem:mm_page_alloc or/);
    const { payloads, ...without } = await parse(LOAD);
    assert.ok(payloads);
    assert.throws(
      () => pageOrders({ profile: without }),
      /with their payloads: script\.txt has none \(events kmem:mm_page_alloc, kmem:mm_page_free\)/,
    );
  });

  it("agrees with the text of a recording: 217 allocations of order 0, 62 of order 3 for TCP's data, 68 frees", {
    skip,
  }, async () => {
    const text = readFileSync(`${CAPTURES}/public/perf-script/local-kmem-page-callchain.txt`);
    const { byOrder, byCaller } = pageOrders({ profile: await parse(text) });
    // grep -c 'mm_page_alloc:.* order=0 ', order=3, mm_page_free
    assert.deepEqual(byOrder, [
      { order: 0, allocations: 217, frees: 68 },
      { order: 3, allocations: 62, frees: 0 },
    ]);
    const [fault, tcp] = byCaller;
    assert.deepEqual([fault?.caller, fault?.where, fault?.allocations], ["do_fault", "fault", 127]);
    assert.deepEqual([tcp?.caller, tcp?.order, tcp?.allocations], ["skb_page_frag_refill", 3, 62]);
  });

  it("reads the decimal page numbers of Linux 5.1, and a stack without callers in the kernel", { skip }, async () => {
    const text = readFileSync(`${CAPTURES}/public/perf-script/mm_page_alloc-callchain-5.1.txt`);
    const { byCaller } = pageOrders({ profile: await parse(text) });
    // The first stack is broken: below the page allocator is user code.
    assert.deepEqual(byCaller.map(({ caller }) => caller).sort(), ["__poll", "__pollwait"]);
  });

  it("is the same from perf.data, whose payloads are decoded by the recorded formats", { skip }, async () => {
    const text = readFileSync(`${CAPTURES}/public/perf-script/local-kmem-page-callchain.txt`);
    const bytes = readFileSync(`${CAPTURES}/public/perf-data/local-mm_page_alloc-g.perf.data`);
    const kallsyms = parseKallsyms({ file: "kallsyms.gz", bytes: readFileSync(`${CAPTURES}/veth-6.18/kallsyms.gz`) });
    const profile = await readPerfData(byteFile({ file: "script.txt", bytes }), { payloads: true, kallsyms });
    const [own, printed] = [pageOrders({ profile }), pageOrders({ profile: await parse(text) })];
    assert.deepEqual(own.byCaller, printed.byCaller);
    assert.deepEqual(own.byOrder, printed.byOrder);
  });
});
