import type { Ns } from "../units.js";
import type { Profile } from "./profile.js";
import { type SampleFilter, selectSamples } from "./sample-filter.js";

/** The samples of one CPU in equal bins of time. */
export interface CpuOverTime {
  /** -1: not recorded. */
  readonly cpu: number;
  /** Number of samples of each bin; bin `i` begins at `i * binNs` after the start of the recording. */
  readonly samples: Uint32Array;
  /** Their weight, in the unit of the event. */
  readonly weight: Float64Array;
}

/**
 * The selected samples by CPU and bin of time, for all bins from the start of the recording to its end, in the order of the CPUs.
 *
 * @throws RangeError as `selectSamples`, for samples without times, and for more than 10 million bins.
 * @example
 * overTime({
 *   durationNs: 12,
 *   events: [{ name: "cpu-clock", decoded: 3 }],
 *   comms: [],
 *   samples: { length: 3, timeNs: [0, 9, 12], event: [0, 0, 0], cpu: [0, 0, 0], weight: [5, 5, 5], count: [1, 1, 1] },
 * }, { binNs: 10 })[0].samples // Uint32Array.of(2, 1)
 */
export function overTime(profile: Profile, { binNs, filter = {} }: { binNs: Ns; filter?: SampleFilter }): CpuOverTime[] {
  const { samples, durationNs } = profile;
  const { timeNs } = samples;
  if (!timeNs || durationNs === undefined) throw new RangeError("overTime requires samples with times, that were not merged");
  const bins = Math.floor(durationNs / binNs) + 1;
  if (!(binNs > 0 && bins <= MAX_BINS))
    throw new RangeError(`overTime requires at most ${MAX_BINS} bins of binNs > 0: got ${binNs}`);
  const cpus = new Map<number, CpuOverTime>();
  for (const row of selectSamples(profile, filter).rows) {
    const cpu = samples.cpu[row] as number;
    const bin = Math.floor((timeNs[row] as number) / binNs);
    const of = cpus.get(cpu) ?? { cpu, samples: new Uint32Array(bins), weight: new Float64Array(bins) };
    cpus.set(cpu, of);
    of.samples[bin] = (of.samples[bin] as number) + (samples.count[row] as number);
    of.weight[bin] = (of.weight[bin] as number) + (samples.weight[row] as number);
  }
  return [...cpus.values()].sort((a, b) => a.cpu - b.cpu);
}

const MAX_BINS = 10_000_000;
