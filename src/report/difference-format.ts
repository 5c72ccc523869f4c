import type { ArmDifference } from "../comparison/arm-difference.js";
import type { MetricDifference } from "../comparison/compare.js";
import { grouped } from "./number-format.js";

/**
 * Decimals that show a value of this size to three digits or more: whole numbers from 1,000 on.
 *
 * @example
 * [3_677_958, 271.9, 8.13, 0.0321, 0.000042].map(decimalsOf) // [0, 1, 2, 4, 7]
 */
export function decimalsOf(value: number): number {
  const size = Math.abs(value);
  if (size >= 1000 || size === 0) return 0;
  if (size >= 100) return 1;
  if (size >= 1) return 2;
  return Math.min(MOST_DECIMALS, Math.max(4, 2 - Math.floor(Math.log10(size))));
}

/** Of toFixed(). */
const MOST_DECIMALS = 100;

/**
 * A number with its sign, `+` too, so that the direction is seen.
 *
 * @example
 * signed(0.25, 1) // "+0.3"
 */
export function signed(value: number, decimals: number): string {
  const text = grouped(value, decimals);
  return text.startsWith("-") || Number(value.toFixed(decimals)) === 0 ? text : `+${text}`;
}

/**
 * A part in percent with its sign.
 *
 * @example
 * percentText(-0.0251) // "-2.51%"
 */
export function percentText(part: number): string {
  return `${signed(100 * part, 2)}%`;
}

/** A difference as the cells of a table: what stands where depends on the metric. */
export interface DifferenceCells {
  readonly before: string;
  readonly after: string;
  readonly delta: string;
  /** Empty without an interval. */
  readonly interval: string;
}

/**
 * A difference in the unit of the values: for costs per packet.
 *
 * @example
 * absoluteCells({ before: 272.1, after: 228.9, delta: -43.2, interval: { low: -45, high: -41 } }) // { before: "272.1", after: "228.9", delta: "-43.2", interval: "[-45.0, -41.0]" }
 */
export function absoluteCells({
  before,
  after,
  delta,
  interval,
}: Pick<ArmDifference, "before" | "after" | "delta" | "interval">): DifferenceCells {
  const decimals = decimalsOf(Math.max(before, after));
  return {
    before: grouped(before, decimals),
    after: grouped(after, decimals),
    delta: signed(delta, decimals),
    interval: interval ? `[${signed(interval.low, decimals)}, ${signed(interval.high, decimals)}]` : "",
  };
}

/**
 * A difference in percent of before: for rates.
 *
 * @example
 * percentCells({ before: 100, after: 102, delta: 2, part: 0.02 }) // { before: "100.0", after: "102.0", delta: "+2.00%", interval: "" }
 */
export function percentCells({
  before,
  after,
  part = 0,
  interval,
}: Pick<ArmDifference, "before" | "after" | "delta" | "part" | "interval">): DifferenceCells {
  const decimals = decimalsOf(Math.max(before, after));
  const limits = interval?.parts;
  return {
    before: grouped(before, decimals),
    after: grouped(after, decimals),
    delta: percentText(part),
    interval: limits ? `[${percentText(limits.low)}, ${percentText(limits.high)}]` : "",
  };
}

/**
 * A metric as its cells: what is per packet in its unit, all else in percent.
 *
 * @example
 * metricCells({ name: "pps", before: 100, after: 102, delta: 2, part: 0.02 }).delta // "+2.00%"
 */
export function metricCells(metric: Pick<MetricDifference, "name"> & ArmDifference): DifferenceCells {
  return metric.name.endsWith("/packet") ? absoluteCells(metric) : percentCells(metric);
}
