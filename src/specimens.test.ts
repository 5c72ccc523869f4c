// Every specimen, our own and those of the folder LINERATE_CAPTURES, is detected, read, and accounted for line by line.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { CaptureError } from "./captures/capture-error.js";
import { ParseError } from "./captures/parse-error.js";
import type { Parsed } from "./captures/parsed.js";
import { openCapture } from "./captures/read-capture.js";
import { type Format, formatNamed, formats, readCaptureFile } from "./formats.js";

const OWN = fileURLToPath(new URL("../data/specimens/", import.meta.url));
const CAPTURES = process.env.LINERATE_CAPTURES;
const STREAMED = ["perf-data", "perf-script"];
const wholeTexts = formats.filter(({ name }) => !STREAMED.includes(name));

/** File: format, rows, skipped lines, warnings; counted in the files by eye and with grep. No counts: refused, with what is said. */
type Count =
  | readonly [format: string, rows: number, skipped: number, warnings: number]
  | readonly [format: string, refused: RegExp];

const own: Readonly<Record<string, Count>> = {
  "ethtool-stats/bnxt-quoted.txt": ["ethtool-stats", 4, 4, 2],
  "ethtool-stats/no-stats.txt": ["ethtool-stats", /found no data: "no stats available"/],
  "ethtool-stats/queues-after-reset.txt": ["ethtool-stats", 8, 0, 0],
  "ethtool-stats/queues-before.txt": ["ethtool-stats", 8, 0, 0],
  "ethtool-stats/veth.txt": ["ethtool-stats", 10, 0, 0],
  "ethtool-stats/virtio-after.txt": ["ethtool-stats", 14, 0, 0],
  "ethtool-stats/virtio-before.txt": ["ethtool-stats", 14, 0, 0],
  "ethtool-stats/without-heading.txt": ["ethtool-stats", 6, 2, 1],
  "metrics-csv/metrics.csv": ["metrics-csv", 3, 0, 0],
  "mpstat/12-hour.txt": ["mpstat", 9, 1, 0],
  "mpstat/all-only.txt": ["mpstat", 4, 1, 0],
  "mpstat/decimal-comma.txt": ["mpstat", 9, 1, 0],
  "mpstat/hotplug.txt": ["mpstat", 13, 2, 1],
  "mpstat/interrupts.txt": ["mpstat", 9, 13, 0],
  "mpstat/japanese.txt": ["mpstat", 6, 1, 0],
  "mpstat/mail-wrapped.txt": ["mpstat", 2, 5, 0],
  "mpstat/no-decimals.txt": ["mpstat", 6, 1, 0],
  "mpstat/persian-digits.txt": ["mpstat", 6, 1, 0],
  "mpstat/since-boot.txt": ["mpstat", 1, 1, 1],
  "mpstat/time-zone.txt": ["mpstat", 6, 1, 0],
  "mpstat/topology.txt": ["mpstat", 6, 1, 0],
  "netperf/classic-tables.txt": ["netperf", 2, 9, 0],
  "netperf/tcp-rr-keyval.txt": ["netperf", 1, 2, 0],
  "netperf/unmeasured.txt": ["netperf", 1, 0, 3],
  "nstat/after.txt": ["nstat", 390, 0, 0],
  "nstat/before.txt": ["nstat", 390, 0, 0],
  "nstat/daemon-overflow.txt": ["nstat", 5, 2, 1],
  "nstat/increments.txt": ["nstat", 11, 0, 0],
  "page-bench/page_bench01.txt": ["time_bench", 12, 1, 1],
  "perf-annotate/build-skb.txt": ["perf-annotate", 12, 3, 0],
  "perf-annotate/group-summary.txt": ["perf-annotate", 38, 31, 0],
  "perf-annotate/mail-quoted.txt": ["perf-annotate", 3, 7, 0],
  "perf-report/browser-decimal-comma.txt": ["perf-report", 4, 4, 1],
  "perf-report/children-callgraph.txt": ["perf-report", 11, 74, 0],
  "perf-report/fields.txt": ["perf-report", 9, 6, 0],
  "perf-report/group-lost.txt": ["perf-report", 7, 8, 4],
  "perf-report/mail-wrapped.txt": ["perf-report", 3, 6, 3],
  "perf-report/symbol-first.txt": ["perf-report", 6, 6, 0],
  "pktgen/idle-thread.txt": ["pktgen", 1, 7, 0],
  "pktgen/proc-burst32.txt": ["pktgen", 1, 0, 0],
  "pktgen/script-two-threads.txt": ["pktgen", 2, 3, 0],
  "softnet_stat/10-columns.txt": ["softnet_stat", 2, 0, 0],
  "softnet_stat/11-columns.txt": ["softnet_stat", 2, 0, 0],
  "softnet_stat/13-columns.txt": ["softnet_stat", 2, 0, 0],
  "softnet_stat/15-columns-after.txt": ["softnet_stat", 2, 0, 0],
  "softnet_stat/15-columns-before.txt": ["softnet_stat", 2, 0, 0],
  "softnet_stat/9-columns.txt": ["softnet_stat", 2, 0, 0],
  "softnet_stat/wrap-after.txt": ["softnet_stat", 2, 0, 0],
  "softnet_stat/wrap-before.txt": ["softnet_stat", 2, 0, 0],
  "time_bench/arm64-timer.txt": ["time_bench", 3, 0, 2],
  "time_bench/mail-wrapped.txt": ["time_bench", 3, 4, 2],
  "time_bench/one-line.txt": ["time_bench", 5, 4, 0],
  "time_bench/parallel.txt": ["time_bench", 6, 1, 1],
  "time_bench/selftest.txt": ["time_bench", 3, 3, 1],
  "time_bench/sweep.txt": ["time_bench", 5, 1, 1],
  "time_bench/table.txt": ["time_bench", 6, 0, 1],
  "time_bench/three-lines.txt": ["time_bench", 2, 0, 0],
  "udp_sink/all-calls.txt": ["udp_sink", 5, 1, 0],
  "udp_sink/flood.txt": ["udp_sink", 1, 1, 0],
  "udp_sink/interrupted.txt": ["udp_sink", 2, 2, 1],
  "udp_sink/recvmsg.txt": ["udp_sink", 2, 1, 0],
  "udp_sink/verbose.txt": ["udp_sink", 2, 5, 0],
};

