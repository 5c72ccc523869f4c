// The built commands on the recorded runs: forms, exit codes, refusals, the page.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("main.js", import.meta.url));
const RUNS = fileURLToPath(new URL("../../data/runs/veth-gro/", import.meta.url));
const [off, on] = ["gro-off-", "gro-on-"].map((arm) => readdirSync(RUNS).filter((name) => name.startsWith(arm))) as [
  string[],
  string[],
];
const folder = mkdtempSync(join(tmpdir(), "linerate-compare-"));
after(() => rmSync(folder, { recursive: true }));

function linerate(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [MAIN, ...args], { cwd: RUNS, encoding: "utf8" });
}
const arms = ["--before", ...off, "--after", ...on];

describe("linerate compare", () => {
  it("prints the text of the golden file, and writes a page with its figures that needs nothing else", () => {
    const page = join(folder, "page.html");
    const { status, stdout, stderr } = linerate("compare", ...arms, "--html", page);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.equal(stdout, readFileSync(new URL("../../src/report/golden/gro-cover.txt", import.meta.url), "utf8"));
    const html = readFileSync(page, "utf8");
    assert.match(html, /generic-receive-offload/);
    assert.equal(html.match(/id="figure-\d"/g)?.length, 2);
    assert.doesNotMatch(html, /<(?:script|img|link)[^>]+(?:src|href)="http/);
  });

  it("prints all forms of one result", () => {
    const { headline, claim } = JSON.parse(linerate("compare", ...arms, "--json").stdout);
    assert.equal(claim.verdict, "no difference");
    const percent = `${headline.part > 0 ? "+" : ""}${(100 * headline.part).toFixed(2)}%`;
    for (const form of ["--one-line", "--commit", "--cover"]) {
      assert.ok(linerate("compare", ...arms, form).stdout.includes(percent), form);
    }
    assert.equal(linerate("compare", ...arms, "--commit", "--json").status, 2);
  });

  it("takes another metric, and names those there are where it is unknown", () => {
    assert.match(linerate("compare", ...arms, "--one-line", "--metric", "throughput").stdout, /bit\/s/);
    const { status, stderr } = linerate("compare", ...arms, "--metric", "transactions");
    assert.equal(status, 1);
    assert.match(stderr, /requires transactions of every run: no run has it; all have pps, ns\/packet, throughput/);
  });

  it("compares the latency that netperf and a CSV of loose runs state, and says which way is better", () => {
    const run = (name: string, file: string, text: string) => {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, file), text);
      return join(folder, name);
    };
    const before = run("netperf", "netperf.txt", "P99_LATENCY=60\n");
    const after = run("csv", "metrics.csv", "metric,unit,value\np99,us,66\n");
    const { status, stdout } = linerate("compare", "--before", before, "--after", after, "--metric", "p99");
    assert.equal(status, 0);
    assert.match(stdout.replace(/\s+/g, " "), /\+10\.00%.*less p99 is better/);
  });

  it("says of one run per arm that there is no interval", () => {
    const { status, stdout } = linerate("compare", "--before", "gro-off-01", "--after", "gro-on-02", "--one-line");
    assert.equal(status, 0);
    assert.match(stdout.replace(/\s+/g, " "), /no interval: one run per arm, 1\+1 runs; No causal claim: S15/);
  });

  it("withholds the figure of one arm after the other, with exit code 1", () => {
    const { status, stdout } = linerate(
      "compare",
      "--before",
      "gro-off-04",
      "gro-off-05",
      "--after",
      "gro-on-06",
      "gro-on-07",
      "--one-line",
    );
    assert.equal(status, 1);
    assert.match(stdout, /no figure: S15: AABB/);
  });

  it("refuses a run of both arms, a changed file and a manifest that does not parse", () => {
    const twice = linerate("compare", "--before", "gro-off-01", "--after", "gro-off-01");
    assert.deepEqual([twice.status, twice.stdout], [1, ""]);
    assert.match(twice.stderr, /run gro-off-01 is in both arms/);
    const copy = join(folder, "gro-off-01");
    cpSync(join(RUNS, "gro-off-01"), copy, { recursive: true });
    writeFileSync(join(copy, "uname.txt"), "Linux other\n");
    assert.match(
      linerate("compare", "--before", copy, "--after", "gro-on-02").stderr,
      /uname\.txt: 12 bytes: expected the \d+ of/,
    );
    writeFileSync(join(copy, "manifest.json"), "{");
    assert.match(linerate("compare", "--before", copy, "--after", "gro-on-02").stderr, /manifest\.json: expected JSON/);
    assert.equal(linerate("compare", "--before", "gro-off-01").status, 2);
  });
});

describe("linerate plan", () => {
  it("says how many runs, and their order", () => {
    const { status, stdout } = linerate("plan", "--pilot", "gro-off-04", "gro-off-08", "gro-off-09", "--resolve", "100ns");
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^[\d,]+ runs of each arm find 100 ns of 4,\d{3}\.\d \(2\.\d\d%\): 80% power at 5%\n {2}order {5}ABBAAB/,
    );
    assert.equal(linerate("plan", "--pilot", "gro-off-04", "--resolve", "2ns").status, 1);
    assert.equal(linerate("plan", "--pilot", "gro-off-04", "--resolve", "2 s").status, 2);
  });
});
