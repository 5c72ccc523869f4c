import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { looksLikeIperf3, parseIperf3 } from "./iperf3.js";
import { NoDataError, ParseError } from "./parse-error.js";

const parse = (text: string) => parseIperf3({ file: "iperf3.json", text });
const start = (protocol: string) => ({
  version: "iperf 3.12",
  test_start: { protocol, num_streams: 2, blksize: 200, reverse: 0 },
});
// The numbers are those of an own run: iperf3 3.12 over veth, -u -l 200 -b 60M -t 9, kernel 6.18.
const UDP = {
  start: start("UDP"),
  intervals: [
    { sum: { seconds: 0.5, packets: 18_750, omitted: true } },
    { sum: { seconds: 1, packets: 37_500, omitted: false } },
    { sum: { seconds: 2, packets: 75_002, omitted: false } },
  ],
  end: {
    sum: { seconds: 9.000221, bytes: 67_495_800, bits_per_second: 59_995_873.36, lost_packets: 3250, packets: 337_479 },
    sum_sent: { seconds: 9.000059, bytes: 67_495_800, bits_per_second: 59_995_873.36, lost_packets: 0, packets: 337_479 },
  },
};
const TCP = {
  start: start("TCP"),
  intervals: [{ sum: { seconds: 1, bits_per_second: 2.5e9 } }],
  end: { sum_sent: { seconds: 4.004581, bytes: 1_303_248_896, bits_per_second: 2_603_516_115.2, retransmits: 346 } },
};
const json = (document: object) => JSON.stringify(document, null, "\t");

describe("parseIperf3()", () => {
  it("reads a test of UDP: datagrams of the sender, those lost of the sum, intervals without the omitted one", () => {
    const { rows, skipped, warnings } = parse(`${json(UDP)}\n`);
    assert.deepEqual(rows, [
      {
        line: 1,
        protocol: "UDP",
        streams: 2,
        blockBytes: 200,
        reverse: false,
        seconds: 9.000059,
        bytes: 67_495_800,
        bitsPerSecond: 59_995_873.36,
        packets: 337_479,
        lostPackets: 3250,
        intervalRates: [37_500, 37_501],
      },
    ]);
    assert.deepEqual([skipped, warnings], [[], []]);
  });

  it("reads TCP, which has no packets", () => {
    const [row] = parse(json(TCP)).rows;
    assert.equal(row?.packets, undefined);
    assert.deepEqual([row?.retransmits, row?.intervalRates], [346, [2.5e9]]);
  });

  it("says that a test of both ways is read one way", () => {
    const end = { ...TCP.end, sum_sent_bidir_reverse: { seconds: 4, bytes: 1_000_000, bits_per_second: 2_000_000 } };
    const { rows, warnings } = parse(json({ ...TCP, end }));
    assert.equal(rows[0]?.bytes, 1_303_248_896);
    assert.deepEqual(
      warnings.map(({ line, message }) => [line, message.slice(0, 38)]),
      [[1, "the test went both ways (--bidir): its"]],
    );
    assert.deepEqual(parse(json(TCP)).warnings, []);
  });

  it("reads documents one after another, with a prompt between, and gives each its line", () => {
    const { rows, skipped } = parse(`$ iperf3 -u -J\n${json(UDP)}\n# again\n${json(TCP)}{"start": {}, "error": "busy"}`);
    const length = json(UDP).split("\n").length;
    assert.deepEqual(
      rows.map(({ line }) => line),
      [2, 2 + length + 1],
    );
    assert.deepEqual(skipped, [
      { line: 1, text: "$ iperf3 -u -J" },
      { line: 2 + length, text: "# again" },
    ]);
  });

  it("is not misled by braces and quotes in strings", () => {
    const { rows } = parse(json({ title: '}{"\\', ...UDP }));
    assert.equal(rows.length, 1);
  });

  it("says that there is no data where the test failed", () => {
    assert.throws(
      () => parse(json({ start: { version: "iperf 3.12" }, error: "unable to connect to server" })),
      (error: unknown) => error instanceof NoDataError && /the test failed .*: unable to connect/.test(error.message),
    );
  });

  it("refuses a document that is cut, is no JSON, or lacks a field", () => {
    assert.throws(() => parse(json(UDP).slice(0, -20)), /iperf3\.json:1: expected a whole JSON document/);
    assert.throws(() => parse(`\n${json(UDP).replace('"TCP"', "")}`.replace("337479", "x")), /:2: expected JSON \(/);
    assert.throws(() => parse(json({ ...UDP, end: {} })), /expected "sum" of iperf3/);
    assert.throws(
      () => parse(json({ ...TCP, end: { sum_sent: { ...TCP.end.sum_sent, seconds: -1 } } })),
      /number as "seconds"/,
    );
    assert.throws(() => parse("no JSON\n"), ParseError);
  });

  it("reads long lines in linear time", () => {
    for (const text of [`${'"\\'.repeat(200_000)}`, `{${'\\"'.repeat(200_000)}\\`, "{".repeat(400_000), '"'.repeat(400_001)]) {
      assert.throws(() => parse(text), ParseError);
    }
  });
});

describe("looksLikeIperf3()", () => {
  it("knows its version, however it is indented, and not another tool's", () => {
    for (const text of [json(UDP), JSON.stringify(UDP)]) assert.ok(looksLikeIperf3(text));
    assert.ok(!looksLikeIperf3('{"version": "fio-3.33"}'));
  });
});

const folder = process.env.LINERATE_CAPTURES;
describe("parseIperf3() on captures", { skip: folder ? false : "set LINERATE_CAPTURES to a folder of captures" }, () => {
  it("reads own runs: the bytes received are the datagrams that arrived times their size", () => {
    for (const [file, arrived] of Object.entries({ "net-small": 3_251_592 / 18, "net-light": 66_845_800 / 200 })) {
      const [row] = parse(readFileSync(join(folder ?? "", `veth-6.18/${file}.iperf-udp.json`), "utf8")).rows;
      // 3.12 counts a few datagrams as received that it also counts as lost
      assert.ok(Math.abs((row?.packets ?? 0) - (row?.lostPackets ?? 0) - arrived) < 10, file);
    }
  });

  it("reads every public specimen of -J", () => {
    const names = readdirSync(join(folder ?? "", "public/iperf3")).filter((name) => name.endsWith(".json"));
    const rows = names.map((name) => parse(readFileSync(join(folder ?? "", "public/iperf3", name), "utf8")).rows.length);
    assert.deepEqual(Object.fromEntries(names.map((name, index) => [name, rows[index]])), {
      "lkp-1.json": 1,
      "lkp-3.json": 2,
      "local-tcp.json": 1,
    });
  });
});
