import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { historyItems, matchesGlob } from "./history.js";

const ENTRIES = [
  { count: 1, code: "lineRate({ gbps: 10 })", result: "{ ns: 67.2 }" },
  { count: 2, code: "1 + 1", result: "2" },
  { count: 3, code: "lineRate({ gbps: 100 })", result: null },
  { count: 4, code: "1 + 1", result: "2" },
];
const ask = (request: object) => historyItems({ entries: ENTRIES, request });
const counts = (request: object) => ask(request).map(([, count]) => count);

describe("historyItems()", () => {
  it("gives the tail, with results on request", () => {
    assert.deepEqual(ask({ hist_access_type: "tail", n: 2 }), [
      [1, 3, "lineRate({ gbps: 100 })"],
      [1, 4, "1 + 1"],
    ]);
    assert.deepEqual(ask({ hist_access_type: "tail", n: 1, output: true }), [[1, 4, ["1 + 1", "2"]]]);
    assert.deepEqual(counts({ hist_access_type: "tail", n: 0 }), []);
    assert.deepEqual(counts({ hist_access_type: "tail", n: 9 }), [1, 2, 3, 4]);
  });

  it("gives a range without its end", () => {
    assert.deepEqual(counts({ hist_access_type: "range", session: 1, start: 2, stop: 4 }), [2, 3]);
  });

  it("finds a pattern, the last n of the matches, each code once", () => {
    assert.deepEqual(counts({ hist_access_type: "search", pattern: "lineRate*" }), [1, 3]);
    assert.deepEqual(counts({ hist_access_type: "search", pattern: "*gbps: ??0 *" }), [3]);
    assert.deepEqual(counts({ hist_access_type: "search", pattern: "*", n: 3 }), [2, 3, 4]);
    assert.deepEqual(counts({ hist_access_type: "search", pattern: "1*", unique: true }), [4]);
  });
});

describe("matchesGlob()", () => {
  it("agrees with the same pattern as a regular expression", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (text, pattern) => {
        const expression = new RegExp(`^${pattern.replaceAll("?", "[^]").replaceAll("*", "[^]*")}$`);
        assert.equal(matchesGlob({ text, pattern }), expression.test(text));
      }),
    );
  });

  it("answers a pattern made to be slow", () => {
    assert.equal(matchesGlob({ text: "a".repeat(20_000), pattern: `${"*a".repeat(50)}b` }), false);
  });
});
