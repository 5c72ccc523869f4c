import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { readPublished } from "../captures/read-published.js";
import { classify } from "./classify.js";
import { COST_CLASSES, STAGES } from "./cost-classes.js";
import { NETWORK, type Rule } from "./rule.js";
import { RULES } from "./rules.js";
import { symbolName } from "./symbol-name.js";
import { symbolPattern } from "./symbol-pattern.js";

const ALL = [...RULES.what, ...RULES.where];
const KERNELS = { "5.10": "linux_5_10", "6.1": "linux_6_1", "6.12": "linux_6_12", "6.18": "linux_6_18" } as const;
type Kernel = keyof typeof KERNELS;

/** The symbols of each kernel as its symbol table spells them, suffixes included. */
const SYMBOLS = symbols();

function symbols(): Readonly<Record<Kernel, readonly string[]>> {
  const rows = readPublished("symbol_presence");
  const entries = Object.entries(KERNELS).map(([kernel, column]) => {
    return [kernel, rows.flatMap((row) => row[column]?.split(" ") ?? [])];
  });
  return Object.fromEntries(entries) as Readonly<Record<Kernel, readonly string[]>>;
}

describe("the shipped rules", () => {
  it("show their rows where they are printed", () => {
    assert.match(inspect(RULES, { depth: 2 }), new RegExp(`what: \\[\\s+\\{\\s+id: '${RULES.what[0]?.id}'`));
  });

  for (const [kernel, names] of Object.entries(SYMBOLS)) {
    it(`take each of the ${names.length} symbols of ${kernel} looked up: SKBs, slab, pages, the stack; none is remainder`, () => {
      assert.ok(names.length > 240);
      assert.deepEqual(
        names.filter((symbol) => classify({ stack: [symbol] }).what === "remainder"),
        [],
      );
    });
  }

  it("give a renamed function the class of its former name", () => {
    const renamed = [
      ["kfree_skb", "kfree_skb_reason", "sk_skb_reason_drop"],
      ["__napi_alloc_skb", "napi_alloc_skb"],
      ["kmem_cache_alloc", "kmem_cache_alloc_noprof"],
      ["__alloc_pages_nodemask", "__alloc_pages", "__alloc_pages_noprof", "__alloc_frozen_pages_noprof"],
      ["free_unref_page", "free_frozen_pages", "__free_frozen_pages"],
      ["page_frag_alloc", "page_frag_alloc_align", "__page_frag_alloc_align"],
      ["napi_gro_receive", "gro_receive_skb"],
      ["__do_softirq", "handle_softirqs"],
      ["unfreeze_partials", "__unfreeze_partials", "__put_partials"],
      ["cmpxchg_double_slab.constprop.0.isra.0", "slab_update_freelist.isra.0"],
      ["memset_erms", "memset", "__pi_memset"],
    ];
    for (const names of renamed) {
      const [former, ...later] = names.map((symbol) => classify({ stack: [symbol] }));
      for (const each of later) assert.deepEqual([each.what, each.where], [former?.what, former?.where], String(names));
    }
  });

  it("say truly in which of the four kernels they have a function", () => {
    for (const rule of ALL) {
      const fits = symbolPattern(rule.symbol);
      const seen = Object.entries(SYMBOLS).filter(([, names]) => names.some((symbol) => fits.test(symbolName(symbol))));
      const [first, last] = [seen.at(0)?.[0], seen.at(-1)?.[0]];
      const range = first === undefined ? "any" : first === last ? first : `${first}-${last}`;
      if (rule.symbol !== ".+") assert.equal(rule.kernels, range, rule.id);
    }
  });

  it("have distinct ids, a reason and a file each", () => {
    for (const kind of ["what", "where"] as const) {
      const ids = RULES[kind].map(({ id }) => id);
      assert.deepEqual(ids, [...new Set(ids)]);
    }
    for (const { id, reason, file } of ALL) assert.ok(reason !== "" && file !== "", id);
  });

  it("give every class and stage but user and remainder, and no other", () => {
    const given = (rules: readonly Rule[]) => [...new Set(rules.map(({ gives }) => gives))].sort();
    const all = (names: object) => Object.keys(names).filter((name) => name !== "user" && name !== "remainder");
    assert.deepEqual(given(RULES.what), all(COST_CLASSES).sort());
    assert.deepEqual(given(RULES.where), all(STAGES).sort());
    for (const { id, in: stages } of ALL) {
      for (const stage of stages) assert.ok(stage in STAGES || stage === NETWORK, id);
    }
  });

  it("have no rule that an earlier one makes superfluous", () => {
    for (const rules of [RULES.what, RULES.where]) {
      rules.forEach((rule, at) => {
        const names = rule.symbol.split("|").filter((name) => /^\w+$/.test(name));
        const earlier = rules.slice(0, at).filter(({ under, in: stages }) => under.length === 0 && stages.length === 0);
        const taken = names.filter((name) => earlier.some(({ symbol }) => symbolPattern(symbol).test(name)));
        assert.ok(names.length === 0 || taken.length < names.length, `${rule.id}: all of its names are taken before`);
      });
    }
  });
});
