/**
 * Every unit conversion and the constants of Ethernet's wire. Nothing else in the project multiplies by 8 or 1e9.
 * The aliases document; the unit is also part of every field's and parameter's name.
 * @module
 */

/** Nanoseconds, decimal. Stays in ns at every magnitude. */
export type Ns = number;
/** Cycles of the CPU's core clock, as the PMU counts them (`cycles`). */
export type Cycles = number;
/** Ticks of the time stamp counter, as time_bench counts them (`cycles(tsc)`): constant rate, not the core clock. */
export type TscCycles = number;
/** Clock in GHz, that is cycles per ns. */
export type Ghz = number;
/** Link rate in Gbit/s, decimal 1e9, that is bits per ns. */
export type Gbps = number;
/** Packets per second. */
export type Pps = number;
/** Bytes (octets). */
export type Bytes = number;

/** Preamble 7 + start frame delimiter 1, sent before each frame. Source: data/published/ethernet_constants.csv. */
export const PREAMBLE_SFD_BYTES = 8;
/** Inter-packet gap: 96 bit times, an average minimum. Source: data/published/ethernet_constants.csv. */
export const INTER_PACKET_GAP_BYTES = 12;
/** What a frame takes on the wire besides itself: preamble, SFD and gap. */
export const WIRE_OVERHEAD_BYTES: number = PREAMBLE_SFD_BYTES + INTER_PACKET_GAP_BYTES;
/** Frame check sequence, part of the frame but not of `skb->len` nor of pktgen's packet size. */
export const FCS_BYTES = 4;
/** Smallest frame, FCS included. */
export const MIN_FRAME_BYTES = 64;
/** Destination 6 + source 6 + type 2. */
export const MAC_HEADER_BYTES = 14;
/** One 802.1Q tag: TPID 2 + TCI 2 (`VLAN_HLEN` of the kernel's include/linux/if_vlan.h). */
export const VLAN_TAG_BYTES = 4;
/** A page of the page allocator at order 0 on x86-64. */
export const PAGE_BYTES = 4096;
/** Largest order of the page allocator on x86-64: `MAX_PAGE_ORDER` of include/linux/mmzone.h (6.12); `MAX_ORDER - 1` before. */
export const MAX_PAGE_ORDER = 10;

const NS_PER_SECOND = 1e9;
const BITS_PER_BYTE = 8;
const PER_MILLION = 1e6;

/**
 * Bytes a frame occupies on the wire: the frame with its FCS, plus preamble, SFD and inter-packet gap (20 bytes).
 *
 * Source: IEEE 802.3 framing as counted in data/published/ethernet_constants.csv.
 * @example
 * wireBytesFromFrame(64) // 84
 * wireBytesFromFrame(1518) // 1538
 */
export function wireBytesFromFrame(frameBytes: Bytes): Bytes {
  return frameBytes + WIRE_OVERHEAD_BYTES;
}

/**
 * The frame that carries a packet of `packetBytes` (pktgen's `pkt_size`, `skb->len`: no FCS), padded to the minimum.
 *
 * Source: pktgen's size excludes the FCS (Documentation/networking/pktgen.rst); minimum frame of 64 bytes.
 * @example
 * frameBytesFromPacket(60) // 64
 * frameBytesFromPacket(1514) // 1518
 */
export function frameBytesFromPacket(packetBytes: Bytes): Bytes {
  return Math.max(packetBytes + FCS_BYTES, MIN_FRAME_BYTES);
}

/**
 * Time on the wire of `wireBytes` at `gbps`, in ns: 1 Gbit/s is 1 bit per ns, so the result is exact up to one division.
 *
 * @example
 * nsFromWireBytes({ wireBytes: 84, gbps: 10 }) // 67.2
 */
export function nsFromWireBytes({ wireBytes, gbps }: { wireBytes: Bytes; gbps: Gbps }): Ns {
  return (wireBytes * BITS_PER_BYTE) / gbps;
}

/**
 * Bits of a number of bytes, the unit of link rates.
 *
 * @example
 * bitsFromBytes(60) // 480
 */
export function bitsFromBytes(bytes: Bytes): number {
  return bytes * BITS_PER_BYTE;
}

/**
 * Nanoseconds per packet at a packet rate: `1e9 / pps`. Source: the field's "nanosecond accounting",
 * netoptimizer/network-testing `bin/perf_report_pps_stats.pl`.
 * @example
 * nsFromPps(20_000_000) // 50
 */
export function nsFromPps(pps: Pps): Ns {
  return NS_PER_SECOND / pps;
}

/**
 * Million packets per second of a packet rate, to show; kept numbers stay in packets per second.
 *
 * @example
 * mppsFromPps(14_880_952) // 14.880952
 */
export function mppsFromPps(pps: Pps): number {
  return pps / PER_MILLION;
}

/**
 * The packet rate of a number of million packets per second, as talks and tables state it.
 *
 * @example
 * ppsFromMpps(2.5) // 2_500_000
 */
export function ppsFromMpps(mpps: number): Pps {
  return mpps * PER_MILLION;
}

/**
 * Nanoseconds of a number of seconds, exact for whole seconds below 2^53 ns (104 days).
 *
 * @example
 * nsFromSeconds(0.25) // 250000000
 */
export function nsFromSeconds(seconds: number): Ns {
  return seconds * NS_PER_SECOND;
}

/**
 * Seconds of a number of nanoseconds, to show or to ask for rates per second with; kept numbers stay in ns.
 *
 * @example
 * secondsFromNs(250_000_000) // 0.25
 */
export function secondsFromNs(ns: Ns): number {
  return ns / NS_PER_SECOND;
}

/**
 * Packet rate of one packet every `ns` nanoseconds: `1e9 / ns`, the inverse of `nsFromPps`.
 *
 * @example
 * ppsFromNs(50) // 20000000
 */
export function ppsFromNs(ns: Ns): Pps {
  return NS_PER_SECOND / ns;
}

/**
 * Cycles that pass in `ns` at a clock of `ghz`. Use the TSC's clock for time_bench numbers, the core clock for PMU cycles.
 *
 * @example
 * cyclesFromNs({ ns: 50, ghz: 4 }) // 200
 */
export function cyclesFromNs({ ns, ghz }: { ns: Ns; ghz: Ghz }): Cycles {
  return ns * ghz;
}

/**
 * Nanoseconds that `cycles` take at a clock of `ghz`. Use the clock that was counted: TSC or core.
 *
 * @example
 * nsFromCycles({ cycles: 272, ghz: 4 }) // 68
 */
export function nsFromCycles({ cycles, ghz }: { cycles: Cycles; ghz: Ghz }): Ns {
  return cycles / ghz;
}

/**
 * The clock in GHz at which `cycles` were counted in `ns`, for instance time_bench's `tsc_interval / time_interval`.
 *
 * Source: netoptimizer/prototype-kernel `kernel/lib/time_bench.c`.
 * @example
 * ghzFromCycles({ cycles: 400, ns: 100 }) // 4
 */
export function ghzFromCycles({ cycles, ns }: { cycles: Cycles; ns: Ns }): Ghz {
  return cycles / ns;
}

/**
 * Bytes of one allocation of the page allocator at `order`: `PAGE_SIZE << order` with 4 KiB pages.
 *
 * @example
 * orderBytes(3) // 32768
 */
export function orderBytes(order: number): Bytes {
  return PAGE_BYTES * 2 ** order;
}
