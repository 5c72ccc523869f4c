import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { attribute } from "../attribution/attribute.js";
import { dataPath } from "../captures/data-path.js";
import { parseEthtoolStats } from "../captures/ethtool-stats.js";
import { parseIperf3 } from "../captures/iperf3.js";
import { parseMpstat } from "../captures/mpstat.js";
import { parseNstat } from "../captures/nstat.js";
import { parsePktgenResult } from "../captures/pktgen-result.js";
import { parseSoftnetStat } from "../captures/softnet-stat.js";
import { parseTimeBench } from "../captures/time-bench.js";
import { parseUdpSink } from "../captures/udp-sink.js";
import { assertReadable, assertTitled, drawnTexts } from "../drawn-figure.js";
import { type Figure, labelNumber } from "../figures/figure.js";
import { assertGolden } from "../golden.js";
import { MECHANISMS } from "../models/mechanisms.js";
import { explainPath } from "../models/packet-path.js";
import { bySymbol } from "../profile/by-symbol.js";
import { openRun, type Run } from "../runs/open-run.js";
import { packetRatesOf } from "../runs/packet-rates.js";
import { readRun } from "../runs/read-recording.js";
import { publishedPaths } from "./published-paths.js";
import { WORKSHOP_FIGURES, workshopFigure, workshopFigureOf } from "./workshop-figures.js";

for (const { name, published, shows, measuredBy, minutes } of WORKSHOP_FIGURES) {
  describe(`the workshop's figure ${name}`, () => {
    const figure = published();
    const drawn = drawnTexts(figure);

    it("is as it was", () => assertGolden(`workshop/golden/${name}.json`, figure));

    it("shows each tick and each title as text", async () => assertTitled(await drawn, figure));

    it("has no text over another, and none cut off", async () => assertReadable(await drawn, figure));

    it("says what it is, whose numbers it shows, and what measures it", () => {
      assert.equal(figure.name, name);
      for (const text of [shows, measuredBy, minutes, figure.summary]) assert.ok(text.length > 0);
      const { text } = (figure.layout.title as { subtitle: { text: string } }).subtitle;
      assert.match(text, /Published|Modelled/);
      for (const { source } of figure.provenance) assert.ok(source.length > 0);
    });
  });
}

/** A run of one capture, as its tool prints it; made up for the test. */
function runOf(format: string, parse: (text: { file: string; text: string }) => object, text: string): Run {
  const parsed = parse({ file: "made.txt", text }) as { rows: object[] };
  return {
    path: "made",
    files: [],
    environment: {},
    warnings: [],
    captures: [{ ...parsed, name: "made.txt", file: "made.txt", format: { name: format } }],
  } as unknown as Run;
}

const timed = (name: string, step: number, ns: number) =>
  `time_bench: Type:${name} Per elem: ${Math.floor(ns * 4)} cycles(tsc) ${ns.toFixed(3)} ns (step:${step}) - (measurement period time:0.${String(ns * 1e6).padStart(9, "0")} sec time_interval:${ns * 1e6}) - (invoke count:1000000 tsc_interval:${ns * 4e6})\n`;
const pktgen = (burst: number, pps: number) =>
  `Params: count 0  min_pkt_size: 60  max_pkt_size: 60\n     frags: 0  delay: 0  clone_skb: 100000  ifname: eth0\n     burst: ${burst}\nResult: OK: 1000000(c1000000+d0) usec, ${pps} (60byte,0frags)\n  ${pps}pps ${Math.floor((pps * 480) / 1e6)}Mb/sec (${pps * 480}bps) errors: 0\n`;
const labels = ({ data }: Figure) => data.filter(({ showlegend }) => showlegend).map(({ name }) => String(name));

const result = (pps: number) =>
  `Result: OK: 1000000(c1000000+d0) usec, ${pps} (60byte,0frags)\n  ${pps}pps ${Math.floor((pps * 480) / 1e6)}Mb/sec (${pps * 480}bps) errors: 0\n`;
const iperf3 = (pps: number) =>
  JSON.stringify({
    start: { version: "iperf 3.12", test_start: { protocol: "UDP", num_streams: 1, blksize: 18, reverse: 0 } },
    intervals: [],
    end: { sum: { seconds: 1, bytes: 18 * pps, bits_per_second: 144 * pps, packets: pps, lost_packets: 0 } },
  });
