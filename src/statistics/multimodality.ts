import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";
import { seededRandom } from "./seeded-random.js";

/** Whether a sample has more than one mode: pps that jump between two levels, a latency of two paths. */
export interface Multimodality {
  /** Largest distance to the nearest distribution of one mode, 1 / (2 n) to 1 / 4. */
  readonly dip: number;
  /** Of "one mode". */
  readonly p: number;
  /** p is below 1 - level: one mean or median does not describe these values. */
  readonly multimodal: boolean;
}

const SIMULATIONS = 999;
/** sqrt(n) dip hardly changes beyond, so larger samples are judged by simulated ones of this size. */
const LARGEST_SIMULATED = 400;

/**
 * Hartigans' dip test for more than one mode, its p-value by simulation of uniform samples of the same size (seeded).
 *
 * Uniform is the hardest of all one-mode distributions, so a flag is seldom wrong, and two modes close to each other go unflagged.
 * Assumes independent values: slow waves of a correlated series look like modes. Where values are equal they were rounded, say to
 * whole us, and each step of the rounding would pass for a mode: for p each value is put anywhere within its step. Needs about 20
 * values to see anything.
 * Source: J. A. Hartigan, P. M. Hartigan, "The dip test of unimodality", Annals of Statistics 13, 1985.
 * @throws RangeError for fewer than 4 values, one that is not finite, or a level outside 0 to 1.
 * @example
 * multimodality({ values: [1, 1, 2, 2] }).dip // 0.25
 * multimodality({ values: [1, 2, 3, 4] }).multimodal // false
 */
export function multimodality({
  values,
  level = 0.95,
  seed = 1,
}: {
  values: readonly number[];
  level?: number;
  seed?: number;
}): Multimodality {
  requireSamples({ caller: "multimodality", samples: { values }, points: 4 });
  requireNumber({ caller: "multimodality", name: "level", value: level, above: 0, below: 1 });
  const sorted = Float64Array.from(values).sort();
  const dip = dipOf(sorted);
  const random = seededRandom(seed);
  const size = Math.min(values.length, LARGEST_SIMULATED);
  const scaled = dipOf(unrounded(sorted, random).sort()) * Math.sqrt(values.length / size);
  let atLeast = 0;
  for (let simulation = 0; simulation < SIMULATIONS; simulation++) {
    if (dipOf(Float64Array.from({ length: size }, random).sort()) >= scaled) atLeast += 1;
  }
  const p = (atLeast + 1) / (SIMULATIONS + 1);
  return { dip, p, multimodal: p < 1 - level };
}

/** Values among which some are equal, each anywhere within the step between neighbours; values that all differ, as they are. */
function unrounded(sorted: Float64Array, random: () => number): Float64Array {
  const steps = sorted.subarray(1).map((value, index) => value - (sorted[index] as number));
  const step = steps.reduce((least, gap) => (gap > 0 ? Math.min(least, gap) : least), Number.POSITIVE_INFINITY);
  if (steps.every((gap) => gap > 0) || step === Number.POSITIVE_INFINITY) return sorted.slice();
  return sorted.map((value) => value + (random() - 0.5) * step);
}

/**
 * The algorithm of section 3 of the paper: narrow the modal interval until the hulls inside it are no farther apart than those outside.
 * Heights are in observations: the distribution rises from index to index + 1 at a value.
 */
function dipOf(sorted: Float64Array): number {
  let [from, to] = [0, sorted.length - 1];
  let twice = 1;
  for (;;) {
    const below = hull(sorted, { from, to, side: 1 });
    const above = hull(sorted, { from, to, side: -1 });
    const { distance, left, right } = widest({ below, above, from, to });
    if (distance <= twice) break;
    for (let index = from; index <= left; index++) twice = Math.max(twice, index - (below.heights[index - from] as number) + 1);
    for (let index = right; index <= to; index++) twice = Math.max(twice, (above.heights[index - from] as number) - index + 1);
    if (left === from && right === to) break;
    [from, to] = [left, right];
  }
  return twice / (2 * sorted.length);
}

/** Where the hulls are farthest apart: at a corner of one, and from there to the nearest corner of the other. */
function widest({ below, above, from, to }: { below: Hull; above: Hull; from: number; to: number }): {
  distance: number;
  left: number;
  right: number;
} {
  const gap = (index: number) => (above.heights[index - from] as number) - (below.heights[index - from] as number) + 1;
  let best = { distance: 0, left: from, right: to };
  const consider = (left: number, right: number, corner: number) => {
    if (gap(corner) > best.distance) best = { distance: gap(corner), left, right };
  };
  let [left, right] = [0, 0];
  for (const corner of above.corners) {
    while ((below.corners[left + 1] ?? Number.POSITIVE_INFINITY) <= corner) left += 1;
    consider(below.corners[left] as number, corner, corner);
  }
  for (const corner of below.corners) {
    while ((above.corners[right] as number) < corner) right += 1;
    consider(corner, above.corners[right] as number, corner);
  }
  return best;
}

interface Hull {
  readonly corners: readonly number[];
  /** At every index of the stretch. */
  readonly heights: Float64Array;
}

/** The largest convex curve below the points (value, index) of a stretch (side 1), or the smallest concave one above them (-1). */
function hull(sorted: Float64Array, { from, to, side }: { from: number; to: number; side: 1 | -1 }): Hull {
  const slope = (start: number, end: number) => (end - start) / ((sorted[end] as number) - (sorted[start] as number));
  const corners: number[] = [];
  for (let index = from; index <= to; index++) {
    while (corners.length > 1) {
      const [first, second] = [corners.at(-2) as number, corners.at(-1) as number];
      if (side * slope(first, second) < side * slope(second, index)) break;
      corners.pop();
    }
    corners.push(index);
  }
  const heights = new Float64Array(to - from + 1);
  let start = from;
  for (const end of corners) {
    const width = (sorted[end] as number) - (sorted[start] as number);
    for (let index = start; index <= end; index++) {
      // A corner may stand above another, where values repeat.
      const part =
        width > 0 ? ((sorted[index] as number) - (sorted[start] as number)) / width : (index - start) / (end - start || 1);
      heights[index - from] = start + part * (end - start);
    }
    start = end;
  }
  return { corners, heights };
}
