import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { functionName } from "./by-symbol.js";
import { looksLikePerfScript, parsePerfScript } from "./perf-script.js";
import { CONTEXTS, frameName, framesOf, type Profile } from "./profile.js";

const specimen = (name: string) => readFileSync(new URL(`../../data/specimens/perf-script/${name}`, import.meta.url));
const parse = (text: string | Uint8Array, options: { payloads?: boolean; merge?: boolean } = {}) =>
  parsePerfScript({ file: "script.txt", chunks: [typeof text === "string" ? Buffer.from(text) : text], ...options });

/** A sample as one line: `comm pid/tid [cpu] ns weight event context: leaf (dso) < caller (dso)`. */
function lines(profile: Profile): string[] {
  const { samples, comms, events, stacks } = profile;
  const shown = (frame: number) => {
    const name = frameName(profile, frame);
    return `${functionName(name)} (${name.dso ?? "?"})`;
  };
  return Array.from({ length: samples.length }, (_, row) => {
    const task = `${comms[samples.comm[row] as number]} ${samples.pid[row]}/${samples.tid[row]} [${samples.cpu[row]}]`;
    const event = events[samples.event[row] as number]?.name;
    const context = CONTEXTS[samples.context[row] as number];
    const stack = framesOf(stacks, samples.stack[row] as number).map(shown);
    return `${task} ${samples.timeNs?.[row] ?? "-"} ${samples.weight[row]} ${event} ${context}: ${stack.join(" < ")}`;
  });
}

const K = "([kernel.kallsyms])";

