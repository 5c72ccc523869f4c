// What a comparison claims and refuses: sessions whose truth is known (seeded), published pairs, and input that is no experiment.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Arm } from "../statistics/interleaving.js";
import { reference } from "../statistics/reference-values.js";
import { seededRandom } from "../statistics/seeded-random.js";
import { compare } from "./compare.js";
import { type MeasuredRun, quotedRun } from "./measured-run.js";
import { metric } from "./metric.js";

const RUN_SD = 0.002;
const SECOND_SD = 0.004;
const SECONDS = 12;
const RHO = 0.6;

function normals(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A session: each run is the mean of correlated seconds, runs differ by 0.2 %, `drift` from first to last, `effect` in the arm after. */
function session({ order, effect, drift, seed }: { order: string; effect: number; drift: number; seed: number }) {
  const normal = normals(seed);
  const runs = [...order].map((letter, index): { arm: Arm; run: MeasuredRun } => {
    let second = normal();
    let sum = 0;
    for (let at = 0; at < SECONDS; at++) {
      second = RHO * second + Math.sqrt(1 - RHO * RHO) * normal();
      sum += second;
    }
    const log = RUN_SD * normal() + (SECOND_SD * sum) / SECONDS + (drift * index) / (order.length - 1);
    const arm = letter === "A" ? "before" : "after";
    const pps = 4e6 * Math.exp(log + (arm === "after" ? effect : 0));
    return { arm, run: quotedRun({ runId: `r${index}`, position: index + 1, pps }) };
  });
  const of = (arm: Arm) => runs.filter((one) => one.arm === arm).map(({ run }) => run);
  return { before: of("before"), after: of("after") };
}

/** AB or BA for each pair, by chance. */
function randomOrder(pairs: number, seed: number): string {
  const random = seededRandom(seed);
  return Array.from({ length: pairs }, () => (random() < 0.5 ? "AB" : "BA")).join("");
}

const EFFECT = 0.01;
const TIMES = 600;

/** The share of sessions whose interval holds the true effect. */
function coverage(options: { order: (seed: number) => string; drift: number }): number {
  let held = 0;
  for (let seed = 1; seed <= TIMES; seed++) {
    const { headline } = compare(session({ ...options, order: options.order(seed), effect: EFFECT, seed }));
    const { low, high } = headline?.interval?.parts ?? { low: 1, high: 1 };
    if (low <= Math.expm1(EFFECT) && Math.expm1(EFFECT) <= high) held += 1;
  }
  return held / TIMES;
}

describe("compare() of simulated sessions", () => {
  const orders = { "ABBAABBAAB, 5 v 5": () => "ABBAABBAAB", "8 random pairs": (seed: number) => randomOrder(8, seed) };
  for (const [name, order] of Object.entries(orders)) {
    it(`${name}: 95 % intervals hold the truth in 93 to 97 % without drift, in 93 % or more with 1 %`, () => {
      const steady = coverage({ order, drift: 0 });
      assert.ok(steady >= 0.93 && steady <= 0.97, `got ${steady}`);
      const drifting = coverage({ order, drift: 0.01 });
      assert.ok(drifting >= 0.93, `got ${drifting}`);
    });
  }

  it("finds a difference in at most 5 % of sessions without one (600 of them: up to 7 % by chance)", () => {
    let found = 0;
    for (let seed = 1; seed <= TIMES; seed++) {
      const { claim } = compare(session({ order: randomOrder(6, seed), effect: 0, drift: 0.01, seed: seed + TIMES }));
      if (claim.verdict === "difference") found += 1;
    }
    assert.ok(found / TIMES <= 0.07, `got ${found / TIMES}`);
  });

  it("exact intervals of runs in unknown order hold at least what they say, and say what is attainable", () => {
    let held = 0;
    for (let seed = 1; seed <= TIMES; seed++) {
      const arms = session({ order: "ABBAABBA", effect: EFFECT, drift: 0, seed });
      const unplaced = (runs: readonly MeasuredRun[]) => runs.map(({ position: _, ...run }) => run);
      const { headline } = compare({ before: unplaced(arms.before), after: unplaced(arms.after) });
      assert.match(headline?.method ?? "", /^Hodges-Lehmann on logs, exact, 4 v 4 runs$/);
      assert.equal(headline?.interval?.attained?.toFixed(4), "0.9714"); // 1 - 2/70
      const { low, high } = headline?.interval?.parts ?? { low: 1, high: 1 };
      if (low <= Math.expm1(EFFECT) && Math.expm1(EFFECT) <= high) held += 1;
    }
    assert.ok(held / TIMES >= 0.95, `got ${held / TIMES}`);
  });

  it("refuses one arm after the other, and gives its figures only by force", () => {
    const arms = session({ order: "AAAAABBBBB", effect: EFFECT, drift: 0.01, seed: 1 });
    const refused = compare(arms);
    assert.equal(refused.claim.verdict, "withheld");
    assert.deepEqual([refused.headline, refused.metrics, refused.classes], [undefined, [], []]);
    assert.match(refused.claim.withheld[0] ?? "", /^S15: AAAAABBBBB: one arm after the other/);
    const forced = compare({ ...arms, force: true });
    assert.equal(forced.claim.forced, true);
    assert.equal(forced.claim.verdict, "difference");
    assert.match(forced.claim.withheld[0] ?? "", /^S15/);
  });

  it("names runs that are in no balanced block, and leaves them out of every figure", () => {
    const arms = session({ order: "ABBAABBB", effect: EFFECT, drift: 0, seed: 5 });
    const whole = compare(arms);
    assert.deepEqual(whole.order.unused, ["r6", "r7"]);
    assert.equal(whole.headline?.part, compare({ ...arms, after: arms.after.slice(0, 3) }).headline?.part);
  });

  it("flags ABAB under drift, and not ABBA", () => {
    const of = (order: string) => compare(session({ order, effect: 0, drift: 0.05, seed: 3 }));
    const flagged = of("ABABABABAB");
    const s15 = flagged.checks.find(({ id }) => id === "S15");
    assert.equal(s15?.severity, "warning");
    assert.match(s15?.seen ?? "", /a drift of 5\.\d % over the session, of which 0\.[56] % is in the difference/);
    assert.equal(flagged.claim.notCausal.length, 1);
    assert.deepEqual(of("ABBAABBAABBA").claim.notCausal, []);
  });
});

describe("compare() of many runs in unknown order", () => {
  it("takes Welch's t where there are too many to rank: a factor of 1.02 comes out exact", () => {
    const normal = normals(3);
    const rates = Array.from({ length: 60 }, () => 4e6 * Math.exp(RUN_SD * normal()));
    const arm = (name: string, factor: number) =>
      rates.map((pps, at) => quotedRun({ runId: `${name}${at}`, pps: pps * factor }));
    const { headline, claim } = compare({ before: arm("a", 1), after: arm("b", 1.02) });
    assert.equal(headline?.method, "Welch's t on logs, 60 v 60 runs");
    assert.ok(Math.abs((headline?.part ?? 0) - 0.02) < 1e-9);
    const { low, high } = headline?.interval?.parts ?? { low: 1, high: 0 };
    // 2 * 1.98 * 0.2 % * sqrt(2 / 60) is 0.145 %.
    assert.ok(low < 0.02 && 0.02 < high && Math.abs(high - low - 0.00145) < 0.0004, `${low} to ${high}`);
    assert.equal(claim.verdict, "difference");
  });
});

describe("compare() of whole numbers", () => {
  it("takes runs that agree to all digits: no interval, and no drift", () => {
    for (const us of [1, 3, 11, 25]) {
      const run = (index: number) =>
        quotedRun({ runId: `r${index}`, position: index + 1, metrics: [metric({ name: "p50", value: us })] });
      const { headline, checks } = compare({ before: [0, 2, 4].map(run), after: [1, 3, 5].map(run), metric: "p50" });
      assert.equal(headline?.method, "no interval: the values do not vary");
      assert.equal(checks.find(({ id }) => id === "S15")?.seen, "ABABAB, by positions; no drift found over the session");
    }
  });
});

describe("compare() of published runs", () => {
  const runs = (name: string, values: readonly number[]) =>
    values.map((value, index) => quotedRun({ runId: `${name}${index}`, metrics: [metric({ name: "throughput", value })] }));
  it("gives the shift of cpumap GRO that R gives: -41.75 % [-44.29, -37.94] on logarithms", () => {
    const { tputBase, tputPatched } = reference.cpumapGro;
    const comparison = compare({ before: runs("a", tputBase), after: runs("b", tputPatched), metric: "throughput" });
    const { part, interval, p } = comparison.headline ?? {};
    assert.equal(((part ?? 0) * 100).toFixed(4), "-41.7476");
    assert.equal(((interval?.parts?.low ?? 0) * 100).toFixed(4), "-44.2950");
    assert.equal(((interval?.parts?.high ?? 0) * 100).toFixed(4), "-37.9406");
    assert.equal(p?.toFixed(6), "0.007937");
    assert.match(comparison.claim.notCausal[0] ?? "", /neither positions nor start times/);
  });

  it("gives page_pool's 18.8 % and pktgen's -14 ns of one run each, and no interval", () => {
    const pair = (before: number, after: number) =>
      compare({ before: [quotedRun({ runId: "a", pps: before })], after: [quotedRun({ runId: "b", pps: after })] });
    const pagePool = pair(3_677_958, 4_368_926); // mail 20210301161200.18852
    assert.equal(((pagePool.headline?.part ?? 0) * 100).toFixed(1), "18.8");
    assert.equal(pagePool.claim.verdict, "no interval");
    assert.equal(pagePool.headline?.method, "no interval: one run per arm");
    const bulkFree = pair(2_396_594, 2_479_970);
    assert.equal(bulkFree.metrics.find(({ name }) => name === "ns/packet")?.delta.toFixed(1), "-14.0");
  });
});

describe("compare() of what is no experiment", () => {
  const settings = (name: string, value: string) => new Map([[name, value]]);
  const arms = (changed: (index: number) => Partial<MeasuredRun>) => {
    const all = [..."ABBAAB"].map((letter, index) => ({
      letter,
      run: quotedRun({ runId: `r${index}`, position: index + 1, pps: 4e6 + 1000 * index, ...changed(index) }),
    }));
    const of = (arm: string) => all.filter(({ letter }) => letter === arm).map(({ run }) => run);
    return { before: of("A"), after: of("B") };
  };
  const isAfter = (index: number) => "ABBAAB"[index] === "B";

  it("refuses an empty arm, a run of both arms, and files that are in both under another name", () => {
    const { before, after } = arms(() => ({}));
    assert.throws(() => compare({ before: [], after }), { message: "compare requires runs in both arms: before has none" });
    assert.throws(() => compare({ before, after: [...after, ...before.slice(1, 2)] }), {
      message: "compare requires each run once: run r3 is in both arms",
    });
    const [first, second] = [
      { ...quotedRun({ runId: "a", pps: 1 }), sha256: "5" },
      { ...quotedRun({ runId: "b", pps: 2 }), sha256: "5" },
    ];
    assert.throws(
      () => compare({ before: [first], after: [second] }),
      /run b, whose files are those of a, is in both arms; if they are two runs, add to each a file/,
    );
  });

  it("withholds the figure where packet size, CPU or NIC differ", () => {
    for (const [name, before, after] of [
      ["packet bytes", "60", "1514"],
      ["sampled CPUs", "0", "3"],
      ["CPU model", "Xeon E5-1650 v4", "EPYC"],
      ["driver (ethtool -i)", "ixgbe", "mlx5_core"],
    ] as const) {
      const { claim } = compare(arms((index) => ({ settings: settings(name, isAfter(index) ? after : before) })));
      assert.deepEqual([claim.verdict, claim.withheld.length], ["withheld", 1]);
      assert.ok(claim.withheld[0]?.startsWith(`S14: ${name}: ${before} v ${after}`), claim.withheld[0]);
    }
  });

  it("refuses zero, NaN and missing counters with the run's name or the value", () => {
    assert.throws(() => quotedRun({ runId: "a", pps: 0 }), { message: "metric requires pps > 0: got 0" });
    assert.throws(() => quotedRun({ runId: "a", pps: Number.NaN }), /got NaN/);
    const { before, after } = arms(() => ({}));
    const without = quotedRun({ runId: "empty", withoutPackets: "counters were reset" });
    assert.throws(() => compare({ before: [...before, without], after }), {
      message: "compare requires pps of every run: empty has not (counters were reset)",
    });
  });

  it("withholds the figure where another counter gave the rate of a run, and names the run", () => {
    const counter = (index: number) => settings("packet counter", index === 2 ? "softnet_stat" : "iperf3");
    const { claim } = compare(arms((index) => ({ settings: counter(index) })));
    assert.match(claim.withheld.join(), /^S14: packet counter: iperf3 v iperf3 and softnet_stat \(r2\): /);
  });

  it("names a run 1000 times off, and a number that two runs share", () => {
    const figures = (values: (index: number) => number) =>
      compare({ ...arms((index) => ({ metrics: [metric({ name: "m", value: values(index) })] })), metric: "m" });
    const wild = figures((index) => (index === 4 ? 4e9 : 4e6 + index / 7));
    assert.match(wild.checks.find(({ id }) => id === "S28")?.seen ?? "", /^r4 is \d+ times the median of its arm/);
    const twins = figures(() => 3.25);
    assert.match(twins.checks.find(({ id }) => id === "S18")?.seen ?? "", /^r0 and r1 both have 3\.25/);
    assert.equal(twins.headline?.method, "no interval: the values do not vary");
  });

  it("withholds the figure where a check of one run failed", () => {
    const fail = {
      id: "S23",
      about: "times mean something",
      severity: "fail",
      seen: "emulated",
      effect: "ns mean nothing",
    } as const;
    const { claim } = compare(arms((index) => (index === 2 ? { checks: [fail] } : {})));
    assert.deepEqual(claim.withheld, ["S23: 1 of 6 runs, as r2: emulated: ns mean nothing"]);
  });
});

describe("compare() of kernels", () => {
  const booted = (order: string, boots: readonly string[]) => {
    const all = [...order].map((letter, index) => ({
      letter,
      run: quotedRun({
        runId: `r${index}`,
        position: index + 1,
        bootId: boots[index] as string,
        pps: 4e6 * (letter === "A" ? 1 : 1.02) + 500 * ((index * 7) % 5),
        settings: new Map([["kernel", letter === "A" ? "6.1" : "6.1-patched"]]),
      }),
    }));
    const of = (arm: string) => all.filter(({ letter }) => letter === arm).map(({ run }) => run);
    return compare({ before: of("A"), after: of("B") });
  };

  it("takes the boot as the unit: six boots of two runs are three blocks", () => {
    const comparison = booted("AABBBBAAAABB", ["a", "a", "b", "b", "c", "c", "d", "d", "e", "e", "f", "f"]);
    assert.equal(comparison.unit, "boot");
    assert.equal(comparison.headline?.method, "paired t on log ratios, 3 blocks of boots");
    assert.deepEqual(comparison.claim.notCausal, []);
    assert.equal(comparison.change.kind, "kernel");
  });

  it("gives one boot of each an interval within the boots, says so, and makes no causal claim", () => {
    const comparison = booted("AAABBB", ["a", "a", "a", "b", "b", "b"]);
    assert.equal(comparison.claim.verdict, "difference");
    assert.match(comparison.claim.notCausal[0] ?? "", /one boot of each kernel: intervals are within these boots/);
  });
});
