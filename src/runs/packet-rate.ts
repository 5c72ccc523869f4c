import type { SnapshotPair } from "../captures/counter-rates.js";
import type { Warning } from "../captures/parsed.js";
import { type Ns, nsFromSeconds, type Pps } from "../units.js";

/** What one packet of a count is: on the wire, an SKB as the stack sees it, or the aggregate that GRO or TSO make of many. */
export type PacketUnit = "wire packet" | "skb" | "aggregate";

/** How many packets a second passed: what joins a profile to packets. */
export interface PacketRate {
  readonly pps: Pps;
  readonly packetUnit: PacketUnit;
  /** The window in which they were counted; absent where only a rate is known. */
  readonly windowNs?: Ns;
  /** The clock of the recording at the start of that window, where it is known: only then can an overlap be checked. */
  readonly startTimeNs?: bigint;
  /** The CPUs that handled them, where the counter says. */
  readonly cpus?: readonly number[];
  /** Which counter of which file says so, or the option that gave it. */
  readonly source: string;
  readonly warnings: readonly Warning[];
}

/** Two snapshots of counters, the first of them at `startTimeNs` of the recording's clock, where that is known. */
export interface TimedPair<Row> extends SnapshotPair<Row> {
  readonly startTimeNs?: bigint | undefined;
}

/**
 * The rate of a count of packets in a window.
 *
 * @throws RangeError for a count or a window that is not above 0.
 * @example
 * packetRate({ packets: 14_880_952, windowNs: 1e9, packetUnit: "wire packet", source: "--packets" }).pps // 14_880_952
 */
export function packetRate({
  packets,
  ...rest
}: Omit<PacketRate, "pps" | "warnings"> & {
  readonly packets: number;
  readonly windowNs: Ns;
  readonly warnings?: readonly Warning[];
}): PacketRate {
  const { windowNs, source } = rest;
  if (!(packets > 0 && Number.isFinite(packets))) {
    throw new RangeError(
      `packetRate requires packets > 0: got ${packets} of ${source}; without packets there is no cost per packet`,
    );
  }
  if (!(windowNs > 0 && Number.isFinite(windowNs)))
    throw new RangeError(`packetRate requires windowNs > 0: got ${windowNs} of ${source}`);
  return { warnings: [], ...rest, pps: (packets * nsFromSeconds(1)) / windowNs };
}

/**
 * The window of a rate as offsets to the start of a recording; undefined where the clock of either is not known.
 *
 * @example
 * windowInRecording({ startTimeNs: 7_000_000_000n, windowNs: 2e9 }, { startTimeNs: 8_000_000_000n }) // { fromNs: -1e9, toNs: 1e9 }
 */
export function windowInRecording(
  { startTimeNs, windowNs }: Pick<PacketRate, "startTimeNs" | "windowNs">,
  recording: { readonly startTimeNs?: bigint },
): { readonly fromNs: Ns; readonly toNs: Ns } | undefined {
  if (startTimeNs === undefined || windowNs === undefined || recording.startTimeNs === undefined) return undefined;
  const fromNs = Number(startTimeNs - recording.startTimeNs);
  return { fromNs, toNs: fromNs + windowNs };
}
