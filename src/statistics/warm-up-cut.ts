import { mean } from "simple-statistics";
import { requireSamples } from "./require-samples.js";

const BATCH = 5;

/** Where a run becomes steady. */
export interface WarmUpCut {
  /** How many of the first values to leave out; a multiple of 5. */
  readonly drop: number;
  /** False when the best cut is the latest one allowed, half of the run: then it never became steady. */
  readonly steady: boolean;
}

/**
 * How many values at the start of a run belong to its warm-up, by MSER-5: the cut that minimises the squared standard error of what
 * is left, over means of 5 values, searched in the first half.
 *
 * It finds a warm-up; a drift over the whole run is `seriesDrift`'s. Values are evenly spaced in time, say pps per second.
 * Source: K. P. White, M. J. Cobb, S. C. Spratt, "A comparison of five steady-state truncation heuristics for simulation",
 * Proceedings of the Winter Simulation Conference, 2000.
 * @throws RangeError for fewer than 20 values, or one that is not finite.
 * @example
 * warmUpCut([1, 2, 3, 4, 5, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8]) // { drop: 5, steady: true }
 */
export function warmUpCut(values: readonly number[]): WarmUpCut {
  requireSamples({ caller: "warmUpCut", samples: { values }, points: 4 * BATCH });
  const batches = Array.from({ length: Math.floor(values.length / BATCH) }, (_, batch) =>
    mean(values.slice(batch * BATCH, (batch + 1) * BATCH)),
  );
  const latest = Math.floor(batches.length / 2);
  let best = { cut: latest, error: Number.POSITIVE_INFINITY };
  let [count, center, squares] = [0, 0, 0];
  // From the end, so that each cut adds one batch to the mean and the squares about it (Welford's update).
  for (let cut = batches.length - 1; cut >= 0; cut--) {
    const deviation = (batches[cut] as number) - center;
    count += 1;
    center += deviation / count;
    squares += deviation * ((batches[cut] as number) - center);
    const error = squares / count ** 2;
    if (cut <= latest && error <= best.error) best = { cut, error };
  }
  return { drop: best.cut * BATCH, steady: best.cut < latest };
}
