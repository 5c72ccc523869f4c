import { readPublished } from "../captures/read-published.js";
import { bulkFit } from "../models/bulk-fit.js";
import { dmaMapping, pageBulk, sharedInfo, skbClear, slab } from "../models/memory-mechanisms.js";
import type { PacketPath } from "../models/packet-path.js";
import { driverReceive, handOver, receiveStages, xdpRecycle } from "../models/receive-mechanisms.js";
import { udpReceive } from "../models/socket-mechanisms.js";
import { doorbell, qdisc } from "../models/transmit-mechanisms.js";
import { type Ns, nsFromPps, ppsFromMpps } from "../units.js";
import { beforeAfter, claimOf, primitiveOf, publishedRow } from "./published-rows.js";

/** A path of a packet with published numbers in it, and a published time that it is held against. */
export interface PublishedPath {
  readonly path: PacketPath;
  readonly measuredNs: Ns;
  /** Of the measured time. */
  readonly source: string;
  /** Where its numbers come from, in words: several machines, as far as one has not all. */
  readonly note: string;
}

const scaling = (series: string) => publishedRow("xdp_paper_scaling", (row) => row.series === series);
const i40e = (symbol: string) => publishedRow("perf_i40e_xdp_tx_group_report", (row) => row.symbol === symbol).ns_stated ?? 0;

/**
 * What a doorbell per packet makes two lines of generic XDP_TX wait, as the author of its notes subtracts it.
 *
 * @example
 * stallNs() // 39
 */
export const stallNs = (): Ns =>
  readPublished("claims")
    .filter(({ what }) => what.startsWith("generic XDP_TX: stall of the doorbell"))
    .reduce((sum, { value }) => sum + value, 0);

/** The clear of 184 bytes by rep stos on an E5-1650 v4, as set-up and stores of 32 bytes a cycle; TSC of 3.6 GHz. */
const clearStep = () => {
  const { bytes, ns = 0 } = publishedRow("memset", ({ method }) => method === "const rep-stos skb tail");
  return { mechanism: skbClear, values: { bytes, setupCycles: 3.6 * ns - bytes / 32, bytesPerCycle: 32, ghz: 3.6, times: 1 } };
};
/** As many SKBs as NAPI takes from the slab at once. */
const bulkOfNapi = () => publishedRow("kernel_constants", ({ name }) => name === "NAPI_SKB_CACHE_BULK").value;
const sharedInfoStep = () => {
  const { percent_self, base_pps } = publishedRow("perf_cpumap_bulkfree", ({ symbol }) => symbol === "build_skb_around");
  const ns = (percent_self / 100) * nsFromPps(base_pps);
  return { mechanism: sharedInfo, values: { misses: 2, missNs: ns / 2, hiddenShare: 0, storesNs: 0 } };
};
/** slab_bulk_test01 of 2023, 16 at once: 17.9 ns, taken as all of the object. */
const slabStep = () => {
  const row = publishedRow("slab_bulk", ({ series }) => series === "slab_bulk_test01 of 2023");
  return { mechanism: slab, values: { objectNs: row.bulk_ns, bulkNs: 0, bulk: bulkOfNapi(), slowNs: 0, slowShare: 0 } };
};
/** A page of the array that the bulk API filled in March 2021, 64 at once. */
const pageStep = () => {
  const swept = readPublished("page_bulk").filter(
    ({ branch, variant, bulk }) => branch === "2021-03-19 mel proposal" && variant === "array" && bulk > 1,
  );
  const { elementNs, bulkNs } = bulkFit({ rows: swept }).whole;
  return { mechanism: pageBulk, values: { pageNs: elementNs, bulkNs, bulk: 64 } };
};
const dmaValues = () => ({
  mapNs: i40e("dma_direct_map_page") + i40e("dma_map_page_attrs"),
  unmapNs: i40e("dma_unmap_page_attrs"),
  syncNs: i40e("dma_sync_single_for_cpu") + i40e("dma_sync_single_for_device"),
});

/**
 * Receive and drop, with an SKB: generic XDP, i7-6700K, 2017.
 *
 * @example
 * receiveDropPath().path.name // "receive and drop"
 */
export function receiveDropPath(): PublishedPath {
  const touched = beforeAfter("XDP_DROP read vs no_touch (L3 cache miss)");
  const generic = beforeAfter("native XDP_DROP read -> generic XDP_DROP read");
  return {
    path: {
      name: "receive and drop",
      steps: [
        { mechanism: driverReceive, values: { workNs: nsFromPps(touched.pps2), missNs: touched.delta_ns, hiddenShare: 0 } },
        // 200 bytes are 39 cycles there.
        { mechanism: skbClear, values: { bytes: 200, setupCycles: 39 - 200 / 32, bytesPerCycle: 32, ghz: 4, times: 1 } },
        sharedInfoStep(),
        {
          mechanism: slab,
          values: {
            objectNs: primitiveOf("kmem_cache fastpath reuse (SLUB)", "i7-4790K").ns,
            bulkNs: 0,
            bulk: 1,
            slowNs: 0,
            slowShare: 0,
          },
        },
      ],
    },
    measuredNs: nsFromPps(generic.pps1),
    source: generic.source,
    note: "driver and clear of the same machine; shared info of an E5-1650 v4, slab of an i7-4790K",
  };
}

