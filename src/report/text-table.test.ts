import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { grouped } from "./number-format.js";
import { textTable } from "./text-table.js";

describe("textTable()", () => {
  it("leaves no trailing blanks, even where the last column is words", () => {
    const text = textTable({
      headings: ["a", "b"],
      rows: [
        ["1", "long words"],
        ["2", "x"],
      ],
    });
    assert.equal(text, "a  b\n1  long words\n2  x\n");
  });

  it("cuts the widest column of words, never a number, to fit", () => {
    const text = textTable({ headings: ["name", "pps"], rows: [["x".repeat(50), "14,880,952"]], width: 30 });
    assert.equal(text.split("\n")[1], `${"x".repeat(15)}...  14,880,952`);
  });

  it("keeps control characters of a capture off the terminal", () => {
    assert.match(textTable({ headings: ["name"], rows: [["a\u001b[2Jb"]] }), /a\?\[2Jb/);
  });
});

describe("grouped()", () => {
  it("groups thousands in English whatever the locale, and never prints -0", () => {
    assert.equal(grouped(-1234567.891, 2), "-1,234,567.89");
    assert.equal(grouped(-0.001, 1), "0.0");
    assert.equal(grouped(999), "999");
  });
});
