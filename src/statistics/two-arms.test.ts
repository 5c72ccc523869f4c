import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { bcaInterval } from "./bca-interval.js";
import { acceleration } from "./bca-limits.js";
import { detectionLimit } from "./detection-limit.js";
import { equivalence } from "./equivalence.js";
import { exactPermutation } from "./exact-permutation.js";
import { exactSignFlip } from "./exact-sign-flip.js";
import { hodgesLehmann } from "./hodges-lehmann.js";
import { interleaving } from "./interleaving.js";
import { mannWhitney } from "./mann-whitney.js";
import { medianInterval } from "./median-interval.js";
import { multimodality } from "./multimodality.js";
import { neededRuns } from "./needed-runs.js";
import { newcombeInterval } from "./newcombe-interval.js";
import { noncentralTCdf } from "./noncentral-t-cdf.js";
import { orderDrift } from "./order-drift.js";
import { pairedRatio } from "./paired-ratio.js";
import { assertDigits, reference } from "./reference-values.js";
import { tTestPower } from "./t-test-power.js";
import { warmUpCut } from "./warm-up-cut.js";
import { welch } from "./welch.js";

const { benchstat, cpumapGro, rWilcoxExample, sleepWelch, xdpBench3v3 } = reference;
const percent = (ratio: number) => 100 * (ratio - 1);
const values = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { minLength: 3, maxLength: 6 });