/**
 * Forwarding through the stack: E5-1650 v4, one route, one core.
 *
 * @example
 * forwardPath().path.steps.length // 9
 */
export function forwardPath(): PublishedPath {
  const measured = scaling("fwd linux single route");
  const gro = beforeAfter("GRO overhead (iptables raw drop, i40e)");
  return {
    path: {
      name: "forward",
      steps: [
        { mechanism: driverReceive, values: { workNs: nsFromPps(scaling("xdp_drop").pps), missNs: 0, hiddenShare: 0 } },
        clearStep(),
        sharedInfoStep(),
        slabStep(),
        pageStep(),
        { mechanism: receiveStages, values: { workNs: gro.delta_ns, stages: 1, refillNs: 0, bundle: 1 } },
        { mechanism: qdisc, values: { packetNs: 0, lockNs: primitiveOf("lock", "E5-1650 v4").ns, bulk: 1 } },
        { mechanism: dmaMapping, values: { ...dmaValues(), packetsPerMapping: 1 } },
        {
          mechanism: doorbell,
          values: {
            packetNs: i40e("i40e_xmit_xdp_ring") + i40e("i40e_clean_tx_irq"),
            doorbellNs: stallNs(),
            burst: 1,
            skbNs: 0,
            cloneSkb: 0,
          },
        },
      ],
    },
    measuredNs: nsFromPps(measured.pps),
    source: measured.source,
    note: "of the same CPU the driver, clear, slab and pages; DMA and TX of i40e, the doorbell of an i7-6700K; the work of the receive stages is GRO's",
  };
}

/**
 * XDP_TX on i40e, from the functions of its own profile.
 *
 * @example
 * xdpTxPath().measuredNs.toFixed(1) // "78.2"
 */
export function xdpTxPath(): PublishedPath {
  const [row] = readPublished("perf_i40e_xdp_tx_group_report");
  return {
    path: {
      name: "XDP_TX",
      steps: [
        {
          mechanism: driverReceive,
          values: { workNs: i40e("i40e_clean_rx_irq") + i40e("i40e_run_xdp"), missNs: 0, hiddenShare: 0 },
        },
        {
          mechanism: xdpRecycle,
          values: {
            programNs: i40e("bpf_prog_943df0a1ce7ea5c2_xdp_prognum0"),
            recycleNs: 0,
            allocateNs: i40e("xdp_return_frame") + i40e("page_frag_free"),
            recycledShare: 0,
          },
        },
        { mechanism: dmaMapping, values: { ...dmaValues(), packetsPerMapping: 1 } },
        {
          mechanism: doorbell,
          values: {
            packetNs: i40e("i40e_xmit_xdp_tx_ring") + i40e("i40e_xmit_xdp_ring") + i40e("i40e_clean_tx_irq"),
            doorbellNs: 0,
            burst: 64,
            skbNs: 0,
            cloneSkb: 0,
          },
        },
      ],
    },
    measuredNs: nsFromPps(row?.base_pps ?? 0),
    source: row?.source ?? "",
    note: "all of one profile: what remains are functions that it does not list",
  };
}

/**
 * UDP receive with the receiver on another CPU: the talk's 1.6 Mpps.
 *
 * @example
 * udpReceivePath().measuredNs // 625
 */
export function udpReceivePath(): PublishedPath {
  const claim = claimOf("UDP receiver moved to another CPU");
  const missNs = beforeAfter("XDP_DROP read vs no_touch (L3 cache miss)").delta_ns;
  return {
    path: {
      name: "UDP receive",
      steps: [
        clearStep(),
        sharedInfoStep(),
        slabStep(),
        pageStep(),
        { mechanism: handOver, values: { misses: 2, missNs, queueNs: 0, wakeNs: 0, batch: 1 } },
        {
          mechanism: udpReceive,
          values: {
            packetNs: 0,
            syscallNs: 0,
            syscallBatch: 1,
            lockNs: primitiveOf("spin_lock_unlock", "E5-2695").ns,
            lockBatch: 1,
          },
        },
      ],
    },
    measuredNs: nsFromPps(ppsFromMpps(claim.value)),
    source: claim.source,
    note: "two lines change CPUs, SKB and data, as an i7-6700K pays one; stack, copy and system call have no published number",
  };
}

/**
 * The four paths.
 *
 * @example
 * publishedPaths().map(({ path }) => path.name) // ["receive and drop", "XDP_TX", "UDP receive", "forward"]
 */
export function publishedPaths(): PublishedPath[] {
  return [receiveDropPath(), xdpTxPath(), udpReceivePath(), forwardPath()];
}
