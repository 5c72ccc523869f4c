import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readMagics } from "./magics.js";

describe("readMagics()", () => {
  it("takes the last of several orders, and keeps every position", () => {
    const code = "\n%typecheck off\n  %typecheck on\nconst percent = 5\n%3;";
    const { code: rest, checksTypes } = readMagics(code);
    assert.equal(checksTypes, true);
    assert.equal(rest.length, code.length);
    assert.equal(rest.trimStart(), "const percent = 5\n%3;");
  });

  it("refuses what it does not know", () => {
    const message =
      'expected %typecheck on, %typecheck off, %time or %sh COMMAND at the beginning of the cell: got "%matplotlib inline"';
    assert.throws(() => readMagics("%matplotlib inline\n1"), { name: "MagicError", message });
    assert.throws(() => readMagics("%typecheck"), { name: "MagicError" });
  });

  it("is done soon with a long line", () => {
    assert.equal(readMagics(`${" ".repeat(1_000_000)}1`).checksTypes, undefined);
  });
});
