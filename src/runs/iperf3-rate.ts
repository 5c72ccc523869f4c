import type { Iperf3Result } from "../captures/iperf3.js";
import { nsFromSeconds } from "../units.js";
import { type PacketRate, packetRate } from "./packet-rate.js";

/** What IPv4 over Ethernet takes at most in one packet: 1500 less the headers of IP and UDP, 20 + 8. */
const LARGEST_DATAGRAM = 1472;

/**
 * The datagrams that iperf3 sent over UDP; each is an SKB, and a packet where it fits one.
 *
 * @throws RangeError for a test of TCP, which counts bytes and no packets, and where nothing was sent.
 * @example
 * iperf3PacketRate({
 *   file: "iperf3.json",
 *   row: { line: 1, protocol: "UDP", streams: 1, blockBytes: 200, reverse: false, seconds: 9, bytes: 600, bitsPerSecond: 533, packets: 450, lostPackets: 0, intervalRates: [] },
 * }).pps // 50
 */
export function iperf3PacketRate({ file, row }: { file: string; row: Iperf3Result }): PacketRate {
  const { line, protocol, packets, seconds, lostPackets = 0, blockBytes } = row;
  const source = `${file}:${line}: iperf3`;
  if (packets === undefined) {
    throw new RangeError(
      `iperf3PacketRate requires datagrams: ${source} is ${protocol}, which counts bytes; use counters of the device`,
    );
  }
  const messages: string[] = [];
  if (lostPackets > 0) {
    messages.push(
      `${lostPackets} of ${packets} datagrams were lost on the way: the receiver handled fewer than this rate, which is the sender's`,
    );
  }
  if (blockBytes > LARGEST_DATAGRAM) {
    messages.push(`datagrams of ${blockBytes} bytes are several packets each: IP fragments them, or GSO segments them`);
  }
  return packetRate({
    packets,
    windowNs: nsFromSeconds(seconds),
    packetUnit: "skb",
    source,
    warnings: messages.map((message) => ({ file, line, message })),
  });
}
