import { attribute } from "../attribution/attribute.js";
import type { Warning } from "../captures/parsed.js";
import type { CostStack } from "../figures/cost-stacks-figure.js";
import type { Run } from "../runs/open-run.js";
import { packetRatesOf } from "../runs/packet-rates.js";
import { readRun } from "../runs/read-recording.js";
import type { Ns } from "../units.js";
import { lacking, runDoubts } from "./workshop-figure.js";

/** What measures the parts of a packet, and how to record it. */
export const PERF_BY =
  "perf record -a -g with /proc/kallsyms and a packet rate, as pktgen's or xdp-bench's: linerate import them into one run";

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
  if (run.profile === undefined) throw lacking(run, "no recording of perf", PERF_BY);
  const [packets] = packetRatesOf({ run }).rates;
  if (!packets) throw lacking(run, "no packet rate", PERF_BY);
  const profile = await readRun(run, { merge: true });
  const { byWhat, warnings } = attribute({ profile, packets, ...(packets.cpus && { filter: { cpus: packets.cpus } }) });
  const sums = new Map<string, Ns>();
  for (const { name, nsPerPacket } of byWhat) {
    if (nsPerPacket === undefined) throw lacking(run, "no samples of a clock, which give times", PERF_BY);
    if (name !== "idle") sums.set(of(name), (sums.get(of(name)) ?? 0) + nsPerPacket);
  }
  const parts = order.flatMap((name) => (sums.has(name) ? [{ name, value: sums.get(name) ?? 0 }] : []));
  const stack = {
    label: "this run",
    parts,
    provenance: { kind: "measured" as const, source: `${run.path}, ${packets.source}` },
  };
  return { stack, warnings: [...warnings, ...packets.warnings, ...runDoubts(run)] };
}
