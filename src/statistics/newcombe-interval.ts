import type { Interval } from "./interval.js";
import { requireNumber } from "./require-number.js";
import { wilsonInterval } from "./wilson-interval.js";

/** Independent samples, and how many of them were hits; not necessarily integers (see `wilsonInterval`). */
export interface SampleShare {
  readonly successes: number;
  readonly trials: number;
}

/**
 * Interval of the difference of two shares, after - before, from the two Wilson intervals.
 *
 * A share of samples is not a cost: when the whole gets faster, the share of what stayed the same grows. Multiply by ns per packet
 * first (`ratioDifference`). Assumes independent samples, as `wilsonInterval`.
 * Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17,
 * 1998, method 10.
 * @throws RangeError as `wilsonInterval`.
 * @example
 * newcombeInterval({ before: { successes: 48, trials: 80 }, after: { successes: 56, trials: 70 } }).low.toFixed(4) // "0.0524"
 */
export function newcombeInterval({
  before,
  after,
  level = 0.95,
}: {
  before: SampleShare;
  after: SampleShare;
  level?: number;
}): Interval {
  requireNumber({ caller: "newcombeInterval", name: "level", value: level, above: 0, below: 1 });
  const first = wilsonInterval({ ...before, level });
  const second = wilsonInterval({ ...after, level });
  const estimate = second.estimate - first.estimate;
  return {
    estimate,
    low: estimate - Math.hypot(second.estimate - second.low, first.high - first.estimate),
    high: estimate + Math.hypot(second.high - second.estimate, first.estimate - first.low),
    level,
  };
}
