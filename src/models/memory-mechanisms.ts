import { nsFromCycles, orderBytes, PAGE_BYTES } from "../units.js";
import { type Mechanism, mechanism } from "./mechanism.js";
import { atLeastOne, CYCLES, FRAG_BYTES, GHZ, mean, ORDER, share, time } from "./parameters.js";

const BYTES = { unit: "bytes", what: "bytes", min: 1, integer: true } as const;
const BYTES_PER_CYCLE = { unit: "bytes per cycle", what: "bytes per cycle of a long block", above: 0 } as const;
const PROTOTYPE_KERNEL = "netoptimizer/prototype-kernel";

/** Clearing the SKB: a set-up and so many bytes per cycle. Kernels with init_on_alloc clear it twice. */
export const skbClear: Mechanism<"bytes" | "setupCycles" | "bytesPerCycle" | "ghz" | "times"> = mechanism({
  name: "SKB clear",
  minutes: "36, 49-52",
  formula: "times * (setupCycles + bytes / bytesPerCycle) / ghz",
  parameters: {
    bytes: BYTES,
    setupCycles: CYCLES,
    bytesPerCycle: BYTES_PER_CYCLE,
    ghz: GHZ,
    times: atLeastOne("times the SKB is cleared"),
  },
  terms: ({ bytes, setupCycles, bytesPerCycle, ghz, times }) => ({
    setup: times * nsFromCycles({ cycles: setupCycles, ghz }),
    stores: times * nsFromCycles({ cycles: bytes / bytesPerCycle, ghz }),
  }),
  leavesOut: "a cold block; and one CPU's curve is not another's: clearCost() reads a measured one",
  source: `${PROTOTYPE_KERNEL}, kernel/lib/time_bench_memset.c; offsetof(struct sk_buff, tail) of each kernel`,
  measuredBy: "time_bench_memset, perf annotate of __build_skb",
});

/** Writing skb_shared_info behind the packet's data (build_skb): lines that no one has touched yet, and the stores. */
export const sharedInfo: Mechanism<"misses" | "missNs" | "hiddenShare" | "storesNs"> = mechanism({
  name: "shared info",
  minutes: "49-53",
  formula: "misses * missNs * (1 - hiddenShare) + storesNs",
  parameters: {
    misses: mean("cold cache lines: shared info, struct page"),
    missNs: time("one of them"),
    hiddenShare: share("of the stall that a prefetch hides"),
    storesNs: time("the stores themselves"),
  },
  terms: ({ misses, missNs, hiddenShare, storesNs }) => ({ misses: misses * missNs * (1 - hiddenShare), stores: storesNs }),
  leavesOut: "who else would have paid the miss later",
  source: "xdp-project/xdp-project, areas/cpumap/cpumap02-optimizations.org; Linux, __build_skb_around()",
  measuredBy: "perf of build_skb and its callees",
});

/** The other construction, for pages that may not be written: a head from the allocator, and a copy of the headers into it. */
export const allocateAndCopy: Mechanism<"headNs" | "copiedBytes" | "setupCycles" | "bytesPerCycle" | "ghz"> = mechanism({
  name: "allocate and copy",
  minutes: "49-53",
  formula: "headNs + (setupCycles + copiedBytes / bytesPerCycle) / ghz",
  parameters: {
    headNs: time("allocating and freeing the head"),
    copiedBytes: BYTES,
    setupCycles: CYCLES,
    bytesPerCycle: BYTES_PER_CYCLE,
    ghz: GHZ,
  },
  terms: ({ headNs, copiedBytes, setupCycles, bytesPerCycle, ghz }) => ({
    head: headNs,
    copy: nsFromCycles({ cycles: setupCycles + copiedBytes / bytesPerCycle, ghz }),
  }),
  leavesOut: "the miss on the packet, which both constructions have",
  source: "J. D. Brouer, Network Performance Workshop, netdev 1.2 2016, min 00:53",
  measuredBy: "perf of napi_alloc_skb and memcpy",
});

/** An object of the slab allocator: a floor, what a bulk shares, and the slow path where the slab's own list is empty. */
export const slab: Mechanism<"objectNs" | "bulkNs" | "bulk" | "slowNs" | "slowShare"> = mechanism({
  name: "slab",
  minutes: "46-48",
  formula: "objectNs + bulkNs / bulk + slowNs * slowShare",
  parameters: {
    objectNs: time("one object of many"),
    bulkNs: time("what a bulk pays once"),
    bulk: atLeastOne("objects at once"),
    slowNs: time("one passage of the slow path"),
    slowShare: share("of the objects that take it"),
  },
  terms: ({ objectNs, bulkNs, bulk, slowNs, slowShare }) => ({
    object: objectNs,
    bulk: bulkNs / bulk,
    slow: slowNs * slowShare,
  }),
  leavesOut: "where the edge of a slab lies: bulkFit() finds it in a sweep",
  source: "J. D. Brouer, mail 2015-06-17, PATCH V2 0/6 slub bulk",
  measuredBy: "slab_bulk_test01 and its kin",
});

/** A page, or a fragment of a block of pages, of the page allocator. */
export const pageAllocation: Mechanism<"cycles" | "ghz" | "order" | "fragBytes"> = mechanism({
  name: "page order",
  minutes: "54",
  formula: "cycles / ghz * fragBytes / (4096 * 2^order)",
  parameters: { cycles: CYCLES, ghz: GHZ, order: ORDER, fragBytes: FRAG_BYTES },
  terms: ({ cycles, ghz, order, fragBytes }) => ({ page: (nsFromCycles({ cycles, ghz }) * fragBytes) / orderBytes(order) }),
  leavesOut: "reclaim, compaction, clearing, and the rest of a block that is too small for a fragment",
  source: `${PROTOTYPE_KERNEL}, kernel/mm/bench/page_bench01.c`,
  measuredBy: "page_bench01",
});

