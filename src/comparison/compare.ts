import type { Warning } from "../captures/parsed.js";
import type { Check } from "../runs/checks/check.js";
import type { Arm } from "../statistics/interleaving.js";
import type { ExactTest } from "../statistics/interval.js";
import { agreeingRuns, checksOfRuns, interleavedOrder, ownNumbers, sameEnvironment, wholeAttribution } from "./arm-checks.js";
import { type ArmDifference, armDifference, exactPairs, unusedUnits } from "./arm-difference.js";
import { type CostKind, comparableCosts } from "./comparable-costs.js";
import { type ComparedArms, comparedArms, requireRuns } from "./compared-arms.js";
import {
  type Arms,
  type CostDifference,
  classDifferences,
  type SymbolDifferences,
  symbolDifferences,
} from "./cost-differences.js";
import { type Change, environmentDifferences } from "./environment-differences.js";
import type { MeasuredRun } from "./measured-run.js";
import { type CompleteRow, metricTable, missingMetric } from "./metric-table.js";
import { plausibleGain } from "./plausibility.js";
import { type Replication, replication, unitValues } from "./replication.js";
import { type ArmRun, type RunOrder, runOrder } from "./run-order.js";

/** The difference of two arms in a figure of their runs. */
export interface MetricDifference extends ArmDifference {
  readonly name: string;
  readonly unit: string;
  readonly better?: "more" | "less";
  /** Of each run, in the order in which they were made. */
  readonly runs: { readonly before: readonly number[]; readonly after: readonly number[] };
  /** The exact p of the differences of blocks, where the method is that of blocks. */
  readonly exact?: ExactTest;
}

/** What may be claimed. */
export interface Claim {
  /** `withheld`: no figure of a difference is given, for the reasons in `withheld`. */
  readonly verdict: "difference" | "no difference" | "no interval" | "withheld";
  readonly withheld: readonly string[];
  /** Why it is not shown that the change made the difference; empty where it is. */
  readonly notCausal: readonly string[];
  /** Somebody asked for the figures in spite of `withheld` or `notCausal`; every text says so. */
  readonly forced: boolean;
}

/** Two arms of runs, held against each other. All texts and figures are made of this. */
export interface Comparison extends ComparedArms, Partial<CostKind> {
  readonly change: Change;
  readonly order: Pick<RunOrder, "from" | "doubt"> & {
    readonly arms: readonly Arm[];
    /** Ids of runs at the end that are in no balanced block, and in no figure. */
    readonly unused?: readonly string[];
  };
  readonly unit: Replication["unit"];
  readonly claim: Claim;
  /** Of the metric that the comparison is about; absent where the claim is withheld. */
  readonly headline?: MetricDifference;
  /** All metrics that every run has, the headline's among them; empty where the claim is withheld. */
  readonly metrics: readonly MetricDifference[];
  /** Costs per packet by class, the largest difference first. */
  readonly classes: readonly CostDifference[];
  readonly symbols: SymbolDifferences;
  readonly checks: readonly Check[];
  readonly warnings: readonly Warning[];
}

/**
 * Holds the runs of two arms against each other: what differs in their environments, what the change makes of packets per second, ns
 * and cycles per packet and the cost of each class of work, with what error, and what may be claimed of that.
 *
 * The order of the runs is recovered from their manifests, and the method follows from it (`armDifference`). Where one arm was
 * recorded after the other, or a check fails that makes the figures meaningless, no figure is given unless `force` says so.
 * Where the arms are different kernels the boot is the unit (`replication`).
 * @throws RangeError for an arm without runs, a run that is in both arms or twice in one, a headline metric that a run has not, and a
 * metric whose unit or direction differs between runs.
 * @example
 * compare({
 *   before: [272, 271, 273].map((value, at) => ({ runId: `a${at}`, position: [1, 4, 5][at], commands: [], classes: [], symbols: [], whole: new Map(), settings: new Map(), checks: [], metrics: [{ name: "ns/packet", unit: "ns", value }] })),
 *   after: [229, 230, 228].map((value, at) => ({ runId: `b${at}`, position: [2, 3, 6][at], commands: [], classes: [], symbols: [], whole: new Map(), settings: new Map(), checks: [], metrics: [{ name: "ns/packet", unit: "ns", value }] })),
 *   metric: "ns/packet",
 * }).headline.delta.toFixed(1) // "-43.0"
 */
