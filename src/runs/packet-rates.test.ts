import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { dataPath } from "../captures/data-path.js";
import { parseEthtoolStats } from "../captures/ethtool-stats.js";
import { parsePktgenResult } from "../captures/pktgen-result.js";
import { parseSoftnetStat } from "../captures/softnet-stat.js";
import { parseXdpBench } from "../captures/xdp-bench.js";
import { parsePerfScript } from "../profile/perf-script.js";
import type { Profile } from "../profile/profile.js";
import { ethtoolPacketRate } from "./ethtool-rate.js";
import { iperf3PacketRate } from "./iperf3-rate.js";
import { openRun } from "./open-run.js";
import { packetRateOf, packetRatesOf } from "./packet-rates.js";
import { pktgenPacketRate } from "./pktgen-rate.js";
import { placeWindow } from "./recording-clock.js";
import { softnetPacketRate } from "./softnet-rate.js";
import { xdpBenchPacketRate } from "./xdp-bench-rate.js";

const RUNS = dataPath("runs/kernel-6.1-vm");
const pktgen = (text: string, profile?: Profile) =>
  pktgenPacketRate({ file: "pktgen.txt", rows: parsePktgenResult({ file: "pktgen.txt", text }).rows, profile });
const ethtool = (file: string, text: string) => ({ file, ...parseEthtoolStats({ file, text: `NIC statistics:\n${text}` }) });
const softnet = (file: string, text: string) => ({ file, ...parseSoftnetStat({ file, text }) });
const zeros = (columns: number) => " 00000000".repeat(columns);

async function burst1(): Promise<Profile> {
  async function* chunks() {
    const { openCapture } = await import("../captures/read-capture.js");
    yield* (await openCapture(join(RUNS, "dummy_burst1/script.txt.gz"))).chunks();
  }
  return parsePerfScript({ file: "script.txt.gz", chunks: chunks() });
}

describe("pktgenPacketRate()", () => {
  // pktgen's own rate, cut to an integer, is in data/runs/kernel-6.1-vm/*/pktgen.txt.
  for (const [name, pps] of Object.entries({
    dummy_burst1: 142_573,
    dummy_burst32: 1_990_918,
    nic_eth0: 20_386,
    veth_start_xmit: 100_950,
  })) {
    it(`is pktgen's own rate, ${pps} pps, of ${name}`, async () => {
      const run = await openRun(join(RUNS, name));
      assert.equal(Math.floor(packetRateOf({ run }).pps), pps);
    });
  }

  it("is placed on the clock of the profile, with the CPU of the one thread that sends", async () => {
    const [run, profile] = [await openRun(join(RUNS, "dummy_burst1")), await burst1()];
    const { startTimeNs, windowNs = 0, cpus, packetUnit } = packetRateOf({ run, profile });
    assert.equal(startTimeNs, 55_777_037_000n); // `started: 55777037us`
    assert.equal(windowNs, 19_108_798_000);
    assert.deepEqual([cpus, packetUnit], [[0], "wire packet"]);
    const from = Number((profile.startTimeNs ?? 0n) - (startTimeNs ?? 0n));
    assert.ok(from > 0 && from + (profile.durationNs ?? 0) < windowNs); // perf ran within pktgen's run
  });

  it("adds threads, each with its own time, and knows their CPUs from the names of the sample scripts", () => {
    const { pps, cpus, warnings } = pktgen(
      "Device: eth1@0\nResult: OK: 10000000(c1+d1) usec, 1000 (60byte,0frags)\n  100pps 0Mb/sec (48000bps) errors: 0\n" +
        "Device: eth1@3\nResult: OK: 5000000(c1+d1) usec, 1000 (60byte,0frags)\n  200pps 0Mb/sec (96000bps) errors: 12\n",
    );
    assert.equal(pps, 300);
    assert.deepEqual(cpus, [0, 3]);
    assert.match(warnings.map(({ message }) => message).join("\n"), /12 sends were refused.*different times/s);
  });

  it("refuses zero packets", () => {
    const text = "Result: OK: 5000000(c1+d1) usec, 0 (60byte,0frags)\n  0pps 0Mb/sec (0bps) errors: 5\n";
    assert.throws(() => pktgen(text), /packets > 0: got 0 of pktgen\.txt/);
    const ran = "Result: OK: 1000000(c1000000+d0) usec, 1000 (60byte,0frags)\n  1000pps 0Mb/sec (480000bps) errors: 0\n";
    const stopped = "Result: OK: 0(c0+d0) usec, 0 (60byte,0frags)\n  0pps 0Mb/sec (0bps) errors: 0\n";
    assert.equal(pktgen(ran + stopped).pps, 1000);
  });
});

