// What one run gives to a comparison: a recording of several events, joined to the packets of its CPUs.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readMeasuredRun } from "./measure-run.js";
import { settingsOf } from "./settings.js";

/** perf script: `cycles` each ms on the CPU of the packets, and two samples of another event elsewhere. */
function script(cpuOfOther: number): string {
  const sample = (ms: number, cpu: number, event: string) =>
    `ksoftirqd/${cpu} 10 [00${cpu}] ${(100 + ms / 1000).toFixed(6)}: 3000 ${event}: \n\tffffffff81000000 dummy_xmit+0x1 ([kernel.kallsyms])\n\n`;
  const cycles = Array.from({ length: 1001 }, (_, ms) => sample(ms, 0, "cycles"));
  return [...cycles, sample(10, cpuOfOther, "page-faults"), sample(20, cpuOfOther, "page-faults")].join("");
}

describe("readMeasuredRun()", () => {
  it("takes the costs of the events that were sampled on the CPUs of the packets, whatever was on others", async () => {
    const run = mkdtempSync(join(tmpdir(), "linerate-measured-"));
    try {
      const pktgen = "Result: OK: 1000000(c999000+d1000) usec, 1000 (60byte,0frags)\n  1000pps 0Mb/sec (480000bps) errors: 0\n";
      writeFileSync(join(run, "pktgen.txt"), `Device: eth0@0\n${pktgen}`);
      for (const cpuOfOther of [0, 1]) {
        writeFileSync(join(run, "script.txt"), script(cpuOfOther));
        const { metrics } = await readMeasuredRun(run);
        // 1001 samples of 3000 cycles in 1 s at 1000 packets a second.
        assert.equal(metrics.find(({ name }) => name === "cycles/packet")?.value.toFixed(6), "3003.000000");
      }
    } finally {
      rmSync(run, { recursive: true });
    }
  });
});

describe("readMeasuredRun() of a CPU that was idle for half of the time", () => {
  it("has no cost of idling: neither as a class nor as a function", async () => {
    const run = mkdtempSync(join(tmpdir(), "linerate-idle-"));
    try {
      const sample = (ms: number, comm: string, pid: number, symbol: string) =>
        `${comm} ${pid} [000] ${(100 + ms / 1000).toFixed(6)}: 1000000 cpu-clock: \n\tffffffff81000000 ${symbol}+0x1 ([kernel.kallsyms])\n\n`;
      const samples = Array.from({ length: 1000 }, (_, ms) =>
        ms % 2 === 0 ? sample(ms, "ksoftirqd/0", 10, "dummy_xmit") : sample(ms, "swapper", 0, "default_idle"),
      );
      writeFileSync(join(run, "script.txt"), samples.join(""));
      const pktgen = "Result: OK: 1000000(c999000+d1000) usec, 1000 (60byte,0frags)\n  1000pps 0Mb/sec (480000bps) errors: 0\n";
      writeFileSync(join(run, "pktgen.txt"), `Device: eth0@0\n${pktgen}`);
      const { classes, symbols } = await readMeasuredRun(run);
      // Half of a CPU's second for 1000 packets: 500,000 ns each.
      const costs = (of: typeof classes) => of.map(({ name, perPacket }) => [name, Math.round(perPacket)]);
      assert.deepEqual(costs(classes), [["driver", 500_000]]);
      assert.deepEqual(costs(symbols), [["dummy_xmit", 500_000]]);
    } finally {
      rmSync(run, { recursive: true });
    }
  });
});

describe("settingsOf()", () => {
  it("keeps every value of a word that stands several times on the command line", () => {
    // Documentation/admin-guide/kernel-parameters.txt: hugepages= is of the hugepagesz= before it.
    const settings = (text: string) =>
      settingsOf({ run: { environment: { cmdline: { file: "cmdline.txt", text } }, captures: [] } });
    const [few, many] = [4, 8].map((large) => settings(`quiet hugepagesz=1G hugepages=${large} hugepagesz=2M hugepages=512\n`));
    assert.deepEqual(few?.get("cmdline hugepages"), "4 512");
    assert.notDeepEqual(few, many);
    assert.equal(few?.get("cmdline quiet"), "set");
  });
});
