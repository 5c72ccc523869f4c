import type { ProfileQuality } from "./profile.js";

/**
 * What a recording says it lost, in words; undefined where it lost nothing, or does not say.
 *
 * A record that finds no room in the ring buffer is counted twice by the kernel: for the buffer, which LOST tells, and for its
 * event, which perf record reads at the end (`PERF_FORMAT_LOST`) and writes as LOST_SAMPLES. So the two are never added.
 *
 * Source: kernel/events/ring_buffer.c, __perf_output_begin(); tools/perf/builtin-record.c, record__read_lost_samples().
 * @example
 * lossesText({ lostRecords: 1, lostSamples: 0 }) // "1 record and 0 samples lost"
 * lossesText({ lostRecords: 130, lostSamples: 130 }) // "130 records and 130 samples lost (a sample without room in the buffer counts as both)"
 */
export function lossesText({
  lostRecords = 0,
  lostSamples = 0,
}: Pick<ProfileQuality, "lostRecords" | "lostSamples">): string | undefined {
  if (lostRecords === 0 && lostSamples === 0) return undefined;
  const both = lostRecords > 0 && lostSamples > 0 ? " (a sample without room in the buffer counts as both)" : "";
  const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
  return `${counted(lostRecords, "record")} and ${counted(lostSamples, "sample")} lost${both}`;
}
