import { type Classification, classify } from "./classify.js";
import { compiledRules } from "./compiled-rules.js";
import type { Rule, RuleTable } from "./rule.js";
import { RULES } from "./rules.js";
import { StackWalk } from "./stack-walk.js";
import { symbolName } from "./symbol-name.js";
import { symbolPattern } from "./symbol-pattern.js";

/** Why a sample has its class and its stage. */
export interface Explanation extends Classification {
  readonly symbol: string;
  /** The name the rules were matched with. */
  readonly name: string;
  /** Of each `under` of the *what* rule the innermost caller that fits it. */
  readonly underCallers: readonly string[];
  /** *What* rules before the one that takes the sample: the name fits, a condition does not. */
  readonly passedOver: readonly Rule[];
  /** *What* rules after it that would have taken the sample. */
  readonly later: readonly Rule[];
  /** The functions that have a stage, innermost first: the first gives the sample's. */
  readonly stages: readonly { readonly symbol: string; readonly rule: Rule }[];
  readonly rules: { readonly version: string };
}

/**
 * Which rules take a sample and why, which later ones would have, and which earlier ones did not for want of a caller or a stage.
 *
 * `callers` are the functions above `symbol`, innermost first.
 * @example
 * explain({ symbol: "memset_erms", callers: ["kmem_cache_alloc", "skb_clone"] }).underCallers // ["kmem_cache_alloc"]
 * explain({ symbol: "memset_erms", callers: ["kmem_cache_alloc", "skb_clone"] }).later.map(({ id }) => id) // ["slab-clear-no-caller", "copy"]
 */
export function explain({
  symbol,
  callers = [],
  rules = RULES,
}: {
  symbol: string;
  callers?: readonly string[];
  rules?: RuleTable;
}): Explanation {
  const compiled = compiledRules(rules);
  const walk = new StackWalk(compiled, callers.length + 2);
  const stages: { symbol: string; rule: Rule }[] = [];
  let context: string[] = []; // the callers that count for `under`, innermost first
  [symbol, ...callers].reverse().forEach((each, caller) => {
    const where = walk.visit(caller + 1, caller, compiled.functionRules(each));
    if (where) stages.unshift({ symbol: each, rule: where.rule });
    context = where?.rule.entry ? [each] : [each, ...context];
  });
  const { what } = compiled.functionRules(symbol);
  const fits = what.map((rule) => walk.holds(rule, walk.where.at(-1) as number));
  const first = fits.includes(true) ? fits.indexOf(true) : what.length;
  const rulesAt = (wanted: (at: number) => boolean) => what.filter((_, at) => wanted(at)).map(({ rule }) => rule);
  const found = classify({ stack: [symbol, ...callers], rules });
  return {
    symbol,
    name: symbolName(symbol),
    ...found,
    underCallers: (found.whatRule?.under ?? []).map((pattern) => firstFit(context.slice(1), pattern)),
    passedOver: rulesAt((at) => at < first),
    later: rulesAt((at) => at > first && fits[at] === true),
    stages,
    rules: { version: rules.version },
  };
}

function firstFit(callers: readonly string[], pattern: string): string {
  const fits = symbolPattern(pattern);
  return callers.find((caller) => fits.test(symbolName(caller))) ?? "";
}