const captures: Readonly<Record<string, Count>> = {
  "kernel-6.1-vm/dummy_burst1/pktgen.txt": ["pktgen", 1, 0, 0],
  "kernel-6.1-vm/dummy_burst1/report.txt": ["perf-report", 81, 143, 0],
  "kernel-6.1-vm/dummy_burst1/softnet_after.txt": ["softnet_stat", 2, 0, 0],
  "kernel-6.1-vm/dummy_burst32/pktgen.txt": ["pktgen", 1, 0, 0],
  "kernel-6.1-vm/dummy_burst32/report.txt": ["perf-report", 102, 136, 0],
  "kernel-6.1-vm/dummy_burst32/softnet_after.txt": ["softnet_stat", 2, 0, 0],
  "kernel-6.1-vm/ethtool-S.dummy0.txt": ["ethtool-stats", /found no data: "no stats available"/],
  "kernel-6.1-vm/ethtool-S.eth0.txt": ["ethtool-stats", 14, 0, 0],
  "kernel-6.1-vm/ethtool-S.eth1.txt": ["ethtool-stats", 46, 0, 0],
  "kernel-6.1-vm/ethtool-S.v0.txt": ["ethtool-stats", 10, 0, 0],
  "kernel-6.1-vm/nic_eth0/ethtool_after.txt": ["ethtool-stats", 14, 0, 0],
  "kernel-6.1-vm/nic_eth0/ethtool_before.txt": ["ethtool-stats", 14, 0, 0],
  "kernel-6.1-vm/nic_eth0/pktgen.txt": ["pktgen", 1, 0, 0],
  "kernel-6.1-vm/nic_eth0/report.txt": ["perf-report", 182, 141, 0],
  "kernel-6.1-vm/nic_eth0/softnet_after.txt": ["softnet_stat", 2, 0, 0],
  "kernel-6.1-vm/veth_start_xmit/ethtool_after.txt": ["ethtool-stats", 10, 0, 0],
  "kernel-6.1-vm/veth_start_xmit/ethtool_before.txt": ["ethtool-stats", 10, 0, 0],
  "kernel-6.1-vm/veth_start_xmit/pktgen.txt": ["pktgen", 1, 0, 0],
  "kernel-6.1-vm/veth_start_xmit/report.txt": ["perf-report", 125, 275, 0],
  "kernel-6.1-vm/veth_start_xmit/softnet_after.txt": ["softnet_stat", 2, 0, 0],
  "public/ethtool-stats/bnx2-node_exporter.txt": ["ethtool-stats", 16, 1, 0],
  "public/ethtool-stats/i40e-xxv710.txt": ["ethtool-stats", 418, 0, 0],
  "public/ethtool-stats/ice-em1-reverted.txt": ["ethtool-stats", 351, 0, 0],
  "public/ethtool-stats/ice-em1-vanila.txt": ["ethtool-stats", 351, 0, 0],
  "public/ethtool-stats/ice-p3p2-vanila.txt": ["ethtool-stats", 351, 0, 0],
  "public/ethtool-stats/idpf-tx_q-grep.txt": ["ethtool-stats", 7, 1, 2],
  "public/ethtool-stats/igb-after-requeue-queue-reset.txt": ["ethtool-stats", 67, 0, 0],
  "public/ethtool-stats/igb-before-requeue.txt": ["ethtool-stats", 67, 0, 0],
  "public/ethtool-stats/igb-or-e1000e-smbus.txt": ["ethtool-stats", 53, 0, 0],
  "public/ethtool-stats/ixgbe-207G.txt": ["ethtool-stats", 729, 0, 0],
  "public/ethtool-stats/local-veth.txt": ["ethtool-stats", 10, 0, 0],
  "public/ethtool-stats/mana-percpu-before-after.txt": ["ethtool-stats", 173, 2, 1],
  "public/ethtool-stats/mlx5-5.15-xdp.txt": ["ethtool-stats", 101, 0, 0],
  "public/ethtool-stats/virtio_net-6.8.txt": ["ethtool-stats", 28, 0, 0],
  "public/ethtool_stats.pl/board_espressobin02_initial_benchmarks-L131.txt": ["nstat", 3, 10, 0], // and nstat below it
  "public/mpstat/jc-centos-A-2-5.txt": ["mpstat", 12, 43, 0],
  "public/mpstat/lkp-1.json": ["mpstat", 15, 0, 1],
  "public/mpstat/lkp-3.json": ["mpstat", /expected a report of CPUs by mpstat/],
  "public/mpstat/lkp-4.json": ["mpstat", 2, 0, 0],
  "public/mpstat/lkp-5.json": ["mpstat", /expected a report of CPUs by mpstat/],
  "public/mpstat/local.txt": ["mpstat", 9, 1, 0],
  "public/mpstat/mail-wrapped-12h.txt": ["mpstat", 2, 2, 0],
  "public/mpstat/sysstat-mpstat-A-JSON.txt": ["mpstat", 9, 0, 0],
  "public/mpstat/sysstat-mpstat-A.txt": ["mpstat", 46, 164, 1],
  "public/mpstat/sysstat-mpstat-I.txt": ["mpstat", /expected a report of CPUs by mpstat/],
  "public/mpstat/sysstat-mpstat-U.txt": ["mpstat", 3, 1, 0],
  "public/mpstat/vm-24h-average.txt": ["mpstat", 6, 1, 0],
  "public/netperf/lkp-netperf.txt": ["netperf", 64, 258, 0],
  "public/netperf/macchiatobin-localhost.txt": ["netperf", 1, 5, 0],
  "public/netperf/tcp-basics-cubic.txt": ["netperf", 1, 29, 0],
  "public/nstat/board_espressobin02_initial_benchmarks-L113.txt": ["nstat", 3, 2, 0],
  "public/nstat/board_espressobin04_bench_xdp-L638.txt": ["nstat", 10, 1, 0],
  "public/nstat/board_espressobin04_bench_xdp-L654.txt": ["nstat", 3, 2, 0],
  "public/nstat/board_espressobin08_bench_xdp-L102.txt": ["nstat", 3, 2, 0],
  "public/nstat/board_macchiatobin02_initial_benchmarks-L24.txt": ["nstat", 3, 1, 0],
  "public/nstat/local.txt": ["nstat", 17, 0, 0],
  "public/nstat/mail-dut-full.txt": ["nstat", 73, 0, 0],
  "public/nstat/tcp-xdp_pass.txt": ["nstat", 18, 30, 0],
  "public/perf-annotate/fib_okay.txt": ["perf-annotate", 181, 25, 0],
  "public/perf-annotate/local-csum.txt": ["perf-annotate", 20, 13, 0],
  "public/perf-annotate/mail-memcg-quoted.txt": ["perf-annotate", 7, 13, 0],
  "public/perf-report/cat-zero-3.10-callgraph.txt": ["perf-report", 2, 18, 0],
  "public/perf-report/cpumap-danish.txt": ["perf-report", 17, 0, 0],
  "public/perf-report/espressobin-bpf_prog_run.txt": ["perf-report", 16, 1, 0],
  "public/perf-report/espressobin-nodmasync.txt": ["perf-report", 17, 1, 0],
  "public/perf-report/espressobin-redirect.txt": ["perf-report", 33, 2, 0],
  "public/perf-report/espressobin-xdp1.txt": ["perf-report", 19, 14, 1],
  "public/perf-report/genericxdp-drop-ns.expected.txt": ["perf-report", /expected rows of perf report/], // an author's table, not the tool's
  "public/perf-report/genericxdp-drop-selfonly.txt": ["perf-report", 35, 2, 0],
  "public/perf-report/iouring-softirq.txt": ["perf-report", 3, 36, 0],
  "public/perf-report/lkp-perf-profile-1.txt": ["perf-report", 714, 115, 0],
  "public/perf-report/local-udp1400-fields.txt": ["perf-report", 217, 9, 0],
  "public/perf-report/local-udp64-children-callgraph-first1200lines.txt": ["perf-report", 9, 1178, 0],
  "public/perf-report/local-udp64-nochildren.txt": ["perf-report", 225, 9, 0],
  "public/perf-report/macchiatobin-init.txt": ["perf-report", 7, 1, 0],
  "public/perf-report/mail-afxdp-default.txt": ["perf-report", 22, 0, 0],
  "public/perf-report/mail-hackbench-mmcid.txt": ["perf-report", 23, 0, 1],
  "public/perf-report/mail-memcg-mc-worker-callchain.txt": ["perf-report", 3, 136, 1],
  "public/perf-report/page_pool-danish-ipc.txt": ["perf-report", 44, 0, 0],
  "public/perf-report/q-callgraph-3.8-children.txt": ["perf-report", 3689, 9, 0],
  "public/perf-report/q-group.txt": ["perf-report", 26, 9, 0],
  "public/perf-report/traits-set.txt": ["perf-report", /expected a report without --hierarchy/],
  "public/perf-report/udp_sink-csum.txt": ["perf-report", 36, 1, 0],
  "public/perf-report/veth-redirect-base.txt": ["perf-report", 21, 22, 0],
  "public/perf-report/xdp_frame-convert.txt": ["perf-report", 11, 0, 0],
  "public/perf-report/xdppaper-mlx5-drop.txt": ["perf-report", 20, 1, 0],
  "public/pktgen/eth4-proc-docs.txt": ["pktgen", 1, 0, 1],
  "public/pktgen/ixgbe-queue_xmit-patched.txt": ["pktgen", 1, 4, 0],
  "public/pktgen/ixgbe-queue_xmit-unpatched.txt": ["pktgen", 1, 4, 0],
  "public/pktgen/lo-egress-hook-5runs.txt": ["pktgen", 5, 5, 0],
  "public/pktgen/sample04-n1-and-sample03-no-result.txt": ["pktgen", 1, 4, 1],
  "public/session/espressobin-mpstat-xdp1.txt": ["mpstat", 3, 10, 0],
  "public/session/i40e-10mpps-baseline.txt": ["mpstat", 2, 27, 0],
  "public/session/xdppaper-trex-mpstat-ethtool.txt": ["mpstat", 7, 33, 0],
  "public/softnet/local-15col.txt": ["softnet_stat", 2, 0, 0],
  "public/softnet/procfs-softnet_stat.txt": ["softnet_stat", 5, 0, 1],
  "public/time_bench/bench02_xdp_drop-L460.txt": ["time_bench", 2, 0, 0],
  "public/time_bench/commit-alf_queue.txt": ["time_bench", /expected a record of time_bench/], // an author's table, not the tool's
  "public/time_bench/commit-memset-avx2.txt": ["time_bench", 12, 11, 1],
  "public/time_bench/commit-page_bench04.txt": ["time_bench", 19, 10, 1],
  "public/time_bench/mail-arm64-page_pool-2.txt": ["time_bench", 20, 21, 1],
  "public/time_bench/mail-upstream-selftest.txt": ["time_bench", 6, 13, 1],
  "public/time_bench/mail-wrapped-jesper.txt": ["time_bench", 12, 16, 2],
  "public/time_bench/page_bench01-order0.txt": ["time_bench", 2, 1, 1],
  "public/time_bench/page_bench04_bulk-v5r9.txt": ["time_bench", 19, 1, 1],
  "public/time_bench/page_pool07_bench_DMA_fix-L44.txt": ["time_bench", 9, 8, 0],
  "public/time_bench/page_pool07_bench_DMA_fix-L78.txt": ["time_bench", 9, 8, 0],
  "public/time_bench/page_pool08_bench_AMD-L98.txt": ["time_bench", 9, 8, 0],
  "public/time_bench/sample-getting-started.txt": ["time_bench", 9, 1, 0],
  "public/time_bench/slab_bulk-summary.txt": ["time_bench", 2, 0, 0],
  "public/time_bench/slab_bulk_test01-slub-2020.txt": ["time_bench", 4, 2, 0],
  "public/time_bench/traits01_bench_kmod-L164.txt": ["time_bench", 1, 0, 1],
  "public/time_bench/traits02_optimizations-L73.txt": ["time_bench", 2, 1, 0],
  "public/time_bench/traits07_bench-009-L106.txt": ["time_bench", 5, 1, 0],
  "public/time_bench/traits07_bench-009-L78.txt": ["time_bench", 5, 0, 0],
  "public/udp_sink/same-cpu.txt": ["udp_sink", 9, 2, 0],
  "veth-6.18/net-small.ethtool-after.txt": ["ethtool-stats", 10, 0, 0],
  "veth-6.18/net-small.ethtool-before.txt": ["ethtool-stats", 10, 0, 0],
  "veth-6.18/net-small.softnet-after.txt": ["softnet_stat", 2, 0, 0],
  "veth-6.18/net-small.softnet-before.txt": ["softnet_stat", 2, 0, 0],
};
/** Streamed formats have tests of their own. */
const wholeTextFolder = /^(?!perf-script\/).*\.(?:txt|csv)$/;
/** Files that must stand in the table: a new specimen fails until it was counted. */
const MATCHING =
  /^public\/(?:ethtool-stats|mpstat|netperf|nstat|perf-annotate|perf-report|pktgen|softnet|time_bench|udp_sink)\/|^public\/session\/.*(?:mpstat|i40e)|ethtool_stats\.pl\/.*-L131|(?:^|\/)(?:(?:pktgen|report)\.txt|ethtool-S\.\S+|\S*softnet[-_]\S+)$|ethtool[-_](?:before|after)\.txt$/;

