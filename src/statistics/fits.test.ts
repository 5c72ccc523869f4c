import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { leastSquares } from "./least-squares.js";
import { nonlinearLeastSquares } from "./nonlinear-least-squares.js";
import { assertDigits, reference } from "./reference-values.js";
import { type ScalingFit, scalingLaw } from "./scaling-law.js";
import { segmentedFit } from "./segmented-fit.js";

describe("leastSquares()", () => {
  it("NIST's Norris to 12 digits", () => {
    const { x, y, b0, b1, se0, se1, residSd, r2 } = reference.norris;
    const fit = leastSquares({ x, y, basis: [() => 1, (value) => value] });
    assertDigits(fit.coefficients[0], b0, 12);
    assertDigits(fit.coefficients[1], b1, 13);
    assertDigits(fit.standardErrors[0], se0, 12);
    assertDigits(fit.standardErrors[1], se1, 12);
    assertDigits(fit.residualSd, residSd, 12);
    assertDigits(fit.rSquared, r2, 14);
  });

  it("bulk allocation, b + a / n, without the point that takes another path", () => {
    const { step, arrayV5r9, fitArrayFrom2 } = reference.bulk;
    const fit = leastSquares({ x: step.slice(1), y: arrayV5r9.slice(1), basis: [() => 1, (n) => 1 / n] });
    assertDigits(fit.coefficients[0], fitArrayFrom2.b, 10);
    assertDigits(fit.coefficients[1], fitArrayFrom2.a, 10);
    assertDigits(fit.standardErrors[0], fitArrayFrom2.seB, 10);
    assertDigits(fit.standardErrors[1], fitArrayFrom2.seA, 10);
    assertDigits(fit.rSquared, fitArrayFrom2.r2, 10);
  });

  it("keeps the slope over times in Unix milliseconds", () => {
    const x = Array.from({ length: 60 }, (_, second) => 1_700_000_000_000 + 1000 * second);
    const y = x.map((time) => 1.003 * (time - 1_700_000_000_000) + (((time / 1000) % 7) - 3));
    const shifted = leastSquares({ x: x.map((time) => time - 1_700_000_000_000), y, basis: [() => 1, (time) => time] });
    assertDigits(
      leastSquares({ x, y, basis: [() => 1, (time) => time] }).coefficients[1],
      shifted.coefficients[1] as number,
      6,
    );
  });

  it("leaves residuals that no function of the basis explains", () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: -1000, max: 1000 })), {
      minLength: 5,
    });
    fc.assert(
      fc.property(points, (pairs) => {
        const x = pairs.map(([value], index) => value + 1001 * index);
        const { residuals } = leastSquares({ x, y: pairs.map(([, value]) => value), basis: [() => 1, (value) => value] });
        const product = (column: readonly number[]) =>
          residuals.reduce((sum, value, index) => sum + value * (column[index] as number), 0);
        assert.ok(Math.abs(product(x.map(() => 1))) < 1e-6);
        assert.ok(Math.abs(product(x)) < 1e-6 * Math.max(...x) * 1000);
      }),
      { seed: 1 },
    );
  });
});

