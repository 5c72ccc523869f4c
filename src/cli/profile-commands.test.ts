import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("main.js", import.meta.url));
const specimen = (name: string) => fileURLToPath(new URL(`../../data/specimens/perf-script/${name}`, import.meta.url));
const linerate = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });

describe("linerate fold", () => {
  it("prints one stack and its weight a line", () => {
    const { stdout, stderr, status } = linerate("fold", specimen("one-line.txt"), "--event", "cycles:u");
    assert.equal(stdout, "dd;copy_user 1\ndd;[unknown] 3075\n");
    assert.deepEqual([stderr, status], ["", 0]);
  });

  it("reads standard input, selects samples, prints JSON", () => {
    const args = [main, "fold", "-", "--event", "cycles", "--cpu", "0", "--time", "100.0005,100.0009", "--json"];
    const { stdout } = spawnSync(process.execPath, args, { input: readFileSync(specimen("callchain.txt")), encoding: "utf8" });
    assert.deepEqual(JSON.parse(stdout), {
      file: "<stdin>",
      event: "cycles",
      unit: "occurrences",
      warnings: [],
      stacks: [
        { stack: "cpumap/5/map:46;bpf_prog_6deef7357e7b4530_xdp_drop", weight: 250_002 },
        { stack: ":-1;do_exit", weight: 250_003 },
      ],
    });
  });

  it("does not add events, and says what to do", () => {
    const { stdout, stderr, status } = linerate("fold", specimen("one-line.txt"));
    assert.match(stderr, /holds several events, which are not added: name one with --event: cycles:u, instructions:u\n$/);
    assert.deepEqual([stdout, status], ["", 1]);
  });

  it("exits 1 for what is no recording, 2 for a wrong call", () => {
    assert.equal(linerate("fold", specimen("none.txt")).status, 1);
    assert.equal(linerate("fold", main).status, 1);
    assert.equal(linerate("fold", specimen("one-line.txt"), "--cpu", "3-1").status, 2);
    assert.equal(linerate("fold", specimen("one-line.txt"), "--context", "elsewhere").status, 2);
    for (const command of ["fold", "profile"]) {
      const { status, stderr } = linerate(command, specimen("one-line.txt"), "--event", "nope");
      assert.deepEqual([status, /a known event: got "nope"/.test(stderr)], [1, true], command);
    }
    const half = linerate("profile", specimen("one-line.txt"), "--top", "2.5");
    assert.deepEqual([half.status, /expected a whole number, got "2\.5"/.test(half.stderr)], [2, true]);
  });

  it("interrupted while it reads, prints nothing", async () => {
    const child = spawn(process.execPath, [main, "fold", "-"], { stdio: ["pipe", "pipe", "pipe"] });
    let printed = "";
    child.stdout.on("data", (text) => (printed += text));
    child.stdin.on("error", () => {}); // it is gone before the end of its input
    child.stdin.write("dut 7 [000] 1.000000: 5 cycles:\n\tf00 main (/bin/x)\n\n".repeat(10_000), () => child.kill("SIGINT"));
    const [code, signal] = await once(child, "close");
    assert.deepEqual([printed, code, signal], ["", null, "SIGINT"]);
  });
});

describe("linerate profile", () => {
  it("prints the quality, the CPUs and the top functions", () => {
    const { stdout, status } = linerate("profile", specimen("callchain.txt"), "--event", "cycles", "--top", "2");
    assert.equal(
      stdout.replace(/^.*callchain/, "callchain"),
      `callchain.txt: 0.001 s; losses not stated (perf script --show-lost-events does); 0 lines skipped

cycles: 6 samples, 1,550,010 occurrences; 0 refused
  innermost function without symbol: 16.13 % of the occurrences
  without stack: 1 sample; stack cut at 127 frames: 0

CPU  samples  occurrences
  0        4    1,000,009
  1        2      550,001

self %  children %  samples  function                                          dso
 19.35       19.35        1  std::function<void (int)>::operator()(int) const  /opt/app/lib app.so
 16.13       16.13        1  do_exit                                           [kernel.kallsyms]
8 more functions
`,
    );
    assert.equal(status, 0);
  });

  it("prints the self shares that perf report prints, from a compressed text", () => {
    const recording = fileURLToPath(new URL("../../data/runs/kernel-6.1-vm/dummy_burst1/script.txt.gz", import.meta.url));
    const { stdout, stderr } = linerate("profile", recording, "--top", "3");
    const shares = [...stdout.matchAll(/^ *(\d+\.\d\d) +\d+\.\d\d +[\d,]+ {2}(\w+) /gm)].map(
      ([, self, name]) => `${self} ${name}`,
    );
    assert.deepEqual(shares, ["51.28 native_safe_halt", "18.36 memset_erms", "5.35 pktgen_thread_worker"]);
    assert.equal(stderr, "");
  });

  it("prints JSON with addresses as they are written elsewhere, and the warnings", () => {
    const { stdout, stderr } = linerate("profile", specimen("remarks.txt"), "--json");
    const { events, warnings, quality } = JSON.parse(stdout);
    assert.deepEqual([events[0].samples, events[0].refused, quality.skippedLines, warnings.length], [3, 2, 9, 2]);
    assert.equal(stderr, "");
    assert.match(linerate("profile", specimen("no-dso.txt"), "--json").stdout, /"address": "0xffffffff96613abf"/);
  });
});