describe("own specimens", () => {
  walk(OWN, own, (file) => wholeTextFolder.test(file));
  for (const [file, [name]] of Object.entries(own)) {
    it(`${file}: cut or changed anywhere, it gives a result or a ParseError`, () =>
      survivesDamage(formatNamed(name), text(OWN, file)));
  }
});

describe("captures of LINERATE_CAPTURES", { skip: CAPTURES ? false : "set LINERATE_CAPTURES to a folder of captures" }, () => {
  if (!CAPTURES) return;
  walk(CAPTURES, captures, (file) => MATCHING.test(file));
  it("no other file is taken for one of these formats, compressed or not", async () => {
    const counted = new Set(Object.values(captures).map(([name]) => name));
    for (const file of filesOf(CAPTURES).filter((file) => !captures[file])) {
      const head = await headOf(join(CAPTURES, file));
      const takers = wholeTexts
        .filter(({ looksLike }) => looksLike(head))
        .flatMap(({ name }) => (counted.has(name) ? name : []));
      assert.deepEqual(takers, [], file);
    }
  });
});

describe("hostile text", () => {
  // A pattern that backtracks would take hours on these.
  const pieces = [
    "> ",
    ": ",
    "\t",
    "\r",
    "- ",
    "[ ",
    "00000000 ",
    "9",
    "Per elem: ",
    "Type:",
    "time_bench:",
    "cycles(tsc) ",
    "a: 1 ",
    "CPU(1) ",
    "  ",
    " for ",
    "1.00%  ",
    " // a:1",
    "{ a, ",
    "THROUGHPUT=",
    " TEST from ",
    "bytes  ",
    "a,",
    "12:00:00  CPU    %usr ",
    "UdpInDatagrams 1 ",
    "recvmsg   \trun: ",
    "%usr ",
    "1.00 ",
  ];
  const starts = [
    "",
    "NIC statistics:\n     rx: 1\n     ",
    "time_bench: Type:",
    "Per elem: ",
    "Result: OK: ",
    "Params: count 1\n ",
    "     rx: 1\n     tx: ",
    "# Overhead  Symbol\n    1.00%  [k] ",
    "# Overhead  Command  Symbol\n# ........  .......  ......\n    1.00%",
    "    1.00%  x",
    "# Samples: 1 of event '",
    " Percent |\tSource code & Disassembly of x for ",
    " Percent |\tSource code & Disassembly of x for y\n    1.00 :   a:   ",
    "P99_LATENCY=1\nP99_LATENCY=",
    "bytes  bytes   bytes    secs.    10^6bits/sec\n",
    "metric,unit,value\n",
    "12:00:00  CPU    %usr   %idle\n12:00:01    0",
    '{"sysstat": {"hosts": [',
    "#kernel\nUdpInDatagrams",
    '{"kernel":{"UdpInDatagrams":',
    "recvmsg   \trun:  0\t 1000000\t",
  ];
  for (const format of wholeTexts) {
    it(`${format.name}: a line of 10 MB, and lines of 1 MB of any piece, end`, async () => {
      for (const piece of ["x", " "]) await outcome(format, piece.repeat(10_000_000));
      for (const piece of pieces) await outcome(format, piece.repeat(1_000_000 / piece.length));
      for (const start of starts) await outcome(format, `${start}${" ".repeat(1_000_000)}`);
    });
  }
});