/** What stands in the specimens, written down from them by hand. */
const SPECIMENS: Readonly<Record<string, readonly string[]>> = {
  "callchain.txt": [
    `swapper -1/0 [0] 0 250000 cycles kernel: native_safe_halt ${K} < default_idle ${K}`,
    "V8 Worker 2 -1/1201 [1] 249000 300000 cycles user: std::function<void (int)>::operator()(int) const (/opt/app/lib app.so) < " +
      "(anonymous namespace)::run() (/memfd:code (deleted)) < [unknown] (/opt/app/lib app.so) < [unknown] (?)",
    "kworker/u8:2 -1/77 [1] 499000 250001 cycles kernel: mlx5e_poll_rx_cq ([mlx5_core]) < " +
      "net_rx_action (/usr/lib/debug/boot/vmlinux-6.1.0-lr)",
    "cpumap/5/map:46 -1/90 [0] 749000 250002 cycles kernel: " +
      "bpf_prog_6deef7357e7b4530_xdp_drop (bpf_prog_6deef7357e7b4530_xdp_drop)",
    `:-1 -1/-1 [0] 799000 250003 cycles kernel: do_exit ${K}`,
    "1234 -1/1234 [0] 899000 250004 cycles unknown: ",
    "inl -1/55 [0] 999000 7 cycles:u user: inner (inlined) < outer (/opt/app/inl)",
  ],
  "one-line.txt": [
    "dd -1/301 [-1] 0 1 cycles:u user: copy_user (/usr/bin/dd)",
    "perf-exec -1/302 [-1] 1000 32 instructions:u unknown: 0xffffffffa0401 (?)",
    "dd -1/301 [-1] 2000 3075 cycles:u kernel: 0xffffffffa04012a0 (?)",
    "nginx -1/303 [-1] 3000 11 instructions:u user: operator new(unsigned long) (/usr/lib/libstdc++.so.6)",
  ],
  "no-time.txt": [
    `java -1/19983 [-1] - 1 cycles kernel: native_write_msr_safe ${K} < intel_pmu_enable_all ${K}`,
    "Web Content 7 -1/19984 [-1] - 1 cycles user: Lio/foo/Bar;::read(II)V (/tmp/perf-19983.map)",
  ],
  "no-time-period.txt": [
    `iperf3 -1/12594 [-1] - 50000 cpu-clock kernel: memset ${K}`,
    `perf -1/12659 [-1] - 50001 cpu-clock kernel: memcpy ${K}`,
  ],
  "no-pid.txt": [
    `ksoftirqd/0 -1/-1 [0] 0 1 cpu-clock kernel: napi_poll ${K}`,
    "worker 12 -1/-1 [1] 1000 1 cpu-clock user: main (/opt/worker)",
    `swapper -1/-1 [0] 2000 1 cpu-clock kernel: default_idle ${K}`,
  ],
  "pid-tid.txt": [
    "iperf3 27409/28744 [0] 0 1 cpu-clock:u kernel: copy_user_enhanced_fast_string (/lib/modules/4.3.0-rc1/build/vmlinux) < " +
      "skb_copy_datagram_iter (/lib/modules/4.3.0-rc1/build/vmlinux)",
    ":-1 -1/-1 [3] 482188997 1 cpu-clock:u unknown: 0x968f6e (?)",
  ],
  "events.txt": [
    `tool -1/501 [0] 0 1000 cycles:ppp kernel: a ${K}`,
    `tool -1/501 [0] 1000 1001 cpu_core/cycles:ppp/ kernel: a ${K}`,
    `tool -1/501 [0] 2000 1002 cpu/event=0x3c,umask=0x0/ kernel: a ${K}`,
    `tool -1/501 [0] 3000 1003 MEM_TRANS_RETIRED.LOAD_LATENCY:ldlat=64:precise=2:pinned kernel: a ${K}`,
    `tool -1/501 [0] 4000 1004 task-clock kernel: a ${K}`,
    "tool -1/501 [0] 5000 1 kmem:mm_page_alloc unknown: ",
  ],
  "tracepoints.txt": [
    "iperf3 -1/32050 [1] 0 1 net:net_dev_queue unknown: ",
    "dd x -1/32051 [1] 20000 1 sched:sched_switch unknown: ",
    "iperf3 -1/32050 [1] 25000 1 net:net_dev_queue unknown: ",
    `swapper -1/0 [1] 28000 1 sched:sched_wakeup kernel: ttwu_do_wakeup ${K}`,
    `iperf3 -1/32050 [1] 38000 1 probe:page_pool_1 kernel: page_pool_put_page ${K} < __poll (/usr/lib64/libc.so.6)`,
  ],
  "columns.txt": [
    `memtest -1/601 [0] 0 43 cpu/mem-loads,ldlat=30/P kernel: memset ${K}`,
    "memtest -1/601 [0] 1000 44 cpu/mem-loads,ldlat=30/P user: add (/opt/memtest) < main (/opt/memtest)",
    `memtest -1/601 [0] 2000 1 cycles:ppp guest user: entry ${K}`,
    "memtest -1/601 [0] 3000 1 branches user: 0x7fb36d08bd60 (/lib64/ld-2.23.so)",
    "memtest -1/601 [0] 4000 5 cycles:ppp user: add (/opt/memtest) < main (/opt/memtest)",
  ],
  "no-event.txt": [
    `iperf3 12594/12594 [0] 0 1 (not printed) kernel: __dev_queue_xmit ${K}`,
    `perf 12595/12595 [1] 1000 1 (not printed) kernel: __dev_queue_xmit ${K}`,
  ],
  "no-dso.txt": [
    "perf -1/10447 [-1] 0 1 cycles kernel: 0xffffffff96613abf (?) < native_write_msr (?) < operator delete(void*) (?)",
  ],
  "bom-crlf.txt": [
    `dut -1/7 [0] 0 10 cycles kernel: memset ${K} < main ${K}`,
    `dut -1/7 [0] 250000000 20 cycles kernel: memset ${K}`,
  ],
  "tabs.txt": [
    "Gecko -1/25122 [7] 0 1000000 task-clock:u user: Lock::unlock() (/system/lib/libc.so) < should_trace() (/system/lib/libc.so)",
  ],
  "remarks.txt": [
    `dut -1/7 [0] 0 10 cycles kernel: memset ${K} < main ${K}`,
    "dut -1/7 [0] 4000 12 cycles unknown: ",
    `dut -1/7 [0] 5000 13 cycles kernel: main ${K}`,
  ],
};

