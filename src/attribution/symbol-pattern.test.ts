import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { symbolPattern } from "./symbol-pattern.js";

const LONGEST_SYMBOL = "a".repeat(511); // KSYM_NAME_LEN is 512, include/linux/kallsyms.h

describe("symbolPattern()", () => {
  it("fits whole names only", () => {
    assert.ok(symbolPattern("kfree|kfree_bulk").test("kfree_bulk"));
    assert.ok(!symbolPattern("kfree|kfree_bulk").test("kfree_skb"));
    assert.ok(!symbolPattern("kfree|kfree_bulk").test("xkfree"));
    assert.ok(symbolPattern("(mlx5e|ice)_\\w*rx\\w*").test("ice_clean_rx_irq"));
    assert.ok(symbolPattern("copy_mc_[a-z]+").test("copy_mc_fragile"));
  });

  for (const [pattern, complaint] of [
    ["(a+)+", "no `*` or `+` after a group"],
    ["(a|aa)*", "no `*` or `+` after a group"],
    ["((a)?b)?", "no group in a group"],
    ["\\w*\\w*\\w*\\w*", "a pattern with fewer `*` and `+` (68719476736 ways to match, at most 1000000000)"],
    ["(a|b)?".repeat(40), /fewer `\*` and `\+`/],
    ["a{1,9}", "a pattern without `{,}`"],
    ["(?=a)b", "a pattern without `=`"],
    ["a\\1", "a pattern without `\\`"],
    ["a b", "a pattern without ` `"],
    ["*a", "a regular expression (Nothing to repeat)"],
    ["(a", "a regular expression (Unterminated group)"],
    ["a|".repeat(10_001), "a pattern of at most 20000 characters"],
  ] as const) {
    it(`refuses ${pattern.slice(0, 30)}`, () => {
      assert.throws(() => symbolPattern(pattern), { name: "SyntaxError", message: complaint });
    });
  }

  it("gives an answer for the longest symbol with the most that it allows", () => {
    assert.ok(!symbolPattern("\\w*a\\w*a\\w*x").test(LONGEST_SYMBOL));
    assert.ok(!symbolPattern("a?".repeat(20)).test(LONGEST_SYMBOL));
  });

  it("gives an expression or a SyntaxError, whatever the text", () => {
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(..."ab_(|)?*+.\\w[-]^{")).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(text, (pattern) => {
        try {
          assert.ok(!symbolPattern(pattern).test("ksoftirqd\n"));
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error;
        }
      }),
    );
    assert.throws(() => symbolPattern("(".repeat(1_000_000)), SyntaxError);
    assert.throws(() => symbolPattern("a(".repeat(500_000)), SyntaxError);
  });
});
