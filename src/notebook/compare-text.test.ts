import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { lineDifferences } from "./compare-text.js";

const same = (expected: string, seen: string, tolerance?: number) =>
  lineDifferences({ expected, seen, tolerance }).length === 0;

describe("lineDifferences()", () => {
  it("finds nothing in equal texts, and any change of a text without numbers", () => {
    fc.assert(fc.property(fc.string(), (text) => same(text, text)));
    const words = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "-", ".", ",") });
    fc.assert(fc.property(words, words, (a, b) => same(a, b, 0.5) === (a === b)));
  });

  it("takes whole numbers exactly and fractions to their last bits, unless a tolerance is stated", () => {
    assert.ok(same("67.2", "67.20000000000002"));
    assert.ok(!same("67.2", "67.3"));
    assert.ok(!same("18446744073709551615", "18446744073709551614"));
    assert.ok(!same("-0", "0"));
    assert.ok(same("18446744073709551615", "18446744073709551614", 1e-9));
    assert.ok(!same("67.2", "67.20000000000002", 0));
  });

  it("holds a stated tolerance to both sides of a number", () => {
    for (const [seen, isSame] of [
      ["105", true],
      ["106", false],
      ["96", true],
      ["94", false],
      ["-100", false],
    ] as const) {
      assert.equal(same("took 100 ms", `took ${seen} ms`, 0.05), isSame, seen);
    }
    assert.ok(same("1e-7 s", "1.01e-7 s", 0.05));
    assert.ok(same("  9.9\n 10.0", " 10.1\n 10.0", 0.05)); // columns move
    assert.ok(!same("rx 100", "rx100", 0.05) && !same("rx_100", "rx_101", 0.05)); // names are words
    assert.ok(!same("100", "x", 0.05) && !same("100 100", "100", 0.05));
  });

  it("names the lines, and those that are missing", () => {
    assert.deepEqual(lineDifferences({ expected: "a\nb", seen: "a\nc\nd" }), [
      { line: 2, expected: "b", seen: "c" },
      { line: 3, expected: undefined, seen: "d" },
    ]);
  });

  it("takes linear time on a long line", () => {
    const digits = "1".repeat(1_000_000);
    assert.ok(!same(`${digits},`, `${digits}.`, 0.1));
    assert.ok(!same("1,111".repeat(200_000), "1,112".repeat(200_000)));
  });
});