describe("parsePerfScript()", () => {
  for (const [name, expected] of Object.entries(SPECIMENS)) {
    it(`reads every field of ${name}`, async () => {
      assert.deepEqual(lines(await parse(specimen(name))), expected);
    });
  }

  it("keeps what the recording says of itself, and its times to the nanosecond beyond 2^53", async () => {
    const { header, startTimeNs, durationNs } = await parse(specimen("callchain.txt"));
    assert.deepEqual(header.slice(0, 3), [
      { key: "captured on", value: "Tue Nov 24 09:00:00 2026" },
      { key: "header version", value: "1" },
      { key: "hostname", value: "dut" },
    ]);
    assert.equal(header.filter(({ key }) => key === "event").length, 2);
    assert.deepEqual([startTimeNs, durationNs], [100_000_001_000n, 999_000]);
    assert.equal((await parse(specimen("pid-tid.txt"))).startTimeNs, 28_075_374_517_811_004n);
    assert.equal((await parse(specimen("no-time.txt"))).startTimeNs, undefined);
  });

  it("keeps events apart and says what their weights count", async () => {
    const units = (profile: Profile) => profile.events.map(({ name, unit, decoded }) => `${name} ${unit} ${decoded}`);
    assert.deepEqual(units(await parse(specimen("one-line.txt"))), ["cycles:u occurrences 2", "instructions:u occurrences 2"]);
    assert.deepEqual(units(await parse(specimen("tabs.txt"))), ["task-clock:u ns 1"]);
    assert.deepEqual(units(await parse(specimen("no-pid.txt"))), ["cpu-clock samples 3"]);
  });

  it("gives tracepoint payloads as typed columns on request", async () => {
    const { payloads, events } = await parse(specimen("tracepoints.txt"), { payloads: true });
    const table = (name: string) => payloads?.find(({ event }) => events[event]?.name === name);
    assert.deepEqual(table("net:net_dev_queue"), {
      event: 0,
      sample: Int32Array.of(0, 2),
      fields: [
        { name: "dev", kind: "text", values: ["eth0", "lo"] },
        { name: "skbaddr", kind: "address", values: BigUint64Array.of(0xffff_8881_2021_78e0n, 0xffff_8881_2021_78e0n) },
        { name: "len", kind: "number", values: Float64Array.of(74, -1) },
      ],
    });
    const switched = table("sched:sched_switch")?.fields.map(({ name, values }) => `${name}=${values[0]}`);
    assert.deepEqual(switched, ["prev_comm=dd x", "prev_pid=32051", "prev_state=S", "next_comm=swapper/1", "next_pid=0"]);
    assert.deepEqual(table("sched:sched_wakeup")?.fields[0]?.values, ["fio:243615 [120] success=1 CPU:031"]);
    assert.equal((await parse(specimen("tracepoints.txt"))).payloads, undefined);
    await assert.rejects(parse("", { merge: true, payloads: true }), RangeError);
  });

  it("counts what the kernel lost, and no other record of --show-...-events as a sample", async () => {
    const { quality } = await parse(specimen("tracepoints.txt"));
    assert.equal(quality.lostRecords, 130);
    assert.deepEqual(
      quality.skipped.map(({ line }) => line),
      [10, 11],
    );
  });

  it("returns lines of no sample with their numbers, refuses heads without their fields, and passes no frame to another sample", async () => {
    const { quality, events, warnings } = await parse(specimen("remarks.txt"));
    assert.deepEqual(
      quality.skipped.map(({ line }) => line),
      [1, 4, 7, 8, 9, 11, 12, 14, 15],
    );
    assert.equal(quality.skippedLines, 9);
    assert.deepEqual(events, [{ name: "cycles", unit: "occurrences", decoded: 3, refused: 2 }]);
    assert.ok(warnings.some(({ line, message }) => line === 1 && message === "this line and 8 more belong to no sample"));
  });

  it("keeps the first 1000 lines of no sample and counts the rest", async () => {
    const { quality } = await parse(`${"noise\n".repeat(5000)}dut 7 1.000000: 5 cycles:\n${"more noise\n".repeat(5000)}`);
    assert.equal(quality.skippedLines, 10_000);
    assert.equal(quality.skipped.length, 1000);
  });

  it("adds the last sample without a blank line after it", async () => {
    const text = "dut 7 1.000000: 5 cycles:\n\tf00 main (/bin/x)\n\ndut 7 1.000001: 6 cycles:\n\tf00 main (/bin/x)";
    const { samples, warnings } = await parse(text);
    assert.deepEqual([...samples.weight], [5, 6]);
    assert.deepEqual(
      warnings.map(({ message }) => message),
      [
        "no line end after the last line: it may be cut short",
        "no blank line after the last sample, as after the others: its stack may be cut short",
      ],
    );
  });

  it("merged: the same weights per stack, without times", async () => {
    const repeated = Buffer.concat(Array.from({ length: 3 }, () => specimen("one-line.txt")));
    const [plain, merged] = [await parse(repeated), await parse(repeated, { merge: true })];
    assert.equal(plain.samples.length, 12);
    assert.equal(merged.samples.length, 4);
    assert.deepEqual([...merged.samples.weight], [3, 96, 9225, 33]);
    assert.deepEqual(merged.events, plain.events);
    assert.deepEqual([merged.durationNs, merged.samples.timeNs], [plain.durationNs, undefined]);
  });

  it("refuses a text without samples, and numbers that a column cannot hold, by file and line", async () => {
    await assert.rejects(parse(""), {
      name: "ParseError",
      message: 'script.txt: expected samples of perf script, `comm pid [cpu] time: event:`: ""',
    });
    await assert.rejects(parse("# ========\n# hostname : dut\n# ========\n"), /expected samples of perf script/);
    await assert.rejects(parse("PING 10.0.0.1\n64 bytes from 10.0.0.1\n"), /: "PING 10.0.0.1"$/);
    await assert.rejects(parse("dut 7 1.0: 1 cycles:\ndut 7 1.1: 9007199254740993 cycles:\n"), {
      name: "ParseError",
      message: 'script.txt:2: expected a period below 2^53: "dut 7 1.1: 9007199254740993 cycles:"',
    });
    await assert.rejects(
      parse("dut 2147483648 1.0: 1 cycles:\n"),
      /^ParseError: script\.txt:1: expected a pid, tid and CPU from 0/,
    );
  });
});

describe("looksLikePerfScript()", () => {
  it("knows every specimen", () => {
    for (const name of Object.keys(SPECIMENS)) assert.ok(looksLikePerfScript(specimen(name).toString()), name);
  });

  it("does not take other texts with times and colons for it", () => {
    const others = [
      "          <...>-7390    [000] d..1.  1234.567890: sched_switch: prev_comm=a prev_pid=1\n", // trace_pipe
      "[  123.456789] time_bench: Type:for_loop Per elem: 0 cycles(tsc)\n", // dmesg
      "Samples: 2K of event 'cycles:ppp', Event count (approx.): 8437658090\n", // perf report
      "     1.000123456      2,000.00 msec cpu-clock\n", // perf stat -I
      "NIC statistics:\n     rx_packets: 14728\n", // ethtool -S
      "12:00:01.123456 IP 10.0.0.1 > 10.0.0.2: ICMP echo request\n", // tcpdump
    ];
    for (const text of others) assert.ok(!looksLikePerfScript(text), text);
  });
});