describe("placeWindow()", () => {
  const profile = { file: "perf.data", startTimeNs: 1_000_000_000_000n, durationNs: 10e9, header: [] };
  const place = (startNs: bigint, header: Profile["header"] = []) =>
    placeWindow({ startNs, windowNs: 5e9, profile: { ...profile, header }, source: "pktgen.txt" });

  it("places a window that overlaps, and one so far away that no clock could explain it", () => {
    assert.equal(place(1_004_000_000_000n).startTimeNs, 1_004_000_000_000n);
    assert.equal(place(2_000_000_000_000n).startTimeNs, 2_000_000_000_000n);
    assert.equal(place(500_000_000_000n).startTimeNs, 500_000_000_000n);
  });

  it("does not place one whose clock may explain the distance: 1.5 s after 1000 s of uptime", () => {
    const { startTimeNs, warnings } = place(1_011_400_000_000n);
    assert.equal(startTimeNs, undefined);
    assert.match(warnings[0]?.message ?? "", /1\.400 s away .* may differ by 1\.506 s/);
  });

  it("knows that CLOCK_REALTIME, and a pktgen that prints the time of day, cannot be compared", () => {
    const clock = (id: number) => [{ key: "clock data", value: `clockid ${id} at 5 ns is 6 ns of the wall clock` }];
    assert.deepEqual(place(1_004_000_000_000n, clock(0)), { warnings: [] });
    assert.equal(place(1_004_000_000_000n, clock(1)).startTimeNs, 1_004_000_000_000n);
    assert.deepEqual(place(1_795_329_738_000_000_000n), { warnings: [] });
  });
});

describe("ethtoolPacketRate()", () => {
  const rate = (before: string, after: string) =>
    ethtoolPacketRate({ before: ethtool("a.txt", before), after: ethtool("b.txt", after), seconds: 10 });

  it("of the virtio_net run counts what pktgen sent: 449,376 packets", async () => {
    const run = await openRun(join(RUNS, "nic_eth0"));
    const [own, device] = packetRatesOf({ run, seconds: 22.043357 }).rates;
    assert.equal(device?.pps, own?.pps);
    assert.match(device?.source ?? "", /: tx_queue_0_packets$/);
  });

  it("takes the total before the queues, and never both", () => {
    const rows = (total: number, queue: number) => `     rx_packets: ${total}\n     rx_queue_0_packets: ${queue}\n`;
    assert.equal(rate(rows(0, 0), rows(1000, 990)).pps, 100);
  });

  for (const names of [
    ["rx-0.packets", "rx-1.packets"], // i40e
    ["tx_q-0_pkts", "tx_q-1_pkts"], // idpf
    ["rx0_packets", "rx1_packets"], // mlx5
    ["queue_0_rx_cnt", "queue_1_rx_cnt"], // ena
  ]) {
    it(`adds the queues ${names.join(" and ")}`, () => {
      const rows = (value: number) => names.map((name) => `     ${name}: ${value}\n`).join("");
      assert.equal(rate(rows(5), rows(505)).pps, 100);
    });
  }

  it("warns of packets the other way, and of packets too large for one frame", () => {
    const rows = (rx: number, tx: number, bytes: number) =>
      `     rx_packets: ${rx}\n     tx_packets: ${tx}\n     rx_bytes: ${bytes}\n`;
    const { pps, warnings } = rate(rows(0, 0, 0), rows(1000, 500, 9_000_000));
    assert.equal(pps, 100);
    assert.match(warnings.map(({ message }) => message).join("\n"), /500 packets passed the other way.*9000 bytes per packet/s);
  });

  it("refuses a reset, a counter in one snapshot only, no packets, and counters that it does not know", () => {
    assert.throws(
      () => rate("     rx_packets: 9\n", "     rx_packets: 5\n"),
      /rx_packets of a\.txt to b\.txt went down from 9 to 5/,
    );
    assert.throws(() => rate("     rx_packets: 9\n     x: 1\n", "     x: 1\n"), /rx_packets .* not in the second snapshot/);
    assert.throws(() => rate("     rx_packets: 9\n", "     rx_packets: 9\n"), /packets > 0: got 0/);
    assert.throws(() => rate("     peer_ifindex: 5\n", "     peer_ifindex: 5\n"), /packets per queue: none is in/);
  });
});

