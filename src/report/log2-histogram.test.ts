import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { log2Histogram } from "./log2-histogram.js";

describe("log2Histogram()", () => {
  it("puts each value in the bucket whose ends hold it, also one below a large power of 2", () => {
    const suffixes = ["", "K", "M", "G", "T", "P"];
    const name = (power: number) => `${2 ** (power % 10)}${suffixes[Math.floor(power / 10)]}`;
    for (let power = 2; power <= 52; power++) {
      for (const [value, low] of [
        [2 ** power, power],
        [2 ** power - 1, power - 1],
      ] as const) {
        const [line = ""] = log2Histogram({ values: [value] });
        const range = low === 0 ? "[1]" : `[${name(low)}, ${name(low + 1)})`;
        assert.ok(line.startsWith(`${range} `), `${value} is in ${line}`);
      }
    }
  });
});
