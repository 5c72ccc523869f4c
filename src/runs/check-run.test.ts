// Each check, on the shipped runs and on made ones that differ from a sound run in one thing.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { CaptureError } from "../captures/capture-error.js";
import { dataPath } from "../captures/data-path.js";
import { formatNamed } from "../formats.js";
import { parsePerfScript } from "../profile/perf-script.js";
import type { Profile } from "../profile/profile.js";
import { checkRun } from "./check-run.js";
import type { Check } from "./checks/check.js";
import { openRun, type Run, type RunCapture } from "./open-run.js";

/** A second of cpu-clock at 1 kHz on CPU 0, ten ms of `perf` in it, in a thread of pktgen. */
async function recording({
  seconds = 2,
  comms = { kpktgend_0: 1 } as Record<string, number>,
  symbol = "pktgen_xmit",
  event = "cpu-clock",
  cpu = 0,
  dso = "[kernel.kallsyms]",
} = {}): Promise<Profile> {
  const total = seconds * 1000;
  const names = Object.entries(comms).flatMap(([comm, share]) => Array<string>(Math.round(share * total)).fill(comm));
  const samples = names.map((comm, at) => {
    const idle = comm === "swapper";
    const time = (100 + at / 1000).toFixed(6);
    const leaf = idle ? "default_idle" : symbol;
    return `${comm} ${idle ? 0 : 7} [00${cpu}] ${time}: 1000000 ${event}: \n\tffffffff81000000 ${leaf}+0x1 (${dso})\n\n`;
  });
  async function* chunks() {
    yield new TextEncoder().encode(samples.join(""));
  }
  return parsePerfScript({ file: "script.txt", chunks: chunks() });
}

async function capture(name: string, format: string, text: string): Promise<RunCapture> {
  const parsed = await formatNamed(format).read({
    file: name,
    text: async () => ({ file: name, text, warnings: [] }),
  } as never);
  return { name, file: name, format: formatNamed(format), ...parsed };
}

const pktgen = (startedUs: number, us = 2_000_000) =>
  `Params: count 0  min_pkt_size: 60  max_pkt_size: 60\n     frags: 0  delay: 0  clone_skb: 0  ifname: eth0\nCurrent:\n     started: ${startedUs}us  stopped: ${startedUs + us}us idle: 0us\nResult: OK: ${us}(c${us}+d0) usec, ${us} (60byte,0frags)\n  1000000pps 480Mb/sec (480000000bps) errors: 0\n`;
const CPUINFO = "model name\t: AMD EPYC 9684X 96-Core Processor\nflags\t\t: fpu erms\n";

type Changes = Partial<Omit<Run, "environment" | "captures">> & {
  environment?: Record<string, string>;
  captures?: RunCapture[];
};
async function run({ environment = {}, captures, ...changes }: Changes = {}): Promise<Run> {
  const texts = {
    cpuinfo: CPUINFO,
    uname: "Linux dut 6.18.1 #1 SMP x86_64\n",
    dmesg: "Linux version 6.18.1 (gcc)\n",
    ...environment,
  };
  return {
    path: "run",
    files: [],
    captures: captures ?? [await capture("pktgen.txt", "pktgen", pktgen(100_000_000))],
    environment: Object.fromEntries(Object.entries(texts).map(([kind, text]) => [kind, { file: `${kind}.txt`, text }])),
    warnings: [],
    ...changes,
  };
}
const check = ({ checks }: { checks: readonly Check[] }, id: string): Check => {
  const found = checks.find((check) => check.id === id);
  assert.ok(found, id);
  return found;
};
const is = (found: Check, severity: Check["severity"], seen: RegExp) => {
  assert.equal(found.severity, severity, `${found.id}: ${found.seen}`);
  assert.match(found.seen, seen);
  assert.equal(found.effect === "", severity === "ok" || severity === "not checked");
};

