import type { CounterRate } from "../captures/counter-rates.js";
import { type EthtoolCounter, ethtoolRates } from "../captures/ethtool-stats.js";
import type { Warning } from "../captures/parsed.js";
import { type Bytes, nsFromSeconds } from "../units.js";
import { type PacketRate, packetRate, type TimedPair } from "./packet-rate.js";

/** Counters of packets per queue as drivers name them; a total is `rx_packets` or `tx_packets`. */
const QUEUE: readonly RegExp[] = [
  /^(?<way>[rt]x)_queue_\d+_packets$/, // igb, ixgbe, ice, virtio_net
  /^(?<way>[rt]x)-\d+\.packets$/, // i40e
  /^(?<way>[rt]x)_q-\d+_pkts$/, // idpf
  /^(?<way>[rt]x)\d+_packets$/, // mlx5
  /^(?<way>[rt]x)_\d+_packets$/, // mana
  /^queue_\d+_(?<way>[rt]x)_cnt$/, // ena
];

/**
 * The packets of a device from two `ethtool -S`, `seconds` apart: those of the direction in which more passed.
 *
 * The driver's total counts (`rx_packets`, `tx_packets`), or the sum of its queues where it has no total. Both are of what the driver
 * handled: what the NIC dropped is in neither. With TSO or LRO some drivers count aggregates, which the bytes show.
 * @throws RangeError where no packets passed, no counter of packets is known, or one of them was reset or is in one snapshot only.
 * @example
 * ethtoolPacketRate({
 *   before: { file: "a.txt", rows: [{ line: 2, snapshot: 1, name: "tx_queue_0_packets", value: 7n }] },
 *   after: { file: "b.txt", rows: [{ line: 2, snapshot: 1, name: "tx_queue_0_packets", value: 449_383n }] },
 *   seconds: 20,
 * }).pps // 22_468.8
 */
export function ethtoolPacketRate({ before, after, seconds, startTimeNs }: TimedPair<EthtoolCounter>): PacketRate {
  const { rates, refused } = ethtoolRates({ before, after, seconds });
  const source = `${before.file} to ${after.file}`;
  const bad = refused.find(({ name }) => directionOf(name) !== undefined);
  if (bad) throw new RangeError(`ethtoolPacketRate requires whole counters: ${bad.name} of ${source} ${bad.message}`);
  const ways = (["rx", "tx"] as const).map((way) => passed(way, rates)).filter((way) => way !== undefined);
  const [most, other] = ways.sort((a, b) => b.packets - a.packets);
  if (!most) {
    throw new RangeError(`ethtoolPacketRate requires rx_packets, tx_packets or packets per queue: none is in ${source}`);
  }
  const warn = (message: string): Warning => ({ file: after.file, line: 0, message });
  const { way, packets, counters, bytes } = most;
  const warnings: Warning[] = [];
  if (other && other.packets > packets * OTHER_WAY) {
    warnings.push(
      warn(
        `${other.packets} packets passed the other way (${other.way}): the cost of a packet holds those too, as ${way} alone counts`,
      ),
    );
  }
  if (bytes !== undefined && bytes / packets > LARGEST_FRAME) {
    warnings.push(
      warn(
        `${Math.round(bytes / packets)} bytes per packet: jumbo frames, or aggregates of TSO or LRO that count as one packet`,
      ),
    );
  }
  return packetRate({
    packets,
    windowNs: nsFromSeconds(seconds),
    packetUnit: "wire packet",
    source: `${source}: ${counters}`,
    ...(startTimeNs !== undefined && { startTimeNs }),
    warnings,
  });
}

interface Passed {
  readonly way: "rx" | "tx";
  readonly packets: number;
  /** What was counted, by name. */
  readonly counters: string;
  readonly bytes?: Bytes;
}

/** Below this part of the packets, what passed the other way is acknowledgements and chatter. */
const OTHER_WAY = 0.05;
/** A frame with two VLAN tags and its FCS: 1500 + 14 + 2 * 4 + 4. */
const LARGEST_FRAME: Bytes = 1526;

function passed(way: "rx" | "tx", rates: readonly CounterRate[]): Passed | undefined {
  const total = rates.find(({ name }) => name === `${way}_packets`);
  const bytes = rates.find(({ name }) => name === `${way}_bytes`);
  const queues = rates.filter(({ name }) => queueDirection(name) === way);
  if (!total && queues.length === 0) return undefined;
  const counted = total ? [total] : queues;
  return {
    way,
    packets: counted.reduce((sum, { delta }) => sum + Number(delta), 0),
    counters: counted.length === 1 ? (counted[0]?.name ?? "") : `${counted.length} counters like ${counted[0]?.name}`,
    ...(total && bytes && { bytes: Number(bytes.delta) }),
  };
}

function directionOf(name: string): string | undefined {
  return /^([rt]x)_packets$/.exec(name)?.[1] ?? queueDirection(name);
}

function queueDirection(name: string): string | undefined {
  for (const pattern of QUEUE) {
    const way = pattern.exec(name)?.groups?.way;
    if (way !== undefined) return way;
  }
  return undefined;
}
