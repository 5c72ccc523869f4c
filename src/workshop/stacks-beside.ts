import type { CostStack } from "../figures/cost-stacks-figure.js";
import { labelNumber } from "../figures/figure.js";
import type { Ns } from "../units.js";

/** Bars on one axis. */
export interface ComparedStacks {
  readonly stacks: readonly CostStack[];
  readonly unit: string;
  readonly budget?: Ns;
}

/** A packet that takes so many times as long as the longest published one makes the others' parts too small to see. */
const APART = 4;

/**
 * A run's bar beside published ones: in ns, or each in % of its own packet's time where that of the run is so long that no part of the
 * others could be seen. The labels have the ns, then.
 *
 * @example
 * stacksBeside({ own: [{ label: "run", parts: [{ name: "a", value: 500 }] }], published: [{ label: "talk", parts: [{ name: "a", value: 50 }] }], budgetNs: 67.2 }).unit // "% of a packet's time"
 */
export function stacksBeside({
  own,
  published,
  budgetNs,
}: {
  own: readonly CostStack[];
  published: readonly CostStack[];
  budgetNs: Ns;
}): ComparedStacks {
  const stacks = [...published, ...own];
  const longest = (of: readonly CostStack[]) => Math.max(...of.map(wholeOf));
  if (own.length === 0 || longest(own) <= APART * longest(published))
    return { stacks, unit: "ns per packet", budget: budgetNs };
  const percent = (value: Ns, whole: Ns) => (100 * value) / whole;
  return {
    unit: "% of a packet's time",
    stacks: stacks.map((stack) => {
      const { label, parts, measured, provenance } = stack;
      const whole = wholeOf(stack);
      return {
        label: `${label}: ${labelNumber(whole)} ns`,
        parts: parts.map(({ name, value }) => ({ name, value: percent(value, whole) })),
        ...(measured !== undefined && { measured: percent(measured, whole) }),
        provenance,
      };
    }),
  };
}

function wholeOf({ parts, measured = 0 }: CostStack): Ns {
  return Math.max(
    measured,
    parts.reduce((sum, { value }) => sum + value, 0),
  );
}