const sink = (call: string, batch: number, ns: number) =>
  `${call}${batch > 1 ? `/${batch}` : "   "}\trun:  0\t 1000000\t${ns.toFixed(2)}\t${(1e9 / ns).toFixed(2)}\t${Math.floor(ns * 3)}\t18\t\n`;
const mpstat = (busy: readonly number[]) =>
  `Average:     CPU    %usr   %soft   %idle\n${busy.map((percent, cpu) => `Average:       ${cpu}    0.00    ${percent.toFixed(2)}    ${(100 - percent).toFixed(2)}\n`).join("")}`;

type Made = readonly [
  format: string,
  parse: (text: { file: string; text: string }) => object,
  text: string,
  name?: string,
  window?: { durationNs: number; since?: string },
];

/** A run of several captures, as their tools print them; made up for the test. */
function withCaptures(about: object, captures: readonly Made[]): Run {
  return {
    files: [],
    environment: {},
    warnings: [],
    ...about,
    captures: captures.map(([format, parse, text, name = `${format}.txt`, window]) => ({
      ...(parse({ file: name, text }) as { rows: object[] }),
      name,
      file: name,
      format: { name: format },
      ...(window && { window }),
    })),
  } as unknown as Run;
}

/** The rows of a figure of bars, and the width of a part in one. */
const labelled = ({ data }: Pick<Figure, "data">) => (data.find(({ type }) => type === "bar")?.y ?? []) as string[];
const ofRow = ({ data }: Figure, part: string, row: string) => {
  const { x = [], y = [] } = data.find(({ name }) => name === part) ?? {};
  return (x as number[])[(y as string[]).findIndex((label) => label.startsWith(row))] ?? 0;
};

const of = (name: string, ...runs: Run[]) => workshopFigureOf({ name, runs });

