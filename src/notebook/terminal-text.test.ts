// What xterm, and every front end of Jupyter, shows of the same bytes.
import assert from "node:assert/strict";
import { it } from "node:test";
import { terminalText } from "./terminal-text.js";

const ESC = String.fromCharCode(0x1b);

it("terminalText() shows the last state of a line that was printed over, and no colours", () => {
  for (const [printed, shown] of [
    ["a\nb\n", "a\nb\n"],
    ["a\r\nb\r\n", "a\nb\n"],
    ["10 %\r20 %\r100 %\n", "100 %\n"],
    ["100 %\rall", "all %"],
    [`100 %\r${ESC}[Kall\n`, "all\n"],
    [`100 %${ESC}[2K\rall\n`, "all\n"],
    ["\rall\r", "all"],
    [`${ESC}[31mred${ESC}[39m\n`, "red\n"],
    ["", ""],
  ] as const) {
    assert.equal(terminalText(printed), shown);
  }
});

it("terminalText() takes a long line in linear time", () => {
  const line = "x".repeat(5_000_000);
  assert.equal(terminalText(`${line}\r${ESC}[K${line}`), line);
});
