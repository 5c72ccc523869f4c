import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { autocorrelation } from "./autocorrelation.js";
import { batchMeans } from "./batch-means.js";
import { benjaminiHochberg } from "./benjamini-hochberg.js";
import { blockBootstrap } from "./block-bootstrap.js";
import { effectiveSampleSize } from "./effective-sample-size.js";
import { fiellerInterval } from "./fieller-interval.js";
import { holm } from "./holm.js";
import { meanInterval } from "./mean-interval.js";
import { ratioDifference } from "./ratio-difference.js";
import { assertDigits, reference } from "./reference-values.js";
import { seriesDrift } from "./series-drift.js";
import { weightedSampleSize } from "./weighted-sample-size.js";
import { wilsonInterval } from "./wilson-interval.js";

const ramp = (length: number, change: number) =>
  Array.from({ length }, (_, block) => 100 * (1 + (change * block) / length) + ((block * 7) % 5));

describe("blockBootstrap()", () => {
  const denominators = Array.from({ length: 40 }, (_, block) => 1000 + ((block * 37) % 11));
  const numerators = denominators.map((packets, block) => packets * 8 + ((block * 53) % 401));

  it("gives the ratio of sums, the same interval for the same seed, and every row by the same draws", () => {
    const whole = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
    const [alone] = blockBootstrap({ rows: [numerators], denominators });
    const both = blockBootstrap({ rows: [denominators, numerators], denominators });
    assertDigits(alone?.estimate, whole(numerators) / whole(denominators), 14);
    assert.deepEqual(both[1], alone);
    assert.deepEqual(both[0], { estimate: 1, low: 1, high: 1, level: 0.95 });
  });

  it("agrees with Fieller's interval of the same blocks within a tenth of its width", () => {
    const [interval] = blockBootstrap({ rows: [numerators], denominators });
    const exact = fiellerInterval({ numerators, denominators });
    const tenth = (exact.high - exact.low) / 10;
    assert.ok(Math.abs((interval?.low ?? 0) - exact.low) < tenth);
    assert.ok(Math.abs((interval?.high ?? 0) - exact.high) < tenth);
  });

  it("scales with its numerators and is not moved by the order of the blocks' weights", () => {
    const [interval] = blockBootstrap({ rows: [numerators], denominators });
    const [scaled] = blockBootstrap({ rows: [numerators.map((value) => 2 * value)], denominators });
    assertDigits(scaled?.low, 2 * (interval?.low ?? 0), 14);
    assertDigits(scaled?.high, 2 * (interval?.high ?? 0), 14);
  });

  it("takes the memory of one draw, however long the recording was: four hours are 57,600 blocks", () => {
    const heldBefore = process.resourceUsage().maxRSS;
    const blocks = Array.from({ length: 57_600 }, (_, block) => 1000 + ((block * 37) % 11));
    blockBootstrap({ rows: [blocks], denominators: blocks, resamples: 1000 });
    // All draws at once would be 230 MB.
    assert.ok(
      process.resourceUsage().maxRSS - heldBefore < 100 * 1024,
      `${process.resourceUsage().maxRSS - heldBefore} KiB more`,
    );
  });

  it("gives no interval under 20 blocks that have packets", () => {
    assert.throws(() => blockBootstrap({ rows: [Array(19).fill(1)], denominators: Array(19).fill(1) }), {
      name: "RangeError",
      message: "blockBootstrap requires at least 20 blocks with a denominator > 0: got 19",
    });
    assert.throws(() => blockBootstrap({ rows: [Array(20).fill(1)], denominators: [...Array(19).fill(1), 0] }), /got 19/);
  });
});

describe("fiellerInterval()", () => {
  it("of 5 pairs of cycles and packets is the reference's", () => {
    const { cyc: numerators, pkt: denominators, R, fieller } = reference.ratioCI;
    const { estimate, low, high } = fiellerInterval({ numerators, denominators });
    assertDigits(estimate, R, 14);
    assertDigits(low, fieller[0], 12);
    assertDigits(high, fieller[1], 12);
  });

  it("refuses denominators that may be 0, where the interval has no end", () => {
    assert.throws(
      () => fiellerInterval({ numerators: [1, 2, 3], denominators: [-1, 1, 2] }),
      /mean differs from 0 at level 0.95/,
    );
  });
});

describe("ratioDifference()", () => {
  it("has the reference's delta method error: of one arm against another whose blocks do not vary", () => {
    const { cyc, pkt, R, deltaSE } = reference.ratioCI;
    const difference = ratioDifference({
      before: { numerators: [1, 1, 1], denominators: [1, 1, 1] },
      after: { numerators: cyc, denominators: pkt },
    });
    assertDigits(difference.estimate, R - 1, 12);
    assertDigits(difference.standardError, deltaSE, 12);
    assertDigits(difference.degreesOfFreedom, 4, 12);
  });

  it("of a recording with itself is 0", () => {
    const parts = { numerators: [20, 31, 39], denominators: [2, 3, 4] };
    const { estimate, p } = ratioDifference({ before: parts, after: parts });
    assert.equal(estimate, 0);
    assert.equal(p, 1);
  });
});