describe("checkRun()", () => {
  it("finds nothing wrong with a sound run, and names what it could not check", async () => {
    const { checks, failed, absoluteNs } = checkRun({ run: await run(), profile: await recording() });
    const bad = checks.filter(({ severity }) => severity === "warning" || severity === "fail");
    assert.deepEqual(bad, []);
    assert.deepEqual([failed, absoluteNs], [false, "usable"]);
    const unchecked = checks.filter(({ severity }) => severity === "not checked").map(({ id }) => id);
    assert.deepEqual(unchecked, ["S2", "S3", "S4", "S5", "S7", "S8", "S9", "S11", "S16", "S17", "S20"]);
    for (const { seen } of checks.filter(({ severity }) => severity === "not checked")) assert.match(seen, /^needs /);
  });

  it("has each check once, in the order of their numbers", async () => {
    const numbers = checkRun({ run: await run() }).checks.map(({ id }) => Number(id.slice(1)));
    assert.deepEqual(
      numbers,
      [...new Set(numbers)].sort((a, b) => a - b),
    );
  });

  it("checks nothing where there is nothing", () => {
    const { checks } = checkRun({ run: { path: "r", files: [], captures: [], environment: {}, warnings: [] } });
    assert.deepEqual(
      checks.filter(({ severity }) => severity !== "not checked").map(({ id, severity }) => [id, severity]),
      [["S6", "warning"]], // shares alone
    );
  });

  for (const name of ["dummy_burst1", "dummy_burst32", "nic_eth0", "veth_start_xmit"]) {
    it(`knows that the CPU of the shipped run ${name} was emulated: absolute times mean nothing`, async () => {
      const { absoluteNs, checks } = checkRun({ run: await openRun(join(dataPath("runs/kernel-6.1-vm"), name)) });
      assert.equal(absoluteNs, "meaningless");
      is(check({ checks }, "S23"), "fail", /emulated in software: QEMU TCG CPU version 2\.5\+$/);
    });
  }
});

describe("checks of the recording", () => {
  it("S1: a CPU that was idle for more than 1 % was limited by the load", async () => {
    const of = async (swapper: number) =>
      check(checkRun({ run: await run(), profile: await recording({ comms: { kpktgend_0: 1 - swapper, swapper } }) }), "S1");
    is(await of(0.01), "ok", /CPU 0 idle 1\.0 %/);
    is(await of(0.2), "warning", /CPU 0 idle 20\.0 %/);
    assert.match((await of(0.2)).effect, /upper bound/);
  });

  it("S1, S13: a recording of other CPUs says nothing of those with the packets", async () => {
    const result = checkRun({ run: await run(), profile: { ...(await recording({ cpu: 2, comms: { sockperf: 1 } })) } });
    is(check(result, "S1"), "not checked", /which CPUs handle the packets/);
    const captures = [await capture("p", "pktgen", `Device: eth0@5\n${pktgen(0).slice(pktgen(0).indexOf("Result:"))}`)];
    const elsewhere = checkRun({ run: await run({ captures }), profile: await recording() });
    is(check(elsewhere, "S1"), "not checked", /needs samples of CPU 5/);
    is(check(elsewhere, "S13"), "not checked", /needs samples of CPU 5/);
  });

  it("S1, S13: a recording that does not say where its samples were is of no CPU", async () => {
    const named = await recording({ comms: { iperf3: 1 } });
    const cpu = named.samples.cpu.map(() => -1);
    const profile = { ...named, samples: { ...named.samples, cpu } };
    const { checks } = checkRun({ run: await run({ captures: [] }), profile });
    for (const id of ["S1", "S13"])
      is(checks.find((one) => one.id === id) as Check, "not checked", /which CPUs handle the packets/);
  });

  it("S1: samples without weight say nothing of idle time", async () => {
    const weighed = await recording();
    const profile = { ...weighed, samples: { ...weighed.samples, weight: weighed.samples.weight.map(() => 0) } };
    is(check(checkRun({ run: await run(), profile }), "S1"), "not checked", /samples of CPU 0/);
  });

  it("S1: cycles do not say whether a CPU was idle", async () => {
    const profile = await recording({ event: "cycles" });
    is(check(checkRun({ run: await run(), profile }), "S1"), "not checked", /cycles do not fire on an idle CPU/);
  });

  it("S1: without samples of a clock mpstat says whether a CPU was idle, unless it is the mean since boot", async () => {
    const load = (text: string) => capture("mpstat.txt", "mpstat", text);
    const sender = await capture("p", "pktgen", `Device: eth0@1\n${pktgen(0).slice(pktgen(0).indexOf("Result:"))}`);
    const of = async (text: string) => check(checkRun({ run: await run({ captures: [sender, await load(text)] }) }), "S1");
    const rows = (time: string) =>
      `12:00:00  CPU    %usr   %idle\n${time}    0   10.00   90.00\n${time}    1   60.00   40.00\n`;
    is(await of(rows("12:00:01")), "warning", /^CPU 1 idle 40\.0 %$/);
    is(await of(rows("12:00:00")), "not checked", /samples of cpu-clock, or mpstat/);
  });

  it("S10: few, lost, throttled and unresolved samples", async () => {
    const profile = await recording({ seconds: 0.5, symbol: "[unknown]" });
    const quality = { ...profile.quality, lostSamples: 3, throttled: [{ cpu: 0, event: 0, fromNs: 0 }] };
    const found = check(checkRun({ run: await run(), profile: { ...profile, quality } }), "S10");
    is(found, "warning", /0 records and 3 samples lost; throttled once; 500 samples of cpu-clock.*100\.0 % .* without symbol/);
  });

  it("S10: a recording that does not read", async () => {
    const unread = new CaptureError({ file: "perf.data", problem: "damaged", message: "cut" });
    is(check(checkRun({ run: await run(), unread }), "S10"), "fail", /perf\.data: cut/);
  });

  it("S12: a clock that sampled half of the time", async () => {
    const profile = await recording();
    const weight = profile.samples.weight.map((ns) => ns / 2);
    const halved = { ...profile, samples: { ...profile.samples, weight } };
    is(check(checkRun({ run: await run(), profile: halved }), "S12"), "warning", /CPU 0 50\.0 %/);
  });

  it("S13: another program on the CPU, and one that watches", async () => {
    const profile = await recording({ comms: { kpktgend_0: 0.9, pmcd: 0.005, python3: 0.095 } });
    is(
      check(checkRun({ run: await run(), profile }), "S13"),
      "warning",
      /python3 9\.5 % of the samples; pmcd was running \(CPU 0\)/,
    );
  });

  it("S24: kallsyms of another boot fail, whatever else is right", async () => {
    const unread = new CaptureError({
      file: "kallsyms",
      problem: "format",
      message: "_text is at 0x1, the recording has it at 0x2",
    });
    const result = checkRun({ run: await run({ kallsyms: "kallsyms" }), profile: await recording(), unread });
    is(check(result, "S24"), "fail", /_text is at 0x1/);
    is(check(result, "S10"), "ok", /2000 of cpu-clock/);
    assert.ok(result.failed);
  });
});