function walk(folder: string, table: Readonly<Record<string, Count>>, matches: (file: string) => boolean): void {
  it("are all in the table, and the table has no other", () => {
    assert.deepEqual(filesOf(folder).filter(matches), Object.keys(table).sort());
  });
  for (const [file, [name, ...expected]] of Object.entries(table)) {
    it(`${file} is ${name}: every line is in a row, skipped, or refused`, async () => {
      const format = formatNamed(name);
      const [counts] = expected;
      if (counts instanceof RegExp) {
        await assert.rejects(readCaptureFile({ path: join(folder, file), format }), counts);
        return;
      }
      const read = await readCaptureFile({ path: join(folder, file) });
      assert.equal(read.format, format);
      assert.deepEqual([read.rows.length, read.skipped.length, read.warnings.length], expected);
      await everyLineCounts(format, text(folder, file));
      await readsTheSame(format, text(folder, file));
    });
  }
}

/**
 * No line is lost in silence: blanking a line that was not skipped changes the rows, a warning, or makes an error.
 * Only the settings of /proc/net/pktgen belong to a row without a field of their own.
 */
async function everyLineCounts(format: Format, text: string): Promise<void> {
  if (text.startsWith("{")) return; // of a JSON document it is parts that count, and not lines
  const lines = text.split("\n");
  const whole = await read(format, text);
  const skipped = new Map(whole.skipped.map(({ line, text }) => [line, text]));
  assert.equal(skipped.size, whole.skipped.length, "a line is skipped twice");
  const every = Math.ceil(lines.length / MOST_BLANKED);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    if (skipped.has(index + 1)) {
      assert.equal(skipped.get(index + 1), line);
      continue;
    }
    if (format.name === "pktgen" && /^(?:Params|Current|\s+[\w-]+):/.test(line)) continue;
    if (format.name === "perf-report" && /^#? *\.+(?: +\.+)*\s*$/.test(line)) continue; // it says how wide the columns are
    if (index % every !== 0) continue;
    const without = await outcome(format, lines.with(index, "").join("\n"));
    assert.notDeepEqual(without, known(whole), `line ${index + 1} is lost: ${line}`);
  }
}

