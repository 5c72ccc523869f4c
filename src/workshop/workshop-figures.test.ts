import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dataPath } from "../captures/data-path.js";
import { parseEthtoolStats } from "../captures/ethtool-stats.js";
import { parsePktgenResult } from "../captures/pktgen-result.js";
import { parseTimeBench } from "../captures/time-bench.js";
import { assertReadable, assertTitled, drawnTexts } from "../drawn-figure.js";
import type { Figure } from "../figures/figure.js";
import { assertGolden } from "../golden.js";
import { MECHANISMS } from "../models/mechanisms.js";
import { explainPath } from "../models/packet-path.js";
import { openRun, type Run } from "../runs/open-run.js";
import { publishedPaths } from "./published-paths.js";
import { WORKSHOP_FIGURES, workshopFigure } from "./workshop-figures.js";

for (const { name, published, shows, measuredBy, minutes } of WORKSHOP_FIGURES) {
  describe(`the workshop's figure ${name}`, () => {
    const figure = published();
    const drawn = drawnTexts(figure);

    it("is as it was", () => assertGolden(`workshop/golden/${name}.json`, figure));

    it("shows each tick and each title as text", async () => assertTitled(await drawn, figure));

    it("has no text over another, and none cut off", async () => assertReadable(await drawn, figure));

    it("says what it is, whose numbers it shows, and what measures it", () => {
      assert.equal(figure.name, name);
      for (const text of [shows, measuredBy, minutes, figure.summary]) assert.ok(text.length > 0);
      const { text } = (figure.layout.title as { subtitle: { text: string } }).subtitle;
      assert.match(text, /Published|Modelled/);
      for (const { source } of figure.provenance) assert.ok(source.length > 0);
    });
  });
}

/** A run of one capture, as its tool prints it; made up for the test. */
function runOf(format: string, parse: (text: { file: string; text: string }) => object, text: string): Run {
  const parsed = parse({ file: "made.txt", text }) as { rows: object[] };
  return {
    path: "made",
    files: [],
    environment: {},
    warnings: [],
    captures: [{ ...parsed, name: "made.txt", file: "made.txt", format: { name: format } }],
  } as unknown as Run;
}

const timed = (name: string, step: number, ns: number) =>
  `time_bench: Type:${name} Per elem: ${Math.floor(ns * 4)} cycles(tsc) ${ns.toFixed(3)} ns (step:${step}) - (measurement period time:0.${String(ns * 1e6).padStart(9, "0")} sec time_interval:${ns * 1e6}) - (invoke count:1000000 tsc_interval:${ns * 4e6})\n`;
const pktgen = (burst: number, pps: number) =>
  `Params: count 0  min_pkt_size: 60  max_pkt_size: 60\n     frags: 0  delay: 0  clone_skb: 100000  ifname: eth0\n     burst: ${burst}\nResult: OK: 1000000(c1000000+d0) usec, ${pps} (60byte,0frags)\n  ${pps}pps ${Math.floor((pps * 480) / 1e6)}Mb/sec (${pps * 480}bps) errors: 0\n`;
const labels = ({ data }: Figure) => data.filter(({ showlegend }) => showlegend).map(({ name }) => String(name));