/** A page while several CPUs ask: alone, and the turns of the others in a section that one CPU at a time is in. */
export const pageWait: Mechanism<"aloneCycles" | "serialCycles" | "cpus" | "ghz" | "order"> = mechanism({
  name: "page contention",
  minutes: "55",
  formula: "(aloneCycles + serialCycles * (cpus - 1)) / ghz / 2^order",
  parameters: {
    aloneCycles: CYCLES,
    serialCycles: CYCLES,
    cpus: atLeastOne("CPUs that ask at once"),
    ghz: GHZ,
    order: ORDER,
  },
  terms: ({ aloneCycles, serialCycles, cpus, ghz, order }) => {
    const pages = orderBytes(order) / PAGE_BYTES;
    return {
      alone: nsFromCycles({ cycles: aloneCycles, ghz }) / pages,
      waiting: nsFromCycles({ cycles: serialCycles * (cpus - 1), ghz }) / pages,
    };
  },
  leavesOut: "a knee: per-CPU lists have none until two threads share a core. See pageContention()",
  source: `${PROTOTYPE_KERNEL}, kernel/mm/bench/page_bench03.c`,
  measuredBy: "page_bench03 at 1, 2, 3, ... CPUs",
});

/** A page of the bulk API: a floor, and what a bulk pays once (interrupts off, the per-CPU lists' lock). */
export const pageBulk: Mechanism<"pageNs" | "bulkNs" | "bulk"> = mechanism({
  name: "page bulk",
  minutes: "56-59",
  formula: "pageNs + bulkNs / bulk",
  parameters: {
    pageNs: time("one page of many"),
    bulkNs: time("what a bulk pays once"),
    bulk: atLeastOne("pages at once"),
  },
  terms: ({ pageNs, bulkNs, bulk }) => ({ page: pageNs, bulk: bulkNs / bulk }),
  leavesOut: "a bulk of 1, which takes the other code; a list gets dearer again above 64",
  source: `${PROTOTYPE_KERNEL}, commit 4c41fe0d4107f5147bf6aee5a9f0a0acc8df532e`,
  measuredBy: "page_bench04_bulk",
});

/** A page of a page_pool by where it came from. What is neither from the ring nor slow is from the fast path. */
export const pagePool: Mechanism<"fastNs" | "ringNs" | "slowNs" | "ringShare" | "slowShare"> = mechanism({
  name: "page_pool",
  minutes: "56-59",
  formula: "(1 - ringShare - slowShare) * fastNs + ringShare * ringNs + slowShare * slowNs",
  parameters: {
    fastNs: time("from the pool's own array"),
    ringNs: time("from the ring that other CPUs give back to"),
    slowNs: time("from the page allocator"),
    ringShare: share("of the pages from the ring"),
    slowShare: share("of the pages from the page allocator"),
  },
  terms: ({ fastNs, ringNs, slowNs, ringShare, slowShare }) => {
    const fastShare = 1 - ringShare - slowShare;
    // Shares from counters sum to 1 only up to rounding.
    if (fastShare < -1e-9) throw new RangeError(`page_pool requires ringShare + slowShare <= 1: got ${ringShare + slowShare}`);
    return { fast: Math.max(0, fastShare) * fastNs, ring: ringShare * ringNs, slow: slowShare * slowNs };
  },
  leavesOut: "the state of the CPU's mitigations, which changes these by three times",
  source: "xdp-project/xdp-project, areas/mem/page_pool07_bench_DMA_fix.org; Linux, net/core/page_pool.c",
  measuredBy: "ethtool -S (rx_pp_*), the page_pool selftest",
});

/** Mapping memory for the device: shared by the fragments of one mapping, and a sync that each packet needs. */
export const dmaMapping: Mechanism<"mapNs" | "unmapNs" | "syncNs" | "packetsPerMapping"> = mechanism({
  name: "DMA mapping",
  minutes: "57",
  formula: "(mapNs + unmapNs) / packetsPerMapping + syncNs",
  parameters: {
    mapNs: time("one mapping"),
    unmapNs: time("one unmapping"),
    syncNs: time("handing a buffer to and fro without unmapping"),
    packetsPerMapping: atLeastOne("packets, or fragments, per mapping: a pool that keeps its pages mapped has many"),
  },
  terms: ({ mapNs, unmapNs, syncNs, packetsPerMapping }) => ({
    map: mapNs / packetsPerMapping,
    unmap: unmapNs / packetsPerMapping,
    sync: syncNs,
  }),
  leavesOut: "the IOMMU: no cost per packet was found in the sources read",
  source: "xdp-project/xdp-project, areas/core/xdp_frame02_overhead.org (DMA group of i40e)",
  measuredBy: "perf of dma_map_*, dma_unmap_*, dma_sync_*",
});

/** Zero copy into user memory: each page is cleared before another process sees it, once for as many packets as it carries. */
export const zeroCopyClear: Mechanism<"clearNs" | "packetsPerClear"> = mechanism({
  name: "zero-copy clear",
  minutes: "59",
  formula: "clearNs / packetsPerClear",
  parameters: {
    clearNs: time("clearing one page"),
    packetsPerClear: atLeastOne("packets a page carries before it is cleared again"),
  },
  terms: ({ clearNs, packetsPerClear }) => ({ clear: clearNs / packetsPerClear }),
  leavesOut: "mapping into the process, and the lines that clearing evicts",
  source: "J. D. Brouer, Network Performance Workshop, netdev 1.2 2016, min 00:59",
  measuredBy: "time_bench_memset at the size of a page",
});
