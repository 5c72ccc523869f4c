import { mean } from "simple-statistics";
import { requireSamples } from "./require-samples.js";

/** A fit of `y = sum of coefficient_k * basis_k(x)`. */
export interface LeastSquaresFit {
  /** One per function of the basis, in its order. */
  readonly coefficients: readonly number[];
  readonly standardErrors: readonly number[];
  /** `y - fit`, one per point: look at them before believing the fit. */
  readonly residuals: readonly number[];
  /** Sum of squared residuals. */
  readonly residualSquares: number;
  /** Standard deviation of the residuals, with `degreesOfFreedom`. */
  readonly residualSd: number;
  /** 1 - residual squares / squares about the mean of y; 0 where y does not vary. */
  readonly rSquared: number;
  /** Points minus coefficients. */
  readonly degreesOfFreedom: number;
}

/**
 * Ordinary least squares on a chosen basis, with standard errors: cost against page order, `b + a / n` of a bulk size n, a trend.
 *
 * Solved by Householder's QR, which keeps the digits that the normal equations lose. Assumes independent residuals of one size.
 * Source: G. H. Golub, "Numerical methods for solving linear least squares problems", Numerische Mathematik 7, 1965.
 * @throws RangeError for x and y of different length, no more points than coefficients, a value that is not finite, or functions
 * of the basis that are not independent on these points.
 * @example
 * leastSquares({ x: [1, 2, 4, 8], y: [30, 20, 15, 12.5], basis: [() => 1, (n) => 1 / n] }).coefficients.map((c) => c.toFixed(6)) // ["10.000000", "20.000000"]
 */
export function leastSquares<X>({
  x,
  y,
  basis,
}: {
  x: readonly X[];
  y: readonly number[];
  basis: readonly ((x: X) => number)[];
}): LeastSquaresFit {
  const columns = basis.map((column) => x.map(column));
  const samples = Object.fromEntries([["y", y], ...columns.map((column, index) => [`basis[${index}](x)`, column])]);
  requireSamples({ caller: "leastSquares", samples, points: basis.length + 1, sameLength: true });

  const { coefficients, inverse } = solvedByQr(columns, y);
  if (!coefficients.every(Number.isFinite)) {
    throw new RangeError(`leastSquares requires values whose squares are finite: got up to ${Math.max(...y.map(Math.abs))}`);
  }
  const fitted = (point: number) => coefficients.reduce((sum, value, k) => sum + value * (columns[k]?.[point] as number), 0);
  const residuals = y.map((value, point) => value - fitted(point));
  const degreesOfFreedom = y.length - basis.length;
  const residualSquares = squares(residuals);
  const residualSd = Math.sqrt(residualSquares / degreesOfFreedom);
  const center = mean([...y]);
  const total = squares(y.map((value) => value - center));
  return {
    coefficients,
    standardErrors: inverse.map((row) => residualSd * Math.sqrt(squares(row))),
    residuals,
    residualSquares,
    residualSd,
    rSquared: total === 0 ? 0 : 1 - residualSquares / total,
    degreesOfFreedom,
  };
}

/** Coefficients, and the inverse of R of the QR decomposition: its rows' squares are the variances in units of the residuals'. */
function solvedByQr(
  columns: readonly (readonly number[])[],
  y: readonly number[],
): { coefficients: number[]; inverse: number[][] } {
  const [work, right] = [columns.map((column) => Float64Array.from(column)), Float64Array.from(y)];
  const diagonal = work.map((column, k) => {
    const length = Math.sqrt(squares(column.subarray(k)));
    // A column that the others span leaves only rounding behind.
    if (!(length > 1e-12 * Math.sqrt(squares(column)))) {
      throw new RangeError(
        `leastSquares requires an independent basis: basis[${k}] follows from those before it on these points`,
      );
    }
    const pivot = (column[k] as number) > 0 ? -length : length;
    column[k] = (column[k] as number) - pivot;
    for (const other of [...work.slice(k + 1), right]) reflect(other, column, k);
    return pivot;
  });
  // R is `diagonal` with the upper parts of the reflected columns; its inverse is upper triangular too.
  const inverse = diagonal.map(() => new Array<number>(diagonal.length).fill(0));
  for (const column of diagonal.keys()) {
    const unit = diagonal.map((_, k) => (k === column ? 1 : 0));
    for (let k = column; k >= 0; k--) {
      let rest = unit[k] as number;
      for (let j = k + 1; j <= column; j++) rest -= (work[j]?.[k] as number) * (inverse[j]?.[column] as number);
      (inverse[k] as number[])[column] = rest / (diagonal[k] as number);
    }
  }
  const coefficients = inverse.map((row) => row.reduce((sum, value, k) => sum + value * (right[k] as number), 0));
  return { coefficients, inverse };
}

/** Applies Householder's reflection of `mirror` (from index `from` on) to a column. */
function reflect(column: Float64Array, mirror: Float64Array, from: number): void {
  let [product, length] = [0, 0];
  for (let index = from; index < column.length; index++) {
    product += (column[index] as number) * (mirror[index] as number);
    length += (mirror[index] as number) ** 2;
  }
  const scale = (2 * product) / length;
  for (let index = from; index < column.length; index++) {
    column[index] = (column[index] as number) - scale * (mirror[index] as number);
  }
}

function squares(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value * value;
  return total;
}
