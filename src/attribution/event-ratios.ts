import type { Warning } from "../captures/parsed.js";
import { weightUnit } from "../profile/profile.js";
import { secondsFromNs } from "../units.js";
import type { Attribution } from "./attribute.js";
import { eventKind, isCycles } from "./event-kind.js";

/** How often an event happened, counted by perf stat or summed from samples. */
export interface EventCount {
  /** As perf spells it, with modifiers: `cycles:k`, `cpu_core/instructions/`. */
  readonly event: string;
  /** As perf prints it: a count that was multiplexed is scaled to the whole time. */
  readonly count: number;
  /** Percent of the time in which it was counted, what perf stat prints in brackets; absent: all of it. */
  readonly runningPercent?: number;
  /** Over the runs of `perf stat -r`. */
  readonly errorPercent?: number;
  /** Of a sum of samples. */
  readonly samples?: number;
  /** Events of one group are counted at the same time. */
  readonly group?: string | number;
}

/** A ratio of two counts, or why it is not given. */
export type EventRatio =
  | {
      /** `ipc`, or `EVENT per packet`. */
      readonly name: string;
      readonly value: number;
      /** Of the counts: over runs, or of the number of samples; absent where nothing tells. */
      readonly errorPercent?: number;
    }
  | { readonly name: string; readonly refused: string };

/** The ratios of one class. */
export interface ClassRatios {
  readonly what: string;
  /** Samples by event, in the order of the attributions. */
  readonly samples: readonly number[];
  readonly ratios: readonly EventRatio[];
}

/** The ratios of a recording of several events, by class. */
export interface EventRatiosByClass {
  /** In the order of the first attribution. */
  readonly classes: readonly ClassRatios[];
  readonly warnings: readonly Warning[];
}

/** Beyond, a count is no measurement: S9 of what reviewers ask. */
const MOST_ERROR_PERCENT = 10;
const PERCENT = 100;

/**
 * Instructions per cycle and events per packet from counts of several events over the same time and CPUs.
 *
 * Refused is a ratio whose counts are off by more than 10 % (over runs, or by the number of samples: `1 / sqrt(samples)`, a lower
 * bound since samples come in bursts), or were multiplexed in different groups and so were not counted at the same time, or count
 * different code (`:k` and `:u`, P and E cores). One count that was multiplexed is scaled by perf, so per packet it is given.
 * @throws RangeError for a count that is no number from 0 on, for packets that are not above 0, and for an event given twice.
 * @example
 * eventRatios({ counts: [{ event: "cycles", count: 300 }, { event: "instructions", count: 480 }], packets: 2 }) // [{ name: "ipc", value: 1.6 }, { name: "cycles per packet", value: 150 }, { name: "instructions per packet", value: 240 }]
 */
export function eventRatios({
  counts,
  packets,
}: {
  counts: readonly EventCount[];
  /** Packets in that time on those CPUs. */
  packets?: number | undefined;
}): EventRatio[] {
  for (const { event, count } of counts) {
    if (!(count >= 0 && Number.isFinite(count)))
      throw new RangeError(`eventRatios requires counts >= 0: got ${count} of ${event}`);
  }
  if (new Set(counts.map(({ event }) => event)).size < counts.length) {
    throw new RangeError(`eventRatios requires each event once: got ${counts.map(({ event }) => event).join(", ")}`);
  }
  if (packets !== undefined && !(packets > 0 && Number.isFinite(packets))) {
    throw new RangeError(`eventRatios requires packets > 0: got ${packets}`);
  }
  const perPacket = packets === undefined ? [] : counts.map((count) => packetRatio(count, packets));
  return [...ipcs(counts), ...perPacket];
}

/**
 * The ratios of every class of a recording of several events, from one attribution for each event. Events per packet are those of the
 * attributions' packet rate. `groups` names the events that were recorded as one group.
 *
 * A sum of samples of an event that was multiplexed is not scaled: with `multiplexed` there is no count per packet, and IPC only
 * within a group. Recordings do not say whether they were, so without it a warning does where there is more than one group.
 * @throws RangeError for no attributions, and for those of different recordings, times, CPUs or packet rates.
 * @example
 * classRatios({
 *   attributions: ["cycles", "instructions"].map((event, index) => ({
 *     file: "perf.data", event, cpus: [0], windowNs: 1e9, byWhat: [{ name: "copy", samples: 400, weight: 1000 * (index + 1) }],
 *   })),
 *   groups: [["cycles", "instructions"]],
 * }).classes[0].ratios[0].value // 2
 */