export function compare({
  before,
  after,
  metric = "pps",
  labels,
  functions = [],
  force = false,
}: {
  before: readonly MeasuredRun[];
  after: readonly MeasuredRun[];
  /** What the comparison is about; the others are given too. */
  metric?: string;
  labels?: { readonly before?: string; readonly after?: string };
  /** Functions that the change touches: what it gains cannot well be more than they cost. */
  functions?: readonly string[];
  force?: boolean;
}): Comparison {
  const given = [
    ...before.map((run): ArmRun => ({ arm: "before", run })),
    ...after.map((run): ArmRun => ({ arm: "after", run })),
  ];
  requireRuns(given);
  const order = runOrder(given);
  const { runs } = order;
  const change = environmentDifferences(runs);
  const units = replication({ order, change });
  const arms: Arms = { runs, units, ordered: order.from !== undefined && order.doubt === undefined };
  const { complete, warnings: incomplete } = metricTable(runs);
  const values = complete.find(({ name }) => name === metric)?.values;
  if (!values) throw missingMetric(metric, runs);

  const unitsOfMetric = unitValues({ values, members: units.members, scale: "ratio" });
  const interleaved = interleavedOrder({ order, units, values: unitsOfMetric });
  const grounds = [
    ...checksOfRuns(runs),
    sameEnvironment(change),
    interleaved,
    ownNumbers({ runs, values }),
    agreeingRuns({ runs, values }),
  ];
  const withheld = grounds.filter(({ severity }) => severity === "fail").map(reason);
  const notCausal = interleaved.severity === "ok" ? [] : [reason(interleaved)];

  const shown = withheld.length === 0 || force;
  const costs = comparableCosts(runs);
  const metrics = shown ? complete.map((row) => metricDifference(row, arms)) : [];
  const headline = metrics.find(({ name }) => name === metric);
  const classes = shown && costs.kind ? classDifferences(arms) : [];
  const symbols = shown && costs.kind ? symbolDifferences(arms) : NO_SYMBOLS;
  const plausible = plausibleGain({
    gain: gainOf(metrics, costs.kind?.costUnit),
    unit: costs.kind?.costUnit ?? "ns",
    cheaper: classes.filter(({ differs, delta }) => differs && delta < 0),
    functions,
    runs: before,
  });
  const unused = unusedUnits({ arms: units.arms, ordered: arms.ordered }).flatMap((unit) =>
    (units.members[unit] ?? []).flatMap((run) => runs[run]?.run.runId ?? []),
  );
  return {
    ...comparedArms({ runs, labels }),
    change,
    order: {
      arms: runs.map(({ arm }) => arm),
      ...(order.from && { from: order.from }),
      ...(order.doubt !== undefined && { doubt: order.doubt }),
      ...(unused.length > 0 && { unused }),
    },
    unit: units.unit,
    claim: { verdict: verdictOf(headline), withheld, notCausal, forced: force && withheld.length + notCausal.length > 0 },
    ...(headline && { headline }),
    metrics,
    classes,
    symbols,
    ...(classes.length > 0 && costs.kind),
    checks: [...grounds, wholeAttribution({ classes, ...symbols }), plausible].sort((a, b) => number(a) - number(b)),
    warnings: [...runs.flatMap(({ run }) => run.warnings ?? []), ...costs.warnings, ...incomplete],
  };
}

const NO_SYMBOLS: SymbolDifferences = { changed: [], tested: 0, appeared: [], vanished: [] };

function metricDifference(row: CompleteRow, { runs, units: { arms, members, unit }, ordered }: Arms): MetricDifference {
  const of = (arm: Arm) => row.values.filter((_, index) => runs[index]?.arm === arm);
  const { values: _, ...named } = row;
  const values = unitValues({ values: row.values, members, scale: "ratio" });
  const exact = ordered ? exactPairs({ arms, values }) : undefined;
  return {
    ...named,
    runs: { before: of("before"), after: of("after") },
    ...armDifference({ arms, values, scale: "ratio", ordered, unit }),
    ...(exact && { exact }),
  };
}

/** What a packet costs less, beyond chance. */
function gainOf(metrics: readonly MetricDifference[], unit: "ns" | "cycles" | undefined): number | undefined {
  const metric = metrics.find(({ name }) => name === `${unit}/packet`);
  if (!metric?.interval) return undefined;
  return isBeyondChance(metric.interval) ? -metric.delta : 0;
}

function verdictOf(headline: MetricDifference | undefined): Claim["verdict"] {
  if (!headline) return "withheld";
  if (!headline.interval) return "no interval";
  return isBeyondChance(headline.interval) ? "difference" : "no difference";
}

function isBeyondChance({ low, high }: { low: number; high: number }): boolean {
  return low > 0 || high < 0;
}

function reason({ id, seen, effect }: Check): string {
  return `${id}: ${seen}: ${effect}`;
}

function number({ id }: Check): number {
  return Number(id.slice(1));
}
