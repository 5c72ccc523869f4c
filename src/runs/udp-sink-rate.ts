import type { UdpSinkResult } from "../captures/udp-sink.js";
import { nsFromSeconds } from "../units.js";
import { type PacketRate, packetRate } from "./packet-rate.js";

/**
 * The datagrams that the tests of udp_sink received, or udp_flood sent: all of them over the time that they took.
 *
 * @throws RangeError for tests that received and tests that sent in one capture.
 * @example
 * udpSinkPacketRate({
 *   file: "udp_sink.txt",
 *   rows: [{ line: 2, call: "recvmsg", run: 0, packets: 1_000_000, ns: 1000, pps: 1e6, tscCycles: 3600, payloadBytes: 18, connected: false, emptyCalls: 0 }],
 * }).pps // 1_000_000
 */
export function udpSinkPacketRate({ file, rows }: { file: string; rows: readonly UdpSinkResult[] }): PacketRate {
  const sent = rows.filter(sends);
  if (sent.length > 0 && sent.length < rows.length) {
    throw new RangeError(`udpSinkPacketRate requires one side of the traffic: ${file} has tests of udp_sink and of udp_flood`);
  }
  const calls = [...new Set(rows.flatMap(({ call }) => call ?? []))];
  const messages = [
    ...(sent.length > 0 ? ["the rate is the sender's: what was received may be less"] : []),
    ...(calls.length > 1 ? [`several calls in one rate: ${calls.join(", ")}`] : []),
  ];
  return packetRate({
    packets: rows.reduce((sum, { packets }) => sum + packets, 0),
    windowNs: nsFromSeconds(rows.reduce((sum, { packets, ns }) => sum + packets * ns, 0) / 1e9),
    packetUnit: "skb",
    source: `${file}: ${sent.length > 0 ? "udp_flood" : "udp_sink"}`,
    warnings: messages.map((message) => ({ file, line: 0, message })),
  });
}

/**
 * Whether a test is udp_flood's, which sends.
 *
 * @example
 * sends({ call: "sendMmsg" }) // true
 * sends({}) // false
 */
export function sends({ call = "" }: Pick<UdpSinkResult, "call">): boolean {
  return /^(?:send|write)/.test(call);
}
