import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { codePointOffset, codeUnitOffset } from "./unicode-offset.js";

describe("codeUnitOffset() and codePointOffset()", () => {
  it("are each other's inverse at every character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 20 }), (text) => {
        for (let offset = 0; offset <= [...text].length; offset++) {
          const units = codeUnitOffset({ text, offset });
          assert.equal(units, [...text].slice(0, offset).join("").length);
          assert.equal(codePointOffset({ text, offset: units }), offset);
        }
      }),
    );
  });

  it("end with the text", () => {
    assert.equal(codeUnitOffset({ text: "😀", offset: 7 }), 2);
    assert.equal(codePointOffset({ text: "😀", offset: 7 }), 1);
  });
});