/** Reading a text once for each of its lines takes too long beyond. */
const MOST_BLANKED = 800;

/** Quoting in a mail and the line ends of another system change nothing. */
async function readsTheSame(format: Format, text: string): Promise<void> {
  const { rows } = await read(format, text);
  assert.deepEqual((await read(format, text.replaceAll("\n", "\r\n"))).rows, rows);
  assert.deepEqual((await read(format, text.replace(/^(?!$)/gm, "> "))).rows, rows);
}

async function survivesDamage(format: Format, text: string): Promise<void> {
  for (let end = 0; end < text.length; end++) await outcome(format, text.slice(0, end));
  const changes = fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 0, max: 255 }));
  await fc.assert(
    fc.asyncProperty(changes, async ([at, code]) => {
      await outcome(format, text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1));
    }),
    { seed: 1, numRuns: 500 },
  );
}

/** What is known of a text but its skipped lines: rows, warnings, and what a format has besides. */
function known({ skipped, ...rest }: Parsed<object>): object {
  return rest;
}

/** What is known of a text, or its ParseError; any other error is thrown. */
async function outcome(format: Format, text: string): Promise<unknown> {
  try {
    return known(await read(format, text));
  } catch (error) {
    assert.ok(error instanceof ParseError, String(error));
    return error.message;
  }
}

function read(format: Format, text: string): Promise<Parsed<object>> {
  const file = "capture.txt";
  const chunks = () => assert.fail("a format of whole texts");
  return format.read({ file, head: text, text: async () => ({ file, text, warnings: [] }), chunks, close: async () => {} });
}

/** The head of a file; empty for one that is empty or damaged on purpose. */
async function headOf(path: string): Promise<string> {
  try {
    const capture = await openCapture(path);
    await capture.close();
    return capture.head;
  } catch (error) {
    assert.ok(error instanceof CaptureError, String(error));
    return "";
  }
}

function text(folder: string, file: string): string {
  return readFileSync(join(folder, file), "utf8");
}

function filesOf(folder: string): string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return paths.filter((path) => statSync(join(folder, path)).isFile()).sort();
}
