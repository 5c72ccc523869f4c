import { sum } from "simple-statistics";
import type { Warning } from "../captures/parsed.js";
import type { Profile, WeightUnit } from "../profile/profile.js";
import { type SampleFilter, type Selection, selectSamples } from "../profile/sample-filter.js";
import type { PacketRate } from "../runs/packet-rate.js";
import { blockBootstrap, MIN_BLOCKS } from "../statistics/block-bootstrap.js";
import type { Interval } from "../statistics/interval.js";
import { type Cycles, cyclesFromNs, type Ghz, type Ns, nsFromCycles, nsFromPps, nsFromSeconds } from "../units.js";
import { attributionDoubts } from "./attribution-doubts.js";
import { classNotes } from "./class-notes.js";
import { classWeights, sumsBy, totalOf, type WeightSum } from "./class-weights.js";
import { classifyStacks } from "./classify.js";
import { eventKind, isCycles } from "./event-kind.js";
import { REMAINDER, type RuleTable } from "./rule.js";
import { RULES } from "./rules.js";
import { blockLengthsNs, blockOf, type TimeBlocks, type TimeWindow, timeBlocks } from "./time-blocks.js";

/** What something cost: a class, a stage, or a class in a stage. */
export interface AttributedCost {
  readonly samples: number;
  /** In the unit of the event. */
  readonly weight: number;
  /** Of the weight of all selected samples, idle ones included: 0 to 1. */
  readonly share: number;
  /** Absent where there is no packet rate, or the event counts neither time nor cycles of a known clock. */
  readonly nsPerPacket?: Ns;
  /** Of cycles events as measured; of clocks where `ghz` is given. */
  readonly cyclesPerPacket?: Cycles;
  /** Of an event that counts other things: how many of them a packet takes. */
  readonly eventsPerPacket?: number;
  /** The error within this run, of what is per packet if that is known, else of the share. Absent under 20 blocks of time. */
  readonly interval?: Interval;
}

/** The cost of one class in one stage. */
export interface AttributedCell extends AttributedCost {
  readonly what: string;
  readonly where: string;
}

/** The cost of a class over all stages, or of a stage over all classes. */
export interface AttributedTotal extends AttributedCost {
  readonly name: string;
  /** What to know of these numbers: the notes of the rules that gave them. */
  readonly notes: readonly string[];
}

/** Where the time, or another event, of the selected samples went. */
export interface Attribution {
  readonly file: string;
  readonly event: string;
  readonly unit: WeightUnit;
  /** Version of the rules. */
  readonly rules: string;
  /** The CPUs whose samples are the whole. */
  readonly cpus: readonly number[];
  /** Length of the window; absent where the recording has no times. */
  readonly windowNs?: Ns;
  /** What joins it to packets. */
  readonly packets?: PacketRate;
  /** What is per packet in `interval`: `ns`, `cycles` or `events`; else `share`. */
  readonly intervalOf: "ns" | "cycles" | "events" | "share";
  /** Largest first. Every selected sample is in one of them. */
  readonly cells: readonly AttributedCell[];
  /** The classes, largest first, `remainder` and `idle` among them. */
  readonly byWhat: readonly AttributedTotal[];
  /** The stages, largest first, `remainder` and `idle` among them. */
  readonly byWhere: readonly AttributedTotal[];
  /** All that is not idle. */
  readonly busy: AttributedCost;
  /** What no rule takes: the part of `busy` that has no class. */
  readonly remainder: AttributedCost;
  /** Why ns and cycles of this machine mean nothing, if so: shares and ratios hold. Every text and figure says it. */
  readonly meaninglessNs?: string;
  readonly warnings: readonly Warning[];
}