describe("softnetPacketRate()", () => {
  it("adds the CPUs that processed packets, and names them", () => {
    const row = (processed: string, cpu: number) => `${processed}${zeros(11)} 0000000${cpu}\n`;
    const rate = softnetPacketRate({
      before: softnet("a.txt", row("00050f3f", 0) + row("00000002", 1) + row("0002f7a9", 2)),
      after: softnet("b.txt", row("000ca505", 0) + row("00000002", 1) + row("00052d03", 2)),
      seconds: 2,
    });
    assert.equal(rate.pps, (0xca505 - 0x50f3f + 0x52d03 - 0x2f7a9) / 2);
    assert.deepEqual([rate.cpus, rate.packetUnit], [[0, 2], "skb"]);
  });

  it("refuses a counter that went down, and CPUs without packets", () => {
    const of = (before: string, after: string) =>
      softnetPacketRate({
        before: softnet("a.txt", `${before}${zeros(8)}\n`),
        after: softnet("b.txt", `${after}${zeros(8)}\n`),
        seconds: 2,
      });
    assert.throws(() => of("00000009", "00000005"), /row0\.processed of a\.txt to b\.txt went down from 9 to 5/);
    assert.throws(() => of("00000005", "00000005"), /packets > 0: got 0/);
  });
});

describe("iperf3PacketRate()", () => {
  // An own run: iperf3 3.12 over veth, -u -l 200 -b 60M -t 9, kernel 6.18.
  const row = {
    line: 1,
    protocol: "UDP",
    streams: 1,
    blockBytes: 200,
    reverse: false,
    seconds: 9.000059,
    bytes: 67_495_800,
    bitsPerSecond: 59_995_873.36,
    packets: 337_479,
    lostPackets: 3250,
    intervalRates: [],
  };

  it("is the sender's, and warns of what was lost and of datagrams larger than a packet", () => {
    const { pps, warnings } = iperf3PacketRate({ file: "a", row: { ...row, blockBytes: 8192 } });
    assert.ok(Math.abs(pps * 200 * 8 - row.bitsPerSecond) < 1); // iperf3's own rate
    assert.match(
      warnings.map(({ message }) => message).join("\n"),
      /3250 of 337479 datagrams were lost.*8192 bytes are several/s,
    );
  });

  it("refuses TCP, which counts no packets, and a test that sent nothing", () => {
    const { packets: _, ...tcp } = { ...row, protocol: "TCP" };
    assert.throws(() => iperf3PacketRate({ file: "a", row: tcp }), /a:1: iperf3 is TCP, which counts bytes/);
    assert.throws(() => iperf3PacketRate({ file: "a", row: { ...row, packets: 0 } }), /packets > 0: got 0/);
  });
});

