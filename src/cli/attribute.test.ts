import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const root = fileURLToPath(new URL("../../", import.meta.url));
const main = fileURLToPath(new URL("main.js", import.meta.url));
const RUN = "data/runs/kernel-6.1-vm/dummy_burst1";
const linerate = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: "utf8", cwd: root });

interface Printed {
  readonly byWhat: readonly { name: string; samples: number; nsPerPacket?: number }[];
  readonly cpus: number[];
  readonly packets?: { pps: number };
  readonly warnings: readonly { message: string }[];
}

describe("linerate attribute", () => {
  it("takes symbols, packets and CPUs of a run from its files, and prints text", () => {
    const { stdout, stderr, status } = linerate("attribute", RUN, "--top", "2");
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /^data\/runs\/kernel-6\.1-vm\/dummy_burst1\/perf\.data\.gz: cpu-clock, 3,996 busy samples, CPU 0 in 6\.080 s; rules \d+\n142,573 packets\/s/,
    );
    assert.match(stdout, /\nwhat +% +ns\/packet +from +to +samples\nslab-clear +38\.84 +2,724\.1 /);
    assert.match(stdout, /\n25 smaller pairs: --top 27\n/);
    assert.match(stderr, /counted over 19\.109 s .* profiled were 6\.080 s/);
    assert.ok(stdout.split("\n").every((line) => line.length <= 130));
  });

  it("gives the same shares from the text of perf script, and from standard input", () => {
    const fromData = JSON.parse(linerate("attribute", RUN, "--cpu", "0", "--pps", "1e6", "--json").stdout) as Printed;
    const input = gunzipSync(readFileSync(join(root, RUN, "script.txt.gz")));
    const args = [main, "attribute", "-", "--cpu", "0", "--pps", "1e6", "--json"];
    const fromText = JSON.parse(spawnSync(process.execPath, args, { input, encoding: "utf8" }).stdout) as Printed;
    const samples = ({ byWhat }: Printed) => Object.fromEntries(byWhat.map((one) => [one.name, one.samples]));
    assert.deepEqual(samples(fromText), samples(fromData));
    assert.deepEqual(fromData.cpus, [0]);
  });

  it("takes a count of packets for the profiled time", () => {
    const { byWhat, packets } = JSON.parse(linerate("attribute", RUN, "--cpu", "0", "--packets", "6079979", "--json").stdout);
    const ns = (byWhat as Printed["byWhat"]).reduce((sum, { nsPerPacket = Number.NaN }) => sum + nsPerPacket, 0);
    assert.equal(Math.round(packets.pps), 1_000_000);
    assert.equal(ns.toFixed(1), "1000.0");
  });

  it("writes a page with the figures", () => {
    const folder = mkdtempSync(join(tmpdir(), "linerate-attribute-"));
    const page = join(folder, "page.html");
    assert.equal(linerate("attribute", RUN, "--html", page).status, 0);
    const html = readFileSync(page, "utf8");
    for (const title of ["Where a packet's time goes", "What by where", "What an SKB costs a packet"]) {
      assert.ok(html.includes(title), title);
    }
    rmSync(folder, { recursive: true });
  });

  it("gives shares alone where there are no packets", () => {
    const { stdout, status } = linerate("attribute", `${RUN}/script.txt.gz`);
    assert.equal(status, 0);
    assert.doesNotMatch(stdout, /ns\/packet/);
  });

  it("says that the ns of an emulated CPU mean nothing, in text, JSON and page", () => {
    assert.match(
      linerate("attribute", RUN).stdout,
      /\nABSOLUTE ns AND CYCLES MEAN NOTHING HERE: the CPU is emulated in software: QEMU TCG/,
    );
    const { meaninglessNs } = JSON.parse(linerate("attribute", RUN, "--json").stdout) as { meaninglessNs: string };
    assert.match(meaninglessNs, /emulated in software/);
  });

  it("gives classes from the shares of perf report, and says whose class its callers decide", () => {
    const { stdout, stderr, status } = linerate(
      "attribute",
      `${RUN}/report.txt`,
      "--pps",
      "142573",
      "--cpu",
      "0,1",
      "--top",
      "1",
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /\nslab-clear +18\.78 +2,634\.44 +memset_erms, memset\n/);
    assert.match(stdout, /\nsum +100\.00 +14,027\.90\n/);
    assert.match(stdout, /\nmemset_erms +18\.36 +2,575\.52 +slab-clear, skb-clear, generator, copy\n\n?40 more such functions/);
    assert.match(stderr, /callers are unknown/);
    assert.equal(linerate("attribute", `${RUN}/report.txt`, "--packets", "5").status, 1);
    for (const [args, message] of [
      [[`${RUN}/report.txt`, "--comm", "kpktgend_0"], /--comm requires a recording/],
      [[`${RUN}/report.txt`, "--ghz", "3", "--time", "60,61"], /--time, --ghz requires a recording/],
      [[RUN, "--annotate", "data/specimens/perf-annotate/build-skb.txt"], /--annotate requires the text of perf report/],
    ] as const) {
      const { stdout, stderr, status } = linerate("attribute", ...args);
      assert.deepEqual([stdout, status], ["", 1], stderr);
      assert.match(stderr, message);
    }
    const byCpu = "data/specimens/perf-report/fields.txt"; // with a column of CPUs, 0 and 1
    assert.match(linerate("attribute", byCpu, "--pps", "1e6").stdout, /\nsum +100\.00 +2,000\.00\n/);
    const one = linerate("attribute", byCpu, "--pps", "1e6", "--cpu", "1");
    assert.deepEqual([one.stdout, one.status], ["", 1]);
    assert.match(
      one.stderr,
      /--cpu 1 does not choose rows: the column CPU of .*fields\.txt has CPU 0,1, and its shares are of all/,
    );
  });

  it("holds several events against each other, and refuses what few samples do not bear", () => {
    const specimen = "data/specimens/perf-script/one-line.txt";
    const { stdout, stderr, status } = linerate("attribute", specimen);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /\nwhat +ipc\n/);
    const { ratios } = JSON.parse(linerate("attribute", specimen, "--json").stdout);
    assert.match(ratios.classes[0].ratios[0].refused, /under 100, it is off by more than 10 %/);
    assert.equal(JSON.parse(linerate("attribute", specimen, "--event", "cycles:u", "--json").stdout).event, "cycles:u");
    const events = linerate("attribute", "data/specimens/perf-script/callchain.txt", "--cpu", "1");
    assert.equal(events.status, 0, events.stderr);
    assert.match(events.stderr, /no samples of cycles:u pass the filter: left out/);
  });

  it("exits 1 for packets that are none or of no use, 2 for a wrong call", () => {
    const refused = (...args: string[]) => {
      const { stdout, stderr, status } = linerate("attribute", RUN, ...args);
      assert.deepEqual([stdout, status], ["", 1], stderr);
      return stderr;
    };
    assert.match(refused("--pps", "5", "--packets", "5"), /exclude each other/);
    assert.match(refused("--cpu", "7"), /none of cpu-clock in .* passes the filter/);
    assert.match(refused("--cpu", "1"), /counted on CPU 0, profiled were 1/);
    assert.equal(linerate("attribute", RUN, "--packets", "0").status, 2);
    assert.equal(linerate("attribute", RUN, "--packet-unit", "frames").status, 2);
  });
});
