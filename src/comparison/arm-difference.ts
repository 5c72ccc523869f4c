import { mean, median } from "simple-statistics";
import { detectionLimit } from "../statistics/detection-limit.js";
import { exactSignFlip } from "../statistics/exact-sign-flip.js";
import { hodgesLehmann } from "../statistics/hodges-lehmann.js";
import { type Arm, interleaving } from "../statistics/interleaving.js";
import type { ExactTest } from "../statistics/interval.js";
import { mannWhitney } from "../statistics/mann-whitney.js";
import { meanInterval } from "../statistics/mean-interval.js";
import { MOST_RANKED } from "../statistics/rank-sum-distribution.js";
import { welch } from "../statistics/welch.js";

/** The difference of two arms in one figure. */
export interface ArmDifference {
  readonly before: number;
  readonly after: number;
  /** What `before` and `after` are of the runs: on logarithms, as for a ratio, a mean is geometric; a method of ranks has medians. */
  readonly centre: "mean" | "geometric mean" | "median";
  /** after - before, in the unit of the values. */
  readonly delta: number;
  /** after / before - 1. Not where before is 0. */
  readonly part?: number;
  readonly interval?: DeltaInterval;
  /** How the interval came about; without one, why there is none. */
  readonly method: string;
  /** Two-sided; absent without an interval. */
  readonly p?: number;
  /** The smallest difference that is found with 80 % power at 5 %, in the unit of the values. */
  readonly detectable?: number;
}

/** Around the delta. */
export interface DeltaInterval {
  readonly low: number;
  readonly high: number;
  /** The same as parts of before. */
  readonly parts?: { readonly low: number; readonly high: number };
  readonly level: number;
  /** What an exact interval of so few values can hold. */
  readonly attained?: number;
}

/** Fewer balanced blocks than this give an interval that nobody can use. */
const LEAST_BLOCKS = 3;
const LEVEL = 0.95;

/**
 * The difference of two arms with its interval, by the method that their number and order allow.
 *
 * Values are per unit of replication (run or boot), in the order in which they were made where `ordered`. Three balanced blocks or more
 * give a t interval over the differences of blocks, which drift leaves alone; else the shift of Hodges and Lehmann with its exact
 * interval, of more than 100 values Welch's t. `scale` is `ratio` for figures that change in proportion (both are worked out on
 * logarithms; the delta is that part of before), `difference` for those that may be 0, as costs of classes.
 * @throws RangeError for arms and values of different length, an arm without values, and for a ratio a value that is not above 0.
 * @example
 * armDifference({ arms: ["before", "after", "after", "before", "before", "after"], values: [100, 102, 104, 101, 100, 103], scale: "ratio", ordered: true }).delta.toFixed(2) // "2.66"
 * armDifference({ arms: ["before", "after"], values: [100, 102], scale: "ratio", ordered: true }).method // "no interval: one run per arm"
 */
