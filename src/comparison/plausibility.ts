import { mean } from "simple-statistics";
import { symbolName } from "../attribution/symbol-name.js";
import { type Check, doubted, notChecked, passed } from "../runs/checks/check.js";
import type { MeasuredRun } from "./measured-run.js";

/**
 * S22: whether a gain is possible: what got cheaper, or the functions that were changed, must have cost at least that much.
 *
 * A larger gain is not refused. Stalls and cache misses move cost: what waits for memory is charged where it waits, and a smaller
 * footprint makes other code faster. It is named, because a gain that is too good to be true mostly is not.
 * @example
 * plausibleGain({ gain: 14, unit: "ns", cheaper: [{ name: "skb-free", before: 9 }], runs: [] }).seen // "a gain of 14.0 ns per packet, and what got cheaper (skb-free) cost 9.0 ns in all"
 */
export function plausibleGain({
  gain,
  unit,
  cheaper,
  functions = [],
  runs,
}: {
  /** Per packet; below 0 it is a loss, which may come from anywhere. */
  gain: number | undefined;
  unit: "ns" | "cycles";
  /** Classes that got cheaper beyond chance, with their whole cost before. */
  cheaper: readonly { readonly name: string; readonly before: number }[];
  /** Functions that the change touches, if they are known, as a kernel spells them or without what the compiler added. */
  functions?: readonly string[];
  /** Of the arm before. */
  runs: readonly Pick<MeasuredRun, "whole">[];
}): Check {
  const name = { id: "S22", about: "the gain is possible" };
  if (gain === undefined) return notChecked(name, "ns or cycles per packet, by class, of both arms");
  if (gain <= 0) return passed(name, "no gain");
  const figure = (value: number) => `${value.toFixed(1)} ${unit}`;
  const touched = functions.reduce((sum, symbol) => sum + mean(runs.map(({ whole }) => whole.get(symbolName(symbol)) ?? 0)), 0);
  if (functions.length > 0 && gain > touched) {
    return doubted(name, {
      severity: "warning",
      seen: `a gain of ${figure(gain)} per packet, and ${functions.join(", ")} with all they call cost ${figure(touched)} in all`,
      effect: EFFECT,
    });
  }
  const whole = cheaper.reduce((sum, { before }) => sum + before, 0);
  if (gain > whole) {
    const which = cheaper.map(({ name }) => name).join(", ");
    const seen =
      cheaper.length === 0
        ? `a gain of ${figure(gain)} per packet, and no class got cheaper beyond chance`
        : `a gain of ${figure(gain)} per packet, and what got cheaper (${which}) cost ${figure(whole)} in all`;
    return doubted(name, { severity: "warning", seen, effect: EFFECT });
  }
  return passed(name, `a gain of ${figure(gain)} of ${figure(whole)} that what got cheaper cost`);
}

const EFFECT = "more than its whole cost: stalls and cache effects move cost, or something else changed";