describe("nonlinearLeastSquares()", () => {
  const { misra1a, puromycin, usl } = reference;

  for (const start of [
    [500, 0.0001],
    [250, 0.0005],
  ]) {
    it(`NIST's Misra1a from the start ${start.join(", ")}`, () => {
      const model = (x: number, [b1 = 0, b2 = 0]: readonly number[]) => b1 * (1 - Math.exp(-b2 * x));
      const fit = nonlinearLeastSquares({ x: misra1a.x, y: misra1a.y, model, start });
      assertDigits(fit.coefficients[0], misra1a.b1, 11);
      assertDigits(fit.coefficients[1], misra1a.b2, 11);
      assertDigits(fit.standardErrors[0], misra1a.se[0], 10);
      assertDigits(fit.standardErrors[1], misra1a.se[1], 10);
      assertDigits(fit.residualSquares, misra1a.rss, 11);
    });
  }

  it("Michaelis and Menten's law of the treated Puromycin data, to the tolerance of R's nls()", () => {
    const model = (x: number, [vm = 0, k = 0]: readonly number[]) => (vm * x) / (k + x);
    const fit = nonlinearLeastSquares({ x: puromycin.x, y: puromycin.y, model, start: [200, 0.1] });
    for (const k of [0, 1] as const) {
      assert.ok(Math.abs((fit.coefficients[k] as number) / puromycin.b[k] - 1) < puromycin.tolerance);
      assert.ok(Math.abs((fit.standardErrors[k] as number) / puromycin.se[k] - 1) < puromycin.tolerance);
    }
  });

  it("the universal scalability law of specsdm91, closer than R's nls()", () => {
    const model = (n: number, [lambda = 0, sigma = 0, kappa = 0]: readonly number[]) =>
      (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
    const fit = nonlinearLeastSquares({ x: usl.N, y: usl.X, model, start: [80, 0.05, 0.0002] });
    for (const [k, [value, error]] of [usl.lambda, usl.sigma, usl.kappa].entries()) {
      assertDigits(fit.coefficients[k], value, 5);
      assertDigits(fit.standardErrors[k], error, 5);
    }
    const squares = (coefficients: readonly number[]) =>
      usl.N.reduce((sum, n, i) => sum + ((usl.X[i] as number) - model(n, coefficients)) ** 2, 0);
    assert.ok(squares(fit.coefficients) <= squares([usl.lambda[0], usl.sigma[0], usl.kappa[0]]));
  });

  it("says where it is when a start leads nowhere", () => {
    const model = (x: number, [a = 0]: readonly number[]) => (a > 1 ? Number.NaN : a * x);
    assert.throws(
      () => nonlinearLeastSquares({ x: [1, 2], y: [1, 2], model, start: [2] }),
      /a finite y - model at the start\[0\]: got NaN/,
    );
  });
});

describe("scalingLaw()", () => {
  const { scaling, usl } = reference;
  const fitsOf = (rates: readonly number[]) => scalingLaw({ cores: rates.map((_, index) => index + 1), rates });
  const named = (fits: readonly ScalingFit[], law: ScalingFit["law"]) => fits.find((fit) => fit.law === law) as ScalingFit;
  const value = (fit: ScalingFit, name: string) => fit.parameters.find((parameter) => parameter.name === name)?.value;

  it("XDP_TX with a ring of 256: a cap, where the universal law has its sigma on the bound and fits 7 times worse", () => {
    const fits = fitsOf(scaling.XDP_TX_256);
    const [lambda, cap, error] = scaling.fits.cap;
    assert.equal(fits[0]?.law, "cap");
    assertDigits(value(named(fits, "cap"), "lambda"), lambda, 3);
    assertDigits(value(named(fits, "cap"), "cap"), cap, 3);
    assert.equal(named(fits, "cap").relativeError.toFixed(3), error.toFixed(3));
    assert.equal(named(fits, "usl").relativeError.toFixed(3), scaling.fits.usl[0].toFixed(3));
    assert.deepEqual(
      named(fits, "usl").parameters.map(({ name, atBound }) => [name, atBound]),
      [
        ["lambda", false],
        ["sigma", true],
        ["kappa", false],
      ],
    );
  });

  it("forwarding in the kernel: Amdahl, with kappa of the universal law on its bound", () => {
    const fits = fitsOf(scaling.linux_fwd);
    const [lambda, sigma] = scaling.fits.amdahl;
    assert.equal(fits[0]?.law, "amdahl");
    assertDigits(value(named(fits, "amdahl"), "lambda"), lambda, 7);
    assertDigits(value(named(fits, "amdahl"), "sigma"), sigma, 4);
    assert.equal(value(named(fits, "usl"), "kappa"), 0);
    assert.ok(named(fits, "usl").parameters[2]?.atBound);
  });

  it("specsdm91: the universal law turns down at 96.5, at a rate of 1883.9", () => {
    const { peak } = named(scalingLaw({ cores: usl.N, rates: usl.X }), "usl");
    assertDigits(peak?.cores, usl.Nstar, 4);
    assertDigits(peak?.rate, usl.Xmax, 5);
  });

  it("an exact line is a line, and every other law says that it explains no more", () => {
    const fits = fitsOf([10, 20, 30, 40, 50, 60]);
    assert.equal(fits[0]?.law, "linear");
    assert.ok(fits.slice(1).every(({ parameters }) => parameters.some(({ atBound }) => atBound)));
  });

  it("refuses under 6 points", () => {
    assert.throws(() => fitsOf(scaling.dpdk_rx), { message: "scalingLaw requires cores of at least 6 points: got 5" });
  });

  it("gives numbers for whatever is measured", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: 6, maxLength: 12 }), (rates) => {
        for (const { aicc, parameters } of fitsOf(rates)) {
          assert.ok(
            Number.isFinite(aicc) && parameters.every((parameter) => parameter.value >= 0 && Number.isFinite(parameter.value)),
          );
        }
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});

describe("segmentedFit()", () => {
  it("the stagnant data of R's package segmented", () => {
    const { x, y, psi, slopes, rss } = reference.segmented;
    const fit = segmentedFit({ x, y });
    assertDigits(fit.breakpoint, psi[0], 7); // R stops iterating there
    assertDigits(fit.breakpointError, psi[1], 8);
    assertDigits(fit.slopes[0], slopes[0], 8);
    assertDigits(fit.slopes[1], slopes[1], 8);
    assertDigits(fit.residualSquares, rss, 10);
  });

  it("finds a kink exactly, between two values of x and at one", () => {
    for (const kink of [3, 4.4]) {
      const x = [0, 1, 2, 3, 4, 5, 6, 7, 8];
      const { breakpoint, slopes, yAtBreakpoint } = segmentedFit({
        x,
        y: x.map((value) => 7 + (value < kink ? 2 * (value - kink) : 5 * (value - kink))),
      });
      assertDigits(breakpoint, kink, 10);
      assertDigits(yAtBreakpoint, 7, 10);
      assertDigits(slopes[0], 2, 10);
      assertDigits(slopes[1], 5, 10);
    }
  });
});
