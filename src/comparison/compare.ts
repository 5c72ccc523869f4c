import { createHash } from "node:crypto";
import type { Warning } from "../captures/parsed.js";
import type { Check } from "../runs/checks/check.js";
import type { Arm } from "../statistics/interleaving.js";
import { agreeingRuns, checksOfRuns, interleavedOrder, ownNumbers, sameEnvironment, wholeAttribution } from "./arm-checks.js";
import { type ArmDifference, armDifference } from "./arm-difference.js";
import { type CostDifference, classDifferences, type SymbolDifferences, symbolDifferences } from "./cost-differences.js";
import { type Change, environmentDifferences } from "./environment-differences.js";
import type { MeasuredRun } from "./measured-run.js";
import { type MetricRow, metricTable, missingMetric } from "./metric-table.js";
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

/** What the runs of an arm are called and are. */
export interface ComparedArm {
  readonly label: string;
  readonly runIds: readonly string[];
  /** Where the runs were read; empty for quoted ones. */
  readonly paths: readonly string[];
  /** Commands of its manifests that the other arm has not. */
  readonly commands: readonly string[];
}

/** Two arms of runs, held against each other. All texts and figures are made of this. */
export interface Comparison {
  readonly before: ComparedArm;
  readonly after: ComparedArm;
  readonly change: Change;
  readonly order: Pick<RunOrder, "from" | "doubt"> & { readonly arms: readonly Arm[] };
  readonly unit: Replication["unit"];
  readonly claim: Claim;
  /** Of the metric that the comparison is about; absent where the claim is withheld. */
  readonly headline?: MetricDifference;
  /** All metrics that every run has, the headline's among them; empty where the claim is withheld. */
  readonly metrics: readonly MetricDifference[];
  /** Costs per packet by class, the largest difference first. */
  readonly classes: readonly CostDifference[];
  readonly symbols: SymbolDifferences;
  /** Of what `classes` and `symbols` are: `ns`, and `cpu-clock, CPU 0,1`. */
  readonly costUnit?: "ns" | "cycles";
  readonly costOf?: string;
  readonly checks: readonly Check[];
  /** As the manifests of both arms have them, each once. */
  readonly commands: readonly string[];
  readonly started: { readonly first?: string; readonly last?: string };
  /** Of the runs' ids and hashes, in order. */
  readonly sha256: string;
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
  labels = {},
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
  requireRuns({ before, after });
  const order = runOrder([
    ...before.map((run): ArmRun => ({ arm: "before", run })),
    ...after.map((run): ArmRun => ({ arm: "after", run })),
  ]);
  const { runs } = order;
  const change = environmentDifferences(runs);
  const units = replication({ order, change });
  const ordered = order.from !== undefined && order.doubt === undefined;
  const table = metricTable(runs);
  const headlineValues = table.find(({ name }) => name === metric)?.values;
  if (!headlineValues || headlineValues.includes(undefined)) throw missingMetric(metric, runs);
  const values = headlineValues as number[];
  const interleaved = interleavedOrder({
    order,
    units,
    values: unitValues({ values, members: units.members, scale: "ratio" }),
  });
  const groundChecks = [
    ...checksOfRuns(runs),
    sameEnvironment(change),
    interleaved,
    ownNumbers({ runs, values }),
    agreeingRuns({ runs, values }),
  ];
  const withheld = groundChecks.filter(({ severity }) => severity === "fail").map(reason);
  const notCausal = interleaved.severity === "ok" ? [] : [reason(interleaved)];
  const given = withheld.length === 0 || force;
  const complete = table.filter(({ values }) => !values.includes(undefined));
  const metrics = given ? complete.map((row) => metricDifference({ row, runs, units, ordered })) : [];
  const headline = metrics.find(({ name }) => name === metric);
  const costs = costsOf(runs);
  const arms = { runs, units, ordered };
  const classes = given && costs.comparable ? classDifferences(arms) : [];
  const symbols = given && costs.comparable ? symbolDifferences(arms) : NO_SYMBOLS;
  const checks = [
    ...groundChecks,
    wholeAttribution({ classes, ...symbols }),
    plausibleGain({
      gain: gainOf(metrics, costs.costUnit),
      unit: costs.costUnit ?? "ns",
      cheaper: classes.filter(({ differs, delta }) => differs && delta < 0),
      functions,
      runs: before,
    }),
  ].sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
  const partial = table.filter(({ name, values }) => name !== metric && values.includes(undefined));
  return {
    before: { ...armOf(before, after), label: labels.before ?? labelOf(before, "before") },
    after: { ...armOf(after, before), label: labels.after ?? labelOf(after, "after") },
    change,
    order: {
      arms: runs.map(({ arm }) => arm),
      ...(order.from && { from: order.from }),
      ...(order.doubt !== undefined && { doubt: order.doubt }),
    },
    unit: units.unit,
    claim: { verdict: verdictOf(headline), withheld, notCausal, forced: force && withheld.length + notCausal.length > 0 },
    ...(headline && { headline }),
    metrics,
    classes,
    symbols,
    ...(classes.length > 0 && costs.costUnit && { costUnit: costs.costUnit }),
    ...(classes.length > 0 && costs.costOf !== undefined && { costOf: costs.costOf }),
    checks,
    commands: commandsOf(before).filter((command) => commandsOf(after).includes(command)),
    started: startsOf(runs),
    sha256: createHash("sha256").update(runs.map(identity).join("")).digest("hex"),
    warnings: [
      ...runs.flatMap(({ run }) => run.warnings ?? []),
      ...costs.warnings,
      ...partial.map(({ name, values }) => notInAll(name, values)),
      ...ambiguities(runs),
    ],
  };
}

