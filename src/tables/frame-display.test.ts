import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { frameDisplay } from "./frame-display.js";

const plain = (columns: string[], ...values: unknown[][]) =>
  frameDisplay({ columns, index: values.map((_, row) => row), values })["text/plain"];

describe("frameDisplay()", () => {
  it("aligns numbers at the right and text at the left", () => {
    const text = ["   symbol        ns", "0  memset      67.2", "1  kfree   14880952", "2 rows x 2 columns"].join("\n");
    assert.equal(plain(["symbol", "ns"], ["memset", 67.2], ["kfree", 14_880_952]), text);
  });

  it("cuts digits behind the point only", () => {
    const shown = (value: number) => plain(["n"], [value]).split("\n")[1]?.trim().split(/\s+/)[1];
    assert.equal(shown(67.200_000_000_000_02), "67.2");
    assert.equal(shown(1 / 3), "0.333333");
    assert.equal(shown(14_880_952.380_95), "14880952.4");
    assert.equal(shown(9_007_199_254_740_991), "9007199254740991");
    assert.equal(shown(Number.NaN), "NaN");
    assert.equal(shown(-Infinity), "-Infinity");
  });

  it("escapes HTML and control characters", () => {
    const html = frameDisplay({ columns: ["<a&b>"], index: ['"'], values: [["<script>\u001b[2J\n"]] })["text/html"];
    assert.ok(html.includes("&lt;a&amp;b&gt;") && html.includes("&quot;") && html.includes("&lt;script&gt;\\x1b[2J\\x0a"));
    assert.ok(!html.includes("<script>"));
    assert.equal(plain(["s"], ["a\tb\nc"]).split("\n").length, 3);
  });

  it("cuts large frames and says so", () => {
    const columns = Array.from({ length: 30 }, (_, column) => `c${column}`);
    const values = Array.from({ length: 1000 }, () => columns.map(() => "x".repeat(100_000)));
    const { "text/html": html, "text/plain": text } = frameDisplay({ columns, index: values.map((_, row) => row), values });
    assert.equal(text.split("\n").length, 1 + 50 + 1);
    assert.ok(text.endsWith("first 50 of 1000 rows x first 20 of 30 columns"));
    assert.ok(html.endsWith("<p>first 50 of 1000 rows x first 20 of 30 columns</p>"));
    assert.ok(html.length < 200_000);
    assert.ok(text.includes(` ${"x".repeat(100)}...`) && !text.includes("x".repeat(101)));
  });

  it("shows an empty frame", () => {
    assert.equal(plain(["ns"]), "  ns\n0 rows x 1 column");
  });
});
