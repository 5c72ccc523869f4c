import type { Profile } from "../profile/profile.js";
import { type SampleFilter, selectSamples } from "../profile/sample-filter.js";
import { benjaminiHochberg } from "../statistics/benjamini-hochberg.js";
import { MIN_BLOCKS } from "../statistics/block-bootstrap.js";
import { ratioDifference } from "../statistics/ratio-difference.js";
import { classifyStacks } from "./classify.js";
import type { RuleTable } from "./rule.js";
import { RULES } from "./rules.js";
import { BLOCK_NS, blockOf } from "./time-blocks.js";

/** A class or a function in the two halves of one recording. */
export interface HalvesDifference {
  readonly kind: "class" | "symbol";
  readonly name: string;
  /** Share of all selected samples. */
  readonly share: number;
  /** Share in the odd blocks less that in the even ones. */
  readonly difference: number;
  /** After Benjamini and Hochberg's correction over all classes, and over all symbols. */
  readonly adjustedP: number;
  /** Whether a comparison at 5 % would call the halves different: of a steady recording it must not. */
  readonly differs: boolean;
}

/**
 * Compares one recording with itself: the even blocks of 250 ms with the odd ones, by class and by symbol of 0.1 % or more.
 *
 * What differs shows how far this recording's blocks are from independent, and so how much a comparison with another one may be
 * believed. Classes or symbols that are the same in all blocks have nothing to compare and are left out.
 * Source: the A/A test of a comparison, interleaved so that slow drift is in both halves alike.
 * @throws RangeError as `selectSamples`, for samples without times, and for fewer than 20 blocks.
 * @example
 * (() => { try { interleavedHalves({ profile: { events: [{ name: "cycles", decoded: 1 }], comms: [], samples: { length: 0 } } }) } catch ({ message }) { return message } })() // "interleavedHalves requires samples with times, that were not merged"
 */
export function interleavedHalves({
  profile,
  filter = {},
  rules = RULES,
}: {
  profile: Profile;
  filter?: SampleFilter;
  rules?: RuleTable;
}): HalvesDifference[] {
  const { samples, symbols, frames, stacks, durationNs } = profile;
  const { timeNs } = samples;
  if (!timeNs || durationNs === undefined) {
    throw new RangeError("interleavedHalves requires samples with times, that were not merged");
  }
  const fromNs = Math.max(0, filter.fromNs ?? 0);
  // The last block, which is shorter, is left out.
  const count = Math.floor((Math.min(durationNs, filter.toNs ?? durationNs) - fromNs) / BLOCK_NS);
  if (count < MIN_BLOCKS) throw new RangeError(`interleavedHalves requires ${MIN_BLOCKS} blocks of 250 ms: got ${count}`);
  const { classes, what } = classifyStacks({ ...profile, rules });
  const whole = new Float64Array(count);
  const byClass = new Map<string, Float64Array>();
  const bySymbol = new Map<string, Float64Array>();
  const add = (sums: Map<string, Float64Array>, name: string, block: number, weight: number) => {
    const blocks = sums.get(name) ?? new Float64Array(count);
    sums.set(name, blocks);
    blocks[block] = (blocks[block] as number) + weight;
  };
  const time = { fromNs, count: count + 1 };
  for (const row of selectSamples(profile, filter).rows) {
    const block = blockOf(time, timeNs[row] as number);
    if (block >= count) continue;
    const weight = samples.weight[row] as number;
    const node = samples.stack[row] as number;
    whole[block] = (whole[block] as number) + weight;
    add(byClass, classes[what[node] as number] as string, block, weight);
    const symbol = symbols[frames.symbol[stacks.frame[node] as number] as number];
    if (symbol !== undefined) add(bySymbol, symbol, block, weight);
  }
  return [...differences("class", byClass, whole), ...differences("symbol", bySymbol, whole)];
}

function differences(kind: HalvesDifference["kind"], sums: Map<string, Float64Array>, whole: Float64Array): HalvesDifference[] {
  const total = whole.reduce((sum, weight) => sum + weight, 0);
  const half = (values: Float64Array, parity: number) => [...values].filter((_, block) => block % 2 === parity);
  const tested = [...sums].flatMap(([name, blocks]) => {
    const share = blocks.reduce((sum, weight) => sum + weight, 0) / total;
    const ratios = new Set(blocks.map((weight, block) => weight / (whole[block] as number)));
    if (share < MIN_SHARE || ratios.size < MIN_DISTINCT) return [];
    const arm = (parity: number) => ({ numerators: half(blocks, parity), denominators: half(whole, parity) });
    const { estimate, p } = ratioDifference({ before: arm(0), after: arm(1) });
    return [{ kind, name, share, difference: estimate, p }];
  });
  if (tested.length === 0) return [];
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p));
  return tested.map(({ p: _, ...one }, index) => {
    const adjustedP = adjusted[index] as number;
    return { ...one, adjustedP, differs: adjustedP < LEVEL };
  });
}

const MIN_SHARE = 0.001;
const LEVEL = 0.05;
/** Fewer distinct blocks than this have no spread to speak of. */
const MIN_DISTINCT = 3;
