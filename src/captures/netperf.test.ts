import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { looksLikeNetperf, parseNetperf } from "./netperf.js";
import { ParseError } from "./parse-error.js";

const SPECIMENS = fileURLToPath(new URL("../../data/specimens/netperf/", import.meta.url));
const parse = (text: string) => parseNetperf({ file: "netperf.txt", text });
const specimen = (name: string) => readFileSync(join(SPECIMENS, name), "utf8");
const banner = (test: string) => `${test} TEST from 0.0.0.0 (0.0.0.0) port 0 AF_INET to localhost () port 0 AF_INET : demo\n`;
const rate = (value: string, units: string) => parse(`THROUGHPUT=${value}\nTHROUGHPUT_UNITS=${units}\n`).rows[0];

describe("parseNetperf()", () => {
  it("reads the selectors of -k by their names, in us, and skips other selectors", () => {
    const { rows, skipped, warnings } = parse(specimen("tcp-rr-keyval.txt"));
    assert.deepEqual(rows, [
      {
        line: 2,
        test: "MIGRATED TCP REQUEST/RESPONSE TEST",
        seconds: 10,
        transactionsPerSecond: 25_000.004, // of TRANSACTION_RATE, which has three decimals
        roundTripUs: 40, // 1e6 / 25,000
        minLatencyUs: 31,
        meanLatencyUs: 39.87,
        p50LatencyUs: 39,
        p90LatencyUs: 44,
        p99LatencyUs: 61,
        maxLatencyUs: 912,
        stddevLatencyUs: 5.25,
      },
    ]);
    assert.equal(skipped.at(-1)?.text, "REQUEST_SIZE=1");
    assert.deepEqual(warnings, []);
  });

  it("reads the manual's example of tcp_rr: 60074.74 Trans/s", () => {
    assert.deepEqual(parse(`${banner("MIGRATED TCP REQUEST/RESPONSE")}THROUGHPUT=60074.74\nTHROUGHPUT_UNITS=Trans/s\n`).rows, [
      { line: 1, test: "MIGRATED TCP REQUEST/RESPONSE TEST", transactionsPerSecond: 60_074.74 },
    ]);
  });

  it("knows every unit of -f: letters in capitals are bytes by powers of 1024, the others bits by powers of 1000", () => {
    const bits = (units: string) => rate("2.00", `${units}/s`)?.bitsPerSecond;
    assert.deepEqual(["Bytes", "KBytes", "MBytes", "GBytes"].map(bits), [16, 16 * 1024, 16 * 1024 ** 2, 16 * 1024 ** 3]);
    assert.deepEqual(["10^0bits", "10^3bits", "10^6bits", "10^9bits"].map(bits), [2, 2e3, 2e6, 2e9]);
  });

  it("takes TRANSACTION_RATE of a request/response test whose throughput is in bits", () => {
    const [row] = parse("THROUGHPUT=0.48\nTHROUGHPUT_UNITS=10^6bits/s\nTRANSACTION_RATE=30000.125\n").rows;
    assert.deepEqual(row, { line: 1, bitsPerSecond: 480_000, transactionsPerSecond: 30_000.125 });
  });

  it("says what netperf did not measure, and takes neither its -1 nor its 1.000 for a number", () => {
    const { rows, warnings } = parse(specimen("unmeasured.txt"));
    assert.deepEqual(rows, [{ line: 1, test: "MIGRATED TCP STREAM TEST", bitsPerSecond: 8 * 1024 ** 3 }]);
    assert.deepEqual(
      warnings.map(({ line }) => line),
      [4, 5, 6],
    );
    assert.match(warnings[2]?.message ?? "", /did not measure P99_LATENCY: -1/);
  });

  it("reads the classic tables of a request/response and of a stream test", () => {
    assert.deepEqual(parse(specimen("classic-tables.txt")).rows, [
      { line: 2, test: "MIGRATED TCP REQUEST/RESPONSE TEST", seconds: 10, transactionsPerSecond: 25_000 },
      { line: 11, test: "MIGRATED TCP STREAM TEST", seconds: 10, bitsPerSecond: 9_400_250_000 },
    ]);
  });

  it("reads of a UDP stream what the receiver got, and refuses its table without the receiver's row", () => {
    const head = `${banner("MIGRATED UDP STREAM")}bytes   bytes    secs            #      #   10^6bits/sec\n\n`;
    const sender = "212992   65507   10.00      200000      0   10481.12\n";
    const text = `${head}${sender}212992           10.00      150000           7860.84\n`;
    assert.deepEqual(parse(text).rows, [
      { line: 1, test: "MIGRATED UDP STREAM TEST", seconds: 10, bitsPerSecond: 7_860_840_000 }, // 150,000 x 65,507 byte in 10 s
    ]);
    assert.throws(() => parse(head + sender), /:2: expected a row below these headings/);
    assert.throws(() => parse(`${head}212992 10.00 5 1.00\n`), /:4: expected a row of 6 numbers/);
  });

  it("begins a test with each banner, and without banners where a selector comes again", () => {
    assert.deepEqual(parse("P99_LATENCY=1\nP50_LATENCY=2\nP99_LATENCY=3\n").rows, [
      { line: 1, p99LatencyUs: 1, p50LatencyUs: 2 },
      { line: 3, p99LatencyUs: 3 },
    ]);
    const { rows, warnings } = parse(`${banner("TCP A")}${banner("TCP B")}P99_LATENCY=1\n${banner("TCP C")}`);
    assert.deepEqual(rows, [{ line: 2, test: "TCP B TEST", p99LatencyUs: 1 }]);
    assert.deepEqual(
      warnings.map(({ line, message }) => `${line} ${message}`),
      ["1 TCP A TEST has no results here: it failed, or was cut", "4 TCP C TEST has no results here: it failed, or was cut"],
    );
  });

  it("refuses what is no number, no known unit, or half", () => {
    for (const value of ["nan", "-2", "inf", "", "1e5", "5 us", "-nan"]) {
      assert.throws(() => parse(`P99_LATENCY=${value}\n`), /netperf\.txt:1: expected a number of 0 or more of netperf/, value);
    }
    assert.throws(() => rate("3.00", "Usec/s"), /:2: expected a unit of netperf/);
    assert.throws(() => rate("3.00", "constructor/s"), /:2: expected a unit of netperf/);
    assert.throws(() => parse("THROUGHPUT=3.00\n"), /:1: expected both THROUGHPUT and THROUGHPUT_UNITS/);
    assert.throws(() => parse("THROUGHPUT_UNITS=Trans/s\n"), /:1: expected both/);
  });

  it("refuses tables of another shape, without a row, and -o, and says what to do", () => {
    assert.throws(
      () => parse(`${banner("SCTP STREAM")}bytes   bytes    frames\n`),
      /:2: expected a table .*: record this test with netperf -k/,
    );
    const head = "bytes  bytes   bytes    secs.    10^6bits/sec  \n\n";
    assert.throws(() => parse(head), /:1: expected a row below these headings/);
    assert.throws(() => parse(`${head}131072  16384  x\n`), /:3: expected a row of 5 numbers/);
    assert.throws(
      () => parse(`${banner("OMNI")}Throughput,Throughput Units\n60999.07,Trans/s\n`),
      /:1: expected results of netperf, as `THROUGHPUT=60074\.74` of its option -k/,
    );
    assert.throws(() => parse("no results\n"), ParseError);
  });
});

