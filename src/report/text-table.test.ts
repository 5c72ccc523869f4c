import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { grouped } from "./number-format.js";
import { textTable } from "./text-table.js";

describe("textTable()", () => {
  it("leaves no trailing blanks, even where the last column is words", () => {
    const text = textTable({
      columns: [{ heading: "a" }, { heading: "b" }],
      rows: [
        ["1", "long words"],
        ["2", "x"],
      ],
    });
    assert.doesNotMatch(text, / $/m);
  });

  it("refuses a row with another number of cells", () => {
    assert.throws(() => textTable({ columns: [{ heading: "a" }], rows: [["1", "2"]] }), {
      name: "RangeError",
      message: "textTable requires 1 cells per row: got 2",
    });
  });
});

describe("grouped()", () => {
  it("groups thousands in English whatever the locale, and never prints -0", () => {
    assert.equal(grouped(-1234567.891, 2), "-1,234,567.89");
    assert.equal(grouped(-0.001, 1), "0.0");
    assert.equal(grouped(999), "999");
  });
});