export function classRatios({
  attributions,
  groups = [],
  multiplexed = false,
}: {
  attributions: readonly Attribution[];
  groups?: readonly (readonly string[])[] | undefined;
  multiplexed?: boolean | undefined;
}): EventRatiosByClass {
  const [first] = attributions;
  if (!first) throw new RangeError("classRatios requires attributions: got none");
  for (const attribution of attributions) {
    const places = [first, attribution].map((one) => placeOf(one, first.unit === "ns" || attribution.unit === "ns"));
    if (places[0] === places[1]) continue;
    const got = places.join(" and ");
    throw new RangeError(`classRatios requires attributions of one recording, time, CPUs and packet rate: got ${got}`);
  }
  const { packets: rate, windowNs, file } = first;
  const packets = rate && windowNs ? rate.pps * secondsFromNs(windowNs) : undefined;
  const groupOf = (event: string) => groups.findIndex((events) => events.includes(event));
  const names = [...new Set(attributions.flatMap(({ byWhat }) => byWhat.map(({ name }) => name)))];
  const classes = names.map((what) => {
    const counts = attributions.map(({ event, byWhat }) => {
      const { weight: count = 0, samples = 0 } = byWhat.find(({ name }) => name === what) ?? {};
      const group = groupOf(event);
      return { event, count, samples, ...(group >= 0 && { group }), ...(multiplexed && { runningPercent: 0 }) };
    });
    const ratios = eventRatios({ counts, packets: multiplexed ? undefined : packets });
    const refused = multiplexed && packets !== undefined ? counts.map(({ event }) => unscaled(event)) : [];
    return { what, samples: counts.map(({ samples }) => samples), ratios: [...ratios, ...refused] };
  });
  const counted = attributions.map(({ event }) => event).filter((event) => weightUnit(event) !== "ns");
  const message = `${counted.join(", ")} are not one group, and a recording does not say whether they were multiplexed: the ratios hold if not`;
  const unknown =
    !multiplexed &&
    counted.length > 1 &&
    counted.some((event) => groupOf(event) < 0 || groupOf(event) !== groupOf(counted[0] as string));
  return { classes, warnings: unknown ? [{ file, line: 0, message }] : [] };
}

/** What must be the same for weights to be held against each other. The CPUs of a clock are those that it sampled, another event's those asked for. */
function placeOf({ file, cpus, windowNs, packets }: Attribution, isOfClock: boolean): string {
  return `${file}, ${isOfClock ? "" : `CPU ${cpus.join(",")}, `}${windowNs} ns, ${packets?.pps} packets/s`;
}

function unscaled(event: string): EventRatio {
  return { name: `${event} per packet`, refused: `${event} was multiplexed: its samples are not of the whole time` };
}

/** IPC of each kind of core and level of code of which cycles and instructions were counted. */
function ipcs(counts: readonly EventCount[]): EventRatio[] {
  const kinds = counts.map((count) => ({ count, ...eventKind(count.event) }));
  const instructions = kinds.filter(({ name }) => name === "instructions");
  if (instructions.length === 0) return [];
  return kinds
    .filter(({ name }) => isCycles(name))
    .map(({ count: cycles, pmu, level }) => {
      const name = pmu.startsWith("cpu_") ? `ipc of ${pmu}` : "ipc";
      const match = instructions.find((each) => each.pmu === pmu && each.level === level)?.count;
      if (match) return ratio({ name, over: match, under: cycles });
      const others = instructions.map(({ count }) => count.event).join(", ");
      return { name, refused: `${cycles.event} and ${others} count different code` };
    });
}

function ratio({ name, over, under }: { name: string; over: EventCount; under: EventCount }): EventRatio {
  const doubt = uncertain(over) ?? uncertain(under) ?? apart(over, under);
  if (doubt) return { name, refused: doubt };
  if (under.count === 0) return { name, refused: `no ${under.event} were counted` };
  const errors = [errorOf(over), errorOf(under)].filter((error) => error !== undefined);
  return { name, value: over.count / under.count, ...(errors.length > 0 && { errorPercent: Math.hypot(...errors) }) };
}

function packetRatio(count: EventCount, packets: number): EventRatio {
  const name = `${count.event} per packet`;
  const doubt = uncertain(count);
  if (doubt) return { name, refused: doubt };
  const errorPercent = errorOf(count);
  return { name, value: count.count / packets, ...(errorPercent !== undefined && { errorPercent }) };
}

function errorOf({ errorPercent, samples }: EventCount): number | undefined {
  return errorPercent ?? (samples === undefined ? undefined : PERCENT / Math.sqrt(samples));
}

function uncertain(count: EventCount): string | undefined {
  const error = errorOf(count);
  if (error === undefined || error <= MOST_ERROR_PERCENT) return undefined;
  if (count.errorPercent === undefined)
    return `${count.samples} samples of ${count.event}: under 100, it is off by more than ${MOST_ERROR_PERCENT} %`;
  return `${count.event} is off by ${error.toFixed(1)} %, more than ${MOST_ERROR_PERCENT} %`;
}

/** Events that were not counted at the same time. */
function apart(a: EventCount, b: EventCount): string | undefined {
  const multiplexed = [a, b].some(({ runningPercent = PERCENT }) => runningPercent < PERCENT);
  if (!multiplexed || (a.group !== undefined && a.group === b.group)) return undefined;
  return `${a.event} and ${b.event} were multiplexed and not in one group: they were not counted at the same time`;
}
