import type { Warning } from "../captures/parsed.js";
import type { PktgenResult } from "../captures/pktgen-result.js";
import type { Profile } from "../profile/profile.js";
import { type Ns, nsFromSeconds } from "../units.js";
import { type PacketRate, packetRate } from "./packet-rate.js";
import { pktgenCpus } from "./pktgen-cpus.js";
import { placeWindow } from "./recording-clock.js";

/**
 * The packets that pktgen sent: the sum over its devices and threads.
 *
 * The rate is that of the whole run, from its start to its stop. It is placed on the clock of `profile` where the capture says when
 * pktgen started. The CPUs are those that the profile shows at it, or those in the names that the sample scripts give their devices,
 * `eth0@2` for thread 2 (samples/pktgen/pktgen_sample02_multiqueue.sh); as many as there are results, or none.
 * @throws RangeError where no packet was sent.
 * @example
 * pktgenPacketRate({
 *   file: "pktgen.txt",
 *   rows: [{ line: 18, device: "dm0", elapsedUs: 19_108_798, busyUs: 0, idleUs: 0, packets: 2_724_404, packetBytes: 60, frags: 0, pps: 142_573, packetBitsPerSecond: 0, errors: 0 }],
 * }).pps.toFixed(1) // "142573.3"
 */
export function pktgenPacketRate({
  file,
  rows,
  profile,
}: {
  file: string;
  rows: readonly PktgenResult[];
  profile?: Profile | undefined;
}): PacketRate {
  const windowNs = Math.max(0, ...rows.map(({ elapsedUs }) => nsFromUs(elapsedUs)));
  const packets = rows.reduce((sum, row) => sum + row.packets, 0);
  const devices = rows.map(({ device }) => device ?? "a device without name").join(", ");
  const source = `${file}: pktgen on ${devices}`;
  const starts = rows.flatMap(({ startedUs }) => (startedUs === undefined ? [] : [BigInt(startedUs) * NS_PER_US]));
  const [first] = starts.sort((a, b) => (a < b ? -1 : 1));
  const placed = first !== undefined && profile && placeWindow({ startNs: first, windowNs, profile, source });
  const named = rows.flatMap(({ device }) => /@(\d{1,5})$/.exec(device ?? "")?.[1] ?? []).map(Number);
  const cpus = [named.sort((a, b) => a - b), profile ? pktgenCpus(profile) : []].find(({ length }) => length === rows.length);
  const doubts = [...errorWarnings(file, rows), ...lengthWarnings(file, rows, windowNs), ...(placed ? placed.warnings : [])];
  const rate = packetRate({
    packets,
    windowNs,
    packetUnit: "wire packet",
    source,
    ...(placed && placed.startTimeNs !== undefined && { startTimeNs: placed.startTimeNs }),
    ...(cpus && { cpus }),
    warnings: doubts,
  });
  // Threads do not run for exactly the same time: each has its own rate.
  const ran = rows.filter(({ elapsedUs }) => elapsedUs > 0); // a thread may be stopped before it began
  const pps = ran.reduce((sum, row) => sum + (row.packets * nsFromSeconds(1)) / nsFromUs(row.elapsedUs), 0);
  return { ...rate, pps };
}

const NS_PER_US = 1000n;

function nsFromUs(us: number): Ns {
  return us * Number(NS_PER_US);
}

function errorWarnings(file: string, rows: readonly PktgenResult[]): Warning[] {
  return rows
    .filter(({ errors }) => errors > 0)
    .map(({ line, errors }) => ({
      file,
      line,
      message: `${errors} sends were refused by the driver and tried again: their time is in the cost of a packet`,
    }));
}

/** Threads that ran for different times: their sum is the rate of the time when all did. */
function lengthWarnings(file: string, rows: readonly PktgenResult[], longestNs: Ns): Warning[] {
  const shortestNs = Math.min(...rows.map(({ elapsedUs }) => nsFromUs(elapsedUs)));
  if (shortestNs >= longestNs * (1 - SAME_LENGTH)) return [];
  const message = "the results cover different times: the sum of their rates holds only while all were running";
  return [{ file, line: 0, message }];
}

const SAME_LENGTH = 0.02;