describe("workshopFigure() of a run", () => {
  it("draws a sweep of pktgen's burst with its law, and doubts it for clone_skb", () => {
    const run = runOf(
      "pktgen",
      parsePktgenResult,
      [1, 2, 4, 8].map((burst) => pktgen(burst, Math.round(1e9 / (60 + 200 / burst)))).join("\n"),
    );
    const figure = workshopFigure("doorbell", run);
    assert.match(figure.summary, /^This run: 60\.0 \+ 200\.0 \/ burst ns per packet/);
    assert.match(figure.warnings.map(({ message }) => message).join(), /clone_skb is not in the capture/);
    assert.throws(() => workshopFigure("doorbell", runOf("pktgen", parsePktgenResult, pktgen(1, 1e6))), {
      name: "CaptureError",
      message:
        /too few sizes of pktgen's burst \(1, a law takes 3\): it needs pktgen's results at burst 1, 2, 4, \.\.\. with clone_skb 100000/,
    });
  });

  it("draws time_bench's sweeps by name, and finds their breaks", () => {
    const sizes = [1, 2, 4, 8, 16, 30, 32, 64, 128, 250];
    const text = sizes.map((size) => timed("kmem bulk_quick_reuse", size, size < 32 ? 4 + Math.round(8 / size) : 20)).join("");
    const figure = workshopFigure("slab-bulk", runOf("time_bench", parseTimeBench, text));
    assert.match(labels(figure)[0] ?? "", /^kmem bulk_quick_reuse: /);
    assert.match(figure.warnings.map(({ message }) => message).join(), /a break at a bulk of 32/);
  });

  it("takes the size from a name without a step, and leaves out what no bulk is", () => {
    const queue = [1, 2, 4, 8].map((size) => timed(`MPMC-bulk${size}`, size, 1 + 16 / size)).join("");
    const queues = workshopFigure("queues", runOf("time_bench", parseTimeBench, queue));
    assert.deepEqual(labels(queues), ["MPMC-bulk: 1.00 + 16.00 / n"]);
    assert.ok(!queues.data.some(({ mode, x }) => mode === "markers" && (x as number[]).includes(1)));
    const clears = [32, 256, 4096].map((size) => timed(`memset_${size}`, 0, size / 32)).join("");
    assert.deepEqual(labels(workshopFigure("skb-clear", runOf("time_bench", parseTimeBench, clears))), ["memset"]);
  });

  it("draws a page_pool's shares from ethtool -S", () => {
    const text = "NIC statistics:\n     rx_pp_alloc_fast: 900\n     rx_pp_alloc_slow: 50\n     rx_pp_alloc_refill: 50\n";
    const figure = workshopFigure("page-pool", runOf("ethtool-stats", parseEthtoolStats, text));
    assert.equal(figure.summary, "5.00 % of this run's pages came from the page allocator");
  });

  it("puts a shipped run beside the talk, with the doubt that its CPU was emulated", async () => {
    const run = await openRun(dataPath("runs/kernel-6.1-vm/dummy_burst1"));
    for (const name of ["budget", "receive", "receive-stages", "udp-receive"]) {
      const figure = workshopFigure(name, run);
      assert.ok(
        figure.provenance.some(({ kind }) => kind === "measured"),
        name,
      );
      assert.match(figure.warnings.map(({ message }) => message).join(), /absolute times mean nothing/, name);
    }
  });

  it("says what a run lacks, and how to record it", () => {
    const empty = { path: "made", files: [], captures: [], environment: {}, warnings: [] } as unknown as Run;
    for (const { name } of WORKSHOP_FIGURES) {
      assert.throws(() => workshopFigure(name, empty), { name: "CaptureError", message: /^made: .*: it needs ./s }, name);
    }
  });

  it("names the figures there are where one is unknown", () => {
    assert.throws(() => workshopFigure("dorbell"), {
      name: "RangeError",
      message: /requires one of budget, doorbell, .*: got dorbell/,
    });
  });
});

describe("the published paths", () => {
  it("leave a remainder that is not negative, under 15 % where all of it is one profile or one machine", () => {
    for (const { path, measuredNs } of publishedPaths()) {
      const { remainingNs = 0, parts, explainedNs } = explainPath({ path, measuredNs, budgetNs: 67.2 });
      assert.ok(remainingNs >= 0, path.name);
      assert.ok(Math.abs(parts.reduce((sum, { ns }) => sum + ns, 0) - explainedNs) < 1e-9);
      if (path.name === "XDP_TX" || path.name === "receive and drop") assert.ok(remainingNs < 0.15 * measuredNs, path.name);
    }
  });
});

describe("the list of figures", () => {
  it("has a name for each, and no fewer than there are mechanisms", () => {
    const names = WORKSHOP_FIGURES.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.length >= MECHANISMS.length);
  });
});
