import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { betaCdf, betaQuantile } from "./beta-distribution.js";
import { chiSquareCdf, chiSquareQuantile } from "./chi-square-distribution.js";
import { fCdf, fQuantile } from "./f-distribution.js";
import { incompleteGamma } from "./incomplete-gamma.js";
import { increasingRoot } from "./increasing-root.js";
import { normalCdf, normalQuantile } from "./normal-distribution.js";
import { assertDigits, reference } from "./reference-values.js";
import { seededRandom, xoshiro128 } from "./seeded-random.js";
import { tCdf, tQuantile } from "./t-distribution.js";

// scipy.stats 1.17.1: t.cdf, t.ppf, norm.cdf, ...
const SCIPY: readonly [name: string, actual: number, expected: number][] = [
  ["t.cdf(-40, 3)", tCdf(-40, 3), 1.7190340394579253e-5],
  ["t.cdf(-5, 1000)", tCdf(-5, 1000), 3.3836281823243174e-7],
  ["t.cdf(-1, 4.5)", tCdf(-1, 4.5), 0.18400254194009424],
  ["t.cdf(2, 17.78)", tCdf(2, 17.78), 0.9694928638177814],
  ["t.ppf(1e-10, 10)", tQuantile(1e-10, 10), -25.466008021697725],
  ["t.ppf(0.025, 4)", tQuantile(0.025, 4), -2.7764451051977943],
  ["t.ppf(0.3, 1)", tQuantile(0.3, 1), -0.7265425280053609],
  ["t.ppf(0.975, 50)", tQuantile(0.975, 50), 2.008559112100761],
  ["norm.cdf(-30)", normalCdf(-30), 4.906713927147908e-198],
  ["norm.cdf(-3)", normalCdf(-3), 0.0013498980316300933],
  ["norm.cdf(0.5)", normalCdf(0.5), 0.6914624612740131],
  ["norm.ppf(1e-300)", normalQuantile(1e-300), -37.0470962993612],
  ["norm.ppf(0.025)", normalQuantile(0.025), -1.9599639845400545],
  ["norm.ppf(0.3)", normalQuantile(0.3), -0.5244005127080409],
  ["beta.cdf(0.0773, 387, 4614)", betaCdf({ x: 0.0773, a: 387, b: 4614 }), 0.4970224835220855],
  ["beta.cdf(0.01, 0.5, 0.5)", betaCdf({ x: 0.01, a: 0.5, b: 0.5 }), 0.06376856085851985],
  ["beta.cdf(0.3, 2.5, 7)", betaCdf({ x: 0.3, a: 2.5, b: 7 }), 0.6412224629717214],
  ["f.cdf(3, 2, 30)", fCdf(3, [2, 30]), 0.9350945284811255],
  ["f.cdf(0.01, 10, 4)", fCdf(0.01, [10, 4]), 5.0735728685664487e-8],
  ["f.cdf(1, 200, 100)", fCdf(1, [200, 100]), 0.49231461314045366],
  ["f.ppf(0.95, 1, 5)", fQuantile(0.95, [1, 5]), 6.607890973703364],
  ["f.ppf(0.001, 10, 4)", fQuantile(0.001, [10, 4]), 0.08863086268670994],
  ["f.ppf(0.999, 2, 30)", fQuantile(0.999, [2, 30]), 8.773397886916701],
  ["chi2.cdf(0.01, 1)", chiSquareCdf(0.01, 1), 0.07965567455405799],
  ["chi2.cdf(5, 10)", chiSquareCdf(5, 10), 0.10882198108584877],
  ["chi2.cdf(5100, 5000)", chiSquareCdf(5100, 5000), 0.841360651380596],
  ["chi2.ppf(0.95, 1)", chiSquareQuantile(0.95, 1), 3.841458820694124],
  ["chi2.ppf(0.001, 10)", chiSquareQuantile(0.001, 10), 1.4787434638356647],
  ["chi2.ppf(0.5, 5000)", chiSquareQuantile(0.5, 5000), 4999.33334913811],
];

