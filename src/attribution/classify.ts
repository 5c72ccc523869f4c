import type { FrameColumns, StackColumns } from "../profile/profile.js";
import { compiledRules } from "./compiled-rules.js";
import { kernelFrames } from "./kernel-frames.js";
import { REMAINDER, type Rule, type RuleTable, USER } from "./rule.js";
import { RULES } from "./rules.js";
import { NO_RULE, StackWalk, USER_CODE } from "./stack-walk.js";

/** What a sample paid for and where it was, with the rules that say so; without a rule it is `remainder`. */
export interface Classification {
  readonly what: string;
  readonly where: string;
  readonly whatRule?: Rule;
  readonly whereRule?: Rule;
}

/** The class and stage of every node of a tree of calls, for samples of which it is the innermost function. */
export interface StackClasses {
  /** Names of classes; `what` has an index into it for each node. */
  readonly classes: readonly string[];
  readonly what: Int32Array;
  /** Names of stages; `where` has an index into it for each node. */
  readonly stages: readonly string[];
  readonly where: Int32Array;
  /** For each node an index into `rules.what`; negative for user and remainder. */
  readonly whatRule: Int32Array;
  /** For each node an index into `rules.where`; negative for user and remainder. */
  readonly whereRule: Int32Array;
  readonly rules: RuleTable;
}

/**
 * The cost class and the stage of one sample, by its functions in the kernel, innermost first.
 *
 * The first *what* rule that fits the innermost function gives the class, the innermost function with a *where* rule the stage.
 * @example
 * classify({ stack: ["memset_erms", "kmem_cache_alloc", "skb_clone", "ip_rcv_core"] }).what // "slab-clear"
 * classify({ stack: ["memset_erms", "kmem_cache_alloc", "skb_clone", "ip_rcv_core"] }).where // "ip"
 */
export function classify({ stack, rules = RULES }: { stack: readonly string[]; rules?: RuleTable }): Classification {
  const compiled = compiledRules(rules);
  const walk = new StackWalk(compiled, stack.length + 1);
  [...stack].reverse().forEach((symbol, caller) => {
    walk.visit(caller + 1, caller, compiled.functionRules(symbol));
  });
  const whatRule = rules.what[walk.what.at(-1) ?? NO_RULE];
  const whereRule = rules.where[walk.where.at(-1) ?? NO_RULE];
  return {
    what: whatRule?.gives ?? REMAINDER,
    where: whereRule?.gives ?? REMAINDER,
    ...(whatRule ? { whatRule } : {}),
    ...(whereRule ? { whereRule } : {}),
  };
}

/**
 * The cost class and the stage of every node of a profile's tree of calls. Each node is visited once, after its caller: conditions
 * on callers are handed down the tree, so the cost is that of the distinct stacks, however many samples there are.
 *
 * A node of a function outside the kernel is `user`. Node 0, the empty stack, is `remainder`, and so is the class of a function
 * without symbol; its stage is that of its caller.
 * @throws RangeError for a tree in which a caller does not come before what it calls.
 * @example
 * classifyStacks({
 *   symbols: ["__alloc_skb", "memset"],
 *   dsos: ["[kernel.kallsyms]", "/lib/libc.so.6"],
 *   frames: { length: 2, symbol: Int32Array.of(0, 1), dso: Int32Array.of(0, 1), address: new BigUint64Array(2) },
 *   stacks: { length: 3, parent: Int32Array.of(-1, 0, 1), frame: Int32Array.of(-1, 1, 0) },
 * }).what.length // 3
 */
export function classifyStacks({
  symbols,
  dsos,
  frames,
  stacks,
  rules = RULES,
}: {
  symbols: readonly string[];
  dsos: readonly string[];
  frames: FrameColumns;
  stacks: StackColumns;
  rules?: RuleTable;
}): StackClasses {
  const compiled = compiledRules(rules);
  const kernel = kernelFrames({ frames, dsos });
  const functions = kernel.map((isKernel, frame) =>
    isKernel === false ? undefined : compiled.functionRules(symbols[frames.symbol[frame] as number]),
  );
  const walk = new StackWalk(compiled, stacks.length);
  for (let node = 1; node < stacks.length; node++) {
    const caller = stacks.parent[node] as number;
    if (caller < 0 || caller >= node) {
      throw new RangeError(`classifyStacks requires callers before what they call: node ${node} has caller ${caller}`);
    }
    const frame = stacks.frame[node] as number;
    const called = functions[frame];
    const asCaller = kernel[frame] === undefined && walk.where[caller] === USER_CODE;
    if (called && !asCaller) walk.visit(node, caller, called);
    else walk.visitUser(node);
  }
  const what = named(rules.what, walk.what);
  const where = named(rules.where, walk.where);
  return {
    classes: what.names,
    what: what.indices,
    stages: where.names,
    where: where.indices,
    whatRule: walk.what,
    whereRule: walk.where,
    rules,
  };
}

/** What the rules of all nodes give: the names, and for each node an index into them. */
function named(rules: readonly Rule[], nodes: Int32Array): { names: string[]; indices: Int32Array } {
  const names = [...new Set(rules.map(({ gives }) => gives)).add(USER).add(REMAINDER)];
  // Rules from index 2 on, so that the two negative ones have a place too.
  const ofRule = Int32Array.from([USER, REMAINDER, ...rules.map(({ gives }) => gives)], (name) => names.indexOf(name));
  const indices = new Int32Array(nodes.length);
  for (let node = 0; node < nodes.length; node++) indices[node] = ofRule[(nodes[node] as number) - USER_CODE] as number;
  return { names, indices };
}
