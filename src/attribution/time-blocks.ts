import type { Ns } from "../units.js";

/** A window of time, as offsets to the start of the recording. */
export interface TimeWindow {
  readonly fromNs: Ns;
  readonly toNs: Ns;
}

/** Blocks of time, the unit of the error within one run. */
export interface TimeBlocks {
  /** Offset of the first block to the start of the recording. */
  readonly fromNs: Ns;
  readonly count: number;
}

/** Blocks shorter than this are not independent of their neighbours where softirq work comes in bursts. */
export const BLOCK_NS: Ns = 250e6;

/**
 * The blocks of a window; the last may be shorter.
 *
 * @example
 * timeBlocks({ fromNs: 0, toNs: 6.1e9 }) // { fromNs: 0, count: 25 }
 */
export function timeBlocks({ fromNs, toNs }: TimeWindow): TimeBlocks {
  return { fromNs, count: Math.max(1, Math.ceil((toNs - fromNs) / BLOCK_NS)) };
}

/**
 * The block that an offset falls into; the last takes what is beyond its end.
 *
 * @example
 * blockOf({ fromNs: 1e9, count: 3 }, 1.6e9) // 2
 */
export function blockOf({ fromNs, count }: TimeBlocks, timeNs: Ns): number {
  return Math.min(count - 1, Math.floor((timeNs - fromNs) / BLOCK_NS));
}

/**
 * The lengths of the blocks of a window.
 *
 * @example
 * blockLengthsNs({ fromNs: 0, toNs: 6e8 }) // [2.5e8, 2.5e8, 1e8]
 */
export function blockLengthsNs(window: TimeWindow): Ns[] {
  const { fromNs, count } = timeBlocks(window);
  return Array.from({ length: count }, (_, block) => Math.min(BLOCK_NS, window.toNs - fromNs - block * BLOCK_NS));
}