describe("distributions", () => {
  for (const [name, actual, expected] of SCIPY) {
    it(`${name} is ${expected}, as scipy has it`, () => assertDigits(actual, expected, 11));
  }

  for (const { k, n, cp, jeffreys } of reference.binomCI.rows) {
    it(`beta quantiles give the Clopper-Pearson and Jeffreys intervals of ${k} in ${n}`, () => {
      if (k > 0) assertDigits(betaQuantile({ p: 0.025, a: k, b: n - k + 1 }), cp[0], 10);
      assertDigits(betaQuantile({ p: 0.975, a: k + 1, b: n - k }), cp[1], 10);
      assertDigits(betaQuantile({ p: 0.025, a: k + 0.5, b: n - k + 0.5 }), jeffreys[0], 10);
      assertDigits(betaQuantile({ p: 0.975, a: k + 0.5, b: n - k + 0.5 }), jeffreys[1], 10);
    });
  }

  it("the t quantile gives the half width that FreeBSD's ministat prints", () => {
    const { n, pooled, half95 } = reference.ministat;
    assertDigits(tQuantile(0.975, 2 * n - 2) * pooled * Math.sqrt(2 / n), half95, 6);
  });

  it("quantiles are the inverse of their distribution", () => {
    const probability = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
    // Below 1 a beta quantile may lie so close to 1 that no double holds it to 10 digits.
    const shape = fc.double({ min: 1, max: 200, noNaN: true });
    fc.assert(
      fc.property(probability, shape, shape, (p, a, b) => {
        const close = (value: number) => assert.ok(Math.abs(value - p) < 1e-10, `${value} for ${p}`);
        close(tCdf(tQuantile(p, a), a));
        close(normalCdf(normalQuantile(p)));
        close(betaCdf({ x: betaQuantile({ p, a, b }), a, b }));
        close(fCdf(fQuantile(p, [a, b]), [a, b]));
        close(chiSquareCdf(chiSquareQuantile(p, a), a));
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("the two incomplete gamma functions sum to 1", () => {
    for (const [a, x] of [
      [0.5, 0.1],
      [3, 2.9],
      [3, 4.1],
      [50, 51],
    ] as const) {
      const { lower, upper } = incompleteGamma({ a, x });
      assertDigits(lower + upper, 1, 14);
    }
  });
});

describe("increasingRoot()", () => {
  it("finds roots at the ends, and far beyond the start", () => {
    assert.equal(increasingRoot({ f: (x) => x, low: 0, high: 1 }), 0);
    assert.equal(increasingRoot({ f: (x) => x - 1, low: 0, high: 1 }), 1);
    assertDigits(increasingRoot({ f: (x) => x - 1e12, low: 0, high: Number.POSITIVE_INFINITY }), 1e12, 15);
  });

  it("refuses ends that do not enclose a root", () => {
    assert.throws(() => increasingRoot({ f: (x) => x + 1, low: 0, high: 1 }), RangeError);
  });
});

describe("seededRandom()", () => {
  it("is xoshiro128** 1.1: the first ten words of the authors' code from the state 1, 2, 3, 4", () => {
    // As quoted in the tests of Rust's rand_xoshiro.
    const published = [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804];
    const next = xoshiro128([1, 2, 3, 4]);
    assert.deepEqual(published.map(next), published);
  });

  it("fills [0, 1) evenly, and differs from seed to seed", () => {
    const counts = new Array<number>(10).fill(0);
    const random = seededRandom(1);
    for (let draw = 0; draw < 100_000; draw++) {
      const cell = Math.floor(random() * 10);
      counts[cell] = (counts[cell] as number) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    assert.ok(chiSquareCdf(chiSquare, 9) < 0.999);
    assert.notEqual(seededRandom(1)(), seededRandom(2)());
  });

  it("refuses a seed that is not an integer", () => {
    assert.throws(() => seededRandom(0.5), { message: "seededRandom requires an integer seed >= 0 and < 2^53: got 0.5" });
  });
});
