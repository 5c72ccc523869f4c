import { linearRegression, linearRegressionLine, rSquared } from "simple-statistics";
import { fQuantile } from "../statistics/f-distribution.js";
import { leastSquares } from "../statistics/least-squares.js";
import { requireNumber } from "../statistics/require-number.js";
import { segmentedFit } from "../statistics/segmented-fit.js";
import { type Bytes, type Gbps, type Ghz, MAX_PAGE_ORDER, type Ns, orderBytes, PAGE_BYTES, type TscCycles } from "../units.js";
import { type BudgetedCost, budgetedCost } from "./budgeted-cost.js";
import { lineRate } from "./line-rate.js";

/** What one order of the page allocator costs while several CPUs ask for it at once. */
export interface PageContention {
  readonly order: number;
  /** The link whose packets set the budget. */
  readonly link: { readonly gbps: Gbps; readonly frameBytes: Bytes };
  /** Time one CPU has per packet, were the full link its own. */
  readonly budgetNs: Ns;
  /** The clock that turned cycles into ns. */
  readonly tscGhz: Ghz;
  /** By number of CPUs, ascending. */
  readonly points: readonly PageContentionPoint[];
  /** Least squares through cycles per call against CPUs: a slope is a section that only one CPU can be in. */
  readonly fit: { readonly cyclesPerCpu: TscCycles; readonly interceptCycles: TscCycles; readonly rSquared: number };
  /** Where two lines fit better than the one; absent where one is enough, or there are too few points to tell. */
  readonly knee?: {
    readonly cpus: number;
    readonly error: number;
    readonly cyclesPerCpu: readonly [before: TscCycles, after: TscCycles];
  };
  /** The smallest number of CPUs from which on every measured cost per 4 KiB is over the budget; absent where the largest is within. */
  readonly overFromCpus?: number;
}

/** One number of CPUs. */
export interface PageContentionPoint {
  readonly cpus: number;
  /** One allocation and its free on one CPU. */
  readonly cycles: TscCycles;
  /** What one CPU waits for 4 KiB. */
  readonly per4k: BudgetedCost;
  /** From one 4 KiB page leaving the allocator to the next, over all CPUs: the allocator's own rate. */
  readonly aggregatePer4k: BudgetedCost;
  /** Calls per second of all CPUs over those of one: `k * C(1) / C(k)`; `k` would be perfect. */
  readonly speedUp: number;
}

/**
 * The page allocator under contention: per 4 KiB on each CPU `C(k) / 2^o`, over all CPUs `C(k) / k / 2^o`, and the speed-up.
 *
 * `rows` are mean TSC cycles of one allocation and its free on one CPU while `cpus` CPUs do it at once, `tscGhz` the clock they
 * were counted at. The fit is a description of the measured range, not a forecast: two threads of one core are not two cores. A knee
 * is given where an F test prefers two lines at 5 %, for which the points are few and the test is approximate.
 * Source: netoptimizer/prototype-kernel, kernel/mm/bench/page_bench03.c (per CPU and per 4096B).
 * @throws RangeError without the row of 1 CPU and one more, for a number of CPUs given twice, for values that cannot be, and as
 * `lineRate` for the link.
 * @example
 * pageContention({ rows: [{ cpus: 1, cycles: 524 }, { cpus: 2, cycles: 2131 }], order: 3, tscGhz: 3, link: { gbps: 10, frameBytes: 64 } }).overFromCpus // 2
 */
export function pageContention({
  rows,
  order,
  tscGhz,
  link,
}: {
  rows: readonly { readonly cpus: number; readonly cycles: TscCycles }[];
  order: number;
  tscGhz: Ghz;
  link: { readonly gbps: Gbps; readonly frameBytes: Bytes };
}): PageContention {
  if (!(order >= 0 && order <= MAX_PAGE_ORDER && Number.isInteger(order))) {
    throw new RangeError(`pageContention requires an integer order from 0 to ${MAX_PAGE_ORDER}: got ${order}`);
  }
  for (const { cpus, cycles } of rows) {
    if (!(cpus >= 1 && Number.isInteger(cpus)))
      throw new RangeError(`pageContention requires an integer cpus >= 1: got ${cpus}`);
    if (!(cycles > 0 && Number.isFinite(cycles))) throw new RangeError(`pageContention requires cycles > 0: got ${cycles}`);
  }
  const sorted = rows.toSorted((one, other) => one.cpus - other.cpus);
  const numbers = sorted.map(({ cpus }) => cpus);
  const [alone] = sorted;
  if (alone?.cpus !== 1 || sorted.length < 2 || new Set(numbers).size < numbers.length) {
    throw new RangeError(`pageContention requires one row each of 1 CPU and of more: got ${numbers.join(", ") || "no rows"}`);
  }
  requireNumber({ caller: "pageContention", name: "tscGhz", value: tscGhz, above: 0 });
  const { ns: budgetNs } = lineRate(link);
  const pages = orderBytes(order) / PAGE_BYTES;
  const points = sorted.map(({ cpus, cycles }) => ({
    cpus,
    cycles,
    per4k: budgetedCost({ cycles: cycles / pages, ghz: tscGhz, budgetNs }),
    aggregatePer4k: budgetedCost({ cycles: cycles / pages / cpus, ghz: tscGhz, budgetNs }),
    speedUp: (cpus * alone.cycles) / cycles,
  }));
  const within = points.findLastIndex(({ per4k }) => per4k.verdict === "within");
  const over = points[within + 1];
  return {
    order,
    link,
    budgetNs,
    tscGhz,
    points,
    fit: fitOf(sorted),
    ...kneeOf(sorted),
    ...(over && { overFromCpus: over.cpus }),
  };
}

function fitOf(rows: readonly { readonly cpus: number; readonly cycles: TscCycles }[]): PageContention["fit"] {
  const points = rows.map(({ cpus, cycles }) => [cpus, cycles]);
  const line = linearRegression(points);
  const level = rows.every(({ cycles }) => cycles === rows[0]?.cycles); // rSquared() would divide 0 by 0
  return {
    cyclesPerCpu: line.m,
    interceptCycles: line.b,
    rSquared: level ? 1 : rSquared(points, linearRegressionLine(line)),
  };
}

/** Two lines have two parameters more than one, and need two points beside them. */
const MIN_KNEE_POINTS = 6;
const KNEE_LEVEL = 0.95;

function kneeOf(rows: readonly { readonly cpus: number; readonly cycles: TscCycles }[]): Pick<PageContention, "knee"> {
  if (rows.length < MIN_KNEE_POINTS) return {};
  const [x, y] = [rows.map(({ cpus }) => cpus), rows.map(({ cycles }) => cycles)];
  const line = leastSquares({ x, y, basis: [() => 1, (cpus) => cpus] });
  if (line.rSquared === 0 || line.rSquared > STRAIGHT) return {};
  const bent = segmentedFit({ x, y });
  const gained = (line.residualSquares - bent.residualSquares) / 2;
  const f = gained / (bent.residualSquares / bent.degreesOfFreedom);
  if (!(f > fQuantile(KNEE_LEVEL, [2, bent.degreesOfFreedom]))) return {};
  return { knee: { cpus: bent.breakpoint, error: bent.breakpointError, cyclesPerCpu: bent.slopes } };
}

/** A line this good leaves only rounding to explain. */
const STRAIGHT = 1 - 1e-9;
