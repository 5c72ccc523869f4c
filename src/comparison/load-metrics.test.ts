// Figures of a load from the files of a run to the comparison: netperf, iperf3 and a CSV, and what of them is refused.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { compare } from "./compare.js";
import { readMeasuredRun } from "./measure-run.js";
import type { MeasuredRun } from "./measured-run.js";

const folder = mkdtempSync(join(tmpdir(), "linerate-metrics-"));
after(() => rmSync(folder, { recursive: true }));

let runs = 0;
/** A run of loose files, opened and measured. */
async function measured(files: Readonly<Record<string, string>>): Promise<MeasuredRun> {
  const run = join(folder, `r${runs++}`);
  mkdirSync(run);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(run, name), text);
  return readMeasuredRun(run);
}
const requestResponse = (p99: number) =>
  `THROUGHPUT=25000.00\nTHROUGHPUT_UNITS=Trans/s\nMEAN_LATENCY=39.87\nP50_LATENCY=39\nP90_LATENCY=44\nP99_LATENCY=${p99}\n`;
const csv = (lines: string) => ({ "metrics.csv": `metric,unit,value,better\n${lines}\n` });

describe("metrics of a load", () => {
  it("are those of netperf, with unit and direction: times less, rates more", async () => {
    const { metrics, ambiguous } = await measured({ "netperf.txt": requestResponse(61) });
    assert.deepEqual(metrics, [
      { name: "transactions", unit: "per s", value: 25_000, better: "more" },
      { name: "mean-latency", unit: "us", value: 39.87, better: "less" },
      { name: "p50", unit: "us", value: 39, better: "less" },
      { name: "p90", unit: "us", value: 44, better: "less" },
      { name: "p99", unit: "us", value: 61, better: "less" },
    ]);
    assert.equal(ambiguous?.size, 0);
  });

  it("leave out a latency that netperf counted as 0 us: no ratio is of it", async () => {
    const { metrics } = await measured({ "netperf.txt": "MIN_LATENCY=0\nMEAN_LATENCY=0.40\n" });
    assert.deepEqual(metrics, [{ name: "mean-latency", unit: "us", value: 0.4, better: "less" }]);
  });

  it("are those of a CSV, whose last column wins over what the name says", async () => {
    const { metrics } = await measured(csv("p99.9,ms,1.5,\nrequests,per s,120000,more\nhits,,7,\nthroughput,Gbit/s,9,less"));
    assert.deepEqual(metrics, [
      { name: "p99.9", unit: "ms", value: 1.5, better: "less" },
      { name: "requests", unit: "per s", value: 120_000, better: "more" },
      { name: "hits", unit: "", value: 7 },
      { name: "throughput", unit: "Gbit/s", value: 9, better: "less" },
    ]);
  });

  it("give a comparison: p99 of 60 and 66 us is +10 %, and less is better", async () => {
    const before = await measured({ "netperf.txt": requestResponse(60) });
    const { headline, claim } = compare({
      before: [before],
      after: [await measured({ "netperf.txt": requestResponse(66) })],
      metric: "p99",
    });
    assert.equal(headline?.part?.toFixed(4), "0.1000");
    assert.deepEqual([headline?.unit, headline?.better, claim.verdict], ["us", "less", "no interval"]);
  });

  it("that a run has twice are neither added nor the first one taken: the refusal names both, and a warning else", async () => {
    const [once, twice] = [
      await measured({ "netperf.txt": requestResponse(60) }),
      await measured({ "a.txt": requestResponse(61), ...csv("p99,us,62,") }),
    ];
    assert.throws(() => compare({ before: [once], after: [twice], metric: "p99" }), {
      name: "RangeError",
      message: `compare requires p99 of every run: ${twice.runId} has not (2 values: 61 (a.txt:1), 62 (metrics.csv:2); leave one in the run, or name them apart in a CSV); all have transactions, mean-latency, p50, p90: choose with --metric`,
    });
    const { warnings } = compare({ before: [once], after: [twice], metric: "p50" });
    assert.deepEqual(
      warnings.flatMap(({ message }) => (message.startsWith("p99") ? message.replace(/61 .*/, "...") : [])),
      ["p99 is not compared: 1 of 2 runs have it", "p99 is not compared: 2 values: ..."],
    );
  });

  it("that one run has not, or has in another unit or direction, are refused with the run's name", async () => {
    const us = await measured(csv("p99,us,60,"));
    const other = (lines: string) => measured(csv(lines)).then((run) => ({ ...run, runId: "other" }));
    const against = (run: MeasuredRun) => () => compare({ before: [{ ...us, runId: "us" }], after: [run], metric: "p99" });
    assert.throws(against(await other("p50,us,60,")), /requires p99 of every run: other has not$/);
    assert.throws(against(await other("p99,ms,0.06,")), {
      message: "compare requires p99 in one unit: us has us (less is better), other has ms (less is better)",
    });
    assert.throws(against(await other("p99,us,60,more")), /us has us \(less is better\), other has us \(more is better\)/);
  });

  it("in a file that does not parse are no metrics: the refusal names file, line and what was expected", async () => {
    const good = { ...(await measured(csv("p99,us,60,"))), runId: "good" };
    const bad = async (files: Readonly<Record<string, string>>, expected: RegExp) => {
      const run = { ...(await measured(files)), runId: "bad" };
      assert.throws(() => compare({ before: [good], after: [run], metric: "p99" }), expected);
    };
    const csvError = (rest: string) =>
      new RegExp(`requires p99 of every run: bad has not \\(not used: .*metrics\\.csv:${rest}`);
    await bad(csv("p99,us,NaN,"), csvError("2: expected a decimal number above 0"));
    await bad(csv("p99,us,-5,"), csvError("2: expected a decimal number above 0"));
    await bad(csv("p99,us,5,\np99,us,6,"), csvError("3: expected each metric once"));
    await bad(
      { "netperf.txt": "P99_LATENCY=nan\n" },
      /bad has not \(not used: .*netperf\.txt:1: expected a number of 0 or more/,
    );
  });

  it("come with the doubts of the parser: what netperf did not measure", async () => {
    const run = await measured({ "netperf.txt": "MEAN_LATENCY=39.87\nP99_LATENCY=-1\n" });
    const { warnings } = compare({ before: [{ ...run, runId: "a" }], after: [run], metric: "mean-latency" });
    assert.match(warnings.map(({ message }) => message).join("\n"), /netperf did not measure P99_LATENCY: -1/);
  });
});
