import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { ParseError } from "./parse-error.js";
import { looksLikeUdpSink, parseUdpSink } from "./udp-sink.js";

const parse = (text: string) => parseUdpSink({ file: "udp_sink.txt", text });
const specimen = (name: string) => readFileSync(new URL(`../../data/specimens/udp_sink/${name}`, import.meta.url), "utf8");

describe("parseUdpSink()", () => {
  it("reads the row of every call by value", () => {
    const { rows } = parse(specimen("all-calls.txt"));
    assert.deepEqual(
      rows.map(({ call }) => call),
      ["recvMmsg", "recvmsg", "read", "recvfrom", "recv"],
    );
    assert.deepEqual(rows[0], {
      line: 2,
      call: "recvMmsg",
      batch: 32,
      run: 0,
      packets: 20_000,
      ns: 20_907.57,
      pps: 47_829.57,
      tscCycles: 43_822,
      payloadBytes: 18,
      connected: false,
      emptyCalls: 0,
    });
    for (const { ns, pps } of rows) assert.ok(Math.abs((ns * pps) / 1e9 - 1) < 1e-6);
  });

  it("reads a connected socket, calls without a datagram, and a test that was ended", () => {
    const { rows, warnings } = parse(specimen("interrupted.txt"));
    assert.deepEqual(
      rows.map(({ run, connected, emptyCalls }) => [run, connected, emptyCalls]),
      [
        [0, true, 12],
        [1, true, 0],
      ],
    );
    assert.deepEqual(
      warnings.map(({ line }) => line),
      [4],
    );
  });

  it("reads --verbose, which does not say the call", () => {
    const { rows } = parse(specimen("verbose.txt"));
    assert.deepEqual(
      rows.map(({ call, run, packets, pps, connected }) => [call, run, packets, pps, connected]),
      [
        [undefined, 0, 20_013, 65_723.57, true],
        [undefined, 1, 20_006, 51_060.08, true],
      ],
    );
  });

  it("reads udp_flood: no run, and a call that sends", () => {
    const [row] = parse(specimen("flood.txt")).rows;
    assert.deepEqual([row?.call, row?.run, row?.packets], ["sendmsg", undefined, 400_000]);
    const verbose =
      "Performance of: sendMmsg, batch size: 16\n - Per packet: 5 cycles(tsc) 2.00 ns, 500000000.00 pps (time:0.01 sec)\n   (packet count:9 payload pkt-size:18)\n";
    assert.deepEqual([parse(verbose).rows[0]?.call, parse(verbose).rows[0]?.batch], ["sendMmsg", 16]);
  });

  it("names a row that is cut, and one whose numbers contradict each other", () => {
    const text = specimen("recvmsg.txt");
    assert.throws(() => parse(text.slice(0, text.indexOf("\t12381"))), {
      name: "ParseError",
      message:
        'udp_sink.txt:3: expected a test of udp_sink: call, run, count, ns/pkt, pps, cycles, payload: "recvmsg   \\trun:  1\\t   50000\\t80763.21"',
    });
    assert.match(parse(text.replace("26785.81", "36785.81")).warnings[0]?.message ?? "", /the numbers were edited/);
    for (const cut of ["", text.split("\n")[0] ?? "", " - Per packet: 5 cycles(tsc) 2.00 ns, 3.00 pps (time:0.01 sec)\n"]) {
      assert.throws(() => parse(cut), ParseError);
    }
  });
});

describe("looksLikeUdpSink()", () => {
  it("knows its headings and rows, and not time_bench", () => {
    for (const name of ["all-calls.txt", "verbose.txt", "flood.txt"]) assert.ok(looksLikeUdpSink(specimen(name)));
    assert.ok(!looksLikeUdpSink("time_bench: Type:for_loop Per elem: 0 cycles(tsc) 0.240 ns (step:0)\n"));
  });
});
