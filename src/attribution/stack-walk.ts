import type { CompiledRule, CompiledRules, FunctionRules } from "./compiled-rules.js";

/** Index of a rule where no rule fits. */
export const NO_RULE = -1;
/** Index of a rule for code outside the kernel. */
export const USER_CODE = -2;

/** Walks a tree of calls from callers to what they call, and finds for every node the rule of its class and of its stage. */
export class StackWalk {
  /** For each node the index of its *what* rule, NO_RULE or USER_CODE. */
  readonly what: Int32Array;
  /** For each node the index of its *where* rule, NO_RULE or USER_CODE. */
  readonly where: Int32Array;
  readonly #rules: CompiledRules;
  /** For each node, in `words` words, the bits of itself and of its callers in the same context. */
  readonly #bits: Int32Array;
  /** Bits of the callers of the node at hand. */
  readonly #callers: Int32Array;

  constructor(rules: CompiledRules, nodes: number) {
    this.#rules = rules;
    this.#bits = new Int32Array(nodes * rules.words);
    this.#callers = new Int32Array(rules.words);
    this.what = new Int32Array(nodes).fill(NO_RULE);
    this.where = new Int32Array(nodes).fill(NO_RULE);
  }

  /** Code outside the kernel: what it calls into the kernel starts anew. */
  visitUser(node: number): void {
    this.what[node] = USER_CODE;
    this.where[node] = USER_CODE;
  }

  /** A function of the kernel, whose caller has been visited or is node 0. Gives the *where* rule of the function itself, if any. */
  visit(node: number, caller: number, called: FunctionRules): CompiledRule | undefined {
    const { words } = this.#rules;
    const callers = this.#callers;
    for (let word = 0; word < words; word++) callers[word] = this.#bits[caller * words + word] as number;
    const where = this.#first(called.where, NO_RULE);
    if (where?.rule.entry) callers.fill(0);
    const callerWhere = this.where[caller] as number;
    const whereRule = where?.index ?? (callerWhere === USER_CODE ? NO_RULE : callerWhere);
    this.where[node] = whereRule;
    this.what[node] = this.#first(called.what, whereRule)?.index ?? NO_RULE;
    for (let word = 0; word < words; word++) {
      this.#bits[node * words + word] = (callers[word] as number) | (called.callerBits[word] as number);
    }
    return where;
  }

  #first(rules: readonly CompiledRule[], whereRule: number): CompiledRule | undefined {
    for (const rule of rules) {
      if (this.holds(rule, whereRule)) return rule;
    }
    return undefined;
  }

  /** Whether the conditions of a rule hold for the node that was visited last, at the stage that a *where* rule gives. */
  holds({ underBits, inStages }: CompiledRule, whereRule: number): boolean {
    for (let word = 0; word < underBits.length; word++) {
      const wanted = underBits[word] as number;
      if (((this.#callers[word] as number) & wanted) !== wanted) return false;
    }
    const { stageOfRule, stages } = this.#rules;
    return inStages === undefined || inStages[stageOfRule[whereRule] ?? stages.length - 1] === 1;
  }
}
