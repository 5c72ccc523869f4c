// The built command on a shipped run and on bundles made of it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { Check } from "../runs/checks/check.js";

const MAIN = fileURLToPath(new URL("main.js", import.meta.url));
const RUNS = fileURLToPath(new URL("../../data/runs/kernel-6.1-vm/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "linerate-validate-"));
after(() => rmSync(folder, { recursive: true }));

function linerate(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [MAIN, ...args], { cwd: RUNS, encoding: "utf8" });
}

describe("linerate validate", () => {
  it("prints each check, the doubts with their effect, and exits 1 where one fails", () => {
    const { status, stdout, stderr } = linerate("validate", "dummy_burst1");
    assert.equal(status, 1);
    assert.match(stdout, /^check +result +about +seen\nS1 +ok +the CPUs were busy +CPU 0 idle 0\.0 %\n/);
    assert.match(
      stdout,
      /\nS23 FAIL: times mean something\n {2}seen +the CPU is emulated in software: QEMU TCG CPU version 2\.5\+\n/,
    );
    assert.match(stdout, /\nS25 WARNING: packets of the recorded time\n {2}seen +packets of 19\.109 s, samples of 6\.080 s/);
    assert.match(stdout, /\nAbsolute ns and cycles of this run are meaningless; ratios within it hold\.\n$/);
    assert.ok(stdout.split("\n").every((line) => line.length <= 100));
    assert.match(stderr, /^warning: dummy_burst1: no manifest\.json/);
  });

  it("prints JSON that says whether times mean anything, in fields", () => {
    const { absoluteNs, failed, checks, warnings } = JSON.parse(linerate("validate", "nic_eth0", "--json").stdout);
    assert.deepEqual([absoluteNs, failed, warnings.length], ["meaningless", true, 2]);
    for (const check of checks) assert.deepEqual(Object.keys(check), ["id", "about", "severity", "seen", "effect"]);
  });

  it("exits 0 with warnings alone", () => {
    const out = join(folder, "sound");
    linerate("import", "nic_eth0/pktgen.txt", "uname.txt", "-o", out);
    const { status, stderr } = linerate("validate", out);
    assert.deepEqual([status, stderr], [0, ""]);
  });

  it("fails kallsyms of another boot, and checks the rest", () => {
    // The kernel of another boot lies elsewhere: every address 2 MiB higher, as KASLR moves it.
    const moved = gunzipSync(readFileSync(join(RUNS, "kallsyms.gz")))
      .toString("latin1")
      .replace(/^[0-9a-f]{16}/gm, (address) => (BigInt(`0x${address}`) + 0x200000n).toString(16).padStart(16, "0"));
    const kallsyms = join(folder, "kallsyms");
    writeFileSync(kallsyms, moved);
    const out = join(folder, "other-boot");
    linerate("import", "dummy_burst1/perf.data.gz", kallsyms, "-o", out);
    const { status, stdout } = linerate("validate", out, "--json");
    assert.equal(status, 1);
    const checks: Check[] = JSON.parse(stdout).checks;
    const of = (id: string) => checks.find((check) => check.id === id);
    assert.equal(of("S24")?.severity, "fail");
    assert.match(of("S24")?.seen ?? "", /expected the kallsyms of the recorded boot/);
    assert.match(of("S10")?.seen ?? "", /without symbol/);
  });

  it("refuses a run whose file was changed, and what is no run", () => {
    const out = join(folder, "changed");
    linerate("import", "uname.txt", "-o", out);
    appendFileSync(join(out, "uname.txt"), "x");
    const { status, stderr } = linerate("validate", out);
    assert.equal(status, 1);
    assert.match(stderr, /uname\.txt: \d+ bytes: expected the \d+ of manifest\.json/);
    assert.match(linerate("validate", "no-such-run").stderr, /no-such-run: no such run/);
    assert.equal(linerate("validate").status, 2);
  });
});
