import { type Attribution, attribute } from "../attribution/attribute.js";
import type { Warning } from "../captures/parsed.js";
import type { CostStack } from "../figures/cost-stacks-figure.js";
import type { Profile } from "../profile/profile.js";
import type { SampleFilter } from "../profile/sample-filter.js";
import type { Run } from "../runs/open-run.js";
import type { PacketRate } from "../runs/packet-rate.js";
import { packetRatesOf } from "../runs/packet-rates.js";
import { readRun } from "../runs/read-recording.js";
import type { Ns } from "../units.js";
import { lacking, runDoubts } from "./workshop-figure.js";

/** What measures the parts of a packet, and how to record it. */
export const PERF_BY =
  "perf record -a -g with /proc/kallsyms and a packet rate, as pktgen's or xdp-bench's: linerate import them into one run";

/** A run's recording, its packets, and what of the one is each other's. */
export interface AttributedRun {
  readonly profile: Profile;
  readonly packets: PacketRate;
  readonly attribution: Attribution;
  /** Of the samples that are attributed: the CPUs of the packets, where their counter knows them. */
  readonly filter: SampleFilter;
}

/**
 * The recording of a run, attributed to its packets.
 *
 * @throws CaptureError for a run without a recording of a clock, or without a packet rate, with how to record them; RangeError as `attribute`.
 * @example
 * await attributedRun({ path: "run", captures: [] }).catch(({ message }) => message.split(":")[1]) // " no recording of perf"
 */
export async function attributedRun(run: Run): Promise<AttributedRun> {
  if (run.profile === undefined) throw lacking(run, "no recording of perf", PERF_BY);
  const [packets] = packetRatesOf({ run }).rates;
  if (!packets) throw lacking(run, "no packet rate", PERF_BY);
  const profile = await readRun(run, { merge: true });
  const filter = packets.cpus ? { cpus: packets.cpus } : {};
  const attribution = attribute({ profile, packets, filter });
  if (attribution.busy.nsPerPacket === undefined) throw lacking(run, "no samples of a clock, which give times", PERF_BY);
  return { profile, packets, attribution, filter };
}

/**
 * Classes of the attribution in a few groups, as ns of a run's packet, in the order given; idle time is none of the packet's.
 *
 * @throws CaptureError for a run without a recording of a clock, or without a packet rate, with how to record them; RangeError as `attribute`.
 * @example
 * await groupsOfRun({ path: "run", captures: [] }, () => "all else", ["all else"]).catch(({ name }) => name) // "CaptureError"
 */
export async function groupsOfRun(
  run: Run,
  of: (what: string) => string,
  order: readonly string[],
): Promise<{ stack: CostStack; warnings: readonly Warning[] }> {
  const { packets, attribution } = await attributedRun(run);
  const sums = new Map<string, Ns>();
  for (const { name, nsPerPacket = 0 } of attribution.byWhat) {
    if (name !== "idle") sums.set(of(name), (sums.get(of(name)) ?? 0) + nsPerPacket);
  }
  const parts = order.flatMap((name) => (sums.has(name) ? [{ name, value: sums.get(name) ?? 0 }] : []));
  const stack = {
    label: "this run",
    parts,
    provenance: { kind: "measured" as const, source: `${run.path}, ${packets.source}` },
  };
  return { stack, warnings: [...attribution.warnings, ...runDoubts(run)] };
}