const NO_SYMBOLS: SymbolDifferences = { changed: [], tested: 0, appeared: [], vanished: [] };

function requireRuns(arms: Readonly<Record<Arm, readonly MeasuredRun[]>>): void {
  const all = (["before", "after"] as const).flatMap((arm) => {
    if (arms[arm].length === 0) throw new RangeError(`compare requires runs in both arms: ${arm} has none`);
    return arms[arm].map(({ runId, sha256 }) => ({ arm, runId, files: sha256 ?? `run ${runId}` }));
  });
  for (const [index, { arm, runId, files }] of all.entries()) {
    const other = all.slice(0, index).find((one) => one.runId === runId || one.files === files);
    if (!other) continue;
    const where = other.arm === arm ? `twice in ${arm}` : "in both arms";
    const same = other.runId === runId ? `run ${runId}` : `run ${runId}, whose files are those of ${other.runId},`;
    throw new RangeError(`compare requires each run once: ${same} is ${where}`);
  }
}

function metricDifference({
  row: { values: known, ...row },
  runs,
  units: { arms, members, unit },
  ordered,
}: {
  row: MetricRow;
  runs: readonly ArmRun[];
  units: Replication;
  ordered: boolean;
}): MetricDifference {
  const values = known as readonly number[];
  const of = (arm: Arm) => values.filter((_, index) => runs[index]?.arm === arm);
  return {
    ...row,
    runs: { before: of("before"), after: of("after") },
    ...armDifference({ arms, values: unitValues({ values, members, scale: "ratio" }), scale: "ratio", ordered, unit }),
  };
}

/** Whether the costs of all runs are of one kind, so that they may be held against each other. */
function costsOf(runs: readonly ArmRun[]): Pick<Comparison, "costUnit" | "costOf"> & {
  comparable: boolean;
  warnings: Warning[];
} {
  const kinds = new Set(runs.map(({ run }) => (run.classes.length === 0 ? "none" : `${run.costUnit} of ${run.costOf}`)));
  const [first] = runs;
  if (kinds.size === 1 && !kinds.has("none")) {
    const { costUnit, costOf } = (first as ArmRun).run;
    return { comparable: true, ...(costUnit && { costUnit }), ...(costOf !== undefined && { costOf }), warnings: [] };
  }
  if (kinds.size === 1) return { comparable: false, warnings: [] };
  const message = `costs per packet are not compared: the runs have ${[...kinds].join(", ")}; choose the same CPUs and events for all`;
  return { comparable: false, warnings: [{ file: first?.run.path ?? "", line: 0, message }] };
}

/** What a packet costs less, beyond chance. */
function gainOf(metrics: readonly MetricDifference[], unit: "ns" | "cycles" | undefined): number | undefined {
  if (unit === undefined) return undefined;
  const { delta, interval } = metrics.find(({ name }) => name === `${unit}/packet`) ?? {};
  if (delta === undefined || !interval) return undefined;
  return interval.low > 0 || interval.high < 0 ? -delta : 0;
}

function verdictOf(headline: MetricDifference | undefined): Claim["verdict"] {
  if (!headline) return "withheld";
  if (!headline.interval) return "no interval";
  return headline.interval.low > 0 || headline.interval.high < 0 ? "difference" : "no difference";
}

function reason({ id, seen, effect }: Check): string {
  return `${id}: ${seen}: ${effect}`;
}

function armOf(own: readonly MeasuredRun[], other: readonly MeasuredRun[]): Omit<ComparedArm, "label"> {
  const others = commandsOf(other);
  return {
    runIds: own.map(({ runId }) => runId),
    paths: own.flatMap(({ path }) => path ?? []),
    commands: commandsOf(own).filter((command) => !others.includes(command)),
  };
}

function commandsOf(runs: readonly MeasuredRun[]): string[] {
  return [...new Set(runs.flatMap(({ commands }) => commands))];
}

function labelOf(runs: readonly MeasuredRun[], arm: Arm): string {
  const labels = [...new Set(runs.map(({ arm }) => arm))];
  return labels.length === 1 && labels[0] !== undefined ? labels[0] : arm;
}

function startsOf(runs: readonly ArmRun[]): Comparison["started"] {
  const starts = runs.flatMap(({ run }) => run.started ?? []).sort((a, b) => Date.parse(a) - Date.parse(b));
  const [first, last] = [starts[0], starts.at(-1)];
  return first === undefined || last === undefined ? {} : { first, last };
}

function identity({ arm, run }: ArmRun): string {
  return `${arm} ${run.runId} ${run.sha256 ?? run.metrics.map(({ name, value }) => `${name}=${value}`).join(" ")}\n`;
}

function notInAll(name: string, values: MetricRow["values"]): Warning {
  const count = values.filter((value) => value !== undefined).length;
  return { file: "", line: 0, message: `${name} is not compared: ${count} of ${values.length} runs have it` };
}

/** Metrics that a run has several values of: they are not compared, and each is named. */
function ambiguities(runs: readonly ArmRun[]): Warning[] {
  return runs.flatMap(({ run: { runId, ambiguous } }) =>
    [...(ambiguous ?? [])].map(([name, why]) => ({ file: runId, line: 0, message: `${name} is not compared: ${why}` })),
  );
}
