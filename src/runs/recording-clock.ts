import type { Warning } from "../captures/parsed.js";
import type { Profile } from "../profile/profile.js";
import { type Ns, nsFromSeconds, secondsFromNs } from "../units.js";

/** What of a profile tells its place in time. */
export type ProfileTime = Pick<Profile, "file" | "startTimeNs" | "durationNs" | "header">;

/** A window on the clock of a recording: without `startTimeNs` its place is not known. */
export interface PlacedWindow {
  readonly startTimeNs?: bigint;
  readonly warnings: readonly Warning[];
}

/**
 * Puts a window of CLOCK_MONOTONIC on the clock of a recording.
 *
 * perf's own clock begins at boot as CLOCK_MONOTONIC does, but is not disciplined: the two may part by 500 ns per us of uptime and no
 * more (MAXFREQ, include/linux/timex.h), and by what lies between their starts. A window is placed where that cannot decide whether
 * it overlaps the recording; where it can, a warning says so. Recordings on another clock (`perf record -k`) are compared if that is
 * CLOCK_MONOTONIC or CLOCK_MONOTONIC_RAW.
 * @example
 * placeWindow({ startNs: 55_777_037_000n, windowNs: 19_108_798_000, profile: { file: "perf.data", startTimeNs: 58_592_579_917n, durationNs: 6.08e9, header: [] }, source: "pktgen.txt" }) // { startTimeNs: 55_777_037_000n, warnings: [] }
 */
export function placeWindow({
  startNs,
  windowNs,
  profile: { file, startTimeNs: from, durationNs = 0, header },
  source,
}: {
  startNs: bigint;
  windowNs: Ns;
  profile: ProfileTime;
  source: string;
}): PlacedWindow {
  if (from === undefined || startNs > LONGEST_UPTIME_NS || !isMonotonic(header)) return { warnings: [] };
  const offset = Number(startNs - from);
  const apart = Math.max(offset - durationNs, -(offset + windowNs)); // below 0: they overlap
  const uncertain = nsFromSeconds(STARTS_APART_SECONDS) + Number(startNs) * MOST_DRIFT;
  if (apart < 0 || apart > uncertain) return { startTimeNs: startNs, warnings: [] };
  const message = `${source} was counted ${seconds(apart)} s away from the recording, and their clocks may differ by ${seconds(uncertain)} s: whether they overlap is not known`;
  return { warnings: [{ file, line: 0, message }] };
}

/** `MAXFREQ 500000 // max frequency error (ns/s)`, include/linux/timex.h. */
const MOST_DRIFT = 500_000 / 1e9;
const STARTS_APART_SECONDS = 1;
/** 30 years: pktgen before it used ktime printed the time of day. */
const LONGEST_UPTIME_NS = 30n * 365n * 86_400n * 1_000_000_000n;

/** Whether the recording's clock is perf's own, CLOCK_MONOTONIC (1) or CLOCK_MONOTONIC_RAW (4): include/uapi/linux/time.h. */
function isMonotonic(header: Profile["header"]): boolean {
  const clock = header.find(({ key }) => key === "clock data")?.value;
  return clock === undefined || /^clockid [14] /.test(clock);
}

function seconds(ns: Ns): string {
  return secondsFromNs(ns).toFixed(3);
}
