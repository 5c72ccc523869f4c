import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { textTable } from "./text-table.js";

describe("textTable()", () => {
  it("aligns words left and numbers right, and leaves out columns without cells", () => {
    const table = textTable({
      headings: ["benchmark", "CPU", "ns"],
      rows: [
        ["for_loop", "", "0.284"],
        ["lock", "", "10.431"],
      ],
    });
    assert.equal(table, "benchmark      ns\nfor_loop    0.284\nlock       10.431\n");
  });

  it("cuts the widest words to the width, and shows that it did", () => {
    const lines = textTable({ headings: ["counter", "value"], rows: [["x".repeat(300), "1"]] }).split("\n");
    assert.ok(lines.every((line) => line.length <= 100));
    assert.match(lines[1] ?? "", /^x+\.\.\. {6}1$/);
  });

  it("shows no control character of a capture to the terminal", () => {
    assert.equal(textTable({ headings: ["counter"], rows: [["\u001b[31mred\u0007"]] }), "counter\n?[31mred?\n");
  });
});
