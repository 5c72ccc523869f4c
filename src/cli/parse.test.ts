// The built command, run as a person runs it: exit codes, what it prints, and that a failure prints nothing half.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { formats } from "../formats.js";

const MAIN = fileURLToPath(new URL("main.js", import.meta.url));
const SPECIMENS = fileURLToPath(new URL("../../data/specimens/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "linerate-"));
after(() => rmSync(folder, { recursive: true }));

function linerate(args: readonly string[], input = ""): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { cwd: SPECIMENS, input, encoding: "utf8" });
  return { status, stdout, stderr };
}
function file(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe("linerate parse", () => {
  it("prints a table in 100 columns, the skipped lines when they are few, and warnings on standard error", () => {
    const { status, stdout, stderr } = linerate([
      "parse",
      "ethtool-stats/bnxt-quoted.txt",
      "time_bench/parallel.txt",
      "pktgen/proc-burst32.txt",
    ]);
    assert.equal(status, 0);
    assert.ok(stdout.split("\n").every((line) => line.length <= 100));
    assert.match(stdout, /^ethtool-stats\/bnxt-quoted\.txt: ethtool-stats, 4 rows\nline {2}snapshot {2}counter +value\n/);
    assert.match(stdout, /\[0\]: rx_ucast_packets +1,418\n/);
    assert.match(stdout, /\n4 lines skipped:\n {5}1 {2}> # ethtool -S/);
    assert.match(stderr, /^warning: ethtool-stats\/bnxt-quoted\.txt:1: the output was filtered/);
  });

  it("lists more skipped lines only when asked", () => {
    assert.match(linerate(["parse", "pktgen/idle-thread.txt"]).stdout, /7 lines skipped \(--skipped shows them\)/);
    assert.match(linerate(["parse", "pktgen/idle-thread.txt", "--skipped"]).stdout, /\n {5}7 {2}Result: Idle\n/);
  });

  it("prints JSON with counters as strings: an object for one file, an array for several", () => {
    const one = JSON.parse(linerate(["parse", "--json", "ethtool-stats/bnxt-quoted.txt"]).stdout);
    assert.equal(one.format, "ethtool-stats");
    assert.equal(one.rows[3].value, "18446744073709551615");
    assert.deepEqual(one.skipped[1], { line: 6, text: "> [...]" });
    assert.equal(one.warnings.length, 2);
    assert.equal(
      JSON.parse(linerate(["parse", "--json", "ethtool-stats/veth.txt", "ethtool-stats/veth.txt"]).stdout).length,
      2,
    );
  });

  it("reads standard input", () => {
    const { status, stdout } = linerate(["parse", "-"], "NIC statistics:\n     tx: 1\n");
    assert.equal(status, 0);
    assert.match(stdout, /^<stdin>: ethtool-stats, 1 row\n/);
  });

  it("exits 1 with one sentence and prints nothing when any of its files does not read", () => {
    const whole = "ethtool-stats/veth.txt";
    const refusals: [string, RegExp][] = [
      [file("empty.txt", ""), /empty\.txt: the file is empty: expected/],
      [
        file("cut.txt", "Result: OK: 15430(c15405+d25) usec, 100000 (60byte,0frags)\n  648"),
        /cut\.txt:2: expected the pps line/,
      ],
      [file("binary", Buffer.from([1, 0, 2])), /binary: binary data \(a NUL byte at offset 1\): expected/],
      [folder, /: a directory: expected a file/],
      [join(folder, "missing"), /missing: no such file: expected/],
      [file("notes.txt", "Remember the milk\n"), /notes\.txt: no format knows this text: tried pktgen, /],
    ];
    for (const [path, message] of refusals) {
      const { status, stdout, stderr } = linerate(["parse", whole, path]);
      assert.deepEqual([status, stdout], [1, ""], path);
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
    }
    const { status, stdout } = linerate(["parse", whole, join(folder, "missing"), "--json"]);
    assert.deepEqual([status, stdout], [1, ""]);
  });

  it("exits 1 for a file that is not of the format asked for, and says which it looks like", () => {
    const { status, stdout, stderr } = linerate(["parse", "ethtool-stats/veth.txt", "--format", "pktgen"]);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /it looks like ethtool-stats, and read as pktgen, as asked, it fails: .* expected a pktgen result/);
  });

  it("exits 2 for a wrong call: no file, a format there is not", () => {
    assert.equal(linerate(["parse"]).status, 2);
    const { status, stdout, stderr } = linerate(["parse", "ethtool-stats/veth.txt", "--format", "perl"]);
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /no format is called "perl": expected one of pktgen, /);
  });

  it("ends quietly when the reader of its output leaves", async () => {
    const many = file("many.txt", `NIC statistics:\n${"     rx_queue_packets: 1\n".repeat(50_000)}`);
    const child = spawn(process.execPath, [MAIN, "parse", many]);
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.on("close", resolve));
    assert.deepEqual([status, stderr], [0, ""]);
  });
});