describe("checks of the packets", () => {
  it("S25: packets of another time fail; those of a longer window hold if the rate was steady", async () => {
    const profile = await recording();
    const at = async (startedUs: number, us?: number) =>
      check(checkRun({ run: await run({ captures: [await capture("p", "pktgen", pktgen(startedUs, us))] }), profile }), "S25");
    is(await at(100_000_000), "ok", /packets of 2\.000 s, samples of 1\.999 s, from 0\.000/);
    is(await at(98_000_000, 10_000_000), "warning", /packets of 10\.000 s/);
    is(await at(99_000_000), "warning", /from -1\.000 to 1\.000 s/);
    is(await at(200_000_000), "fail", /from 100\.000 to 102\.000 s of the recording/);
  });

  it("S26: packets of another CPU fail, of some of the CPUs warn", async () => {
    const script = (cpus: readonly number[]) => `Device: eth0@${cpus[0]}\n${pktgen(0).slice(pktgen(0).indexOf("Result:"))}`;
    const of = async (cpu: number, profile: Profile) =>
      check(checkRun({ run: await run({ captures: [await capture("p", "pktgen", script([cpu]))] }), profile }), "S26");
    is(await of(0, await recording()), "ok", /packets on CPU 0, samples of CPU 0/);
    is(await of(3, await recording()), "fail", /packets on CPU 3, samples of CPU 0/);
    const both = await recording();
    both.samples.cpu[0] = 1;
    is(await of(0, both), "warning", /packets on CPU 0, samples of CPU 0,1/);
  });

  it("S3, S4: counters that do not balance, and drops, each where it was counted", async () => {
    const rows = (port: number, dropped: number, driver: number) =>
      `NIC statistics:\n     rx_packets: ${driver}\n     rx_packets_phy: ${port}\n     rx_discards_phy: ${dropped}\n     rx_errors: 0\n`;
    const of = async (...after: [number, number, number]) =>
      checkRun({
        run: await run({
          captures: [
            await capture("before", "ethtool-stats", rows(0, 0, 0)),
            await capture("after", "ethtool-stats", rows(...after)),
          ],
        }),
        seconds: 10,
      });
    // 98,233,252 at the port less 12,048,409 discards against 86,188,489 in the queues: a published balance, .004 % off.
    const published = await of(98_233_252, 12_048_409, 86_188_489);
    is(check(published, "S3"), "ok", /98233252 at the port, 12048409 dropped, 86188489 in the driver/);
    is(check(published, "S4"), "warning", /^rx_discards_phy \+12048409$/);
    is(check(await of(1000, 0, 900), "S3"), "warning", /1000 at the port/);
    is(check(await of(1000, 0, 1000), "S4"), "ok", /no counter of drops/);
    // Of two devices the counts of each are held against its own.
    const plain = (driver: number) => `NIC statistics:\n     rx_packets: ${driver}\n     tx_packets: 1\n`;
    const devices = [
      await capture("eth0.before", "ethtool-stats", plain(0)),
      await capture("eth0.after", "ethtool-stats", plain(77)),
      await capture("eth1.before", "ethtool-stats", rows(0, 0, 0)),
      await capture("eth1.after", "ethtool-stats", rows(1000, 0, 1000)),
    ];
    is(
      check(checkRun({ run: await run({ captures: devices }), seconds: 10 }), "S3"),
      "ok",
      /1000 at the port, 0 dropped, 1000 in/,
    );
    // Before 5.10 a row of softnet_stat names no CPU: of two rows and one nobody knows which is which.
    const cpu = `${"00000001 ".repeat(9).trim()}\n`;
    const captures = [await capture("s.before", "softnet_stat", cpu + cpu), await capture("s.after", "softnet_stat", cpu)];
    const hotplugged = checkRun({ run: await run({ captures }), seconds: 10 });
    is(
      check(hotplugged, "S4"),
      "not checked",
      /s\.before to s\.after: softnetRates requires CPU numbers or equal numbers of rows/,
    );
  });

  it("S6: no packets, and counters that disagree", async () => {
    const empty = check(checkRun({ run: await run({ captures: [] }) }), "S6");
    is(empty, "warning", /no counters of packets/);
    assert.match(empty.effect, /shares alone/);
    const unsent = await capture("pktgen.txt", "pktgen", pktgen(1).replace("2000000 (60byte", "0 (60byte"));
    is(
      check(checkRun({ run: await run({ captures: [unsent] }) }), "S6"),
      "warning",
      /^needs packets > 0: got 0 of pktgen\.txt/,
    );
    const counters = (rx: number) => `NIC statistics:\n     rx_packets: ${rx}\n     x: 1\n`;
    const captures = [
      await capture("pktgen.txt", "pktgen", pktgen(100_000_000)),
      await capture("before", "ethtool-stats", counters(0)),
      await capture("after", "ethtool-stats", counters(5_000_000)),
    ];
    is(
      check(checkRun({ run: await run({ captures }), seconds: 10 }), "S6"),
      "warning",
      /after: rx_packets says 500000 wire packets/,
    );
    is(
      check(checkRun({ run: await run({ captures }) }), "S6"),
      "ok",
      /without comparison: the time from before to after is not known/,
    );
  });

  it("S11: a dip of more than 5 % in the intervals", async () => {
    const of = async (...rates: number[]) => {
      const text = [1, ...rates].map((rate) => `eth0->?  ${rate} rx/s  0 err,drop/s\n`).join("");
      return check(checkRun({ run: await run({ captures: [await capture("x", "xdp-bench", text)] }) }), "S11");
    };
    is(await of(100, 101, 99, 100), "ok", /no dip of 5 % in 4 intervals/);
    is(await of(100, 94, 100, 100), "warning", /1 of 4 intervals of x/);
    is(await of(100, 100), "not checked", /needs counters of each second/);
  });
});

