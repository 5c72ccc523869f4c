import { MAX_PAGE_ORDER, MIN_FRAME_BYTES, PAGE_BYTES } from "../units.js";
import type { Parameter } from "./mechanism.js";

/**
 * The parameter of a mechanism that is a time of one occurrence.
 *
 * @example
 * time("lock and unlock").unit // "ns"
 */
export function time(what: string): Parameter {
  return { unit: "ns", what, min: 0 };
}

/**
 * The parameter that is a number of things, among which a cost is shared or by which it is multiplied: at least 1, whole.
 *
 * @example
 * atLeastOne("packets per doorbell").min // 1
 */
export function atLeastOne(what: string): Parameter {
  return { unit: "number", what, min: 1, integer: true };
}

/**
 * The parameter that is a number of things on average: 0 or more, not whole.
 *
 * @example
 * mean("cache misses per packet").min // 0
 */
export function mean(what: string): Parameter {
  return { unit: "number", what, min: 0 };
}

/**
 * The parameter that is a part of the whole, 0 to 1.
 *
 * @example
 * share("packets from the ring").max // 1
 */
export function share(what: string): Parameter {
  return { unit: "share", what, min: 0, max: 1 };
}

/** Cycles of the clock that `ghz` names. */
export const CYCLES: Parameter = { unit: "cycles", what: "of the clock of ghz", min: 0 };
/** A clock: the TSC's for cycles of time_bench, the core's for those of the PMU. */
export const GHZ: Parameter = { unit: "GHz", what: "clock that counted the cycles", above: 0 };
export const GBPS: Parameter = { unit: "Gbit/s", what: "link rate", above: 0 };
export const FRAME_BYTES: Parameter = { unit: "bytes", what: "frame with its FCS", min: MIN_FRAME_BYTES, integer: true };
/** The kernel refuses a larger order: MAX_PAGE_ORDER of include/linux/mmzone.h. */
export const ORDER: Parameter = { unit: "order", what: "order of the block", min: 0, max: MAX_PAGE_ORDER, integer: true };
export const FRAG_BYTES: Parameter = {
  unit: "bytes",
  what: "what a packet takes of a block",
  min: 1,
  max: PAGE_BYTES,
  integer: true,
};
