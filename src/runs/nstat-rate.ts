import type { CaptureRows } from "../captures/counter-rates.js";
import { type NstatCounter, nstatRates } from "../captures/nstat.js";
import type { Warning } from "../captures/parsed.js";
import { nsFromSeconds, type Pps } from "../units.js";
import { type PacketRate, packetRate } from "./packet-rate.js";

/** What reached the UDP sockets of a machine, and what of it their applications received, per second. */
export interface UdpSocketRates {
  /** Received by applications: `UdpInDatagrams` and `Udp6InDatagrams`. */
  readonly deliveredPps: Pps;
  /** That, and what found no room or no socket: `UdpInErrors` and `UdpNoPorts`, of IPv6 too. What was lost before is not in it. */
  readonly arrivedPps: Pps;
  readonly seconds: number;
  /** The captures that say so. */
  readonly source: string;
}

/** Two snapshots, or one output of increments: what nstat counted since its last call. */
export interface NstatPair {
  readonly before?: CaptureRows<NstatCounter> | undefined;
  readonly after: CaptureRows<NstatCounter>;
  readonly seconds: number;
}

/**
 * The rates of the UDP sockets from two `nstat -az`, or from one `nstat` of increments, `seconds` apart.
 *
 * @throws RangeError where a counter of UDP was reset or is in one snapshot only, or no datagram arrived.
 * @example
 * udpSocketRates({
 *   after: { file: "nstat.txt", rows: [{ line: 2, snapshot: 1, name: "UdpInDatagrams", value: 900n }, { line: 3, snapshot: 1, name: "UdpInErrors", value: 100n }] },
 *   seconds: 1,
 * }).arrivedPps // 1000
 */
export function udpSocketRates({ before, after, seconds }: NstatPair): UdpSocketRates {
  const source = before ? `${before.file} to ${after.file}` : `${after.file}, as increments`;
  const growth = before
    ? grown({ pair: { before, after, seconds }, source })
    : new Map(after.rows.map(({ name, value }) => [name, value]));
  const perSecond = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + Number(growth.get(name) ?? 0n), 0) / seconds;
  const deliveredPps = perSecond(["UdpInDatagrams", "Udp6InDatagrams"]);
  const lost = perSecond(["UdpInErrors", "UdpNoPorts", "Udp6InErrors", "Udp6NoPorts"]);
  if (!(deliveredPps + lost > 0)) throw new RangeError(`udpSocketRates requires datagrams: none arrived in ${source}`);
  return { deliveredPps, arrivedPps: deliveredPps + lost, seconds, source };
}

/**
 * The datagrams that applications received, as a packet rate; a warning says what was lost at the sockets.
 *
 * @throws RangeError as `udpSocketRates`, and where nothing was received.
 * @example
 * nstatPacketRate({ after: { file: "nstat.txt", rows: [{ line: 2, snapshot: 1, name: "UdpInDatagrams", value: 900n }] }, seconds: 1 }).pps // 900
 */
export function nstatPacketRate(pair: NstatPair): PacketRate {
  const { deliveredPps, arrivedPps, seconds, source } = udpSocketRates(pair);
  const lost = arrivedPps - deliveredPps;
  const message = `${Math.round(lost)} datagrams a second found no room or no socket: they cost time and are in no rate`;
  const warnings: Warning[] = lost > 0 ? [{ file: pair.after.file, line: 0, message }] : [];
  return packetRate({
    packets: deliveredPps * seconds,
    windowNs: nsFromSeconds(seconds),
    packetUnit: "skb",
    source: `${source}: UdpInDatagrams`,
    warnings,
  });
}

function grown({ pair, source }: { pair: Parameters<typeof nstatRates>[0]; source: string }): Map<string, bigint> {
  const { rates, refused } = nstatRates(pair);
  const bad = refused.find(({ name, reason }) => /^Udp6?(?:In|NoPorts)/.test(name) && reason !== "appeared");
  if (bad) throw new RangeError(`udpSocketRates requires whole counters: ${bad.name} of ${source} ${bad.message}`);
  // Without -z a counter of 0 is not printed: what appeared grew from 0.
  const appeared = pair.after.rows.filter(({ name }) => refused.some((one) => one.name === name && one.reason === "appeared"));
  return new Map([
    ...rates.map(({ name, delta }) => [name, delta] as const),
    ...appeared.map(({ name, value }) => [name, value] as const),
  ]);
}