/**
 * Says where the selected samples of a profile went: by cost class, by stage, and, with a packet rate, in ns and cycles per packet.
 *
 * A software clock samples all the time of its CPUs, so a packet's part is `share * CPUs * 1e9 / pps`, idle time included in the
 * whole. A cycles event does not count on a halted CPU: a packet's cycles are `weight / (pps * window)`, its ns need `ghz`. The packet
 * window and the profile's need not be the same, but the rate must be that of the profiled time.
 *
 * Intervals are those of `blockBootstrap` over 250 ms blocks: the error within this run. They need samples with times (not merged)
 * over 5 s. The packets of each block are not known: their variation within the run is not part of the interval.
 * Source: the "nanosecond accounting" of J. D. Brouer's network-testing, bin/perf_report_pps_stats.pl (`percent * 1e9/pps` of one
 * CPU), here for several CPUs and from stacks instead of hand-kept lists of functions.
 * @throws RangeError as `selectSamples`, for no selected samples, a packet window that does not overlap the profile, and packets that
 * were counted on none of the profiled CPUs.
 * @example
 * attribute({
 *   profile: {
 *     file: "script.txt", durationNs: 1e9, events: [{ name: "cpu-clock", unit: "ns", decoded: 4 }], comms: [], warnings: [],
 *     quality: { throttled: [] }, symbols: ["memset_erms", "kmem_cache_alloc", "udp_sendmsg"], dsos: ["[kernel.kallsyms]"],
 *     frames: { length: 3, symbol: [0, 1, 2], dso: [0, 0, 0], address: [0n, 0n, 0n] },
 *     stacks: { length: 4, parent: [-1, 0, 1, 2], frame: [-1, 2, 1, 0] },
 *     samples: { length: 2, event: [0, 0], cpu: [1, 1], stack: [3, 1], weight: [25, 75], count: [1, 3] },
 *   },
 *   packets: { pps: 1e6, packetUnit: "skb", source: "--pps", warnings: [] },
 * }).byWhat.map(({ name, nsPerPacket }) => ({ name, nsPerPacket })) // [{ name: "stack", nsPerPacket: 750 }, { name: "slab-clear", nsPerPacket: 250 }]
 */
export function attribute({
  profile,
  filter = {},
  packets,
  rules = RULES,
  ghz,
  meaninglessNs,
}: {
  profile: Profile;
  filter?: SampleFilter | undefined;
  packets?: PacketRate | undefined;
  rules?: RuleTable | undefined;
  /** The clock of the CPUs at that time, which joins cycles to ns. */
  ghz?: Ghz | undefined;
  /** Why absolute times of the machine mean nothing: an emulated CPU, a debugging kernel. */
  meaninglessNs?: string | undefined;
}): Attribution {
  const selection = selectSamples(profile, filter);
  const { name: event, unit } = profile.events[selection.event] as Profile["events"][number];
  if (!(selection.weight > 0)) {
    throw new RangeError(`attribute requires samples: none of ${event} in ${profile.file} passes the filter`);
  }
  const classes = classifyStacks({ ...profile, rules });
  const window = windowOf(profile, filter);
  const time = window && profile.samples.timeNs ? timeBlocks(window) : undefined;
  const weights = classWeights({ profile, selection, classes, time });
  // Shares are of all samples of the CPUs, whatever part of them is selected.
  const whole = selectSamples(profile, { ...filter, comm: undefined, contexts: undefined });
  const cpus = cpusOf(profile, whole, { unit, named: filter.cpus });
  const scales = perPacket({ unit, event, cpus: cpus.length, whole: whole.weight, packets, window, ghz });
  const costs = costing({ whole: whole.weight, scales, denominators: denominators({ profile, whole, window, time, scales }) });
  const notes = classNotes({ profile, selection, classes });
  const sums = { what: sumsBy("what", weights), where: sumsBy("where", weights) };
  const totals = (key: "what" | "where"): AttributedTotal[] => {
    const names = [...sums[key].keys()];
    return costs([...sums[key].values()])
      .map((cost, index) => ({ name: names[index] as string, ...cost, notes: notes[key].get(names[index] as string) ?? [] }))
      .sort((a, b) => b.weight - a.weight);
  };
  const cells = weights.cells.map(({ what, where }) => ({ what, where }));
  const busyCells = weights.cells.filter(({ what }) => what !== "idle");
  const unclassed = sums.what.get(REMAINDER);
  const [busy, remainder] = costs([
    totalOf(busyCells, weights.blocks),
    totalOf(unclassed ? [unclassed] : [], weights.blocks),
  ]) as [AttributedCost, AttributedCost];
  return {
    file: profile.file,
    event,
    unit,
    rules: rules.version,
    cpus,
    ...(window && { windowNs: window.toNs - window.fromNs }),
    ...(packets && { packets }),
    intervalOf: scales.of,
    cells: costs(weights.cells)
      .map((cost, index) => ({ ...(cells[index] as (typeof cells)[number]), ...cost }))
      .sort((a, b) => b.weight - a.weight),
    byWhat: totals("what"),
    byWhere: totals("where"),
    busy,
    remainder,
    ...(meaninglessNs !== undefined && { meaninglessNs }),
    warnings: [
      ...profile.warnings,
      ...(packets?.warnings ?? []),
      ...attributionDoubts({
        profile,
        event: selection.event,
        samples: selection.samples,
        whole,
        cpus,
        named: filter.cpus,
        packets,
        isPerPacket: scales.of !== "share",
        window,
        classes: sums.what,
      }),
    ],
  };
}

