import { createHash } from "node:crypto";
import { type AttributedCost, type Attribution, attribute } from "../attribution/attribute.js";
import { classify } from "../attribution/classify.js";
import { eventKind, isCycles } from "../attribution/event-kind.js";
import { sampledEvents } from "../attribution/sampled-events.js";
import { symbolName } from "../attribution/symbol-name.js";
import { symbolCosts } from "../profile/by-symbol.js";
import type { Profile } from "../profile/profile.js";
import { selectSamples } from "../profile/sample-filter.js";
import { checkRun } from "../runs/check-run.js";
import { meaninglessNs } from "../runs/meaningless-ns.js";
import { openRun, type Run } from "../runs/open-run.js";
import type { PacketRate } from "../runs/packet-rate.js";
import { packetRateOf, packetRatesOf } from "../runs/packet-rates.js";
import { type ReadingOnlooker, readRun } from "../runs/read-recording.js";
import type { CostKind } from "./comparable-costs.js";
import { loadMetrics, oneOfEach } from "./load-metrics.js";
import { type MeasuredCost, type MeasuredRun, packetMetrics, quotedRun } from "./measured-run.js";
import { type Metric, metric } from "./metric.js";
import { settingsOf } from "./settings.js";

/**
 * Opens a run and measures it: for `compare`.
 *
 * @throws as `openRun` and `readRun`, and RangeError as `measureRun`.
 * @example
 * await readMeasuredRun("no-such-run").catch(({ problem }) => problem) // "missing"
 */
export async function readMeasuredRun(
  path: string,
  { seconds, onlooker }: { seconds?: number | undefined; onlooker?: ReadingOnlooker | undefined } = {},
): Promise<MeasuredRun> {
  const run = await openRun(path);
  const profile = run.profile === undefined ? undefined : await readRun(run, { merge: true, onlooker });
  return measureRun({ run, profile, seconds });
}

/**
 * What a run gives to a comparison: its figures, its costs by class and by function, its settings and its checks.
 *
 * Without a packet rate there are no costs per packet, and shares of runs cannot be compared: a class that costs the same has a larger
 * share where all else got cheaper.
 * @throws RangeError where the packets are not those of the recording.
 * @example
 * measureRun({ run: { path: "r", files: [], captures: [], environment: {}, warnings: [] } }).withoutPackets // "there are no counters of packets"
 */
export function measureRun({
  run,
  profile,
  seconds,
}: {
  run: Run;
  profile?: Profile | undefined;
  seconds?: number | undefined;
}): MeasuredRun {
  const { manifest, path } = run;
  const { packets, why } = ratesOf({ run, profile, seconds });
  const costs = profile && packets ? costsOf({ run, profile, packets }) : undefined;
  return {
    ...quotedRun({ runId: manifest?.runId ?? path }),
    path,
    ...(manifest?.arm !== undefined && { arm: manifest.arm }),
    ...(manifest?.position !== undefined && { position: manifest.position }),
    ...(bootOf(run) !== undefined && { bootId: bootOf(run) as string }),
    ...(manifest?.start && { started: manifest.start.wall }),
    ...(manifest && { sha256: digest(manifest.files) }),
    commands: manifest?.commands.map(({ command }) => command) ?? [],
    warnings: run.warnings,
    ...oneOfEach([
      ...(packets ? packetMetrics(packets.pps).map((metric) => ({ ...metric, source: packets.source })) : []),
      ...(costs?.metrics ?? []).map((metric) => ({ ...metric, source: "the recording" })),
      ...loadMetrics(run),
    ]),
    ...(why !== undefined && { withoutPackets: why }),
    ...costs?.measured,
    settings: settingsOf({ run, profile, packets }),
    checks: checkRun({ run, profile, seconds }).checks,
  };
}

