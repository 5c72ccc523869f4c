import { classify } from "./classify.js";
import { compiledRules } from "./compiled-rules.js";
import type { RuleTable } from "./rule.js";
import { RULES } from "./rules.js";

/**
 * The classes that a function may have: first the one it has without callers, then those that some callers give it. One class
 * alone: callers do not matter.
 *
 * A rule for any name at a certain stage, as that of a traffic generator, counts only where `stages` has that stage.
 * @example
 * possibleClasses({ symbol: "kmem_cache_alloc" }) // ["skb-alloc-fast", "head-alloc", "slab"]
 * possibleClasses({ symbol: "page_pool_put_page" }) // ["page-pool"]
 */
export function possibleClasses({
  symbol,
  rules = RULES,
  stages = [],
}: {
  symbol: string;
  rules?: RuleTable;
  /** Stages that the profile is known to have. */
  stages?: readonly string[];
}): readonly string[] {
  const classes = new Set([classify({ stack: [symbol], rules }).what]);
  for (const { rule, symbol: pattern } of compiledRules(rules).functionRules(symbol).what) {
    const { gives, under, in: inStages } = rule;
    const forAnyName = pattern.test(NO_FUNCTION) && inStages.length > 0;
    if (forAnyName && !inStages.some((stage) => stages.includes(stage))) continue;
    classes.add(gives);
    if (under.length === 0 && inStages.length === 0) break; // no later rule is asked
  }
  return [...classes];
}

/** A name that no function has. */
const NO_FUNCTION = "\u0000";
