import { leastSquares } from "../statistics/least-squares.js";
import { requireNumber } from "../statistics/require-number.js";
import { requireSamples } from "../statistics/require-samples.js";
import type { Ns } from "../units.js";

/** A bulk size, and what one element of it costs. */
export interface BulkRow {
  readonly bulk: number;
  readonly ns: Ns;
}

/** `ns = elementNs + bulkNs / bulk` through the rows of one piece of a sweep. */
export interface BulkLaw {
  readonly from: number;
  readonly to: number;
  /** What each element costs, however many there are. */
  readonly elementNs: Ns;
  /** What a bulk pays once. */
  readonly bulkNs: Ns;
  readonly elementError: Ns;
  /** 0 where the parameter sits on its bound. */
  readonly bulkError: Ns;
  readonly rSquared: number;
  /** Measured less fitted, one per row in the order of bulk. */
  readonly residuals: readonly Ns[];
}

/** The law of a sweep over bulk sizes, and whether one law is enough. */
export interface BulkFit {
  readonly rows: readonly BulkRow[];
  /** One law over all rows. */
  readonly whole: BulkLaw;
  /** Two laws, where the residuals of one show a break: the first bulk size of the second is `breakAt`. */
  readonly pieces?: readonly [BulkLaw, BulkLaw];
  readonly breakAt?: number;
  /** What speaks against the fit, one sentence each: look at the residuals. */
  readonly doubts: readonly string[];
}

/** A law has two parameters; a piece is not believed on fewer points than one more. */
const MIN_ROWS = 3;
/** By how much Akaike's criterion must prefer two laws: 10 leaves no support for the one. */
const BREAK_AICC = 10;

/**
 * Fits `elementNs + bulkNs / bulk` to a sweep: a page, an object or a packet that shares a fixed cost with the others of its bulk.
 *
 * Both parameters are at least 0: a cost that grows with the bulk holds `bulkNs` at its bound, and `doubts` say so. Two laws with a
 * break between them are tried at every place, and given where the corrected criterion of Akaike prefers them by 10 or more: the
 * boundary of a slab is such a break. Leave out rows that take other code, as a bulk of 1 does.
 * Source: J. D. Brouer's sweeps of the slab and page bulk APIs, data/published/slab_bulk.csv and page_bulk.csv; the criterion:
 * C. M. Hurvich, C.-L. Tsai, Biometrika 76, 1989.
 * @throws RangeError for fewer than 3 rows, a bulk that is no integer above 0 or given twice, and a cost that is not above 0.
 * @example
 * bulkFit({ rows: [1, 2, 4, 8].map((bulk) => ({ bulk, ns: 10 + 20 / bulk })) }).whole.bulkNs.toFixed(6) // "20.000000"
 */
export function bulkFit({ rows: given }: { rows: readonly BulkRow[] }): BulkFit {
  const rows = [...given].sort((one, other) => one.bulk - other.bulk);
  const samples = { bulk: rows.map(({ bulk }) => bulk), ns: rows.map(({ ns }) => ns) };
  requireSamples({ caller: "bulkFit", samples, points: MIN_ROWS, above: 0 });
  requireSamples({ caller: "bulkFit", samples: { bulk: samples.bulk }, min: 1 });
  const odd = samples.bulk.find((bulk, index) => !Number.isInteger(bulk) || bulk === samples.bulk[index + 1]);
  if (odd !== undefined) throw new RangeError(`bulkFit requires integer bulk, each once: got ${odd}`);

  const whole = lawOf(rows);
  const split = bestSplit(rows);
  const broken = split !== undefined && aicc(rows, [whole]) - aicc(rows, split) >= BREAK_AICC;
  const doubts = [
    ...(broken
      ? [`one law does not hold: the residuals show a break at a bulk of ${split[1].from}`]
      : risingDoubt(rows, whole)),
    ...(broken ? split : [whole]).flatMap(boundDoubt),
  ];
  return { rows, whole, ...(broken && { pieces: split, breakAt: split[1].from }), doubts };
}

/**
 * What a law gives at a bulk size: for the curve through the points.
 *
 * @throws RangeError for a bulk below 1, and a law whose parameters are no numbers.
 * @example
 * bulkNsAt({ law: { elementNs: 10, bulkNs: 20 }, bulk: 4 }) // 15
 */
