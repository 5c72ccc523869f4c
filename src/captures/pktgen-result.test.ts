import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ParseError } from "./parse-error.js";
import { looksLikePktgenResult, parsePktgenResult } from "./pktgen-result.js";

// The numbers of the kernel's Documentation/networking/pktgen.rst.
const PROC = `Params: count 100000  min_pkt_size: 60  max_pkt_size: 60
     frags: 0  delay: 0  clone_skb: 0  ifname: eth4@0
     burst: 32
Current:
     pkts-sofar: 100000  errors: 0
Result: OK: 15430(c15405+d25) usec, 100000 (60byte,0frags)
  6480562pps 3110Mb/sec (3110669760bps) errors: 0
`;
const parse = (text: string) => parsePktgenResult({ file: "pktgen.txt", text });

describe("parsePktgenResult()", () => {
  it("reads /proc/net/pktgen: the result with its device and burst, nothing skipped", () => {
    const { rows, skipped, warnings } = parse(PROC);
    assert.deepEqual(rows, [
      {
        line: 6,
        device: "eth4@0",
        burst: 32,
        cloneSkb: 0,
        xmitMode: "start_xmit",
        elapsedUs: 15430,
        busyUs: 15405,
        idleUs: 25,
        packets: 100_000,
        packetBytes: 60,
        frags: 0,
        pps: 6_480_562,
        packetBitsPerSecond: 3_110_669_760,
        errors: 0,
      },
    ]);
    assert.deepEqual(skipped, []);
    assert.match(warnings[0]?.message ?? "", /15430 usec: under one second/);
    assert.equal(warnings.length, 1);
  });

  it("returns shell prompts as skipped lines, with their numbers", () => {
    const { skipped } = parse(`$ ./pktgen_sample01.sh -i eth4\nRunning... ctrl^C to stop\n${PROC}`);
    assert.deepEqual(
      skipped.map(({ line }) => line),
      [1, 2],
    );
  });

  it("takes `Result: Idle` and the answer to a command for what they are: no measurement", () => {
    const { rows, skipped } = parse(`Result: Idle\nResult: OK: add_device=eth4@0\n${PROC}`);
    assert.equal(rows.length, 1);
    assert.equal(skipped.length, 2);
  });

  it("gives a result the device and burst of its own settings, not of an idle thread's above", () => {
    const idle = PROC.slice(0, PROC.indexOf("Result:")).replace("eth4@0", "eth4@1");
    const { rows, skipped } = parse(`${idle}Result: Idle\n${PROC.replace("     burst: 32\n", "")}`);
    assert.deepEqual(
      rows.map(({ device, burst }) => [device, burst]),
      [["eth4@0", 1]],
    );
    assert.deepEqual(
      skipped.map(({ line }) => line),
      [1, 2, 3, 4, 5, 6],
    );
  });

  it("reads clone_skb, and the mode that the kernel prints where it is not start_xmit", () => {
    const settings = (more: string) => PROC.replace("clone_skb: 0", "clone_skb: 100000").replace("     burst: 32\n", more);
    const modes = ["", "     xmit_mode: xmit_queue\n", "     xmit_mode: netif_receive\n"].map(
      (more) => parse(settings(more)).rows[0],
    );
    assert.deepEqual(
      modes.map((row) => [row?.cloneSkb, row?.xmitMode]),
      [
        [100_000, "start_xmit"],
        [100_000, "queue_xmit"],
        [100_000, "netif_receive"],
      ],
    );
    const [script] = parse(`Device: eth4@0\n${PROC.slice(PROC.indexOf("Result:"))}`).rows;
    assert.deepEqual([script?.cloneSkb, script?.xmitMode], [undefined, undefined]);
  });

  it("returns a device without result as skipped", () => {
    const { rows, skipped } = parse(`Device: eth4@1\nDevice: eth4@0\n${PROC.slice(PROC.indexOf("Result:"))}Device: eth4@2\n`);
    assert.equal(rows[0]?.device, "eth4@0");
    assert.deepEqual(
      skipped.map(({ line }) => line),
      [1, 5],
    );
  });

  it("names the line of a result that is cut short", () => {
    const cut = PROC.slice(0, PROC.indexOf("  6480562pps") + 12);
    assert.throws(() => parse(cut), {
      name: "ParseError",
      message: 'pktgen.txt:7: expected the pps line of the result above: "  6480562pps"',
    });
  });

  it("warns of a rate that does not follow from packets and time", () => {
    const { warnings } = parse(PROC.replace("6480562pps", "1000000pps"));
    assert.match(warnings[0]?.message ?? "", /1000000 pps does not follow from 100000 packets in 15430 usec/);
  });

  it("refuses a text without a result, and says where pktgen answered that it is idle", () => {
    assert.throws(() => parse("Params: count 0\nResult: Idle\n"), {
      name: "NoDataError",
      message:
        'pktgen.txt:2: expected a pktgen result, `Result: OK: T(cC+dD) usec, N (60byte,0frags)`, found no data: "Result: Idle"',
    });
    assert.throws(() => parse(""), ParseError);
  });

  it("refuses a counter beyond 2^53 instead of rounding it", () => {
    assert.throws(() => parse(PROC.replace("usec, 100000 ", "usec, 9007199254740993 ")), /an integer below 2\^53/);
  });
});

describe("looksLikePktgenResult()", () => {
  it("knows a result and settings without one, not a command's answer", () => {
    assert.ok(looksLikePktgenResult(PROC));
    assert.ok(looksLikePktgenResult(PROC.slice(0, 60)));
    assert.ok(!looksLikePktgenResult("Result: OK: add_device=eth4@0\n"));
  });
});
