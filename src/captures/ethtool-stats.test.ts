import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ethtoolRates, looksLikeEthtoolStats, parseEthtoolStats } from "./ethtool-stats.js";
import { NoDataError, ParseError } from "./parse-error.js";

const parse = (text: string) => parseEthtoolStats({ file: "eth0.txt", text });

describe("parseEthtoolStats()", () => {
  it("reads the counters under the heading, to 2^64 - 1", () => {
    const { rows, skipped, warnings } = parse(
      "NIC statistics:\n     rx_packets: 14728168893\n     tx_bytes: 18446744073709551615\n",
    );
    assert.deepEqual(rows, [
      { line: 2, snapshot: 1, name: "rx_packets", value: 14728168893n },
      { line: 3, snapshot: 1, name: "tx_bytes", value: 18446744073709551615n },
    ]);
    assert.deepEqual([skipped, warnings], [[], []]);
  });

  it("splits at the last colon: bnxt_en has colons, others spaces in their names", () => {
    const { rows } = parse("NIC statistics:\n     [0]: rx_ucast_packets: 1418\n     duplicate metric: 1\n");
    assert.deepEqual(
      rows.map(({ name }) => name),
      ["[0]: rx_ucast_packets", "duplicate metric"],
    );
  });

  it("numbers the snapshots of a capture that holds several", () => {
    const { rows } = parse("NIC statistics:\n     tx: 1\nNIC statistics:\n     tx: 2\n");
    assert.deepEqual(
      rows.map(({ snapshot, value }) => [snapshot, value]),
      [
        [1, 1n],
        [2, 2n],
      ],
    );
  });

  it("ends a block at another tool's output, whose rows may look alike, and says what it skipped", () => {
    const { rows, skipped } = parse("# ethtool -S eth0\nNIC statistics:\n     tx: 1\n\nParams: count 0\n     burst: 32\n");
    assert.equal(rows.length, 1);
    assert.deepEqual(
      skipped.map(({ line }) => line),
      [1, 5, 6],
    );
  });

  it("goes on behind a mark that rows were left out", () => {
    const { rows, skipped } = parse("NIC statistics:\n     tx: 1\n[...]\n     rx: 2\n");
    assert.equal(rows.length, 2);
    assert.deepEqual(skipped, [{ line: 3, text: "[...]" }]);
  });

  it("reads a counter with an author's remark, and warns of it", () => {
    const { rows, warnings } = parse("NIC statistics:\n     tx_q-3_pkts: 1192 <----- note: too few\n");
    assert.equal(rows[0]?.value, 1192n);
    assert.deepEqual(warnings, [
      { file: "eth0.txt", line: 2, message: "a remark stands behind the counter: <----- note: too few" },
    ]);
  });

  it("accepts rows without heading when they are most of the text, and warns that others may be missing", () => {
    const { rows, warnings } = parse("After the change:\n     rx_0_packets: 5\n     rx_0_bytes: 300\n");
    assert.deepEqual(
      rows.map(({ snapshot }) => snapshot),
      [1, 1],
    );
    assert.match(warnings[0]?.message ?? "", /no heading .*absent is not zero/);
  });

  it("refuses rows without heading that may be another tool's", () => {
    assert.throws(() => parse("rx-usecs: 3\ntx-usecs: 50\n"), ParseError); // ethtool -c
    assert.throws(() => parse("     alpha: 3\n     beta: 50\n"), ParseError);
    assert.throws(() => parse("     rx_packets: 3\nOne counter\namong prose\n"), ParseError);
  });

  it("warns where the command shows that rows were filtered out", () => {
    const { warnings } = parse("# ethtool -S eth0 | grep -v ': 0'\nNIC statistics:\n     tx: 1\n");
    assert.match(warnings[0]?.message ?? "", /filtered/);
  });

  it("says that there is no data where ethtool says so", () => {
    assert.throws(() => parse("no stats available\n"), {
      name: "NoDataError",
      message: 'eth0.txt:1: expected the counters of ethtool -S under `NIC statistics:`, found no data: "no stats available"',
    });
    assert.throws(() => parse("netlink error: Operation not supported\n"), NoDataError);
    assert.throws(() => parse("ERROR: 1\n"), NoDataError);
  });

  it("names the line of a row that is cut, and doubts one that may be", () => {
    assert.throws(() => parse("NIC statistics:\n     tx: 1\n     rx_by"), {
      name: "ParseError",
      message: 'eth0.txt:3: expected a counter, `name: number`: "     rx_by"',
    });
    assert.match(parse("NIC statistics:\n     tx: 1").warnings[0]?.message ?? "", /may be cut short/);
  });

  it("refuses a heading without counters, and a counter beyond 64 bits", () => {
    assert.throws(() => parse("NIC statistics:\n"), ParseError);
    assert.throws(() => parse("NIC statistics:\n     tx: 18446744073709551616\n"), /a counter below 2\^64/);
    assert.throws(() => parse(`NIC statistics:\n     tx: ${"9".repeat(100_000)}\n`), ParseError);
  });
});

describe("looksLikeEthtoolStats()", () => {
  it("knows quoted output and rows without heading, not ethtool's settings", () => {
    assert.ok(looksLikeEthtoolStats("> NIC statistics:\n>      tx: 1\n"));
    assert.ok(looksLikeEthtoolStats("     rx_0_packets: 5\n     tx_0_packets: 5\n"));
    assert.ok(!looksLikeEthtoolStats("Coalesce parameters for eth0:\nrx-usecs: 3\ntx-usecs: 50\n"));
    assert.ok(!looksLikeEthtoolStats(""));
  });
});

describe("ethtoolRates()", () => {
  it("gives no rate of veth's peer_ifindex", () => {
    const rows = parse("NIC statistics:\n     peer_ifindex: 5\n     rx_queue_0_drops: 0\n").rows;
    const { rates, refused } = ethtoolRates({ before: { file: "a", rows }, after: { file: "b", rows }, seconds: 1 });
    assert.deepEqual(
      rates.map(({ name }) => name),
      ["rx_queue_0_drops"],
    );
    assert.deepEqual(refused, [
      { name: "peer_ifindex", reason: "not a counter", message: "no counter: the index of the peer interface" },
    ]);
  });
});
