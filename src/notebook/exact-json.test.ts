import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { exactJson, parseExactJson } from "./exact-json.js";

describe("parseExactJson() and exactJson()", () => {
  // The numbers of RFC 8259, section 6, whose integers interoperate between -(2^53)+1 and 2^53-1 only.
  it("keep an integer beyond 2^53 wherever it stands, and leave all else to JSON", () => {
    const text = '{"a":[9007199254740993,-9223372036854775808],"b":{"c":9007199254740991},"d":1.5,"e":"x"}';
    assert.equal(exactJson(parseExactJson(text)), text);
    assert.deepEqual(parseExactJson(text), {
      a: [9007199254740993n, -9223372036854775808n],
      b: { c: 9007199254740991 },
      d: 1.5,
      e: "x",
    });
  });

  it("take no number out of a string, whatever is escaped in it", () => {
    for (const string of ["12345678901234567890", '", 12345678901234567890, "', "\\", '\\",[12345678901234567890', "\n1"]) {
      const value = [string, 12345678901234567890n, { [string]: string }];
      assert.deepEqual(parseExactJson(exactJson(value)), value);
    }
  });

  it("leave fractions and exponents as numbers", () => {
    for (const text of ["1234567890123456789.5", "1234567890123456789e0", "0.1234567890123456789", "1e-1234567890123456"]) {
      assert.deepEqual(parseExactJson(`[${text}]`), [Number(text)]);
    }
  });

  // What Python's json.dumps gives for {"y": [nan, inf, -inf, 1.5], "NaN": '"NaN, -Infinity'}.
  it("read what Python writes for floats that are no numbers, and leave strings that name them", () => {
    const text = String.raw`{"y": [NaN, Infinity, -Infinity, 1.5], "NaN": "\"NaN, -Infinity"}`;
    assert.deepEqual(parseExactJson(text), { y: [null, null, null, 1.5], NaN: '"NaN, -Infinity' });
    assert.deepEqual(parseExactJson("[NaN, 18446744073709551615]"), [null, 18446744073709551615n]);
    for (const other of ["[NaNs]", "[aNaN]", "[+Infinity]", "{NaN: 1}", "[NaN"])
      assert.throws(() => parseExactJson(other), SyntaxError);
  });

  it("give back any JSON with any integers", () => {
    const integer = fc.bigInt().map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { depthSize: "small" },
        integer,
        fc.boolean(),
        fc.string(),
        fc.constant(null),
        fc.array(tie("json")),
        fc.dictionary(fc.string(), tie("json"), { noNullPrototype: true }),
      ),
    }));
    fc.assert(fc.property(json, (value) => assert.deepEqual(parseExactJson(exactJson(value, 1)), value)));
  });

  it("refuse what JSON refuses", () => {
    assert.throws(() => parseExactJson("[01234567890123456789]"), SyntaxError);
    assert.throws(() => parseExactJson('{"a":12345678901234567890'), SyntaxError);
  });

  it("take a text of many digits, quotes and escapes in linear time", () => {
    const text = JSON.stringify(["1234567890123456".repeat(100_000), '\\"'.repeat(200_000)]);
    assert.equal(exactJson(parseExactJson(text)), text);
  });
});
