import type { Profile } from "../profile/profile.js";
import type { Selection } from "../profile/sample-filter.js";
import type { Ns } from "../units.js";
import type { StackClasses } from "./classify.js";

/** A sum of samples: whole, and by block of time. */
export interface WeightSum {
  weight: number;
  samples: number;
  /** Weight per block; empty where the samples have no times. */
  readonly blocks: Float64Array;
}

/** The weights of the selected samples by class and stage. */
export interface ClassWeights {
  /** In the order of first sight; `what` and `where` are names. */
  readonly cells: readonly (WeightSum & { readonly what: string; readonly where: string })[];
  readonly blocks: number;
}

/** Blocks of time, the unit of the error within one run. */
export interface TimeBlocks {
  /** Offset of the first block to the start of the recording. */
  readonly fromNs: Ns;
  readonly blockNs: Ns;
  readonly count: number;
}

/**
 * Sums the weights of selected samples by class, stage and block of time, in one pass.
 *
 * @example
 * classWeights({
 *   profile: { samples: { stack: [0], weight: [4], count: [1] } },
 *   selection: { rows: [0] },
 *   classes: { classes: ["copy"], what: [0], stages: ["udp"], where: [0] },
 * }).cells.map(({ what, where, weight }) => ({ what, where, weight })) // [{ what: "copy", where: "udp", weight: 4 }]
 */
export function classWeights({
  profile: { samples },
  selection,
  classes: { classes, what, stages, where },
  time,
}: {
  profile: Pick<Profile, "samples">;
  selection: Pick<Selection, "rows">;
  classes: Pick<StackClasses, "classes" | "what" | "stages" | "where">;
  time?: TimeBlocks | undefined;
}): ClassWeights {
  const blocks = time?.count ?? 0;
  const sums = new Map<number, WeightSum>();
  for (const row of selection.rows) {
    const node = samples.stack[row] as number;
    const cell = (what[node] as number) * stages.length + (where[node] as number);
    let sum = sums.get(cell);
    if (!sum) {
      sum = { weight: 0, samples: 0, blocks: new Float64Array(blocks) };
      sums.set(cell, sum);
    }
    const weight = samples.weight[row] as number;
    sum.weight += weight;
    sum.samples += samples.count[row] as number;
    if (!time) continue;
    const block = blockOf(time, samples.timeNs?.[row] as number);
    sum.blocks[block] = (sum.blocks[block] as number) + weight;
  }
  const cells = [...sums].map(([cell, sum]) => ({
    what: classes[Math.floor(cell / stages.length)] as string,
    where: stages[cell % stages.length] as string,
    ...sum,
  }));
  return { cells, blocks };
}

/**
 * The block of time that an offset falls into; the last takes what is beyond its end.
 *
 * @example
 * blockOf({ fromNs: 100, blockNs: 10, count: 3 }, 125) // 2
 */
export function blockOf({ fromNs, blockNs, count }: TimeBlocks, timeNs: Ns): number {
  return Math.min(count - 1, Math.floor((timeNs - fromNs) / blockNs));
}