describe("workshopFigureOf() a run", () => {
  it("draws a sweep of pktgen's burst with its law, of one run or several, and doubts it where SKBs were built", async () => {
    const text = [1, 2, 4, 8].map((burst) => pktgen(burst, Math.round(1e9 / (60 + 200 / burst))));
    const sweep = (change: (text: string) => string) => runOf("pktgen", parsePktgenResult, text.map(change).join("\n"));
    const doubts = async (change: (text: string) => string) => {
      const figure = await of("doorbell", sweep(change));
      assert.match(figure.summary, /^Own sweep: 60\.0 \+ 200\.0 \/ burst ns per packet/);
      return figure.warnings.map(({ message }) => message).join();
    };
    assert.equal(await doubts((one) => one), "");
    assert.match(
      await doubts((one) => one.replace("clone_skb: 100000", "clone_skb: 0")),
      /^clone_skb 0: a burst shares out the SKB/,
    );
    const runs = text.map((one) => runOf("pktgen", parsePktgenResult, one));
    assert.match((await of("doorbell", ...runs)).summary, /^Own sweep: 60\.0 \+ 200\.0/);
    const scripts = ["eth0@0", "eth0@1"].map((device) => `Device: ${device}\n${result(1_000_000)}`).join("");
    const mixed = runOf("pktgen", parsePktgenResult, text.join("\n") + scripts);
    assert.match(
      (await of("doorbell", mixed)).warnings.map(({ message }) => message).join(),
      /clone_skb is not in the capture/,
    );
    await assert.rejects(of("doorbell", runOf("pktgen", parsePktgenResult, pktgen(1, 1e6))), {
      name: "CaptureError",
      message:
        /too few sizes of pktgen's burst \(1, a law takes 3\): it needs pktgen's results at burst 1, 2, 4, \.\.\. with clone_skb 100000/,
    });
  });

  it("draws time_bench's sweeps by name, and finds their breaks", async () => {
    const sizes = [1, 2, 4, 8, 16, 30, 32, 64, 128, 250];
    const text = sizes.map((size) => timed("kmem bulk_quick_reuse", size, size < 32 ? 4 + Math.round(8 / size) : 20)).join("");
    const figure = await of("slab-bulk", runOf("time_bench", parseTimeBench, text));
    assert.match(labels(figure)[0] ?? "", /^kmem bulk_quick_reuse: /);
    assert.match(figure.warnings.map(({ message }) => message).join(), /a break at a bulk of 32/);
  });

  it("takes the size from a name without a step, and leaves out what no bulk is", async () => {
    const queue = [1, 2, 4, 8].map((size) => timed(`MPMC-bulk${size}`, size, 1 + 16 / size)).join("");
    const queues = await of("queues", runOf("time_bench", parseTimeBench, queue));
    assert.deepEqual(labels(queues), ["MPMC-bulk: 1.00 + 16.00 / n"]);
    assert.ok(!queues.data.some(({ mode, x }) => mode === "markers" && (x as number[]).includes(1)));
    const clears = [32, 256, 4096].map((size) => timed(`memset_${size}`, 0, size / 32)).join("");
    assert.deepEqual(labels(await of("skb-clear", runOf("time_bench", parseTimeBench, clears))), ["memset"]);
    await assert.rejects(of("skb-clear", runOf("time_bench", parseTimeBench, queue)), {
      name: "CaptureError",
      message: /^made: no time_bench results of clears at 3 or more sizes \(there are MPMC-bulk\): it needs time_bench_memset/,
    });
  });

  it("draws a page_pool's shares from ethtool -S", async () => {
    const text = "NIC statistics:\n     rx_pp_alloc_fast: 900\n     rx_pp_alloc_slow: 50\n     rx_pp_alloc_refill: 50\n";
    const figure = await of("page-pool", runOf("ethtool-stats", parseEthtoolStats, text));
    assert.equal(figure.summary, "5.00 % of this run's pages came from the page allocator");
    const pool = (fast: number, high: number) =>
      `NIC statistics:\n     rx_pp_alloc_fast: ${fast}\n     rx_pp_alloc_slow: 0\n     rx_pp_alloc_slow_high_order: ${high}\n     rx_pp_recycle_cached: ${fast / 2}\n     rx_pp_recycle_ring: 0\n     rx_pp_recycle_ring_full: ${fast / 4}\n`;
    const mlx5 = withCaptures({ path: "run" }, [
      ["ethtool-stats", parseEthtoolStats, pool(1000, 40), "ethtool-before.txt"],
      ["ethtool-stats", parseEthtoolStats, pool(1900, 140), "ethtool-after.txt"],
    ]);
    assert.equal(
      (await of("page-pool", mlx5)).summary,
      "10.00 % of this run's pages came from the page allocator; 66.67 % of those given back were recycled",
    );
  });

  it("puts a shipped run beside the talk, with the doubt that its CPU was emulated", async () => {
    const run = await openRun(dataPath("runs/kernel-6.1-vm/dummy_burst1"));
    for (const name of ["budget", "receive", "receive-stages"]) {
      const figure = await of(name, run);
      assert.ok(
        figure.provenance.some(({ kind }) => kind === "measured"),
        name,
      );
      assert.match(figure.warnings.map(({ message }) => message).join(), /absolute times mean nothing/, name);
      assert.match(figure.summary, /this run [\d,]+ ns/, name); // the run itself, whatever stands beside it
    }
  });

  it("draws the selftest of a page_pool, and says where it ran outside of softirq", async () => {
    const text = ["no-softirq-page_pool01", "no-softirq-page_pool02", "no-softirq-page_pool03"]
      .map((name, index) => timed(name, 0, [4, 16, 60][index] ?? 0))
      .join("");
    const figure = await of("page-pool", runOf("time_bench", parseTimeBench, text));
    assert.equal(
      figure.summary,
      "This run's selftest: 4 ns a page from the pool's array, 16 from its ring, 60 from the page allocator",
    );
    assert.match(figure.warnings.map(({ message }) => message).join(), /outside of softirq/);
  });

  it("draws packet rates over the cores that pktgen's threads and mpstat show, and doubts cores that were idle", async () => {
    const runs = [1, 2, 3, 4, 5, 6].map((cores) => {
      const threads = Array.from({ length: cores }, (_, cpu) => `Device: eth0@${cpu}\n${result(1_000_000)}`).join("");
      return withCaptures({ path: `run-${cores}` }, [
        ["pktgen", parsePktgenResult, threads],
        ["mpstat", parseMpstat, mpstat(Array.from({ length: 8 }, (_, cpu) => (cpu < cores ? (cpu === 5 ? 60 : 100) : 3)))],
      ]);
    });
    const figure = await of("core-scaling", ...runs);
    assert.match(labels(figure)[0] ?? "", /^these runs: linear/);
    assert.deepEqual(figure.data.find(({ mode }) => mode === "markers")?.y, [1, 2, 3, 4, 5, 6]);
    assert.match(
      figure.warnings.map(({ message }) => message).join("\n"),
      /CPU 5 was 40 % idle: this is not all that 6 cores can do/,
    );
    const together = "Average:     CPU    %usr   %soft   %idle\nAverage:     all    0.00    50.00    50.00\n";
    const all = withCaptures({ path: "run" }, [
      ["pktgen", parsePktgenResult, `Device: eth0@0\n${result(1_000_000)}`],
      ["mpstat", parseMpstat, together],
    ]);
    const drawn = await of("core-scaling", all);
    assert.equal(drawn.summary, "Packets over cores: 1.00 Mpps on 1");
    assert.match(drawn.warnings[0]?.message ?? "", /mpstat\.txt has all of them together; record mpstat -P ALL 1 10/);
    const blind = withCaptures({ path: "run" }, [
      ["udp_sink", parseUdpSink, sink("recvmsg", 1, 1000)],
      ["mpstat", parseMpstat, together],
    ]);
    await assert.rejects(of("core-scaling", blind), {
      name: "CaptureError",
      message: /^run: cpuLoads requires single CPUs: .*: it needs packet rates and mpstat -P ALL/,
    });
    const unknown = withCaptures({ path: "run" }, [["udp_sink", parseUdpSink, sink("recvmsg", 1, 1000)]]);
    await assert.rejects(of("core-scaling", unknown), {
      name: "CaptureError",
      message: /no mpstat, .*: it needs packet rates and mpstat -P ALL/,
    });
    const busy = withCaptures({ path: "run" }, [
      ["udp_sink", parseUdpSink, sink("recvmsg", 1, 1000)],
      ["mpstat", parseMpstat, mpstat([100, 98, 2, 1])],
    ]);
    assert.equal((await of("core-scaling", busy)).summary, "Packets over cores: 1.00 Mpps on 2");
  });

  it("draws packet rates over the coalescing that ethtool -c says, a series for each ring", async () => {
    const at = (rxUsecs: string, ring: number, pps: number) =>
      withCaptures(
        {
          path: `run-${rxUsecs}-${ring}`,
          environment: {
            "ethtool-c": { file: "ethtool-c.txt", text: `Coalesce parameters for eth0:\nrx-usecs: ${rxUsecs}\ntx-usecs: 0\n` },
            "ethtool-g": {
              file: "ethtool-g.txt",
              text: `Pre-set maximums:\nTX:\t\t4096\nCurrent hardware settings:\nRX:\t\t512\nTX:\t\t${ring}\n`,
            },
          },
        },
        [["pktgen", parsePktgenResult, result(pps)]],
      );
    const figure = await of("coalescing", at("50", 512, 5_500_000), at("1", 512, 4_000_000), at("1", 1024, 5_000_000));
    assert.deepEqual(labels(figure), ["TX ring of 512 descriptors", "TX ring of 1024 descriptors: 5.00 Mpps at 1 us"]);
    assert.deepEqual(
      figure.data.map(({ x, y }) => [x, y]),
      [
        [
          [1, 50],
          [4, 5.5],
        ],
        [[1], [5]],
      ],
    );
    await assert.rejects(of("coalescing", at("n/a", 512, 1)), {
      name: "CaptureError",
      message: /^run-n\/a-512: no rx-usecs of ethtool -c: it needs a run for each setting/,
    });
  });

  it("draws what spin locks take of a recorded packet, and doubts a pktgen that passes no qdisc", async () => {
    const run = await openRun(dataPath("runs/kernel-6.1-vm/veth_start_xmit"));
    const figure = await of("qdisc-bulk", run);
    const [rate] = packetRatesOf({ run }).rates;
    const profile = await readRun(run, { merge: true });
    const filter = rate?.cpus ? { cpus: rate.cpus } : {};
    const { busy, byWhat } = attribute({ profile, filter, ...(rate && { packets: rate }) });
    const [all, locked] = [() => true, (symbol: string) => /_raw_spin_lock|queued_spin_lock/.test(symbol)].map((fits) =>
      bySymbol(profile, filter).reduce((sum, { symbol = "", self }) => sum + (fits(symbol) ? self : 0), 0),
    );
    const whole = byWhat.reduce((sum, { nsPerPacket = 0 }) => sum + nsPerPacket, 0);
    const ns = ((locked ?? 0) / (all ?? 0)) * whole;
    const drawn = figure.data[0]?.y as number[];
    assert.ok(ns > 0 && Math.abs((drawn[0] ?? 0) / ns - 1) < 1e-9, `${drawn[0]} of ${ns}`);
    assert.ok(
      figure.summary.includes(`, ${((100 * ns) / (busy.nsPerPacket ?? 0)).toFixed(2)} % of its busy time`),
      figure.summary,
    );
    assert.match(figure.warnings.map(({ message }) => message).join("\n"), /pktgen was in mode start_xmit, past the qdisc/);
  });

  it("draws a run that takes so much longer that nothing of the others could be seen in % of each packet's time", async () => {
    const run = await openRun(dataPath("runs/kernel-6.1-vm/nic_eth0"));
    const { data, layout, summary } = await of("dma", run);
    assert.equal((layout.xaxis as { title: { text: string } }).title.text, "% of a packet's time");
    const bars = data.filter(({ type }) => type === "bar");
    for (const row of labelled({ data })) {
      const whole = bars.reduce((sum, { x, y }) => sum + ((x as number[])[(y as string[]).indexOf(row)] ?? 0), 0);
      assert.ok(Math.abs(whole - 100) < 1e-6, `${row} ${whole}`);
    }
    assert.match(
      summary,
      /^What DMA takes of a packet that is bounced: this run: [\d,]+ ns \(driver [\d.]+, .* % of a packet's time\)$/,
    );
  });

  it("draws what was delivered over what was offered, arm by arm", async () => {
    const at = (arm: string, offered: number, delivered: number) =>
      withCaptures({ path: `${arm}-${offered}`, manifest: { arm } }, [
        [
          "nstat",
          parseNstat,
          "#kernel\nUdpInDatagrams                  1000             0.0\nUdpInErrors                     0                0.0\n",
          "nstat-before.txt",
        ],
        [
          "nstat",
          parseNstat,
          `#kernel\nUdpInDatagrams                  ${1000 + 10 * delivered}         0.0\nUdpInErrors                     ${10 * (offered - delivered)}          0.0\n`,
          "nstat-after.txt",
          { durationNs: 10e9, since: "nstat-before.txt" },
        ],
      ]);
    const runs = [at("same CPU", 900_000, 900_000), at("same CPU", 1_500_000, 1_000), at("another CPU", 1_500_000, 1_500_000)];
    const figure = await of("livelock", ...runs);
    assert.deepEqual(labels(figure).slice(0, 2), ["same CPU", "another CPU"]);
    assert.deepEqual(
      figure.data.filter(({ mode }) => mode === "markers").map(({ x, y }) => [x, y]),
      [
        [
          [0.9, 1.5],
          [0.9, 0.001],
        ],
        [[1.5], [1.5]],
      ],
    );
    assert.match(figure.warnings[0]?.message ?? "", /no sender among its captures/);
  });

  it("takes offered from the sender where the run has it, and says how to time the snapshots", async () => {
    const increments =
      "#kernel\nUdpInDatagrams                  400000             0.0\nUdpInErrors                     100000             0.0\n";
    const run = withCaptures({ path: "run" }, [
      ["nstat", parseNstat, increments, "nstat.txt", { durationNs: 1e9 }],
      ["pktgen", parsePktgenResult, result(700_000)],
    ]);
    assert.match((await of("livelock", run)).summary, /at most 0.400 of 0.700 Mpps offered/);
    const copied = withCaptures({ path: "run" }, [
      ["nstat", parseNstat, `# nstat -n && sleep 2 && nstat\n${increments}`],
      ["pktgen", parsePktgenResult, result(700_000)],
    ]);
    assert.match((await of("livelock", copied)).summary, /at most 0.200 of 0.700 Mpps offered/);
    for (const name of ["livelock", "udp-receive"]) {
      await assert.rejects(of(name, withCaptures({ path: "run" }, [["nstat", parseNstat, increments]])), {
        name: "CaptureError",
        message: /^run: .*the time that nstat.txt counted is not known: make a run of it with linerate import --seconds/,
      });
    }
    const untimed = withCaptures({ path: "run" }, [
      ["nstat", parseNstat, increments, "nstat-before.txt"],
      ["nstat", parseNstat, increments, "nstat-after.txt"],
    ]);
    await assert.rejects(of("livelock", untimed), {
      name: "CaptureError",
      message: /the time from nstat-before.txt .* is not known.*linerate import --seconds/,
    });
  });

  it("puts a UDP receiver beside the talk: each call of udp_sink, else nstat, and no sender", async () => {
    const receiver = withCaptures({ path: "run" }, [
      ["udp_sink", parseUdpSink, sink("recvmsg", 1, 1400) + sink("recvMmsg", 32, 1100)],
    ]);
    const figure = await of("udp-receive", receiver);
    const measured = figure.data.flatMap(({ y, x, mode }) =>
      mode === "markers" ? (y as string[]).map((row, at) => [row.trim(), (x as number[])[at]] as const) : [],
    );
    assert.ok(measured.some(([row, ns]) => row.startsWith("this run, recvMmsg of 32") && Math.abs((ns ?? 0) - 1100) < 0.01));
    const both = withCaptures({ path: "run" }, [
      ["iperf3", parseIperf3, iperf3(80_000)],
      [
        "nstat",
        parseNstat,
        "#kernel\nUdpInDatagrams                  40000              0.0\n",
        "nstat.txt",
        { durationNs: 1e9 },
      ],
    ]);
    assert.match((await of("udp-receive", both)).summary, /this run 25,000 ns/);
    assert.match((await of("livelock", both)).summary, /at most 0.040 of 0.080 Mpps offered/);
    const sender = withCaptures({ path: "run" }, [
      ["udp_sink", parseUdpSink, "sendmsg   \t 1000000\t500.00\t2000000.00\t1800\t18\t\n"],
      ["pktgen", parsePktgenResult, result(700_000)],
    ]);
    await assert.rejects(of("udp-receive", sender), {
      name: "CaptureError",
      message: /no rate of a UDP receiver: it needs the receiver's rate: udp_sink/,
    });
  });

  it("draws what a batch of udp_sink shares", async () => {
    const sizes = [1, 2, 4, 8, 16, 32];
    const text = sizes.map((size) => sink(size === 1 ? "recvmsg" : "recvMmsg", size, 300 + 800 / size)).join("");
    assert.equal(
      (await of("udp-lock", withCaptures({ path: "run" }, [["udp_sink", parseUdpSink, text]]))).summary,
      "This run: 300.0 ns a datagram and 800.0 ns a call",
    );
  });

  it("draws two runs as before and after, and refuses three", async () => {
    const run = (pps: number) => withCaptures({ path: `run-${pps}` }, [["pktgen", parsePktgenResult, result(pps)]]);
    for (const name of ["receive", "receive-stages", "retpoline"]) {
      assert.match(
        (await of(name, run(5_000_000), run(10_000_000))).summary,
        /these runs, before and after 200(?:\.0)? to 100(?:\.0)? ns/,
        name,
      );
    }
    assert.match((await of("af-packet", run(5_000_000), run(10_000_000))).summary, /copy 50/);
    await assert.rejects(of("af-packet", run(1)), {
      name: "CaptureError",
      message: /one run, and af-packet takes one before and one after/,
    });
    await assert.rejects(of("receive", run(1), run(2), run(3)), {
      name: "RangeError",
      message: /a run before and one after: got 3/,
    });
    await assert.rejects(of("budget", run(1), run(2)), {
      name: "RangeError",
      message: /requires one run for budget: got 2/,
    });
  });

  it("takes the share of packets handed over from softnet_stat, and the clears of a run for a page", async () => {
    const row = (cpu: number, processed: number, rps: number) =>
      `${[processed, 0, 0, 0, 0, 0, 0, 0, 0, rps, 0, 0, cpu].map((value) => value.toString(16).padStart(8, "0")).join(" ")}\n`;
    const run = withCaptures({ path: "run" }, [
      ["softnet_stat", parseSoftnetStat, row(0, 100, 0) + row(1, 100, 5), "softnet-before.txt"],
      ["softnet_stat", parseSoftnetStat, row(0, 1100, 0) + row(1, 3100, 105), "softnet-after.txt"],
    ]);
    const { summary, warnings } = await of("hand-over", run);
    assert.match(summary, /this run: 75.0 % handed over/);
    assert.match(warnings[0]?.message ?? "", /0.0250 inter-processor interrupts a packet/);
    const clears = [64, 256, 1024, 4096].map((size) => timed(`memset_${size}`, 0, size / 32)).join("");
    assert.equal(
      (await of("zero-copy", runOf("time_bench", parseTimeBench, clears))).summary,
      "A page of this run takes 512 cycles to clear",
    );
  });

  it("draws pktgen's threads", async () => {
    const run = (threads: number) =>
      withCaptures({ path: `run-${threads}` }, [
        [
          "pktgen",
          parsePktgenResult,
          Array.from({ length: threads }, (_, at) => `Device: eth0@${at}\n${result(2_000_000)}`).join(""),
        ],
      ]);
    assert.equal(
      (await of("qdisc-threads", run(1), run(2), run(4))).summary,
      "Packets over threads: 2.00 Mpps on 1, 4.00 Mpps on 2, 8.00 Mpps on 4",
    );
  });

  it("divides a recorded packet into classes, as the attribution does: shipped runs", async () => {
    const run = await openRun(dataPath("runs/kernel-6.1-vm/nic_eth0"));
    for (const name of ["shared-info", "dma", "paths"]) {
      const figure = await of(name, run);
      const [rate] = packetRatesOf({ run }).rates;
      assert.ok(rate);
      const profile = await readRun(run, { merge: true });
      const { byWhat } = attribute({ profile, packets: rate, ...(rate.cpus && { filter: { cpus: rate.cpus } }) });
      const busy = byWhat.reduce((sum, { name, nsPerPacket = 0 }) => sum + (name === "idle" ? 0 : nsPerPacket), 0);
      assert.ok(labelled(figure).includes(`this run: ${labelNumber(busy)} ns`), `${name}: ${busy}`);
      const driver = byWhat.find((total) => total.name === "driver")?.nsPerPacket ?? 0;
      if (name === "dma") assert.ok(Math.abs(ofRow(figure, "driver", "this run") / ((100 * driver) / busy) - 1) < 1e-9);
    }
  });

  it("says what a run lacks, and how to record it", async () => {
    const empty = { path: "made", files: [], captures: [], environment: {}, warnings: [] } as unknown as Run;
    for (const { name } of WORKSHOP_FIGURES) {
      await assert.rejects(of(name, empty), { name: "CaptureError", message: /^made: .*: it needs ./s }, name);
    }
  });

  it("names the figures there are where one is unknown", async () => {
    assert.throws(() => workshopFigure("dorbell"), {
      name: "RangeError",
      message: /requires one of budget, doorbell, .*: got dorbell/,
    });
  });
});

describe("the published paths", () => {
  it("leave a remainder that is not negative, under 15 % where all of it is one profile or one machine", () => {
    for (const { path, measuredNs } of publishedPaths()) {
      const { remainingNs = 0, parts, explainedNs } = explainPath({ path, measuredNs, budgetNs: 67.2 });
      assert.ok(remainingNs >= 0, path.name);
      assert.ok(Math.abs(parts.reduce((sum, { ns }) => sum + ns, 0) - explainedNs) < 1e-9);
      if (path.name === "XDP_TX" || path.name === "receive and drop") assert.ok(remainingNs < 0.15 * measuredNs, path.name);
    }
  });
});

describe("the list of figures", () => {
  it("has a name for each, and no fewer than there are mechanisms", () => {
    const names = WORKSHOP_FIGURES.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.length >= MECHANISMS.length);
  });
});
