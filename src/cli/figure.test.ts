import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { dataPath } from "../captures/data-path.js";
import { WORKSHOP_FIGURES } from "../workshop/workshop-figures.js";

const MAIN = fileURLToPath(new URL("./main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "linerate-"));
after(() => rmSync(folder, { recursive: true }));
const figure = (...words: string[]) => spawnSync(process.execPath, [MAIN, "figure", ...words], { encoding: "utf8" });
const written = (name: string) => readFileSync(join(folder, name));

describe("linerate figure", () => {
  it("lists every figure with its minute", () => {
    const { status, stdout } = figure("--list");
    assert.equal(status, 0);
    for (const { name, shows } of WORKSHOP_FIGURES)
      assert.match(stdout, new RegExp(`^${name} .*${shows.slice(0, 20).replace(/[()]/g, ".")}`, "m"));
  });

  it("writes a page, an SVG or a PNG, by the option or by the file's ending", () => {
    const { status, stdout } = figure("af-packet", "-o", join(folder, "a.html"));
    assert.equal(status, 0);
    assert.match(stdout, /told apart \(.*copy 15.*\nWritten: /);
    assert.match(written("a.html").toString(), /<title>What the copy of AF_PACKET costs<\/title>/);
    assert.equal(figure("af-packet", "--svg", "-o", join(folder, "a.svg")).status, 0);
    assert.match(written("a.svg").toString(), /^<svg/);
    assert.equal(figure("af-packet", "-o", join(folder, "a.png")).status, 0);
    assert.equal(written("a.png").toString("latin1", 1, 4), "PNG");
  });

  it("draws a run's own number, with its doubts", () => {
    const { status, stderr } = figure(
      "receive",
      "--data",
      dataPath("runs/kernel-6.1-vm/nic_eth0"),
      "-o",
      join(folder, "r.svg"),
    );
    assert.equal(status, 0);
    assert.match(stderr, /absolute times mean nothing: the CPU is emulated/);
    assert.match(written("r.svg").toString(), /this run/);
  });

  it("takes several runs: a change, or a sweep with the cores that mpstat shows", () => {
    const runs = ["gro-off-01", "gro-on-02"].map((name) => dataPath(`runs/veth-gro/${name}`));
    const change = figure("receive-stages", "--data", ...runs, "-o", join(folder, "c.svg"));
    assert.equal(change.status, 0, change.stderr);
    assert.match(change.stdout, /these runs, before and after 5,518 to 4,988 ns/); // 1e9 / 181,239 and / 200,484: iperf3's sum_sent
    const sweep = figure("core-scaling", "--data", ...runs, "-o", join(folder, "s.svg"));
    assert.equal(sweep.status, 0, sweep.stderr);
    assert.match(sweep.stderr, /gro-off-01: CPU 1 was 19 % idle/); // mpstat's mean: 18.50
    const three = figure("receive-stages", "--data", ...runs, runs[0] ?? "", "-o", join(folder, "t.svg"));
    assert.equal(three.status, 1);
    assert.match(three.stderr, /a run before and one after: got 3/);
  });

  it("says what a run lacks and how to record it, and which figures there are", () => {
    const lacking = figure("slab-bulk", "--data", dataPath("runs/kernel-6.1-vm/nic_eth0"), "-o", join(folder, "s.svg"));
    assert.equal(lacking.status, 1);
    assert.match(
      lacking.stderr,
      /no time_bench results of objects at 3 or more sizes: it needs slab_bulk_test01: load it, then dmesg/,
    );
    const unknown = figure("slab");
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /requires one of budget, doorbell, .*slab-bulk.*: got slab$/m);
  });

  it("exits 2 for a wrong call", () => {
    for (const words of [[], ["budget", "--svg", "--png"], ["budget", "--png", "-o", "a.svg"], ["budget", "-o", "a.pdf"]]) {
      assert.equal(figure(...words).status, 2, words.join(" "));
    }
  });
});
