import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { jsonDifferences } from "./compare-json.js";

const places = (expected: unknown, seen: unknown, tolerance?: number) =>
  jsonDifferences({ expected, seen, tolerance }).map(({ place }) => place);

it("jsonDifferences() finds nothing in equal data, in any order of keys", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => places(value, JSON.parse(JSON.stringify(value))).length === 0));
  assert.deepEqual(places({ a: 1, b: 2 }, { b: 2, a: 1 }), []);
});

it("jsonDifferences() gives the place of what differs, is missing, or is of another kind", () => {
  const expected = { data: [{ y: [1, 2], text: "a" }], layout: {} };
  assert.deepEqual(places(expected, { data: [{ y: [1, 3], text: "b" }], layout: null }), [
    "data[0].y[1]",
    "data[0].text",
    "layout",
  ]);
  assert.deepEqual(places(expected, { data: [{ y: [1], text: "a" }], layout: { title: "t" } }), [
    "data[0].y[1]",
    "layout.title",
  ]);
  assert.deepEqual(places([1], { 0: 1 }), [""]);
});

it("jsonDifferences() takes an integer beyond 2^53 exactly, and for what a number of that size is written as", () => {
  assert.deepEqual(places([18446744073709551615n], [18446744073709551614n]), ["[0]"]);
  assert.deepEqual(places([18446744073709551615n], [18446744073709551615n]), []);
  assert.deepEqual(places([18446744073709552000n], [2 ** 64]), []); // JSON.stringify(2 ** 64) is 18446744073709552000
});

it("jsonDifferences() holds numbers to the tolerance, also in texts", () => {
  assert.deepEqual(places([67.2, "67.2 ns"], [67.20000000000002, "67.20000000000002 ns"]), []);
  assert.deepEqual(places([100, "100 ns", 9], [104, "104 ns", 10], 0.05), ["[2]"]);
});