export function bulkNsAt({ law, bulk }: { law: Pick<BulkLaw, "elementNs" | "bulkNs">; bulk: number }): Ns {
  const { elementNs, bulkNs } = law;
  for (const [name, value] of Object.entries({ elementNs, bulkNs })) requireNumber({ caller: "bulkNsAt", name, value });
  requireNumber({ caller: "bulkNsAt", name: "bulk", value: bulk, min: 1 });
  return elementNs + bulkNs / bulk;
}

/** Least squares with neither parameter below 0. */
function lawOf(rows: readonly BulkRow[]): BulkLaw {
  const [x, y] = [rows.map(({ bulk }) => bulk), rows.map(({ ns }) => ns)];
  const [constant, inverse] = [() => 1, (bulk: number) => 1 / bulk];
  const free = leastSquares({ x, y, basis: [constant, inverse] });
  const [a = 0, b = 0] = free.coefficients;
  const held = b < 0 ? leastSquares({ x, y, basis: [constant] }) : a < 0 ? leastSquares({ x, y, basis: [inverse] }) : undefined;
  const [value = 0] = held?.coefficients ?? [];
  const [error = 0] = held?.standardErrors ?? [];
  const [elementNs, bulkNs] = held ? (b < 0 ? [value, 0] : [0, value]) : [a, b];
  const [elementError = 0, bulkError = 0] = held ? (b < 0 ? [error, 0] : [0, error]) : free.standardErrors;
  const { rSquared, residuals } = held ?? free;
  return { from: x[0] ?? 0, to: x.at(-1) ?? 0, elementNs, bulkNs, elementError, bulkError, rSquared, residuals };
}

function bestSplit(rows: readonly BulkRow[]): [BulkLaw, BulkLaw] | undefined {
  const splits = rows.slice(MIN_ROWS, rows.length - MIN_ROWS + 1).map((_, index): [BulkLaw, BulkLaw] => {
    const at = MIN_ROWS + index;
    return [lawOf(rows.slice(0, at)), lawOf(rows.slice(at))];
  });
  return splits.sort((one, other) => squaresOf(one) - squaresOf(other))[0];
}

function squaresOf(laws: readonly BulkLaw[]): number {
  return laws.flatMap(({ residuals }) => residuals).reduce((sum, residual) => sum + residual * residual, 0);
}

/** Estimated are the parameters that sit on no bound, the place of a break, and the variance. */
function aicc(rows: readonly BulkRow[], laws: readonly BulkLaw[]): number {
  const free = laws.flatMap(({ elementNs, bulkNs }) => [elementNs, bulkNs]).filter((value) => value > 0);
  const [points, estimated] = [rows.length, free.length + laws.length];
  if (points - estimated - 1 <= 0) return Number.POSITIVE_INFINITY;
  const scale = Math.max(...rows.map(({ ns }) => ns));
  // A perfect fit would have a logarithm of 0: no closer than rounding.
  const meanSquare = Math.max(squaresOf(laws) / points, (Number.EPSILON * scale) ** 2);
  return points * Math.log(meanSquare) + 2 * estimated + (2 * estimated * (estimated + 1)) / (points - estimated - 1);
}

function boundDoubt({ from, to, elementNs, bulkNs }: BulkLaw): string[] {
  const range = `from ${from} to ${to}`;
  return [
    ...(bulkNs === 0 ? [`bulkNs sits on its bound of 0 ${range}: the cost does not fall with the bulk`] : []),
    ...(elementNs === 0 ? [`elementNs sits on its bound of 0 ${range}: the cost falls faster than a shared one`] : []),
  ];
}

/** A sweep that falls and rises again has its minimum inside, by more than the scatter. */
function risingDoubt(rows: readonly BulkRow[], { residuals }: BulkLaw): string[] {
  const least = rows.reduce((one, other) => (other.ns < one.ns ? other : one));
  const last = rows.at(-1) ?? least;
  const within = residuals
    .slice(0, -1)
    .map(Math.abs)
    .sort((one, other) => one - other);
  const usual = within[Math.floor(within.length / 2)] ?? 0;
  if (last.bulk === least.bulk || (residuals.at(-1) ?? 0) <= 2 * usual) return [];
  return [`the cost rises again from a bulk of ${least.bulk} on (${least.ns} to ${last.ns} ns): the law does not say why`];
}
