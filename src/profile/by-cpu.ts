import { idleTest } from "./idle.js";
import type { Profile } from "./profile.js";
import { type SampleFilter, type Selection, selectSamples } from "./sample-filter.js";

/** The samples of one CPU. */
export interface CpuCost {
  /** -1: not recorded. */
  readonly cpu: number;
  readonly samples: number;
  /** In the unit of the event. */
  readonly weight: number;
  /** Weight of the samples in which the CPU did nothing. Hardware events do not fire on a halted CPU: theirs says nothing. */
  readonly idleWeight: number;
}

/**
 * The selected samples by CPU, in the order of the CPUs.
 *
 * @throws RangeError as `selectSamples`.
 * @example
 * byCpu({
 *   events: [{ name: "cpu-clock", decoded: 2 }],
 *   comms: ["swapper"],
 *   symbols: ["default_idle"],
 *   frames: { length: 1, symbol: [0] },
 *   stacks: { length: 2, parent: [0, 0], frame: [-1, 0] },
 *   samples: { length: 2, event: [0, 0], cpu: [1, 1], tid: [0, 0], comm: [0, 0], stack: [1, 0], weight: [5, 2], count: [1, 1] },
 * }) // [{ cpu: 1, samples: 2, weight: 7, idleWeight: 5 }]
 */
export function byCpu(profile: Profile, filter: SampleFilter = {}): CpuCost[] {
  return cpuCosts(profile, selectSamples(profile, filter));
}

/**
 * The same for samples that were selected before.
 *
 * @example
 * cpuCosts({ comms: [], symbols: [], frames: { length: 0 }, stacks: {}, samples: {} }, { rows: [] }) // []
 */
export function cpuCosts(profile: Profile, { rows }: Selection): CpuCost[] {
  const { samples } = profile;
  const isIdle = idleTest(profile);
  const costs = new Map<number, { cpu: number; samples: number; weight: number; idleWeight: number }>();
  for (const row of rows) {
    const cpu = samples.cpu[row] as number;
    const cost = costs.get(cpu) ?? { cpu, samples: 0, weight: 0, idleWeight: 0 };
    costs.set(cpu, cost);
    cost.samples += samples.count[row] as number;
    cost.weight += samples.weight[row] as number;
    if (isIdle(row)) cost.idleWeight += samples.weight[row] as number;
  }
  return [...costs.values()].sort((a, b) => a.cpu - b.cpu);
}
