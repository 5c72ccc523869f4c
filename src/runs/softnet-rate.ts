import type { Warning } from "../captures/parsed.js";
import { type SoftnetStat, softnetRates } from "../captures/softnet-stat.js";
import { nsFromSeconds } from "../units.js";
import { type PacketRate, packetRate, type TimedPair } from "./packet-rate.js";

/**
 * The packets that entered the stack on all CPUs, from two `/proc/net/softnet_stat`, `seconds` apart.
 *
 * `processed` counts SKBs that enter the stack: what GRO merged is one, a bond or a VLAN counts a packet again, and every device
 * counts, loopback and veth too. Sent packets are not in it.
 * @throws RangeError where no packets passed, or a CPU's counter was reset or may have wrapped.
 * @example
 * softnetPacketRate({
 *   before: { file: "a.txt", rows: [{ line: 1, cpu: 3, processed: 10, dropped: 0, timeSqueeze: 0, cpuCollision: 0 }] },
 *   after: { file: "b.txt", rows: [{ line: 1, cpu: 3, processed: 50, dropped: 0, timeSqueeze: 0, cpuCollision: 0 }] },
 *   seconds: 2,
 * }).cpus // [3]
 */
export function softnetPacketRate({ before, after, seconds, startTimeNs }: TimedPair<SoftnetStat>): PacketRate {
  const { rates, refused, warnings } = softnetRates({ before, after, seconds });
  const source = `${before.file} to ${after.file}`;
  const bad = refused.find(({ name }) => name.endsWith(".processed"));
  if (bad) throw new RangeError(`softnetPacketRate requires whole counters: ${bad.name} of ${source} ${bad.message}`);
  const processed = rates.filter(({ name, delta }) => name.endsWith(".processed") && delta > 0n);
  const cpus = processed.flatMap(({ name }) => /^cpu(\d+)\./.exec(name)?.[1] ?? []).map(Number);
  const dropped = rates.filter(({ name, delta }) => name.endsWith(".dropped") && delta > 0n);
  const drops: Warning[] = dropped.map(({ name, delta }) => ({
    file: after.file,
    line: 0,
    message: `${name} rose by ${delta}: packets that cost time and are in no rate`,
  }));
  return packetRate({
    packets: processed.reduce((sum, { delta }) => sum + Number(delta), 0),
    windowNs: nsFromSeconds(seconds),
    packetUnit: "skb",
    source: `${source}: processed`,
    ...(startTimeNs !== undefined && { startTimeNs }),
    ...(cpus.length === processed.length && cpus.length > 0 && { cpus }),
    warnings: [...warnings, ...drops],
  });
}