describe("mannWhitney()", () => {
  it("counts ties exactly: benchstat's two examples", () => {
    assertDigits(mannWhitney({ before: benchstat.jsonOld, after: benchstat.jsonNew }).p, benchstat.pJsonExactTies, 13);
    assertDigits(mannWhitney({ before: benchstat.gobOld, after: benchstat.gobNew }).p, benchstat.pGobExactTies, 13);
  });

  it("gives R's W, one-sided and two-sided p of ?wilcox.test", () => {
    const { x, y, W, pGreater, pTwo } = rWilcoxExample;
    const test = mannWhitney({ before: y, after: x });
    assert.equal(test.u, W);
    assertDigits(test.pGreater, pGreater, 10);
    assertDigits(test.p, pTwo, 12);
  });

  it("says the smallest p that so many runs can give: 3 against 3 never below 0.1", () => {
    for (const [index, n] of reference.mwuMinP.n.entries()) {
      const before = Array.from({ length: n }, (_, run) => run);
      const { p, smallestP } = mannWhitney({ before, after: before.map((run) => run + 100) });
      assertDigits(p, reference.mwuMinP.p[index] as number, 13);
      assert.equal(smallestP, p);
    }
  });

  it("does not care which arm comes first, nor for the scale", () => {
    fc.assert(
      fc.property(values, values, (before, after) => {
        const { p, u } = mannWhitney({ before, after });
        const swapped = mannWhitney({ before: after, after: before });
        assertDigits(swapped.p, p, 12);
        assertDigits(swapped.u + u, before.length * after.length, 12);
        assert.equal(mannWhitney({ before: before.map((value) => 8 * value), after: after.map((value) => 8 * value) }).p, p);
        assert.ok(p > 0 && p <= 1);
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});

describe("hodgesLehmann()", () => {
  const { tputBase, tputPatched, transBase, transPatched, tput, trans } = cpumapGro;
  const cases = [
    { name: "cpumap GRO, throughput", before: tputBase, after: tputPatched, hl: tput.hl, ci: tput.ci, log: tput.hlLogPct },
    {
      name: "cpumap GRO, transactions",
      before: transBase,
      after: transPatched,
      hl: trans.hl,
      ci: trans.ci,
      log: trans.hlLogPct,
    },
  ];
  for (const { name, before, after, hl, ci, log } of cases) {
    it(`${name}: ${hl} [${ci.join(", ")}], and on logarithms ${log[0]} %`, () => {
      const shift = hodgesLehmann({ before, after });
      assertDigits(shift.estimate, hl, 6);
      assert.deepEqual([shift.low.toFixed(2), shift.high.toFixed(2)], [ci[0].toFixed(2), ci[1].toFixed(2)]);
      assertDigits(shift.attained, tput.achieved, 14);
      const ratio = hodgesLehmann({ before, after, scale: "ratio" });
      assertDigits(percent(ratio.estimate), log[0], 8);
      assertDigits(percent(ratio.low), log[1], 8);
      assertDigits(percent(ratio.high), log[2], 8);
    });
  }

  it("benchstat's JSON example on logarithms, with ties", () => {
    const { estimate, low, high } = hodgesLehmann({ before: benchstat.jsonOld, after: benchstat.jsonNew, scale: "ratio" });
    const [middle, least, most] = benchstat.hlLogPctJson;
    assertDigits(percent(estimate), middle, 4);
    assertDigits(percent(low), least, 4);
    assertDigits(percent(high), most, 4);
  });

  it("R's example of ?wilcox.test", () => {
    const { x, y, hl, ci95 } = rWilcoxExample;
    const { estimate, low, high } = hodgesLehmann({ before: y, after: x });
    assertDigits(estimate, hl, 10);
    assertDigits(low, ci95[0], 10);
    assertDigits(high, ci95[1], 10);
  });

  it("3 against 3 runs reach 90 %, not 95 %, and it says so", () => {
    const { estimate, low, high, level, attained } = hodgesLehmann({ before: xdpBench3v3.base, after: xdpBench3v3.patched });
    assert.deepEqual([estimate, low, high, level], [xdpBench3v3.hl, ...xdpBench3v3.fullRange, 0.95]);
    assertDigits(attained, xdpBench3v3.conf, 14);
    assertDigits(mannWhitney({ before: xdpBench3v3.base, after: xdpBench3v3.patched }).p, xdpBench3v3.p, 13);
  });

  it("holds 0 just where mannWhitney() finds no difference", () => {
    fc.assert(
      fc.property(values, values, (before, after) => {
        const { low, high, attained } = hodgesLehmann({ before, after });
        const { p } = mannWhitney({ before, after });
        const different = new Set([...before, ...after]).size === before.length + after.length;
        if (different && attained >= 0.95) assert.equal(low > 0 || high < 0, p < 0.05);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe("exactPermutation() and exactSignFlip()", () => {
  it("the transactions of cpumap GRO: 60 of 252 ways", () => {
    assertDigits(exactPermutation({ before: cpumapGro.transBase, after: cpumapGro.transPatched }).p, 60 / 252, 13);
    assertDigits(exactPermutation({ before: cpumapGro.tputBase, after: cpumapGro.tputPatched }).p, 2 / 252, 13);
  });

  it("arms that are the same are no different, whatever the rounding", () => {
    const before = [0.1, 0.2, 0.3, 0.7];
    assert.equal(exactPermutation({ before, after: [...before].reverse() }).p, 1);
    assert.equal(exactSignFlip([0.1, 0.2, -0.3]).p, 1);
  });

  it("the sleep data in pairs: only flips of the one 0 leave the sum as it is", () => {
    const differences = sleepWelch.g2.map((value, index) => value - (sleepWelch.g1[index] as number));
    assert.equal(exactSignFlip(differences).p, 4 / 1024);
  });
});

describe("welch()", () => {
  it("R's t.test of the sleep data", () => {
    const { estimate, standardError, degreesOfFreedom, p, low, high } = welch({ before: sleepWelch.g2, after: sleepWelch.g1 });
    assertDigits(estimate / standardError, sleepWelch.t, 12);
    assertDigits(degreesOfFreedom, sleepWelch.df, 12);
    assertDigits(p, sleepWelch.p, 12);
    assertDigits(low, sleepWelch.ci[0], 12);
    assertDigits(high, sleepWelch.ci[1], 12);
  });

  it("the transactions of cpumap GRO", () => {
    const { low, high } = welch({ before: cpumapGro.transBase, after: cpumapGro.transPatched });
    assertDigits(low, cpumapGro.trans.welchCI[0], 10);
    assertDigits(high, cpumapGro.trans.welchCI[1], 10);
  });
});

describe("bcaInterval()", () => {
  const { u, x, ratio, jackA, bca, mcTol } = reference.city;
  const rows = u.map((before, index) => ({ before, after: x[index] as number }));
  const statistic = (cities: readonly { before: number; after: number }[]) =>
    cities.reduce((sum, { after }) => sum + after, 0) / cities.reduce((sum, { before }) => sum + before, 0);

  it("of the ratio of R's city data", () => {
    const { estimate, low, high } = bcaInterval({ rows, statistic, resamples: 20_000 });
    assertDigits(estimate, ratio, 14);
    assert.ok(Math.abs(low - bca[0]) < mcTol, `${low}`);
    assert.ok(Math.abs(high - bca[1]) < mcTol, `${high}`);
  });

  it("takes its acceleration from the jackknife", () => {
    const without = rows.map((_, left) => statistic(rows.filter((_row, index) => index !== left)));
    const center = without.reduce((sum, value) => sum + value, 0) / without.length;
    assertDigits(acceleration(without.map((value) => center - value)), jackA, 9);
  });
});

describe("newcombeInterval()", () => {
  it("the published 56 of 70 against 48 of 80", () => {
    const { a, b, ci } = reference.newcombe;
    const { low, high } = newcombeInterval({
      before: { successes: b[0], trials: b[1] },
      after: { successes: a[0], trials: a[1] },
    });
    assertDigits(low, ci[0], 12);
    assertDigits(high, ci[1], 12);
  });

  it("calls the share of memset different where its cost did not move: shares mislead", () => {
    const { base, bulk16, newcombe } = reference.shareTrap;
    const shareOf = ({ share, samples }: { share: number; samples: number }) => ({
      successes: Math.round(share * samples),
      trials: samples,
    });
    const { low, high } = newcombeInterval({ before: shareOf(base), after: shareOf(bulk16) });
    assertDigits(low, newcombe[0], 5);
    assertDigits(high, newcombe[1], 5);
    assertDigits((base.share * 1e9) / base.pps, base.ns, 5);
    assertDigits((bulk16.share * 1e9) / bulk16.pps, bulk16.ns, 4);
  });
});

describe("medianInterval()", () => {
  it("of 10 values lies between the 2nd and the 9th, at 97.85 %", () => {
    const sorted = [...benchstat.gobOld].sort((left, right) => left - right);
    const { low, high, attained } = medianInterval({ values: benchstat.gobOld });
    const [second, ninth, level] = benchstat.medianCIorder;
    assert.deepEqual([low, high], [sorted[second - 1], sorted[ninth - 1]]);
    assertDigits(attained, level, 12);
  });

  it("needs 6 values for 95 %", () => {
    assert.ok(medianInterval({ values: [1, 2, 3, 4, 5] }).attained < 0.95);
    assert.ok(medianInterval({ values: [1, 2, 3, 4, 5, 6] }).attained >= 0.95);
  });
});

describe("interleaving(), pairedRatio() and orderDrift()", () => {
  const order = (letters: string) => [...letters].map((letter) => (letter === "A" ? "before" : "after"));

  it("cut AABB in one block, and say what is left over", () => {
    assert.deepEqual(interleaving(order("AABBA")), { blocks: [{ before: [0, 1], after: [2, 3] }], rest: [4], positionGap: 2 });
    assert.deepEqual(interleaving(order("AAB")), { blocks: [], rest: [0, 1, 2], positionGap: 0 });
  });

  it("a steady factor under a steady drift comes out exact in ABBA, and biased by the drift of one run in ABAB", () => {
    const slope = 0.001;
    const runs = (letters: string) => {
      const arms = order(letters);
      const noise = [1, -1, 1, -1, -1, 1, -1, 1].map((sign) => sign * 1e-6);
      return {
        arms,
        values: arms.map((arm, run) => (arm === "after" ? 1.02 : 1) * Math.exp(slope * run + (noise[run] as number))),
      };
    };
    for (const [letters, bias] of [
      ["ABBAABBA", 0],
      ["ABABABAB", slope],
    ] as const) {
      const { arms, values } = runs(letters);
      assert.ok(Math.abs(pairedRatio({ arms, values }).log.estimate - Math.log(1.02) - bias) < 1e-5);
      const drift = orderDrift({ arms, values });
      assert.ok(Math.abs(drift.change.estimate - 7 * slope) < 1e-4);
      assert.ok(Math.abs(drift.bias - bias) < 1e-4);
      assert.equal(drift.confounded, bias > 0);
    }
  });

  it("runs that agree to all digits, as latencies in whole us do, have no drift, and a steady drift alone is one", () => {
    const arms = order("ABABAB");
    for (let us = 1; us < 500; us++) {
      assert.equal(orderDrift({ arms, values: arms.map(() => us) }).confounded, false, `${us} us in all runs`);
      const stepped = arms.map((arm) => (arm === "after" ? us + 1 : us));
      assert.equal(orderDrift({ arms, values: stepped }).confounded, false, `${us} us before, 1 more after`);
    }
    assert.ok(orderDrift({ arms, values: arms.map((_, run) => Math.exp(0.001 * run)) }).confounded);
  });
});

describe("power", () => {
  // scipy.stats 1.17.1, nct.cdf
  const SCIPY = [
    [2.1, 32, 2.9, 0.2147872124229559],
    [-1.5, 5, 1.2, 0.008054987974937013],
    [2.5, 10, -0.7, 0.9972662694459673],
    [5, 3, 10, 0.012056364016208672],
    [30, 50, 28, 0.7178048831204485],
  ] as const;
  for (const [t, degreesOfFreedom, shift, expected] of SCIPY) {
    it(`noncentralTCdf() of ${t} with shift ${shift} is ${expected}, as scipy has it`, () => {
      assertDigits(noncentralTCdf({ t, degreesOfFreedom, shift }), expected, 12);
    });
  }

  for (const { sdPerDifference, runs } of reference.neededRuns.rows) {
    it(`a standard deviation of ${sdPerDifference} times the difference needs ${runs} runs per arm`, () => {
      assert.equal(neededRuns({ standardDeviation: sdPerDifference, difference: 1 }), runs);
      const power = (n: number) =>
        tTestPower({ difference: 1, standardError: sdPerDifference * Math.sqrt(2 / n), degreesOfFreedom: 2 * n - 2 });
      assert.ok(power(runs) >= 0.8 && power(runs - 1) < 0.8);
    });
  }

  it("pairs need a little more than unpaired runs", () => {
    assert.equal(neededRuns({ standardDeviation: 1, difference: 1, paired: true }), 18);
  });

  it("the detection limit is where the power is reached", () => {
    const difference = detectionLimit({ standardError: 0.7, degreesOfFreedom: 5, power: 0.9 });
    assertDigits(tTestPower({ difference, standardError: 0.7, degreesOfFreedom: 5 }), 0.9, 10);
  });

  it("equivalence holds just where the interval at twice the error lies within the margin", () => {
    const { equivalent, low, high, level } = equivalence({
      estimate: -0.5,
      standardError: 0.5,
      degreesOfFreedom: 8,
      margin: 2,
    });
    assert.ok(equivalent);
    assertDigits(level, 0.9, 14);
    assert.ok(low > -2 && high < 2);
    assert.ok(!equivalence({ estimate: -0.5, standardError: 0.5, degreesOfFreedom: 8, margin: -low - 1e-6 }).equivalent);
  });
});

describe("multimodality()", () => {
  it("has the dip of the definition: solved as a linear programme over all distributions of one mode", () => {
    assertDigits(multimodality({ values: [-0.7, -0.7, -0.5, -0.3, 0, 0, 0.2, 0.7, 2.9] }).dip, 1 / 9, 12);
    assert.equal(multimodality({ values: [1, 1, 2, 2] }).dip, 1 / 4);
    assert.equal(multimodality({ values: [0, 1, 3, 6] }).dip, 1 / 8);
  });

  it("does not change under mirror and scale", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 4, maxLength: 25 }), (sample) => {
        const { dip } = multimodality({ values: sample });
        assertDigits(multimodality({ values: sample.map((value) => -4 * value) }).dip, dip, 12);
        assert.ok(dip >= 1 / (2 * sample.length) - 1e-15 && dip <= 0.25);
      }),
      { seed: 1, numRuns: 20 },
    );
  });
});

describe("warmUpCut()", () => {
  it("cuts a step exactly, and nothing from a series that only alternates", () => {
    const steady = Array.from({ length: 40 }, (_, second) => 100 + (second % 2));
    assert.deepEqual(warmUpCut([...Array.from({ length: 10 }, () => 80), ...steady]), { drop: 10, steady: true });
    assert.equal(warmUpCut(steady).drop, 0);
  });
});
