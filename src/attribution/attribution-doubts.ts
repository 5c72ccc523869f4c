import type { Warning } from "../captures/parsed.js";
import { lossesText } from "../profile/losses.js";
import type { Profile } from "../profile/profile.js";
import type { Selection } from "../profile/sample-filter.js";
import { type PacketRate, windowInRecording } from "../runs/packet-rate.js";
import { MIN_BLOCKS } from "../statistics/block-bootstrap.js";
import { holm } from "../statistics/holm.js";
import { seriesDrift } from "../statistics/series-drift.js";
import { type Ns, secondsFromNs } from "../units.js";
import type { WeightSum } from "./class-weights.js";
import type { TimeWindow } from "./time-blocks.js";

/**
 * The reasons to doubt an attribution, each with its effect on the claim.
 *
 * @throws RangeError for a packet window that does not overlap the profile's, and packets counted on none of the profiled CPUs.
 * @example
 * attributionDoubts({
 *   profile: { file: "a.data", events: [{ name: "cycles", unit: "occurrences", refused: 0 }], quality: { throttled: [] }, warnings: [] },
 *   event: 0, samples: 12, whole: { weight: 12 }, cpus: [0], classes: new Map(),
 * })[0].message // "12 samples of cycles: under 1,000, a class of 1 % rests on fewer than 10 of them; record longer"
 */
export function attributionDoubts({
  profile,
  event,
  samples,
  whole,
  cpus,
  named = cpus,
  packets,
  isPerPacket = true,
  window,
  classes,
}: {
  profile: Profile;
  /** Index into the profile's events. */
  event: number;
  samples: number;
  whole: Selection;
  cpus: readonly number[];
  /** The CPUs that were asked for. */
  named?: readonly number[] | undefined;
  packets: PacketRate | undefined;
  /** Whether the packets could be joined to the samples. */
  isPerPacket?: boolean;
  window: TimeWindow | undefined;
  /** The sums of the classes, by name. */
  classes: ReadonlyMap<string, WeightSum>;
}): Warning[] {
  const { name, unit, refused } = profile.events[event] as Profile["events"][number];
  const { throttled } = profile.quality;
  const messages: string[] = [];
  if (samples < MIN_SAMPLES) {
    messages.push(`${samples} samples of ${name}: under 1,000, a class of 1 % rests on fewer than 10 of them; record longer`);
  }
  const lost = lossesText(profile.quality);
  if (lost) messages.push(`${lost}: what ran then has no cost here, and shares lean to quiet times`);
  if (refused > 0) messages.push(`${refused} samples of ${name} could not be read and have no cost here`);
  if (throttled.length > 0) {
    messages.push(
      `${throttled.length} times the kernel suspended an event that fired too often: the busiest moments are missing`,
    );
  }
  if (cpus.includes(-1)) {
    messages.push("the recording does not say on which CPU a sample was: all of them count as one CPU");
  }
  if (unit === "ns" && window && !cpus.includes(-1)) {
    const covered = whole.weight / (cpus.length * (window.toNs - window.fromNs));
    if (Math.abs(covered - 1) > COVERAGE_TOLERANCE) {
      messages.push(
        `${name} covers ${percent(covered)} % of the time of its CPUs: samples are missing${covered < 1 ? "" : " from the window or doubled"}, and shares are of what was sampled`,
      );
    }
  }
  const unseen = named.filter((cpu) => !cpus.includes(cpu));
  if (unseen.length > 0) {
    const shown = `${unseen.slice(0, SHOWN_CPUS).join(",")}${unseen.length > SHOWN_CPUS ? ",..." : ""}`;
    messages.push(
      `no samples of ${name} on CPU ${shown}: it was not recorded there, and the costs are of CPU ${cpus.join(",")} alone`,
    );
  }
  if (packets && !isPerPacket) {
    const why = unit === "samples" ? "the samples have no periods" : "the samples span no known time";
    messages.push(`${why}, so what ${name} costs per packet is not known: shares alone`);
  }
  if (packets) messages.push(...packetDoubts({ profile, cpus, packets, window }));
  messages.push(...drifts(classes));
  return messages.map((message) => ({ file: profile.file, line: 0, message }));
}

function packetDoubts({
  profile,
  cpus,
  packets,
  window,
}: {
  profile: Profile;
  cpus: readonly number[];
  packets: PacketRate;
  window: TimeWindow | undefined;
}): string[] {
  const { windowNs, cpus: counted, source } = packets;
  const messages: string[] = [];
  const placed = windowInRecording(packets, profile);
  if (window && placed && (placed.toNs <= window.fromNs || placed.fromNs >= window.toNs)) {
    throw new RangeError(
      `attribute requires packets of the profiled time: those of ${source} were counted from ${seconds(placed.fromNs)} to ${seconds(placed.toNs)} s after the start of ${profile.file}, profiled were ${seconds(window.fromNs)} to ${seconds(window.toNs)} s`,
    );
  }
  if (window && windowNs !== undefined && Math.abs(windowNs / (window.toNs - window.fromNs) - 1) > WINDOW_TOLERANCE) {
    messages.push(
      `packets were counted over ${seconds(windowNs)} s (${source}), profiled were ${seconds(window.toNs - window.fromNs)} s: per packet holds if the rate was the same in both`,
    );
  }
  if (counted && !cpus.includes(-1)) {
    const both = cpus.filter((cpu) => counted.includes(cpu));
    if (both.length === 0) {
      throw new RangeError(
        `attribute requires packets of the profiled CPUs: those of ${source} were counted on CPU ${counted.join(",")}, profiled were ${cpus.join(",")}; choose with --cpu`,
      );
    }
    if (both.length < Math.max(cpus.length, counted.length)) {
      messages.push(
        `packets of CPU ${counted.join(",")} (${source}) against samples of CPU ${cpus.join(",")}: per packet is the sum over the latter for a packet of the former`,
      );
    }
  }
  return messages;
}

/** Classes whose weight per block has a trend, after Holm's correction for looking at all of them. */
function drifts(classes: ReadonlyMap<string, WeightSum>): string[] {
  const tests = [...classes].flatMap(([what, { blocks }]) => {
    const values = [...blocks].slice(0, -1); // the last block is shorter
    const varies = values.some((value) => value !== values[0]) && values.every((value) => value > 0);
    return values.length >= MIN_BLOCKS && varies ? [{ what, ...seriesDrift({ values }) }] : [];
  });
  if (tests.length === 0) return [];
  const adjusted = holm(tests.map(({ p }) => p));
  return tests.flatMap(({ what, estimate }, index) =>
    (adjusted[index] as number) < DRIFT_P
      ? [
          `${what} drifts by ${percent(estimate)} % over the recording: its cost is a mean of a changing thing, not of a steady state`,
        ]
      : [],
  );
}

const SHOWN_CPUS = 8;
const MIN_SAMPLES = 1000;
/** As practice says of shares, 95 to 100.5 % (the sum of what is printed); clocks of emulated CPUs lose ticks. */
const COVERAGE_TOLERANCE = 0.05;
const WINDOW_TOLERANCE = 0.02;
const DRIFT_P = 0.05;

function seconds(ns: Ns): string {
  return secondsFromNs(ns).toFixed(3);
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
