import type { Ns } from "../units.js";
import { type CpuCost, cpuCosts } from "./by-cpu.js";
import { type SymbolCost, symbolCosts } from "./by-symbol.js";
import type { Profile, ProfileQuality, WeightUnit } from "./profile.js";
import { type SampleFilter, selectSamples } from "./sample-filter.js";

/** What there is to know of a profile before a conclusion is drawn from it. */
export interface ProfileSummary {
  readonly file: string;
  /** From the earliest to the latest sample; absent where the recording has no times. */
  readonly durationNs?: Ns;
  readonly quality: ProfileQuality;
  readonly events: readonly EventSummary[];
}

/** The samples of one event that a filter selects. */
export interface EventSummary {
  readonly event: string;
  readonly unit: WeightUnit;
  readonly samples: number;
  /** Samples of the whole recording that could not be decoded. */
  readonly refused: number;
  readonly weight: number;
  /** Share of the weight whose innermost function has no symbol, 0 to 1; samples without a stack count as such. */
  readonly unresolvedShare: number;
  readonly withoutStack: number;
  /** Samples with a stack of 127 frames or more: there the kernel cuts it by default (`kernel.perf_event_max_stack`). */
  readonly truncatedStacks: number;
  readonly cpus: readonly CpuCost[];
  /** Those with the largest self cost first. */
  readonly symbols: readonly SymbolCost[];
}

/**
 * The quality of a profile and the functions of each of its events; with a filter, of the samples it selects.
 *
 * @throws RangeError as `selectSamples`.
 * @example
 * summarizeProfile({
 *   file: "script.txt",
 *   quality: {},
 *   events: [{ name: "cycles", unit: "occurrences", decoded: 1, refused: 2 }],
 *   comms: ["ping"],
 *   symbols: [],
 *   dsos: [],
 *   frames: { length: 1, symbol: [-1], dso: [-1], address: [5n] },
 *   stacks: { length: 2, parent: [0, 0], frame: [-1, 0] },
 *   samples: { length: 1, event: [0], cpu: [3], tid: [1], comm: [0], stack: [1], weight: [9], count: [1] },
 * }).events[0].unresolvedShare // 1
 */
export function summarizeProfile(profile: Profile, filter: SampleFilter = {}): ProfileSummary {
  const { file, durationNs, quality, events } = profile;
  const sampled = events.flatMap(({ name, decoded, refused }) => (decoded + refused > 0 ? name : []));
  const summarized = filter.event === undefined ? sampled : [filter.event];
  return {
    file,
    ...(durationNs === undefined ? {} : { durationNs }),
    quality,
    events: summarized.map((event) => summarizeEvent(profile, { ...filter, event })),
  };
}

function summarizeEvent(profile: Profile, filter: SampleFilter & { event: string }): EventSummary {
  const { samples, stacks, frames } = profile;
  const depth = depths(profile);
  const selection = selectSamples(profile, filter);
  const { event, rows, weight, samples: selected } = selection;
  const { name, unit, refused } = profile.events[event] as Profile["events"][number];
  let [unresolved, withoutStack, truncatedStacks] = [0, 0, 0];
  for (const row of rows) {
    const stack = samples.stack[row] as number;
    const count = samples.count[row] as number;
    if (stack === 0) withoutStack += count;
    if (stack === 0 || (frames.symbol[stacks.frame[stack] as number] as number) < 0)
      unresolved += samples.weight[row] as number;
    if ((depth[stack] as number) >= MAX_STACK) truncatedStacks += count;
  }
  return {
    event: name,
    unit,
    samples: selected,
    refused,
    weight,
    unresolvedShare: weight === 0 ? 0 : unresolved / weight,
    withoutStack,
    truncatedStacks,
    cpus: cpuCosts(profile, selection),
    symbols: symbolCosts(profile, selection),
  };
}

/** PERF_MAX_STACK_DEPTH, include/uapi/linux/perf_event.h. */
const MAX_STACK = 127;

/** Number of frames of each stack: a parent's number is smaller than its children's. */
function depths({ stacks }: Profile): Int32Array {
  const depth = new Int32Array(stacks.length);
  for (let node = 1; node < stacks.length; node++) depth[node] = (depth[stacks.parent[node] as number] as number) + 1;
  return depth;
}