export function armDifference({
  arms,
  values,
  scale,
  ordered,
  unit = "run",
}: {
  arms: readonly Arm[];
  values: readonly number[];
  scale: "ratio" | "difference";
  ordered: boolean;
  unit?: "run" | "boot";
}): ArmDifference {
  requireValues({ arms, values, scale });
  const [enter, leave] = scale === "ratio" ? [Math.log, Math.exp] : [Number, Number];
  const entered = values.map(enter);
  const of = (arm: Arm) => entered.filter((_, index) => arms[index] === arm);
  const [before, after] = [of("before"), of("after")];
  const shift = (from: number, by: number) => (scale === "ratio" ? leave(from) * leave(by) : from + by) - leave(from);
  const average = scale === "ratio" ? "geometric mean" : "mean";
  const shown = (from: number, to: number, delta: number, centre: ArmDifference["centre"] = average) => ({
    before: leave(from),
    after: leave(to),
    centre,
    delta: shift(from, delta),
    ...(leave(from) !== 0 && { part: shift(from, delta) / leave(from) }),
  });
  if (before.length < 2 || after.length < 2) {
    const [from, to] = [mean(before), mean(after)];
    const several = before.length === after.length ? `one ${unit} per arm` : `an arm of one ${unit}`;
    return { ...shown(from, to, to - from), method: `no interval: ${several}` };
  }
  const { blocks } = interleaving(arms);
  const differences = blocks.map(
    (block) => mean(block.after.map((run) => entered[run] as number)) - mean(block.before.map((run) => entered[run] as number)),
  );
  const paired = ordered && blocks.length >= LEAST_BLOCKS;
  if (varies(paired ? differences : before) === false && (paired || varies(after) === false)) {
    const [from, to] = [mean(before), mean(after)];
    return { ...shown(from, to, to - from), method: "no interval: the values do not vary" };
  }
  const intervalOf = (from: number, { low, high }: { low: number; high: number }, attained?: number): DeltaInterval => ({
    low: shift(from, low),
    high: shift(from, high),
    ...(leave(from) !== 0 && { parts: { low: shift(from, low) / leave(from), high: shift(from, high) / leave(from) } }),
    level: LEVEL,
    ...(attained !== undefined && { attained }),
  });
  if (paired) {
    const from = mean(blocks.map((block) => mean(block.before.map((run) => entered[run] as number))));
    const t = meanInterval({ values: differences, level: LEVEL });
    return {
      ...shown(from, from + t.estimate, t.estimate),
      interval: intervalOf(from, t),
      method: `paired t${scale === "ratio" ? " on log ratios" : ""}, ${blocks.length} blocks of ${unit}s`,
      p: t.p,
      detectable: Math.abs(shift(from, detectionLimit(t))),
    };
  }
  const t = welch({ before, after, level: LEVEL });
  const runs = `${before.length} v ${after.length} ${unit}s`;
  if (before.length + after.length > MOST_RANKED) {
    const [from, to] = [mean(before), mean(after)];
    return {
      ...shown(from, to, t.estimate),
      interval: intervalOf(from, t),
      method: `Welch's t${scale === "ratio" ? " on logs" : ""}, ${runs}`,
      p: t.p,
      detectable: Math.abs(shift(from, detectionLimit(t))),
    };
  }
  const rank = hodgesLehmann({ before, after, level: LEVEL });
  const [from, to] = [median(before), median(after)];
  return {
    ...shown(from, to, rank.estimate, "median"),
    interval: intervalOf(from, rank, rank.attained),
    method: `Hodges-Lehmann${scale === "ratio" ? " on logs" : ""}, exact, ${runs}`,
    p: mannWhitney({ before, after }).p,
    detectable: Math.abs(shift(from, detectionLimit(t))),
  };
}

/**
 * The units that the method of blocks has no use for: those at the end that are in no balanced block. None where another method is used.
 *
 * @example
 * unusedUnits({ arms: ["before", "after", "after", "before", "before", "after", "after"], ordered: true }) // [6]
 */
export function unusedUnits({ arms, ordered }: { arms: readonly Arm[]; ordered: boolean }): readonly number[] {
  const { blocks, rest } = interleaving(arms);
  return ordered && blocks.length >= LEAST_BLOCKS ? rest : [];
}

/**
 * The exact p of paired differences, for those who do not trust the t, and the smallest that so many blocks can give. Not for fewer than
 * 3 balanced blocks, nor for so many that the t needs no second opinion.
 *
 * @example
 * exactPairs({ arms: ["before", "after", "after", "before", "before", "after"], values: [100, 102, 104, 101, 100, 103] }) // { p: 0.25, smallestP: 0.25 }
 */
export function exactPairs({ arms, values }: { arms: readonly Arm[]; values: readonly number[] }): ExactTest | undefined {
  const { blocks } = interleaving(arms);
  if (blocks.length < LEAST_BLOCKS || blocks.length > MOST_FLIPPED) return undefined;
  const log = (runs: readonly number[]) => mean(runs.map((run) => Math.log(values[run] as number)));
  return exactSignFlip(blocks.map(({ before, after }) => log(after) - log(before)));
}

/** 65,536 ways to flip: milliseconds. */
const MOST_FLIPPED = 16;

function varies(values: readonly number[]): boolean {
  return values.some((value) => Math.abs(value - (values[0] as number)) > ROUNDING * Math.abs(values[0] as number));
}

/** Differences of equal values differ by rounding. */
const ROUNDING = 1e-12;

function requireValues({ arms, values, scale }: { arms: readonly Arm[]; values: readonly number[]; scale: string }): void {
  if (arms.length !== values.length)
    throw new RangeError(`armDifference requires arms and values of one length: got ${arms.length} and ${values.length}`);
  for (const arm of ["before", "after"] as const) {
    if (!arms.includes(arm)) throw new RangeError(`armDifference requires runs of both arms: got none ${arm}`);
  }
  const bad = values.find((value) => !Number.isFinite(value) || (scale === "ratio" && value <= 0));
  if (bad !== undefined)
    throw new RangeError(`armDifference requires ${scale === "ratio" ? "values > 0" : "finite values"}: got ${bad}`);
}
