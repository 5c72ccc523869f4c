import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ParseError } from "../captures/parse-error.js";
import { classify } from "./classify.js";
import { RULES } from "./rules.js";
import { extendRules, formatRule, parseRules } from "./rules-file.js";

const parse = (text: string) => parseRules({ file: "my.rules", text });
const refuses = (text: string, message: string | RegExp) => assert.throws(() => parse(text), { name: "ParseError", message });

describe("parseRules()", () => {
  it("reads a rule with all it may say", () => {
    const { rows, replaces, warnings, skipped } = parse(
      "what skb-clear my_memset|bzero my_\\w+ under=__alloc_skb under=ip_\\w+ in=ip,network inlines=copy id=a-1 kernels=5.10-6.1 arch=arm64 file=lib/string.c # not inlined # here ! halves it\n",
    );
    assert.deepEqual(rows, [
      {
        kind: "what",
        gives: "skb-clear",
        symbol: "my_memset|bzero|my_\\w+",
        under: ["__alloc_skb", "ip_\\w+"],
        in: ["ip", "network"],
        entry: false,
        id: "a-1",
        kernels: "5.10-6.1",
        arch: "arm64",
        file: "lib/string.c",
        reason: "not inlined # here",
        note: "halves it",
        inlines: "copy",
      },
    ]);
    assert.deepEqual([replaces, warnings, skipped], [[], [], []]);
  });

  it("goes on with the rule above on a line that starts with white space, and leaves comments out", () => {
    const { rows } = parse(
      "# ours\n\nwhere driver-tx foo_tx\n\tfoo_xmit entry\n# here\n  # completion\n  # too\nwhere napi foo_rx\n",
    );
    assert.deepEqual(
      rows.map(({ id, symbol, entry, reason }) => ({ id, symbol, entry, reason })),
      [
        { id: "my.rules:3", symbol: "foo_tx|foo_xmit", entry: true, reason: "completion # too" },
        { id: "my.rules:8", symbol: "foo_rx", entry: false, reason: "" },
      ],
    );
  });

  it("warns of a class or stage that is not among ours", () => {
    const { warnings } = parse("what skb-claer my_memset in=ipp\nwhere xpd foo\n");
    assert.deepEqual(
      warnings.map(({ line, message }) => `${line}: ${message}`),
      [
        "1: skb-claer is not one of the cost classes: it is taken as a new one",
        "1: ipp is not one of the stages: it is taken as a new one",
        "2: xpd is not one of the stages: it is taken as a new one",
      ],
    );
  });

  it("names the line that is no rule, and what a rule needs", () => {
    refuses("what copy a\nwaht copy b\n", /^my\.rules:2: expected `what CLASS PATTERN...`, `where .*: "waht copy b"$/);
    refuses("what\n", /my\.rules:1: expected `what CLASS PATTERN...`/);
    refuses("what copy\n", 'my.rules:1: expected a name or pattern of a function after the class or stage: "what copy"');
    refuses("what copy under=b # a\n", /a name or pattern of a function/);
    refuses("\n  memcpy\nwhat copy a\n", 'my.rules:2: expected a rule above a line that starts with white space: "  memcpy"');
    refuses("what copy (a+)+\n", 'my.rules:1: expected no `*` or `+` after a group in (a+)+: "what copy (a+)+"');
    refuses("what copy a under=b{2}\n", /expected a pattern without `\{\}` in b\{2\}/);
    refuses("what copy a arch=mips\n", /expected arch= with one of any, x86-64, arm64/);
    refuses("what copy a in=ip in=tcp\n", /expected one in=/);
    refuses("where ip a in=tcp\n", /a where rule without in=/);
    refuses("replace everything\n", /`replace what\|where`/);
  });

  it("gives back what formatRule() wrote, for every shipped rule", () => {
    const rules = [...RULES.what, ...RULES.where];
    const { rows, warnings } = parse(rules.map(formatRule).join("\n"));
    assert.deepEqual(rows, rules);
    assert.deepEqual(warnings, []);
  });

  it("reads or refuses any text, and long lines in linear time", () => {
    const word = fc.constantFrom(
      "what",
      "where",
      "replace",
      "copy",
      "ip",
      "a_\\w+",
      "under=b",
      "in=ip",
      "#",
      "!",
      "\n",
      "\n ",
      "=",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join(" ")),
        ),
        (text) => {
          try {
            parse(text);
          } catch (error) {
            assert.ok(error instanceof ParseError);
          }
        },
      ),
    );
    parse(`what copy ${"a|(b|c)".repeat(2_800)} # ${"why # ! ".repeat(100_000)}`);
    assert.throws(() => parse(`what copy ${"a ".repeat(300_000)}`), ParseError);
    assert.throws(() => parse(`what copy ${"(".repeat(1_000_000)}`), ParseError);
    assert.throws(() => parse(" \n".repeat(300_000).concat(`${" ".repeat(1_000_000)}x`)), ParseError);
  });
});

describe("extendRules()", () => {
  const own = "what my-cost kmem_cache_free in=ip\nwhere ip my_ip_\\w+\n";

  it("tries a user's rules before the shipped ones", () => {
    const rules = extendRules(RULES, parse(own));
    assert.equal(rules.version, `${RULES.version} + my.rules`);
    assert.equal(classify({ stack: ["kmem_cache_free", "my_ip_rcv"], rules }).what, "my-cost");
    assert.equal(classify({ stack: ["kmem_cache_free", "udp_rcv"], rules }).what, "skb-free-fast");
  });

  it("puts them in the place of the shipped ones where the file says so", () => {
    const rules = extendRules(RULES, parse(`${own}replace what\n`));
    assert.deepEqual(
      [classify({ stack: ["kmem_cache_free", "ip_rcv"], rules }).what, classify({ stack: ["memcpy"], rules }).what],
      ["my-cost", "remainder"],
    );
    assert.equal(rules.version, `${RULES.version} + my.rules`);
    assert.equal(extendRules(RULES, parse(`${own}replace what\nreplace where`)).version, "my.rules");
  });
});
