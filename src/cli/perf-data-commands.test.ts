import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const main = fileURLToPath(new URL("main.js", import.meta.url));
const specimen = (name: string) => fileURLToPath(new URL(`../../data/specimens/perf-data/nic_eth0.${name}`, import.meta.url));
const linerate = (args: readonly string[], input?: Buffer) =>
  spawnSync(process.execPath, [main, ...args], { encoding: "utf8", input });
const folder = mkdtempSync(join(tmpdir(), "linerate-"));
after(() => rmSync(folder, { recursive: true }));
const plain = join(folder, "perf.data");
writeFileSync(plain, gunzipSync(readFileSync(specimen("perf.data.gz"))));
const kallsyms = ["--kallsyms", specimen("kallsyms.gz")];

describe("commands on perf.data", () => {
  it("profile: shares as perf report prints them, records by type", () => {
    const { stdout, stderr, status } = linerate(["profile", plain, ...kallsyms, "--top", "1", "--stats"]);
    assert.match(stdout, /perf\.data: 6\.133 s; none lost, 0 throttled intervals; 0 lines skipped\n/);
    assert.match(stdout, /\ncpu-clock: 4,979 samples, 4,993,981,811 ns; 0 refused\n/); // perf report: Event count
    assert.match(stdout, /\nrecords +type\n(?:.*\n)* +4,979 +SAMPLE\n/);
    assert.deepEqual([stderr, status], ["", 0]);
  });

  it("fold: the same from the file, from gzip and from standard input", () => {
    const stacks = linerate(["fold", plain, ...kallsyms]).stdout;
    assert.match(stacks, /^kpktgend_0;ret_from_fork;kthread;pktgen_thread_worker;/m);
    assert.equal(linerate(["fold", specimen("perf.data.gz"), ...kallsyms]).stdout, stacks);
    assert.equal(linerate(["fold", "-", ...kallsyms], readFileSync(plain)).stdout, stacks);
  });

  it("fold: kernel threads as from perf script's text", () => {
    const folded = (...args: string[]) =>
      linerate(["fold", ...args, "--comm", "kpktgend_0"])
        .stdout.split("\n")
        .sort();
    const stacks = folded(plain, ...kallsyms);
    assert.deepEqual(stacks, folded(specimen("script.txt.gz")));
    assert.ok(stacks.length > 50);
  });

  it("select samples: as many as perf script prints of that CPU, comm and time", () => {
    const heads = gunzipSync(readFileSync(specimen("script.txt.gz")))
      .toString()
      .split("\n")
      .filter((line) => /^\S/.test(line));
    const text = heads.map((line) => /^(.+?) +\d+ \[(\d+)\] +(\d+\.\d+):/.exec(line) ?? []);
    const [from, to] = [text[1000]?.[3] as string, text[3000]?.[3] as string];
    const selected = (...args: string[]) =>
      JSON.parse(linerate(["profile", plain, ...kallsyms, "--json", ...args]).stdout).events[0].samples;
    assert.equal(selected(), text.length);
    assert.equal(selected("--cpu", "1"), text.filter(([, , cpu]) => cpu === "001").length);
    assert.equal(selected("--comm", "swapper"), text.filter(([, comm]) => comm === "swapper").length);
    // perf script cuts times to microseconds, so the window may begin within one.
    const inWindow = text.filter(([, , , time = ""]) => Number(time) >= Number(from) && Number(time) < Number(to)).length;
    assert.equal(selected("--time", `${from},${to}`), inWindow);
    assert.equal(selected("--context", "kernel") + selected("--context", "user"), text.length);
    assert.equal(selected("--event", "cpu-clock"), text.length);
  });

  it("heatmap: every sample of the recording in its bins, the clock of --time", () => {
    const out = join(folder, "over-time.svg");
    const { stdout, stderr, status } = linerate(["heatmap", plain, "--out", out, "--bin", "100"]);
    assert.doesNotMatch(stderr, /symbols/); // it names no function
    assert.match(stdout, /^Samples of cpu-clock over time: 4,979 on 2 CPUs in 6\.2 s, 0\.1 s a bin\n/);
    const [, start] = /second 0 is (\d+\.\d{6}) of the recording's clock/.exec(stdout) ?? [];
    const script = gunzipSync(readFileSync(specimen("script.txt.gz"))).toString();
    const times = [...script.matchAll(/^\S.*?\] +(\d+\.\d+):/gm)].map(([, time]) => Number(time));
    assert.ok(Math.abs(Number(start) - Math.min(...times)) < 2e-6);
    assert.match(readFileSync(out, "utf8"), /^<svg/);
    assert.equal(status, 0);
    assert.equal(linerate(["heatmap", plain, "--out", join(folder, "over-time.pdf")]).status, 2);
  });

  it("say what is missing: symbols, kallsyms of this boot, a recording for them", () => {
    const bare = linerate(["profile", plain, "--json"]);
    assert.match(JSON.parse(bare.stdout).warnings[0].message, /^kernel addresses have no symbols/);
    const other = join(folder, "kallsyms");
    writeFileSync(other, "ffffffff81000000 T _text\n");
    const refused = linerate(["profile", plain, "--kallsyms", other]);
    assert.match(
      refused.stderr,
      /: _text is at 0xffffffff81000000, the recording has it at 0xffffffff94e00000: expected the kallsyms/,
    );
    assert.deepEqual([refused.stdout, refused.status], ["", 1]);
    const text = linerate(["profile", specimen("script.txt.gz"), ...kallsyms]);
    assert.match(text.stderr, /is text, which has its symbols: --kallsyms and --symfs are for perf.data/);
    assert.equal(text.status, 1);
  });
});