describe("wilsonInterval()", () => {
  for (const { k, n, wilson } of reference.binomCI.rows) {
    it(`of ${k} in ${n} is [${wilson.join(", ")}]`, () => {
      const { low, high } = wilsonInterval({ successes: k, trials: n });
      assertDigits(low, wilson[0], 10);
      assertDigits(high, wilson[1], 10);
    });
  }

  it("stays within 0 and 1 and holds its share", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (trials, share) => {
        const { estimate, low, high } = wilsonInterval({ successes: share * trials, trials });
        assert.ok(0 <= low && low <= estimate && estimate <= high && high <= 1);
      }),
      { seed: 1 },
    );
  });
});

describe("weightedSampleSize()", () => {
  it("is between 1 and the number of weights, and does not depend on their unit", () => {
    const weights = fc.array(fc.double({ min: 0.001, max: 1000, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(weights, (values) => {
        const size = weightedSampleSize(values);
        assert.ok(size >= 1 - 1e-9 && size <= values.length + 1e-9);
        assertDigits(weightedSampleSize(values.map((value) => 4 * value)), size, 12);
      }),
      { seed: 1 },
    );
  });
});

describe("a correlated series", () => {
  it("of the Nile has the published autocorrelation and the effective sample size that follows", () => {
    const { x, acf, ar1ESS } = reference.nile;
    for (const [index, expected] of acf.entries()) assertDigits(autocorrelation(x, index + 1), expected, 12);
    assertDigits(effectiveSampleSize(x), ar1ESS, 12);
  });

  it("of the Nile has its mean and naive standard error in meanInterval", () => {
    const { x, mean, naiveSE } = reference.nile;
    const interval = meanInterval({ values: x });
    assertDigits(interval.estimate, mean, 14);
    assertDigits(interval.standardError, naiveSE, 12);
  });

  for (const base of reference.numacc.bases) {
    it(`meanInterval keeps the digits of NIST's NumAcc series of base ${base}`, () => {
      const values = [base + 0.2, ...Array.from({ length: 1000 }, (_, index) => base + (index % 2 === 0 ? 0.1 : 0.3))];
      const { estimate, standardError } = meanInterval({ values });
      assertDigits(estimate, base + 0.2, 14);
      assertDigits(standardError * Math.sqrt(1001), reference.numacc.sd, 8);
    });
  }

  it("that alternates is worth no more than its length", () => {
    assert.equal(effectiveSampleSize([1, 2, 1, 2, 1, 2, 1, 2, 1, 2]), 10);
  });

  it("is cut in batches that use every value, of lengths that differ by at most one", () => {
    assert.deepEqual(batchMeans({ values: [1, 1, 2, 2, 2], batches: 2 }), [1, 2]);
    assert.equal(batchMeans({ values: ramp(61, 0) }).length, 6);
  });
});

describe("seriesDrift()", () => {
  it("finds a ramp of 5 % and says how much it is", () => {
    const drift = seriesDrift({ values: ramp(80, 0.05) });
    assert.ok(drift.drifts);
    assertDigits(drift.estimate, 5 / (102.5 + 2), 2); // 5 of a mean of 102.5 and the pattern's 2
  });

  it("finds no drift in a steady series, and a step in one that has it", () => {
    assert.ok(!seriesDrift({ values: ramp(80, 0) }).drifts);
    const step = ramp(80, 0).map((value, block) => (block < 40 ? value : value * 1.05));
    assert.ok(seriesDrift({ values: step }).drifts);
  });

  it("finds no drift where the means of all batches are the same, and one in an exact line", () => {
    for (let ticks = 1; ticks < 500; ticks++) {
      // A clock of 4 * ticks + 1 Hz: a tick more in each fourth block of 250 ms.
      const drift = seriesDrift({ values: Array.from({ length: 32 }, (_, block) => ticks + (block % 4 === 3 ? 1 : 0)) });
      assert.ok(!drift.drifts && Math.abs(drift.estimate) < 1e-12, `${ticks} ticks drift by ${drift.estimate}`);
    }
    assert.ok(seriesDrift({ values: Array.from({ length: 32 }, (_, block) => 100 + block) }).drifts);
  });
});

describe("many claims at once", () => {
  const { p, bh, small, smallBH, smallHolm } = reference.padjust;

  it("benjaminiHochberg() gives the published values of the 15 tests of 1995", () => {
    for (const [index, value] of benjaminiHochberg(p).entries()) assertDigits(value, bh[index] as number, 12);
    for (const [index, value] of benjaminiHochberg(small).entries()) assertDigits(value, smallBH[index] as number, 12);
  });

  it("holm() gives R's values", () => {
    for (const [index, value] of holm(small).entries()) assertDigits(value, smallHolm[index] as number, 12);
  });

  it("neither lowers a p-value, nor cares for the order, and holm() is never the smaller", () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(values, (pValues) => {
        const [byHolm, byRate] = [holm(pValues), benjaminiHochberg(pValues)];
        for (const [index, value] of pValues.entries()) {
          assert.ok((byRate[index] as number) >= value && (byHolm[index] as number) >= (byRate[index] as number) - 1e-15);
        }
        assert.deepEqual(holm([...pValues].reverse()).reverse(), byHolm);
      }),
      { seed: 1 },
    );
  });
});
