import { mean } from "simple-statistics";
import { type LeastSquaresFit, leastSquares } from "./least-squares.js";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";

/** Points, a model of x with unknown coefficients, a first guess of those, and how small each may become. */
export interface NonlinearProblem {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly model: (x: number, coefficients: readonly number[]) => number;
  readonly start: readonly number[];
  /** One per coefficient; left out, they have no bound. */
  readonly min?: readonly number[];
}

const MAX_STEPS = 2000;
/** The search ends where a step promises to take less than this part off the squares: 1e-7 of a standard error. */
const SMALL_GAIN = 1e-14;

/**
 * Least squares on a model that is not linear in its coefficients, from a first guess: Levenberg's damped steps in Marquardt's scale.
 *
 * The result is that of `leastSquares`; its standard errors are those of the model made linear at the solution, and 0 for a
 * coefficient that is held at its bound. Derivatives are taken numerically, also just below a bound. It finds the minimum nearest to
 * the start: try several starts where there may be more.
 * Source: D. W. Marquardt, "An algorithm for least-squares estimation of nonlinear parameters", Journal of the SIAM 11, 1963; the
 * damping: H. B. Nielsen, "Damping parameter in Marquardt's method", IMM-REP-1999-05, Technical University of Denmark, 1999.
 * @throws RangeError for x and y of different length, no more points than coefficients, a value that is not finite, a start below
 * its bound, a model that is not finite at the start or does not depend on a coefficient there, or no minimum in 2000 steps.
 * @example
 * nonlinearLeastSquares({
 *   x: [0, 1, 2, 3],
 *   y: [8, 4, 2, 1],
 *   model: (t, [a, rate]) => a * Math.exp(-rate * t),
 *   start: [5, 1],
 * }).coefficients.map((c) => c.toFixed(6)) // ["8.000000", "0.693147"]
 */
export function nonlinearLeastSquares(problem: NonlinearProblem): LeastSquaresFit {
  const { x, y, start } = problem;
  const caller = "nonlinearLeastSquares";
  requireSamples({ caller, samples: { x, y }, points: start.length + 1, sameLength: true });
  let coefficients = [...start];
  let residuals = residualsAt(problem, coefficients);
  requireSamples({ caller, samples: { start, "y - model at the start": residuals } });
  for (const [k, column] of slopesAt(problem, coefficients).entries()) {
    requireNumber({ caller, name: `start[${k}]`, value: start[k] as number, min: boundOf(problem, k) });
    requireNumber({ caller, name: `effect of start[${k}] on the model`, value: Math.sqrt(squares(column)), above: 0 });
  }

  let [damping, raise] = [1e-3, 2];
  for (let step = 0; step < MAX_STEPS; step++) {
    const { change, promised } = dampedStep(freeSlopes(problem, coefficients, residuals), residuals, damping);
    const before = squares(residuals);
    if (before - promised <= SMALL_GAIN * before) return solution(problem, coefficients);
    const trial = moved(problem, coefficients, change);
    const trialResiduals = residualsAt(problem, trial);
    // Nielsen's rule: less damping where a step gains what the linear model promised, more where it overshoots.
    const gain = (before - squares(trialResiduals)) / (before - promised);
    if (gain > 0) {
      [coefficients, residuals] = [trial, trialResiduals];
      [damping, raise] = [Math.max(damping * Math.max(1 / 3, 1 - (2 * gain - 1) ** 3), 1e-15), 2];
    } else {
      [damping, raise] = [damping * raise, raise * 2];
    }
  }
  throw new RangeError(
    `${caller} requires a start from which it converges: from ${start} it is at ${coefficients} after ${MAX_STEPS} steps`,
  );
}

/** The minimum next to these coefficients: two undamped steps find the digits that the squares no longer show. */
function solution(problem: NonlinearProblem, nearby: readonly number[]): LeastSquaresFit {
  const stepped = (coefficients: readonly number[]) => {
    const residuals = residualsAt(problem, coefficients);
    const slopes = freeSlopes(problem, coefficients, residuals);
    const basis = slopes.map(
      ({ column }) =>
        (point: number) =>
          column[point] as number,
    );
    const fit = leastSquares({ x: [...problem.x.keys()], y: residuals, basis });
    const change = new Map(slopes.map(({ k }, index) => [k, fit.coefficients[index] as number]));
    const errors = new Map(slopes.map(({ k }, index) => [k, fit.standardErrors[index] as number]));
    return {
      ...fit,
      coefficients: moved(problem, coefficients, change),
      standardErrors: coefficients.map((_, k) => errors.get(k) ?? 0),
    };
  };
  const fit = stepped(stepped(nearby).coefficients);
  const center = mean([...problem.y]);
  const total = squares(problem.y.map((value) => value - center));
  return { ...fit, rSquared: total === 0 ? 0 : 1 - fit.residualSquares / total };
}

/** Derivatives of the model, one list over x per coefficient that is not held: at its bound, with smaller residuals beyond. */
function freeSlopes(problem: NonlinearProblem, coefficients: readonly number[], residuals: readonly number[]): Slopes[] {
  return slopesAt(problem, coefficients)
    .map((column, k) => ({ k, column }))
    .filter(({ k, column }) => {
      const downhill = column.reduce((sum, slope, point) => sum + slope * (residuals[point] as number), 0);
      return downhill > 0 || (coefficients[k] as number) > boundOf(problem, k);
    });
}

interface Slopes {
  /** Index of the coefficient. */
  readonly k: number;
  readonly column: readonly number[];
}

function boundOf({ min }: NonlinearProblem, k: number): number {
  return min?.[k] ?? Number.NEGATIVE_INFINITY;
}

/** The coefficients after a change, none below its bound. */
function moved(problem: NonlinearProblem, coefficients: readonly number[], change: ReadonlyMap<number, number>): number[] {
  return coefficients.map((value, k) => Math.max(boundOf(problem, k), value + (change.get(k) ?? 0)));
}

function residualsAt({ x, y, model }: NonlinearProblem, coefficients: readonly number[]): number[] {
  return y.map((value, index) => value - model(x[index] as number, coefficients));
}

/** By a five-point difference, whose error is about 1e-12 of the slope. */
function slopesAt({ x, model, start }: NonlinearProblem, coefficients: readonly number[]): number[][] {
  return coefficients.map((coefficient, k) => {
    // A coefficient may pass through 0: its size is then that of the start.
    const h = 1e-3 * (Math.max(Math.abs(coefficient), 1e-3 * Math.abs(start[k] as number)) || 1);
    return x.map((value) => {
      const shifted = (by: number) => model(value, coefficients.with(k, coefficient + by));
      return (8 * (shifted(h) - shifted(-h)) - (shifted(2 * h) - shifted(-2 * h))) / (12 * h);
    });
  });
}

/** The step of least squares on the slopes, held back by `damping` in units of their size, and the squares it promises to leave. */
function dampedStep(
  slopes: readonly Slopes[],
  residuals: readonly number[],
  damping: number,
): { change: ReadonlyMap<number, number>; promised: number } {
  const points = residuals.length;
  const brakes = slopes.map(({ column }) => Math.sqrt(damping * squares(column)));
  const basis = slopes.map(({ column }, index) => (row: number) => {
    if (row < points) return column[row] as number;
    return row - points === index ? (brakes[index] as number) : 0;
  });
  const y = [...residuals, ...brakes.map(() => 0)];
  const fit = leastSquares({ x: [...y.keys()], y, basis });
  const change = new Map(slopes.map(({ k }, index) => [k, fit.coefficients[index] as number]));
  return { change, promised: squares(fit.residuals.slice(0, points)) };
}

function squares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