describe("checks of the machine", () => {
  const times = async (environment: Record<string, string>, profile?: Profile) => {
    const result = checkRun({ run: await run({ environment }), profile });
    return { ...check(result, "S23"), absoluteNs: result.absoluteNs };
  };

  it("S23: an emulated CPU, by each of its signs", async () => {
    const virtual = "model name\t: QEMU Virtual CPU version 2.5+\nflags\t\t: fpu hypervisor\n";
    is(await times({ cpuinfo: "model name\t: QEMU TCG CPU version 2.5+\n" }), "fail", /emulated in software: QEMU TCG/);
    is(await times({ cpuinfo: virtual }), "fail", /nothing says KVM: QEMU Virtual CPU/);
    is(
      await times({
        dmesg: "DMI: QEMU Standard PC (i440FX + PIIX, 1996)\n[ 0.0] Booting paravirtualized kernel on bare hardware\n",
      }),
      "fail",
      /a PC of QEMU and no hypervisor/,
    );
    assert.equal((await times({ cpuinfo: virtual })).absoluteNs, "meaningless");
  });

  it("S23: the same CPU model under KVM is a guest's", async () => {
    const cpuinfo = "model name\t: QEMU Virtual CPU version 2.5+\nflags\t\t: fpu hypervisor lahf_lm\n";
    const found = await times({ cpuinfo, dmesg: "[    0.0] Hypervisor detected: KVM\n" });
    is(found, "warning", /Hypervisor detected: KVM/);
    assert.equal(found.absoluteNs, "usable");
    is(await times({ lscpu: "Hypervisor vendor:                  Microsoft\n" }), "warning", /Hypervisor vendor: Microsoft/);
    is(await times({ cpuinfo: "model name\t: Xeon\nflags\t\t: fpu hypervisor\n" }), "warning", /flag of a guest/);
  });

  it("S23: KASAN, lockdep and SLUB debugging, from config, log, command line or samples", async () => {
    is(await times({ config: "CONFIG_KASAN=y\n" }), "fail", /KASAN is on \(config\.txt\)/);
    is(
      await times({ dmesg: "[    0.1] kasan: KernelAddressSanitizer initialized (generic)\n" }),
      "fail",
      /KASAN is on \(dmesg\.txt\)/,
    );
    is(
      await times({ dmesg: "Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar\n" }),
      "fail",
      /lockdep is on/,
    );
    is(await times({ cmdline: "quiet slub_debug=FZPU" }), "fail", /SLUB debugging is on \(cmdline\.txt\)/);
    is(await times({ cmdline: "slab_debug" }), "fail", /SLUB debugging is on/);
    is(await times({ dmesg: "[    0.0] Command line: quiet slub_debug\n" }), "fail", /SLUB debugging is on \(dmesg\.txt\)/);
    is(await times({}, await recording({ symbol: "__asan_load8" })), "fail", /KASAN is on \(samples in __asan_load8\)/);
    is(
      await times({}, await recording({ symbol: "free_debug_processing" })),
      "fail",
      /SLUB debugging is on \(samples in free_/,
    );
    is(
      await times({ cmdline: "slub_debug=- quiet", config: "# CONFIG_KASAN is not set\nCONFIG_HAVE_ARCH_KASAN=y\n" }),
      "ok",
      /AMD EPYC/,
    );
  });

  it("S23: says so where nothing tells what the CPU is", async () => {
    const { environment: _, ...rest } = await run();
    const { checks, absoluteNs } = checkRun({ run: { ...rest, environment: {} } });
    is(check({ checks }, "S23"), "not checked", /needs cpuinfo of x86, lscpu or dmesg/);
    assert.equal(absoluteNs, "not checked");
  });

  it("S19: lines of the log that cost time", async () => {
    const dmesg =
      "Linux version 6.18.1\n[   16.240857] hrtimer: interrupt took 78814020 ns\n[   17.0] perf: interrupt took too long (1 > 2)\n";
    is(
      check(checkRun({ run: await run({ environment: { dmesg } }) }), "S19"),
      "warning",
      /2 lines like .*hrtimer: interrupt took/,
    );
  });

  it("S27: files of two kernels", async () => {
    const environment = { uname: "Linux dut 6.12.0 #1 SMP x86_64\n" };
    is(check(checkRun({ run: await run({ environment }) }), "S27"), "fail", /uname\.txt: 6\.12\.0; dmesg\.txt: 6\.18\.1/);
  });

  it("S16: a benchmark that is none", async () => {
    const text =
      "time_bench: Type:for_loop Per elem: 5 cycles(tsc) 50.000 ns (step:0) - (measurement period time:0.000050000 sec time_interval:50000) - (invoke count:1000 tsc_interval:5000)\n";
    const bench = await capture("bench.txt", "time_bench", text);
    is(check(checkRun({ run: await run({ captures: [bench] }) }), "S16"), "warning", /TSC of 0\.100 GHz/);
  });

  it("reads long lines in linear time", async () => {
    const long = `${"mlx5 ".repeat(100_000)}\nflags\t: ${" hypervisor".repeat(50_000)}x\nmodel name${" ".repeat(100_000)}\n`;
    checkRun({
      run: await run({ environment: { dmesg: long, cpuinfo: long, lscpu: long, cmdline: long, config: long, uname: long } }),
    });
  });
});