describe("xdpBenchPacketRate()", () => {
  const rate = (text: string) => xdpBenchPacketRate({ file: "x.txt", rows: parseXdpBench({ file: "x.txt", text }).rows });
  const interval = (pps: number, ...cpus: number[]) =>
    `eth0->?  ${pps} rx/s  0 err,drop/s\n  receive total  ${pps} pkt/s  0 drop/s  0 error/s\n${cpus
      .map((cpu) => `    cpu:${cpu}  ${pps / cpus.length} pkt/s  0 drop/s  0 error/s\n`)
      .join("")}`;

  it("is the tool's own average of its whole run, on the CPUs that received", () => {
    const { pps, windowNs, cpus } = rate(`${interval(100, 4, 2)}  Duration            : 10.0s\n  Average packets/s   : 90\n`);
    assert.deepEqual([pps, windowNs, cpus], [90, 10e9, [2, 4]]);
  });

  it("is the mean of the intervals without it, the first of three left out", () => {
    assert.equal(rate(interval(40) + interval(100) + interval(102)).pps, 101);
    assert.equal(rate(interval(40) + interval(100)).pps, 70);
  });

  it("refuses a run without packets, and one that counts none", () => {
    assert.throws(() => rate(interval(0)), /x\.txt has 0 rx\/s/);
    assert.throws(() => rate("redirect  5 redir/s  0 err/s\n"), /x\.txt has no rx\/s/);
  });
});

describe("packetRateOf()", () => {
  const result = (packets: number) =>
    `Result: OK: 10000000(c1+d1) usec, ${packets} (60byte,0frags)\n  ${packets / 10}pps 0Mb/sec (${packets * 48}bps) errors: 0\n`;
  const run = (packets: number) => ({
    path: "run",
    captures: [
      {
        name: "pktgen.txt",
        file: "pktgen.txt",
        format: { name: "pktgen" },
        ...parsePktgenResult({ file: "pktgen.txt", text: result(packets) }),
      },
      { name: "s.before", format: { name: "softnet_stat" }, ...softnet("s.before", `00000000${zeros(8)}\n`) },
      { name: "s.after", format: { name: "softnet_stat" }, ...softnet("s.after", `000003e8${zeros(8)}\n`) },
    ] as never,
  });

  it("takes pktgen before other counters, and warns of those that differ by more than 5 percent", () => {
    assert.deepEqual(
      packetRateOf({ run: run(1040), seconds: 10 }).warnings.filter(({ file }) => file === "run"),
      [],
    );
    const { pps, warnings } = packetRateOf({ run: run(2000), seconds: 10 });
    assert.equal(pps, 200);
    assert.match(
      warnings.at(-1)?.message ?? "",
      /^s\.before to s\.after: processed says 100 skbs per second, pktgen\.txt: .* 200 wire packets/,
    );
  });

  it("takes the time between two counters, and its place on the recording's clock, from the manifest", async () => {
    const window = { durationNs: 4e9, startNs: 58_000_000_000n, since: "first.txt" };
    const captures = [
      { name: "first.txt", format: { name: "softnet_stat" }, ...softnet("first.txt", `00000000${zeros(8)}\n`) },
      { name: "second.txt", format: { name: "softnet_stat" }, window, ...softnet("second.txt", `000003e8${zeros(8)}\n`) },
    ] as never;
    const { pps, startTimeNs } = packetRateOf({ run: { path: "run", captures }, profile: await burst1(), seconds: 99 });
    assert.deepEqual([pps, startTimeNs], [250, 58_000_000_000n]);
  });

  it("says why there is none", () => {
    const { captures } = run(0);
    assert.throws(
      () => packetRateOf({ run: { path: "run", captures } }),
      /run has no packet rate \(.*got 0 of .*; the time from s\.before to s\.after is not known: .*\): give --pps/,
    );
  });
});