describe("linerate formats", () => {
  it("lists every format with its command and file", () => {
    const { status, stdout } = linerate(["formats"]);
    assert.equal(status, 0);
    for (const { name, command, file } of formats) {
      const line = stdout.split("\n").find((line) => line.startsWith(`${name} `));
      assert.ok(line?.includes(command) && line.endsWith(file), name);
    }
    const listed = JSON.parse(linerate(["formats", "--json"]).stdout);
    assert.deepEqual(
      listed,
      formats.map(({ name, command, file }) => ({ name, command, file })),
    );
  });
});

describe("linerate rates", () => {
  const virtio = ["rates", "ethtool-stats/virtio-before.txt", "ethtool-stats/virtio-after.txt"];

  it("prints what changed with its rate, and counts what did not", () => {
    const { status, stdout } = linerate([...virtio, "--seconds", "6"]);
    assert.equal(status, 0);
    assert.match(stdout, /\ntx_queue_0_packets +449,376 +74,896\.0\n/); // (449383 - 7) / 6
    assert.match(stdout, /\n11 counters did not change\n/);
  });

  it("refuses counters one by one, with the reason", () => {
    const { status, stdout } = linerate([
      "rates",
      "ethtool-stats/queues-before.txt",
      "ethtool-stats/queues-after-reset.txt",
      "--seconds",
      "10",
    ]);
    assert.equal(status, 0);
    assert.match(stdout, /\nrx_packets +1,000 +100\.0\n/);
    assert.match(stdout, /\n5 counters refused:\n/);
    assert.match(stdout, / {2}rx_queue_0_packets: went down from 20000000 to 600: reset/);
    assert.match(stdout, / {2}rx_queue_2_packets: not in the second snapshot; absent is not zero\n/);
    assert.match(stdout, / {2}tx_queue_1_packets: not in the first snapshot; absent is not zero\n/);
  });

  it("undoes a wrap of 32 bits when the highest rate is stated", () => {
    const wrap = ["rates", "softnet_stat/wrap-before.txt", "softnet_stat/wrap-after.txt", "--seconds", "10", "--json"];
    const known = JSON.parse(linerate([...wrap, "--max-pps", "14880952"]).stdout);
    const processed = known.rates.find(({ name }: { name: string }) => name === "cpu0.processed");
    assert.deepEqual([processed.delta, processed.perSecond, processed.wrapped], ["10000000", 1_000_000, true]);
    const unknown = JSON.parse(linerate(wrap).stdout);
    assert.deepEqual(
      unknown.refused.map(({ name, reason }: { name: string; reason: string }) => [name, reason]),
      [
        ["cpu0.processed", "wrap"],
        ["cpu2.processed", "wrap"],
      ],
    );
    assert.equal(unknown.warnings.length, 1);
  });

  it("exits 1 for captures that do not match or have no counters, 2 for a wrong call", () => {
    const mixed = linerate(["rates", "ethtool-stats/veth.txt", "softnet_stat/9-columns.txt", "--seconds", "1"]);
    assert.deepEqual([mixed.status, mixed.stdout], [1, ""]);
    assert.match(mixed.stderr, /softnet_stat: expected ethtool-stats, as ethtool-stats\/veth\.txt is/);
    const pktgen = linerate(["rates", "pktgen/proc-burst32.txt", "pktgen/proc-burst32.txt", "--seconds", "1"]);
    assert.equal(pktgen.status, 1);
    assert.match(pktgen.stderr, /pktgen has no counters: expected ethtool-stats or softnet_stat/);
    assert.equal(linerate(virtio).status, 2);
    assert.equal(linerate([...virtio, "--seconds", "0"]).status, 2);
  });
});

describe("linerate budget --json", () => {
  it("prints 201.6 cycles, not the last bits of a float", () => {
    const { stdout } = linerate(["budget", "--gbps", "10", "--frame", "64", "--ghz", "3", "--json"]);
    assert.match(stdout, /"cyclesPerPacket": 201\.6,/);
  });
});
