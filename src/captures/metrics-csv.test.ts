import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { looksLikeMetricsCsv, parseMetricsCsv } from "./metrics-csv.js";

const parse = (text: string) => parseMetricsCsv({ file: "metrics.csv", text });
const HEADER = "metric,unit,value\n";

describe("parseMetricsCsv()", () => {
  it("reads a line for each metric, quoted cells, exponents, no unit, and which way is better", () => {
    const text = 'metric,unit,value,better\np99,us,41.5,\n"a, b",,2e3,less\r\n\nrequests,per s,120000,more\n';
    assert.deepEqual(parse(text), {
      rows: [
        { line: 2, metric: "p99", unit: "us", value: 41.5 },
        { line: 3, metric: "a, b", unit: "", value: 2000, better: "less" },
        { line: 5, metric: "requests", unit: "per s", value: 120_000, better: "more" },
      ],
      skipped: [],
      warnings: [],
    });
  });

  it("refuses a value that is not above 0: NaN, negative, 0, hexadecimal, a decimal comma, beyond double", () => {
    for (const value of ["NaN", "-3", "0", "0.0", "", "0x10", '"1,5"', "1 000", "Infinity", "1e400", "1e-400"]) {
      assert.throws(
        () => parse(`${HEADER}p99,us,${value}\n`),
        /metrics\.csv:2: expected a decimal number above 0 in `value`/,
        value,
      );
    }
  });

  it("refuses a metric twice, a nameless one, other columns, an open quote, and no line at all", () => {
    assert.throws(
      () => parse(`${HEADER}p99,us,4\np50,us,3\np99,us,5\n`),
      /:4: expected each metric once, and p99 is on line 2/,
    );
    assert.throws(() => parse(`${HEADER},us,4\n`), /:2: expected a name in `metric`/);
    assert.throws(() => parse(`${HEADER}p99,us,4,less\n`), /:2: expected 3 columns, got 4/);
    assert.throws(() => parse(`${HEADER}"p99,us,4\n`), /:2: expected a line of CSV/);
    assert.throws(() => parse("metric,unit,value,better\np99,us,4,lower\n"), /`more`, `less` or nothing in `better`/);
    assert.throws(() => parse(HEADER), /:1: expected a metric below the header/);
    assert.throws(() => parse("metric,value\np99,4\n"), /:1: expected the header metric,unit,value or/);
    assert.throws(() => parse(""), /^ParseError: metrics\.csv: expected the header/);
  });
});

describe("looksLikeMetricsCsv()", () => {
  it("knows its header and no other CSV", () => {
    assert.ok(looksLikeMetricsCsv("metric,unit,value,better\n"));
    assert.ok(!looksLikeMetricsCsv("metric,unit,values\n"));
    assert.ok(!looksLikeMetricsCsv("order,cycles_tsc,level,source\n"));
  });
});
