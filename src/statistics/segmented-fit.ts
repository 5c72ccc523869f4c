import { leastSquares } from "./least-squares.js";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";

/** Two straight lines that meet. */
export interface SegmentedFit {
  /** Where they meet, on x. */
  readonly breakpoint: number;
  readonly breakpointError: number;
  /** Slopes left and right of it, with their standard errors. */
  readonly slopes: readonly [left: number, right: number];
  readonly slopeErrors: readonly [left: number, right: number];
  /** Where they meet, on y. */
  readonly yAtBreakpoint: number;
  readonly residuals: readonly number[];
  /** Sum of squared residuals; compare with a single line's before believing the kink. */
  readonly residualSquares: number;
  /** Points minus 4. */
  readonly degreesOfFreedom: number;
}

/**
 * Two straight lines that meet at a breakpoint found from the data: cost over packet size, with and without fragments.
 *
 * The exact least squares solution, not a local one: the lines of every split that meet within their gap, and kinks at every value of
 * x, are compared, as long as two different x lie on either side. Standard errors are those of the model made linear at the solution, too small where the kink is weak.
 * Source: D. J. Hudson, "Fitting segmented curves whose join points have to be estimated", JASA 61, 1966; errors: V. M. R. Muggeo,
 * "Estimating regression models with unknown break-points", Statistics in Medicine 22, 2003.
 * @throws RangeError for x and y of different length, fewer than 6 points or than 5 different x, a value that is not
 * finite, or points on one straight line.
 * @example
 * segmentedFit({ x: [0, 1, 2, 3, 4, 5], y: [0, 1, 2, 2.5, 3, 3.5] }).breakpoint.toFixed(6) // "2.000000"
 */
export function segmentedFit({ x, y }: { x: readonly number[]; y: readonly number[] }): SegmentedFit {
  requireSamples({ caller: "segmentedFit", samples: { x, y }, points: 6, sameLength: true });
  const different = [...new Set(x)].sort((left, right) => left - right);
  requireNumber({ caller: "segmentedFit", name: "number of different x", value: different.length, min: 5 });

  const candidates = [...different.slice(2, -2), ...crossings({ x, y, different })].map((breakpoint) => {
    const basis = [
      () => 1,
      (value: number) => Math.min(0, value - breakpoint),
      (value: number) => Math.max(0, value - breakpoint),
    ];
    return { breakpoint, fit: leastSquares({ x, y, basis }) };
  });
  const { breakpoint, fit } = candidates.reduce((one, other) =>
    other.fit.residualSquares < one.fit.residualSquares ? other : one,
  );
  const [yAtBreakpoint, left, right] = fit.coefficients as [number, number, number];
  const bend = Math.abs(right - left) / Math.max(Math.abs(left), Math.abs(right));
  requireNumber({ caller: "segmentedFit", name: "bend, as a part of the slopes,", value: bend, above: 1e-9 });
  const linear = leastSquares({
    x,
    y: fit.residuals,
    basis: [
      () => 1,
      (value) => Math.min(0, value - breakpoint),
      (value) => Math.max(0, value - breakpoint),
      (value) => (value <= breakpoint ? -left : -right),
    ],
  });
  const [, leftError, rightError, breakpointError] = linear.standardErrors as [number, number, number, number];
  return {
    breakpoint,
    breakpointError,
    yAtBreakpoint,
    slopes: [left, right],
    slopeErrors: [leftError, rightError],
    residuals: fit.residuals,
    residualSquares: fit.residualSquares,
    degreesOfFreedom: linear.degreesOfFreedom,
  };
}

/** Where the separate lines left and right of a gap between two x meet, if they meet in that gap. */
function crossings({
  x,
  y,
  different,
}: {
  x: readonly number[];
  y: readonly number[];
  different: readonly number[];
}): number[] {
  return different.slice(1, -2).flatMap((edge, index) => {
    const left = (value: number) => value <= edge;
    const { coefficients } = leastSquares({
      x,
      y,
      basis: [
        (value) => (left(value) ? 1 : 0),
        (value) => (left(value) ? value : 0),
        (value) => (left(value) ? 0 : 1),
        (value) => (left(value) ? 0 : value),
      ],
    });
    const [a, b, c, d] = coefficients as [number, number, number, number];
    const crossing = (a - c) / (d - b);
    return edge < crossing && crossing < (different[index + 2] as number) ? [crossing] : [];
  });
}
