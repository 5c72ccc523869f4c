import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { outputDifferences } from "./compare-outputs.js";
import type { CellOutputRecord } from "./notebook-file.js";

const PLOTLY = "application/vnd.plotly.v1+json";
const stream = (text: string, name: "stdout" | "stderr" = "stdout"): CellOutputRecord => ({
  output_type: "stream",
  name,
  text,
});
const result = (data: object): CellOutputRecord => ({
  output_type: "execute_result",
  data: { ...data },
  metadata: {},
  execution_count: 1,
});
const compare = (expected: CellOutputRecord[], seen: CellOutputRecord[], tolerance?: number) =>
  outputDifferences({ expected, seen, tolerance });

describe("outputDifferences()", () => {
  it("compares a figure by its data, not by its pixels", () => {
    const figure = (y: number, png: string) =>
      result({ [PLOTLY]: { data: [{ y: [68, y] }] }, "image/png": png, "text/plain": "f" });
    assert.deepEqual(compare([figure(1, "AAAA")], [figure(1, "BBBB")]), []);
    assert.deepEqual(compare([figure(1, "AAAA")], [figure(2, "AAAA")]), [
      { output: 1, part: PLOTLY, place: "data[0].y[1]", expected: "1", seen: "2", more: 0 },
    ]);
  });

  it("compares a picture that comes without data by its bytes", () => {
    assert.deepEqual(compare([result({ "image/png": "AA\nAA" })], [result({ "image/png": "AAAA" })]), []);
    assert.deepEqual(compare([result({ "image/png": "AAAA" })], [result({ "image/png": "AAAB" })]), [
      { output: 1, part: "image/png", expected: "a picture of 3 bytes", seen: "a picture of 3 bytes", more: 0 },
    ]);
  });

  it("joins what came of one stream in pieces, and keeps the order of two", () => {
    assert.deepEqual(compare([stream("a\n"), stream("b\n")], [stream("a\nb\n")]), []);
    assert.deepEqual(compare([stream("a"), stream("b", "stderr")], [stream("b", "stderr"), stream("a")]), [
      { output: 1, part: "kind", expected: 'stdout "a"', seen: 'stderr "b"', more: 0 },
    ]);
  });

  it("says what is missing and what is too much", () => {
    assert.deepEqual(compare([stream("a")], []), [
      { output: 1, part: "kind", expected: 'stdout "a"', seen: "no output", more: 0 },
    ]);
    assert.deepEqual(compare([], [result({ "text/plain": "1" })]), [
      { output: 1, part: "kind", expected: "no output", seen: "execute_result of text/plain", more: 0 },
    ]);
    assert.deepEqual(compare([result({ "text/html": "<b>", "text/plain": "b" })], [result({ "text/plain": "b" })]), [
      { output: 1, part: "text/html", expected: "text/html", seen: "no text/html", more: 0 },
    ]);
  });

  it("counts the lines after the first that differ, and compares errors by name and message", () => {
    assert.deepEqual(compare([stream("1\n2\n3\n")], [stream("1\n4\n5\n")]), [
      { output: 1, part: "stdout", place: "line 2", expected: "2", seen: "4", more: 1 },
    ]);
    const error = (evalue: string, traceback: string[]): CellOutputRecord => ({
      output_type: "error",
      ename: "E",
      evalue,
      traceback,
    });
    assert.deepEqual(compare([error("a", ["here"])], [error("a", ["there"])]), []);
    assert.equal(compare([error("a", [])], [error("b", [])])[0]?.seen, "E: b");
  });
});