/** What turns a weight into something per packet; nothing without a packet rate. */
interface Scales {
  readonly of: Attribution["intervalOf"];
  readonly ns?: number;
  readonly cycles?: number;
  readonly events?: number;
}

function perPacket({
  unit,
  event,
  cpus,
  whole,
  packets,
  window,
  ghz,
}: {
  unit: WeightUnit;
  event: string;
  cpus: number;
  whole: number;
  packets: PacketRate | undefined;
  window: TimeWindow | undefined;
  ghz: Ghz | undefined;
}): Scales {
  if (!packets) return { of: "share" };
  if (unit === "ns") {
    const ns = (cpus * nsFromPps(packets.pps)) / whole;
    return { of: "ns", ns, ...(ghz !== undefined && { cycles: cyclesFromNs({ ns, ghz }) }) };
  }
  if (unit === "samples" || !window) return { of: "share" };
  const events = nsFromSeconds(1) / (packets.pps * (window.toNs - window.fromNs));
  if (!isCycles(eventKind(event).name)) return { of: "events", events };
  return { of: "cycles", cycles: events, ...(ghz !== undefined && { ns: nsFromCycles({ cycles: events, ghz }) }) };
}

/** What the weights of each block are held against: all of its samples for a clock, its length for other events. */
function denominators({
  profile: { samples },
  whole: { rows },
  window,
  time,
  scales: { of },
}: {
  profile: Profile;
  whole: Selection;
  window: TimeWindow | undefined;
  time: TimeBlocks | undefined;
  scales: Scales;
}): number[] {
  if (!time || !window) return [];
  if (of === "cycles" || of === "events") return blockLengthsNs(window);
  const weights = new Array<number>(time.count).fill(0);
  for (const row of rows) {
    const block = blockOf(time, samples.timeNs?.[row] as number);
    weights[block] = (weights[block] as number) + (samples.weight[row] as number);
  }
  return weights;
}

/** A function from sums of weights to costs, with intervals where there are blocks enough. */
function costing({
  whole,
  scales: { of, ns, cycles, events },
  denominators,
}: {
  whole: number;
  scales: Scales;
  denominators: readonly number[];
}): (sums: readonly WeightSum[]) => AttributedCost[] {
  const scale = { ns, cycles, events, share: 1 / whole }[of] as number;
  const perRatio = scale * sum([...denominators]);
  const enough = denominators.filter((denominator) => denominator > 0).length >= MIN_BLOCKS;
  return (sums) => {
    const rows = sums.map(({ blocks }) => [...blocks]);
    const intervals = enough && rows.length > 0 ? blockBootstrap({ rows, denominators }) : [];
    return sums.map(({ weight, samples }, index) => {
      const interval = intervals[index];
      return {
        samples,
        weight,
        share: weight / whole,
        ...(ns !== undefined && { nsPerPacket: weight * ns }),
        ...(cycles !== undefined && { cyclesPerPacket: weight * cycles }),
        ...(events !== undefined && { eventsPerPacket: weight * events }),
        ...(interval && samples > 0 && { interval: scaled(interval, perRatio) }),
      };
    });
  };
}

function scaled({ estimate, low, high, level }: Interval, factor: number): Interval {
  return { estimate: estimate * factor, low: low * factor, high: high * factor, level };
}

function windowOf({ durationNs }: Profile, { fromNs = 0, toNs }: SampleFilter): TimeWindow | undefined {
  if (durationNs === undefined) return undefined;
  const window = { fromNs: Math.max(0, fromNs), toNs: Math.min(durationNs, toNs ?? durationNs) };
  return window.toNs > window.fromNs ? window : undefined;
}

/**
 * The CPUs of the selected samples, and of events that do not fire on a halted CPU those that the filter names. A software clock has
 * samples of every CPU that was recorded, idle ones too: of one without there is no time that could be shared out.
 */
function cpusOf(
  { samples }: Profile,
  { rows }: Selection,
  { unit, named }: { unit: WeightUnit; named: readonly number[] | undefined },
): number[] {
  const seen = new Set<number>(unit === "ns" ? [] : named);
  for (const row of rows) seen.add(samples.cpu[row] as number);
  return [...seen].sort((a, b) => a - b);
}
