import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ParseError } from "./parse-error.js";
import { looksLikeXdpBench, parseXdpBench } from "./xdp-bench.js";

// Made up, in the columns of lib/util/xdp_sample.c: "%-23s", "%'10" and " %-13s".
const INTERVAL = `eth0->?                 1,000,300 rx/s                  0 err,drop/s
  receive total         1,000,300 pkt/s                 0 drop/s                0 error/s
    cpu:2                 600,100 pkt/s                 0 drop/s                0 error/s
    cpu:3                 400,200 pkt/s                 0 drop/s                0 error/s
  enqueue to cpu 5      1,000,290 pkt/s               10 drop/s             7.50 bulk-avg
    cpu:2->5              600,100 pkt/s               10 drop/s             7.50 bulk-avg
  xdp_exception                 0 hit/s
`;
const TOTALS = `  Duration            : 10.0s
  Packets received    : 10,003,000
  Average packets/s   : 1,000,300
  Rx dropped          : 100
`;
const parse = (text: string) => parseXdpBench({ file: "xdp-bench.txt", text });
const short = (text: string) =>
  parse(text).rows.map(({ interval, point, cpu, value, unit }) => [
    interval,
    point,
    ...(cpu === undefined ? [] : [cpu]),
    value,
    unit,
  ]);

describe("parseXdpBench()", () => {
  it("reads every number of an interval, with where and on which CPU it was counted", () => {
    assert.deepEqual(
      short(INTERVAL).filter(([, , ...rest]) => !rest.includes("error/s") && !rest.includes("drop/s")),
      [
        [1, "eth0->?", 1_000_300, "rx/s"],
        [1, "eth0->?", 0, "err,drop/s"],
        [1, "receive", 1_000_300, "pkt/s"],
        [1, "receive", 2, 600_100, "pkt/s"],
        [1, "receive", 3, 400_200, "pkt/s"],
        [1, "enqueue to cpu 5", 1_000_290, "pkt/s"],
        [1, "enqueue to cpu 5", 7.5, "bulk-avg"],
        [1, "enqueue to cpu 5", 2, 600_100, "pkt/s"],
        [1, "enqueue to cpu 5", 2, 7.5, "bulk-avg"],
        [1, "xdp_exception", 0, "hit/s"],
      ],
    );
    assert.equal(parse(INTERVAL).rows.length, 2 + 3 * 3 + 2 * 3 + 1);
  });

  it("counts the intervals, and gives the totals at the end the interval 0", () => {
    assert.deepEqual(short(`${INTERVAL}\n${INTERVAL}\n${TOTALS}`).slice(-5), [
      [2, "xdp_exception", 0, "hit/s"],
      [0, "Duration", 10, "s"],
      [0, "Packets received", 10_003_000, "packets"],
      [0, "Average packets/s", 1_000_300, "packets"],
      [0, "Rx dropped", 100, "packets"],
    ]);
  });

  it("reads the groupings of other locales, and none", () => {
    for (const number of ["1.000.300", "10,00,300", "1000300", "1\u202f000\u202f300", "1'000'300"]) {
      assert.equal(parse(`eth0->?  ${number} rx/s  0 err,drop/s\n`).rows[0]?.value, 1_000_300, number);
    }
    assert.equal(parse("eth0->? 5 pkt/s 0 drop/s 7,50 bulk-avg\n").rows[2]?.value, 7.5);
  });

  it("returns what is no count as skipped", () => {
    const { skipped } = parse(`# xdp-bench drop eth0\nDropping packets on eth0 (ifindex 3; driver ice)\n${INTERVAL}^C\n`);
    assert.deepEqual(
      skipped.map(({ line }) => line),
      [1, 2, 10],
    );
  });

  it("refuses a line that is cut, and a text without counts", () => {
    assert.throws(() => parse("eth0->?      1,000,300 rx/s    0 err,dr\n"), /xdp-bench\.txt:1: expected columns of a number/);
    assert.throws(() => parse("XDP-RX CPU      3       25,928,270  0\n"), ParseError);
  });

  it("refuses a count beyond 2^53 and does not round it", () => {
    const text = "eth0->?    9,007,199,254,740,993 rx/s    0 err,drop/s\n";
    assert.throws(() => parse(text), /an integer below 2\^53/);
  });

  it("reads long lines in linear time", () => {
    for (const text of ["1 ".repeat(200_000), `  A${" ".repeat(400_000)}`, `eth0 ${"1,".repeat(200_000)} rx/s`]) {
      assert.throws(() => parse(text), ParseError);
      assert.ok(!looksLikeXdpBench(text));
    }
  });
});

describe("looksLikeXdpBench()", () => {
  it("knows a heading, and not the tables of the tools before it", () => {
    assert.ok(looksLikeXdpBench(INTERVAL));
    assert.ok(!looksLikeXdpBench("XDP-RX CPU      3       25,928,270  0\n"));
  });
});

const folder = process.env.LINERATE_CAPTURES;
describe("parseXdpBench() on captures", { skip: folder ? false : "set LINERATE_CAPTURES to a folder of captures" }, () => {
  it("reads the public specimens, nothing but `[...]` skipped", () => {
    for (const [name, rows, skipped] of [
      ["xdpbench-redirect-cpu-1.txt", 27, 0],
      ["redirect_map-rxs.txt", 9, 1],
    ] as const) {
      const parsed = parse(readFileSync(join(folder ?? "", "public/xdp-bench", name), "utf8"));
      assert.deepEqual([parsed.rows.length, parsed.skipped.length], [rows, skipped], name);
    }
  });
});
