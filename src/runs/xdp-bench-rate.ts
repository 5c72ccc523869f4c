import type { XdpBenchCount } from "../captures/xdp-bench.js";
import { nsFromSeconds } from "../units.js";
import type { PacketRate } from "./packet-rate.js";

/**
 * The packets that reached the XDP program of xdp-bench: its own average over its whole run where it printed one, else the mean of
 * its intervals, the first of which is left out of three or more because traffic may have begun within it.
 *
 * @throws RangeError where it counts no received packets, or none came.
 * @example
 * xdpBenchPacketRate({ file: "xdp-bench.txt", rows: [{ line: 1, interval: 1, point: "eth0->?", value: 4867852, unit: "rx/s" }] }).pps // 4867852
 */
export function xdpBenchPacketRate({ file, rows }: { file: string; rows: readonly XdpBenchCount[] }): PacketRate {
  const total = (name: string) => rows.find(({ interval, point }) => interval === 0 && point === name)?.value;
  const [average, duration] = [total("Average packets/s"), total("Duration")];
  const intervals = xdpBenchIntervals(rows);
  const steady = intervals.length > 2 ? intervals.slice(1) : intervals;
  const pps = average ?? steady.reduce((sum, rate) => sum + rate, 0) / steady.length;
  if (!(pps > 0)) {
    throw new RangeError(
      `xdpBenchPacketRate requires received packets: ${file} has ${intervals.length === 0 ? "no rx/s" : "0 rx/s"}`,
    );
  }
  const receiving = rows.filter(
    ({ point, unit, cpu, value }) => point === "receive" && unit === "pkt/s" && cpu !== undefined && value > 0,
  );
  const cpus = [...new Set(receiving.map(({ cpu }) => cpu as number))].sort((a, b) => a - b);
  return {
    pps,
    packetUnit: "wire packet",
    ...(duration && { windowNs: nsFromSeconds(duration) }),
    ...(cpus.length > 0 && { cpus }),
    source: `${file}: ${average === undefined ? `mean of ${steady.length} intervals` : "average"} of xdp-bench`,
    warnings: [],
  };
}

/**
 * The received packets per second of each interval.
 *
 * @example
 * xdpBenchIntervals([{ line: 1, interval: 1, point: "eth0->?", value: 5, unit: "rx/s" }]) // [5]
 */
export function xdpBenchIntervals(rows: readonly XdpBenchCount[]): number[] {
  return rows.filter(({ unit }) => unit === "rx/s").map(({ value }) => value);
}