describe("looksLikeNetperf()", () => {
  it("knows its banner and its selectors, and not another tool's", () => {
    for (const text of [banner("MIGRATED TCP STREAM"), `> ${banner("UDP REQUEST/RESPONSE")}`, "P99_LATENCY=5\n"]) {
      assert.ok(looksLikeNetperf(text), text);
    }
    assert.ok(!looksLikeNetperf("MAX_LATENCY: 5\nTEST from here\n"));
  });
});

const folder = process.env.LINERATE_CAPTURES;
describe("parseNetperf() on captures", { skip: folder ? false : "set LINERATE_CAPTURES to a folder of captures" }, () => {
  const rows = (file: string) => parse(readFileSync(join(folder ?? "", `public/netperf/${file}`), "utf8")).rows;
  it("reads what netperf printed of request/response, stream with interim results, and many streams", () => {
    assert.equal(rows("macchiatobin-localhost.txt")[0]?.transactionsPerSecond, 35_591.53);
    assert.deepEqual(
      rows("tcp-basics-cubic.txt").map(({ bitsPerSecond }) => bitsPerSecond),
      [26_770_000],
    );
    assert.equal(rows("lkp-netperf.txt").length, 64); // as many as `grep -c "netperf -4"` and `grep -c ^212992`
  });
});
