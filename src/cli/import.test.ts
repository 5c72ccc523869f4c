// The built command: what a bundle holds, that it is whole or not there, and what is refused.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openRun } from "../runs/open-run.js";
import { packetRatesOf } from "../runs/packet-rates.js";

const MAIN = fileURLToPath(new URL("main.js", import.meta.url));
const RUNS = fileURLToPath(new URL("../../data/runs/kernel-6.1-vm/", import.meta.url));
const NIC = ["nic_eth0/ethtool_before.txt", "nic_eth0/ethtool_after.txt", "nic_eth0/pktgen.txt", "uname.txt", "cpuinfo.txt"];
const folder = mkdtempSync(join(tmpdir(), "linerate-import-"));
after(() => rmSync(folder, { recursive: true }));

function linerate(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [MAIN, ...args], { cwd: RUNS, encoding: "utf8" });
}
const out = (name: string) => join(folder, name);

describe("linerate import", () => {
  it("makes a bundle that opens without a warning, with the window of its counters", async () => {
    const args = ["import", ...NIC, "-o", out("nic"), "--seconds", "22.043357", "--note", "ring 256", "--arm", "before"];
    const { status, stdout, stderr } = linerate(...args);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /^file +format +bytes\nethtool_before\.txt +ethtool-stats +407\n/);
    assert.match(stdout, /: run [0-9a-f]{16}, 5 files\n$/);
    const run = await openRun(out("nic"));
    assert.deepEqual(run.warnings, []);
    assert.deepEqual([run.manifest?.note, run.manifest?.arm], ["ring 256", "before"]);
    const [pktgen, ethtool] = packetRatesOf({ run }).rates;
    assert.equal(ethtool?.pps, pktgen?.pps); // 449,376 packets in both
  });

  it("gives the window to an nstat of increments too, which has no snapshot before it", async () => {
    const nstat = fileURLToPath(new URL("../../data/specimens/nstat/increments.txt", import.meta.url));
    assert.equal(linerate("import", nstat, "uname.txt", "-o", out("nstat"), "--seconds", "10").status, 0);
    const run = await openRun(out("nstat"));
    assert.deepEqual(run.manifest?.files.find(({ format }) => format === "nstat")?.window, { durationNs: 10e9 });
    const [rate] = packetRatesOf({ run }).rates;
    assert.deepEqual([rate?.pps, rate?.source], [19_643.3, "increments.txt, as increments: UdpInDatagrams"]);
    const figure = linerate("figure", "livelock", "--data", out("nstat"), "-o", out("livelock.svg"));
    assert.match(figure.stdout, /^Delivered is at most 0\.020 of 0\.040 Mpps offered/);
  });

  it("copies the files byte for byte, and makes the same bundle of the same files, in whatever order", () => {
    linerate("import", ...NIC, "-o", out("once"));
    linerate("import", ...[...NIC].reverse(), "-o", out("twice"));
    assert.deepEqual(readFileSync(join(out("once"), "pktgen.txt")), readFileSync(join(RUNS, "nic_eth0/pktgen.txt")));
    assert.equal(
      readFileSync(join(out("once"), "manifest.json"), "utf8"),
      readFileSync(join(out("twice"), "manifest.json"), "utf8"),
    );
  });

  it("prints JSON, and keeps a file of no format with a warning", () => {
    writeFileSync(out("notes.txt"), "cable swapped\n");
    writeFileSync(out("empty.txt"), "");
    const { stdout } = linerate("import", out("notes.txt"), out("empty.txt"), "uname.txt", "-o", out("json"), "--json");
    const { manifest, warnings } = JSON.parse(stdout);
    assert.deepEqual(
      manifest.files.map(({ path, format }: { path: string; format?: string }) => [path, format]),
      [
        ["notes.txt", undefined],
        ["empty.txt", undefined],
        ["uname.txt", "uname"],
      ],
    );
    assert.match(warnings[0].message, /no format knows it/);
    assert.match(warnings[1].message, /the file is empty/);
  });

  it("takes the place of an empty folder, and never that of another", () => {
    mkdirSync(out("vacant"));
    assert.equal(linerate("import", "uname.txt", "-o", out("vacant")).status, 0);
    const again = linerate("import", "cpuinfo.txt", "-o", out("vacant"));
    assert.equal(again.status, 1);
    assert.match(again.stderr, /vacant: not empty: expected a new folder/);
    assert.deepEqual(readdirSync(out("vacant")), ["manifest.json", "uname.txt"]);
    assert.match(linerate("import", "uname.txt", "-o", out("notes.txt")).stderr, /no folder for a bundle \(ENOTDIR\)/);
  });

  it("writes nothing where a file is missing, or two have one name, or no counters fit --seconds", () => {
    for (const [args, message] of [
      [["uname.txt", "gone.txt"], /gone\.txt: no such file/],
      [["nic_eth0/pktgen.txt", "dummy_burst1/pktgen.txt"], /would both be pktgen\.txt in the bundle/],
      [["uname.txt", "--seconds", "5"], /--seconds requires two snapshots/],
      [["nic_eth0"], /nic_eth0: no regular file/],
      [["-"], /-: no such file/],
      [["dmesg.txt"], /dmesg\.txt: no such file/],
    ] as const) {
      const { status, stderr } = linerate("import", ...args, "-o", out("never"));
      assert.equal(status, 1);
      assert.match(stderr, message);
    }
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes("never")),
      [],
    );
    assert.equal(linerate("import", "uname.txt").status, 2);
  });

  it("leaves nothing when it is interrupted", async () => {
    const large = out("perf.data");
    writeFileSync(large, "PERFILE2");
    truncateSync(large, 2 ** 33); // without blocks on the disk; to copy it takes seconds
    const child = spawn(process.execPath, [MAIN, "import", large, "-o", out("stopped")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const exit = once(child, "exit");
    const unfinished = () => readdirSync(folder).find((name) => name.startsWith(".stopped."));
    while (child.exitCode === null && unfinished() === undefined) await setTimeout(5);
    child.kill("SIGINT");
    const [code] = await exit;
    assert.equal(code, 130);
    assert.equal(stderr, "linerate: interrupted, nothing was written\n");
    assert.equal(unfinished(), undefined);
    assert.ok(!existsSync(out("stopped")));
    rmSync(large);
  });
});
