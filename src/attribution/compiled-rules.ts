import { NETWORK_STAGES } from "./cost-classes.js";
import { NETWORK, REMAINDER, type Rule, type RuleTable } from "./rule.js";
import { symbolName } from "./symbol-name.js";
import { LONGEST_SYMBOL, symbolPattern } from "./symbol-pattern.js";

/** What the rules say of one function, whoever calls it. */
export interface FunctionRules {
  /** The *what* rules whose pattern fits, in order. */
  readonly what: readonly CompiledRule[];
  /** The *where* rules whose pattern fits, in order. */
  readonly where: readonly CompiledRule[];
  /** One bit for each pattern of a caller that fits: what those it calls inherit. */
  readonly callerBits: Int32Array;
}

/** A rule made ready: conditions as bits, names as numbers. */
export interface CompiledRule {
  readonly rule: Rule;
  /** Index into its table. */
  readonly index: number;
  readonly symbol: RegExp;
  /** Bits of the callers' patterns that must be set. */
  readonly underBits: Int32Array;
  /** Stages that it is for: `undefined` for any, else 1 at the index of each. */
  readonly inStages: Uint8Array | undefined;
}

const COMPILED = new WeakMap<RuleTable, CompiledRules>();

/**
 * A rule table made ready, once for each table.
 *
 * @example
 * compiledRules({ version: "1", what: [], where: [] }).stages // ["remainder"]
 */
export function compiledRules(table: RuleTable): CompiledRules {
  const known = COMPILED.get(table) ?? new CompiledRules(table);
  COMPILED.set(table, known);
  return known;
}

/** A rule table made ready. Each distinct function is matched once. */
export class CompiledRules {
  /** Names of the stages that the *where* rules give, and `remainder` as the last. */
  readonly stages: readonly string[];
  /** Words of a set of callers' bits. */
  readonly words: number;
  /** For each *where* rule the index of its stage. */
  readonly stageOfRule: readonly number[];
  readonly #what: readonly CompiledRule[];
  readonly #where: readonly CompiledRule[];
  readonly #callers: readonly RegExp[];
  readonly #known = new Map<string, FunctionRules>();

  constructor({ what, where }: RuleTable) {
    const patterns = [...new Set([...what, ...where].flatMap(({ under }) => under))];
    this.#callers = patterns.map(symbolPattern);
    this.words = Math.max(1, Math.ceil(patterns.length / BITS));
    this.stages = [...new Set(where.map(({ gives }) => gives)).add(REMAINDER)];
    this.stageOfRule = where.map(({ gives }) => this.stages.indexOf(gives));
    const compile = (rule: Rule, index: number): CompiledRule => ({
      rule,
      index,
      symbol: symbolPattern(rule.symbol),
      underBits: this.#bits((at) => rule.under.includes(patterns[at] as string)),
      inStages: stageSet(rule.in, this.stages),
    });
    this.#what = what.map(compile);
    this.#where = where.map(compile);
  }

  /** The rules of a function; none for one without symbol, or with a name too long for a kernel's. */
  functionRules(symbol: string | undefined): FunctionRules {
    const name = symbol === undefined || symbol.length >= LONGEST_SYMBOL ? "" : symbolName(symbol);
    const known = this.#known.get(name);
    if (known) return known;
    const fits = ({ symbol: pattern }: CompiledRule) => name !== "" && pattern.test(name);
    const rules = {
      what: this.#what.filter(fits),
      where: this.#where.filter(fits),
      callerBits: this.#bits((at) => name !== "" && (this.#callers[at] as RegExp).test(name)),
    };
    this.#known.set(name, rules);
    return rules;
  }

  #bits(set: (pattern: number) => boolean): Int32Array {
    const bits = new Int32Array(this.words);
    for (let at = 0; at < this.#callers.length; at++) {
      const word = Math.floor(at / BITS);
      if (set(at)) bits[word] = (bits[word] as number) | (1 << (at % BITS));
    }
    return bits;
  }
}

const BITS = 32;

function stageSet(names: readonly string[], stages: readonly string[]): Uint8Array | undefined {
  if (names.length === 0) return undefined;
  const wanted: readonly string[] = names.flatMap((name) => (name === NETWORK ? [...NETWORK_STAGES] : name));
  return Uint8Array.from(stages, (stage) => (wanted.includes(stage) ? 1 : 0));
}
