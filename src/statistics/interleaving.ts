/** Which side of a patch a run belongs to. */
export type Arm = "before" | "after";

/** What an order of runs can and cannot tell apart. */
export interface Interleaving {
  /** The shortest stretches that hold as many runs of one arm as of the other: indices of runs, in order. */
  readonly blocks: readonly { readonly before: readonly number[]; readonly after: readonly number[] }[];
  /** Runs at the end that belong to no such stretch. */
  readonly rest: readonly number[];
  /** Mean position of after - of before, within the blocks, in runs: how many runs' worth of drift is in the difference. 0 without blocks. */
  readonly positionGap: number;
}

/**
 * Cuts the order in which runs were taken in balanced blocks, the units of `pairedRatio`: ABBA gives AB and BA, AABB one block of four.
 *
 * ABAB has a position gap of 1: a steady drift is in every pair with the same sign, and the interval does not show it. ABBA has 0.
 * AAABBB is one block, from which no interval can be had. Source: D. R. Cox, "Planning of Experiments", 1958.
 * @throws RangeError for fewer than 2 runs, or an arm without any.
 * @example
 * interleaving(["before", "after", "after", "before"]).blocks // [{ before: [0], after: [1] }, { before: [3], after: [2] }]
 * interleaving(["before", "after", "before", "after"]).positionGap // 1
 */
export function interleaving(arms: readonly Arm[]): Interleaving {
  if (!(arms.includes("before") && arms.includes("after"))) {
    throw new RangeError(`interleaving requires runs of both arms: got ${arms.join(" ") || "none"}`);
  }
  const blocks: { before: number[]; after: number[] }[] = [];
  let open: { before: number[]; after: number[] } = { before: [], after: [] };
  for (const [run, arm] of arms.entries()) {
    open[arm].push(run);
    if (open.before.length === open.after.length) {
      blocks.push(open);
      open = { before: [], after: [] };
    }
  }
  const positions = blocks.flatMap(({ before, after }) => [...after, ...before.map((run) => -run)]);
  const gap = positions.reduce((sum, position) => sum + position, 0) / Math.max(1, positions.length / 2);
  return { blocks, rest: [...open.before, ...open.after].sort((left, right) => left - right), positionGap: gap };
}
