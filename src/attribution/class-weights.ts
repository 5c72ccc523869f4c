import type { Profile } from "../profile/profile.js";
import type { Selection } from "../profile/sample-filter.js";
import type { StackClasses } from "./classify.js";
import { blockOf, type TimeBlocks } from "./time-blocks.js";

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
      sum = noWeight(blocks);
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
 * The sums of cells that share a class, or a stage, by its name, in the order of first sight.
 *
 * @example
 * sumsBy("what", { cells: [{ what: "copy", where: "udp", weight: 4, samples: 1, blocks: [] }, { what: "copy", where: "tcp", weight: 2, samples: 1, blocks: [] }], blocks: 0 }).get("copy").weight // 6
 */
export function sumsBy(key: "what" | "where", { cells, blocks }: ClassWeights): ReadonlyMap<string, WeightSum> {
  const sums = new Map<string, WeightSum>();
  for (const cell of cells) {
    const sum = sums.get(cell[key]) ?? noWeight(blocks);
    sums.set(cell[key], sum);
    add(sum, cell);
  }
  return sums;
}

/**
 * The sum of sums.
 *
 * @example
 * totalOf([{ weight: 4, samples: 1, blocks: [4] }, { weight: 2, samples: 1, blocks: [2] }], 1) // { weight: 6, samples: 2, blocks: Float64Array.of(6) }
 */
export function totalOf(sums: Iterable<WeightSum>, blocks: number): WeightSum {
  const total = noWeight(blocks);
  for (const sum of sums) add(total, sum);
  return total;
}

function noWeight(blocks: number): WeightSum {
  return { weight: 0, samples: 0, blocks: new Float64Array(blocks) };
}

function add(sum: WeightSum, { weight, samples, blocks }: WeightSum): void {
  sum.weight += weight;
  sum.samples += samples;
  for (let block = 0; block < sum.blocks.length; block++) {
    sum.blocks[block] = (sum.blocks[block] as number) + (blocks[block] as number);
  }
}
