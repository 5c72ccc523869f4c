import { readPublished } from "../captures/read-published.js";
import { dmaMapping, pageBulk, sharedInfo, skbClear, slab } from "../models/memory-mechanisms.js";
import type { PacketPath } from "../models/packet-path.js";
import { driverReceive, handOver, receiveStages, xdpRecycle } from "../models/receive-mechanisms.js";
import { udpReceive } from "../models/socket-mechanisms.js";
import { doorbell, qdisc } from "../models/transmit-mechanisms.js";
import { type Ns, nsFromPps } from "../units.js";

/** A path of a packet with published numbers in it, and a published time that it is held against. */
export interface PublishedPath {
  readonly path: PacketPath;
  readonly measuredNs: Ns;
  /** Of the measured time. */
  readonly source: string;
  /** Where its numbers come from, in words: several machines, as far as one has not all. */
  readonly note: string;
}

const before = (what: string) =>
  found(
    readPublished("before_after").find((row) => row.what === what),
    what,
  );
const scaling = (series: string) =>
  found(
    readPublished("xdp_paper_scaling").find((row) => row.series === series),
    series,
  );
const i40e = (symbol: string) =>
  found(
    readPublished("perf_i40e_xdp_tx_group_report").find((row) => row.symbol === symbol),
    symbol,
  ).ns_stated ?? 0;
const cpumap = (symbol: string) => {
  const row = found(
    readPublished("perf_cpumap_bulkfree").find((one) => one.symbol === symbol),
    symbol,
  );
  return { ns: (row.percent_self / 100) * nsFromPps(row.base_pps) };
};
const primitive = (name: string, cpu: string) =>
  found(
    readPublished("primitives").find((row) => row.primitive === name && row.cpu.startsWith(cpu)),
    `${name} of ${cpu}`,
  ).ns;

function found<Row>(row: Row | undefined, what: string): Row {
  if (row === undefined) throw new RangeError(`the published tables have no row ${what}`);
  return row;
}

/** Clearing 184 bytes by rep stos on an E5-1650 v4 is 37 cycles at 3.6 GHz: setup and stores of the same curve. */
const CLEAR_E5 = { bytes: 184, setupCycles: 37 - 184 / 32, bytesPerCycle: 32, ghz: 3.6, times: 1 };
const BULK = 16;
const sharedInfoStep = () => ({
  mechanism: sharedInfo,
  values: { misses: 2, missNs: cpumap("build_skb_around").ns / 2, hiddenShare: 0, storesNs: 0 },
});
/** slab_bulk_test01 of 2023, 16 at once: 17.9 ns, taken as all of the object. */
const slabStep = () => {
  const row = found(
    readPublished("slab_bulk").find(({ series }) => series === "slab_bulk_test01 of 2023"),
    "slab_bulk_test01",
  );
  return { mechanism: slab, values: { objectNs: row.bulk_ns, bulkNs: 0, bulk: BULK, slowNs: 0, slowShare: 0 } };
};
const pageStep = () => ({ mechanism: pageBulk, values: { pageNs: 26.29, bulkNs: 15.68, bulk: 64 } });
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
  const touched = before("XDP_DROP read vs no_touch (L3 cache miss)");
  const generic = before("native XDP_DROP read -> generic XDP_DROP read");
  return {
    path: {
      name: "receive and drop",
      steps: [
        { mechanism: driverReceive, values: { workNs: nsFromPps(touched.pps2), missNs: touched.delta_ns, hiddenShare: 0 } },
        // 200 bytes are 39 cycles there.
        { mechanism: skbClear, values: { bytes: 200, setupCycles: 39 - 200 / 32, bytesPerCycle: 32, ghz: 4, times: 1 } },
        sharedInfoStep(),
        { mechanism: slab, values: { objectNs: SLUB_FAST_NS, bulkNs: 0, bulk: 1, slowNs: 0, slowShare: 0 } },
      ],
    },
    measuredNs: nsFromPps(generic.pps1),
    source: generic.source,
    note: "driver and clear of the same machine; shared info of an E5-1650 v4, slab of an i7-4790K",
  };
}

/** The fast path of one object, baseline of the same mail: J. D. Brouer, 2015-06-17, PATCH V2 0/6 slub bulk. */
const SLUB_FAST_NS = 10.601;

/**
 * Forwarding through the stack: E5-1650 v4, one route, one core.
 *
 * @example
 * forwardPath().path.steps.length // 9
 */
export function forwardPath(): PublishedPath {
  const measured = scaling("fwd linux single route");
  const gro = before("GRO overhead (iptables raw drop, i40e)");
  return {
    path: {
      name: "forward",
      steps: [
        { mechanism: driverReceive, values: { workNs: nsFromPps(scaling("xdp_drop").pps), missNs: 0, hiddenShare: 0 } },
        { mechanism: skbClear, values: CLEAR_E5 },
        sharedInfoStep(),
        slabStep(),
        pageStep(),
        { mechanism: receiveStages, values: { workNs: gro.delta_ns, stages: 1, refillNs: 0, bundle: 1 } },
        { mechanism: qdisc, values: { packetNs: 0, lockNs: primitive("lock", "E5-1650 v4"), bulk: 1 } },
        { mechanism: dmaMapping, values: { ...dmaValues(), packetsPerMapping: 1 } },
        {
          mechanism: doorbell,
          values: {
            packetNs: i40e("i40e_xmit_xdp_ring") + i40e("i40e_clean_tx_irq"),
            doorbellNs: STALL_NS,
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

/** 12 and 27 ns that two lines wait for the doorbell: netoptimizer/prototype-kernel, xdp25_eval_generic_xdp_tx.rst. */
const STALL_NS = 12 + 27;

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
  const claim = found(
    readPublished("claims").find(({ what }) => what === "UDP receiver moved to another CPU"),
    "UDP receiver",
  );
  const missNs = before("XDP_DROP read vs no_touch (L3 cache miss)").delta_ns;
  return {
    path: {
      name: "UDP receive",
      steps: [
        { mechanism: skbClear, values: CLEAR_E5 },
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
            lockNs: primitive("spin_lock_unlock", "E5-2695"),
            lockBatch: 1,
          },
        },
      ],
    },
    measuredNs: nsFromPps(claim.value * 1e6),
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
