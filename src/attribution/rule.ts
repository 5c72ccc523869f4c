/** What a rule decides: the cost class of a sample (what it paid for) or its stage (where in the stack it was). */
export type RuleKind = "what" | "where";

/**
 * One line of the rule table. A *what* rule looks at the innermost function of a sample and takes it into a class; the first rule
 * that fits wins. A *where* rule looks at every function of the stack and gives a stage; the innermost function with one decides.
 */
export interface Rule {
  /** Names the rule in results: `skb-free-release`, or the place in a user's file, `my.rules:3`. */
  readonly id: string;
  readonly kind: RuleKind;
  /** The cost class or stage it gives. */
  readonly gives: string;
  /** Pattern over the whole name of the function, see `symbolPattern` and `symbolName`. */
  readonly symbol: string;
  /**
   * Patterns of which each must fit some caller: any caller, not the direct one, since tail calls leave no frame. Callers beyond
   * the entry of an interrupt, a softirq or a fault are another context and do not count.
   */
  readonly under: readonly string[];
  /** Stages of which the sample's must be one, `network` for all a packet passes; empty: any. Of *what* rules only. */
  readonly in: readonly string[];
  /** Of *where* rules: here another context begins. */
  readonly entry: boolean;
  /**
   * Of 5.10, 6.1, 6.12 and 6.18, the first to the last whose symbol table has one of the functions; `any` where they were not
   * looked up. A remark: a rule holds for every kernel.
   */
  readonly kernels: string;
  /** The architecture that has these functions. A remark too. */
  readonly arch: "any" | "x86-64" | "arm64";
  /** Where in the kernel's source to read on: the functions, or what takes the lock; empty in a user's rule. */
  readonly file: string;
  readonly reason: string;
  /** What to know of the numbers of this rule, shown with them; empty: nothing. */
  readonly note: string;
  /** The class whose work is inlined into these functions, so that their samples are the sum of both; empty: none. */
  readonly inlines: string;
}

/** Rules in the order in which they are tried. */
export interface RuleTable {
  /** Names the rules in results: `1`, `1 + my.rules`, `my.rules`. */
  readonly version: string;
  readonly what: readonly Rule[];
  readonly where: readonly Rule[];
}

/** In a rule's `in`: the stages a packet passes, `NETWORK_STAGES`. */
export const NETWORK = "network";

/** The class or stage of what no rule takes. */
export const REMAINDER = "remainder";

/** The class and stage of code outside the kernel. */
export const USER = "user";