function ratesOf(options: { run: Run; profile: Profile | undefined; seconds: number | undefined }): {
  packets?: PacketRate;
  why?: string;
} {
  const { rates, refused } = packetRatesOf(options);
  if (rates.length > 0) return { packets: packetRateOf(options) };
  return { why: refused.map(({ message }) => message).join("; ") || "there are no counters of packets" };
}

/** Costs per packet: by class and function of a clock where there is one, else of cycles; counts of all events. */
function costsOf({ run, profile, packets }: { run: Run; profile: Profile; packets: PacketRate }): {
  metrics: Metric[];
  measured: Pick<MeasuredRun, "classes" | "symbols" | "whole" | keyof CostKind>;
} {
  const doubt = meaninglessNs({ environment: run.environment, profile });
  const filter = { cpus: packets.cpus };
  const sampled = sampledEvents(profile, filter);
  // Of a recording without a sample on those CPUs attribute() says so.
  const events = sampled.length > 0 ? sampled : sampledEvents(profile, {});
  const attributions = events.map((event) =>
    attribute({ profile, packets, meaninglessNs: doubt, filter: { ...filter, event } }),
  );
  const clock = attributions.find(({ intervalOf }) => intervalOf === "ns");
  const cycles = attributions.find(({ intervalOf }) => intervalOf === "cycles");
  const metrics = attributions.flatMap(({ event, busy, intervalOf }) => {
    const { name } = eventKind(event);
    if (intervalOf === "cycles" && isCycles(name) && busy.cyclesPerPacket)
      return [metric({ name: "cycles/packet", value: busy.cyclesPerPacket })];
    if (name === "instructions" && busy.eventsPerPacket)
      return [metric({ name: "instructions/packet", value: busy.eventsPerPacket })];
    return [];
  });
  const main = clock ?? cycles;
  if (!main) return { metrics, measured: { classes: [], symbols: [], whole: new Map() } };
  const of = clock ? "nsPerPacket" : "cyclesPerPacket";
  return { metrics, measured: measuredCosts({ profile, attribution: main, of }) };
}

function measuredCosts({
  profile,
  attribution,
  of,
}: {
  profile: Profile;
  attribution: Attribution;
  of: "nsPerPacket" | "cyclesPerPacket";
}): Pick<MeasuredRun, "classes" | "symbols" | "whole" | keyof CostKind> {
  const { event, cpus, byWhat, busy } = attribution;
  const perPacket = (cost: AttributedCost) => cost[of] ?? 0;
  const perWeight = busy.weight > 0 ? perPacket(busy) / busy.weight : 0;
  const costs = symbolCosts(profile, selectSamples(profile, { event, cpus }));
  const symbols = new Map<string, MeasuredCost>();
  const whole = new Map<string, number>();
  for (const { symbol, self, children, samples } of costs) {
    if (symbol === undefined) continue;
    const name = symbolName(symbol);
    const known = symbols.get(name);
    symbols.set(name, {
      name,
      perPacket: (known?.perPacket ?? 0) + self * perWeight,
      samples: (known?.samples ?? 0) + samples,
    });
    whole.set(name, (whole.get(name) ?? 0) + children * perWeight);
  }
  return {
    classes: byWhat
      .filter(({ name }) => name !== "idle")
      .map((cost) => ({ name: cost.name, perPacket: perPacket(cost), samples: cost.samples })),
    symbols: [...symbols.values()].filter(({ name, samples }) => samples > 0 && classify({ stack: [name] }).what !== "idle"),
    whole,
    costUnit: of === "nsPerPacket" ? "ns" : "cycles",
    costOf: `${event}, CPU ${cpus.join(",")}`,
    costCpus: cpus.length,
  };
}

function bootOf({ manifest, environment }: Run): string | undefined {
  return manifest?.bootId ?? environment.boot_id?.text.trim();
}

/** Of the hashes of all files, in the order of their paths: the same files give the same digest. */
function digest(files: readonly { readonly path: string; readonly sha256: string }[]): string {
  const lines = files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).sort();
  return createHash("sha256").update(lines.join("")).digest("hex");
}
