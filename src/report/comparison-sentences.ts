import { differenceText } from "../comparison/arm-checks.js";
import type { Comparison, MetricDifference } from "../comparison/compare.js";
import { lineRate } from "../models/line-rate.js";
import type { Severity } from "../runs/checks/check.js";
import { decimalsOf, percentText, signed } from "./difference-format.js";
import { cutBehindWord } from "./mail-text.js";
import { grouped } from "./number-format.js";

const HASH_DIGITS = 12;
const PERCENT = 100;

/**
 * The headline in one sentence, shown or withheld: what a commit message needs at least.
 *
 * @example
 * headlineSentence({ claim: { verdict: "withheld", withheld: ["S15: AABB: one arm after the other: all drift is in it"], notCausal: [], forced: false }, order: { arms: [] } }) // "no figure: S15: AABB: one arm after the other: all drift is in it"
 */
export function headlineSentence(comparison: Comparison): string {
  const { headline, claim } = comparison;
  if (!headline) return `no figure: ${claim.withheld.join("; ")}`;
  const { before, after, part = 0, unit } = headline;
  const decimals = decimalsOf(Math.max(before, after));
  const change = `(${grouped(before, decimals)} -> ${grouped(after, decimals)}${unitText(headline.name, unit)})`;
  const runs = runsText(comparison);
  if (claim.verdict === "no interval") return `${percentText(part)} ${change}, ${headline.method}, ${runs}`;
  const interval = intervalText(headline);
  if (claim.verdict === "no difference")
    return `no difference detected: ${percentText(part)} ${change}, ${interval}, ${runs}; ${couldHaveSeen(comparison)}`;
  return `${percentText(part)} ${change}, ${interval}, ${runs}`;
}

function unitText(name: string, unit: string): string {
  if (name === "pps") return " pps";
  return unit === "" ? ` ${name}` : ` ${unit}`;
}

/**
 * The interval of a metric in percent of before, with the level that it has.
 *
 * @example
 * intervalText({ interval: { level: 0.95, parts: { low: 0.01, high: 0.02 } } }) // "95% CI [+1.00%, +2.00%]"
 */
export function intervalText({ interval }: Pick<MetricDifference, "interval">): string {
  if (!interval?.parts) return "no interval";
  const { level, attained, parts } = interval;
  const percent = attained !== undefined && attained < level ? Math.floor(PERCENT * attained) : PERCENT * level;
  return `${percent}% CI [${percentText(parts.low)}, ${percentText(parts.high)}]`;
}

/**
 * How many runs there were of each arm, and how many of them are in no figure.
 *
 * @example
 * runsText({ order: { arms: ["before", "after", "after", "before"] } }) // "2+2 runs"
 */
export function runsText({ order: { arms, unused = [] } }: Pick<Comparison, "order">): string {
  const count = (arm: string) => arms.filter((of) => of === arm).length;
  return `${count("before")}+${count("after")} runs${unused.length > 0 ? `, ${unused.length} of them unused` : ""}`;
}

/**
 * The detection limit: the smallest difference that such runs would have shown.
 *
 * @example
 * couldHaveSeen({ metrics: [{ name: "ns/packet", unit: "ns", before: 100, detectable: 1.9 }], headline: { name: "pps" } }) // "could have seen 1.90 ns (1.90%)"
 */
export function couldHaveSeen({ metrics, headline }: Pick<Comparison, "metrics" | "headline">): string {
  const ns = metrics.find(({ name, detectable }) => name === "ns/packet" && detectable !== undefined);
  const metric = headline?.name === "pps" && ns ? ns : headline;
  if (metric?.detectable === undefined) return "the detection limit is not known";
  const part = `${((PERCENT * metric.detectable) / metric.before).toFixed(2)}%`;
  const value = `${grouped(metric.detectable, decimalsOf(metric.detectable))} ${metric.unit}`.trimEnd();
  return metric.name === "ns/packet" ? `could have seen ${value} (${part})` : `could have seen ${part}`;
}

/**
 * What was changed, as far as the files say: a kernel, a setting of one kernel, or nothing that they hold.
 *
 * @example
 * changeSentence({ change: { kind: "setting", differences: [{ name: "gro", before: ["off"], after: ["on"] }], common: [{ name: "kernel", value: "6.18.44 #1 SMP" }] } }) // "a setting, not a kernel (6.18.44 in both arms): gro: off v on"
 */
export function changeSentence({ change: { kind, differences, common } }: Pick<Comparison, "change">): string {
  const release = common.find(({ name }) => name === "kernel")?.value.split(" ")[0];
  const all = differences
    .map((difference) => cutBehindWord({ text: differenceText(difference), characters: MOST_CHARACTERS }))
    .join("; ");
  if (kind === "kernel") return `the kernel, and what came with it: ${all}`;
  const kernel = release === undefined ? "kernel not recorded" : `${release} in both arms`;
  if (kind === "setting") return `a setting, not a kernel (${kernel}): ${all}`;
  return `nothing that the files hold differs between the arms (${kernel})`;
}

const MOST_CHARACTERS = 160;

/**
 * The order of the runs, and what says so.
 *
 * @example
 * orderSentence({ order: { arms: ["before", "after"], from: "positions" }, unit: "run", started: {}, before: { label: "off" }, after: { label: "on" } }) // "1+1 runs, order AB (A = off, B = on), by positions; unit: run"
 */
export function orderSentence(comparison: Pick<Comparison, "order" | "unit" | "started" | "before" | "after">): string {
  const { order, unit, started, before, after } = comparison;
  const letters = order.arms.map((arm) => (arm === "before" ? "A" : "B")).join("");
  const known = order.from ? `, by ${order.from}` : ", not known: as they were given";
  const when =
    started.first === undefined ? "" : `; ${dayAndTime(started.first)} to ${dayAndTime(started.last ?? started.first)}`;
  const unused =
    order.unused === undefined ? "" : `; in no balanced block, so unused: ${order.unused.map(lastName).join(", ")}`;
  return `${runsText(comparison)}, order ${letters} (A = ${before.label}, B = ${after.label})${known}; unit: ${unit}${when}${unused}`;
}

function dayAndTime(wall: string): string {
  return `${new Date(wall).toISOString().slice(0, 16)}Z`;
}

/**
 * What may not be claimed, and what was forced; empty where nothing is withheld.
 *
 * @example
 * claimSentences({ claim: { verdict: "difference", withheld: [], notCausal: ["S15: unknown"], forced: false } }) // ["No causal claim: S15: unknown"]
 */
export function claimSentences({ claim: { withheld, notCausal, forced } }: Pick<Comparison, "claim">): string[] {
  const reasons = [...new Set([...withheld, ...notCausal])].join("; ");
  if (reasons === "") return [];
  if (forced) return [`FORCED (--force) in spite of: ${reasons}`];
  return [withheld.length > 0 ? `Withheld: ${reasons}` : `No causal claim: ${reasons}`];
}

/**
 * How large the difference is against what a packet may cost at line rate, or the detection limit where none was found; empty where there
 * is no ns per packet.
 *
 * @example
 * budgetSentence({ metrics: [{ name: "ns/packet", delta: -14 }], claim: { verdict: "difference" } }) // "67.2 ns at 10G/64B: the difference is -20.8% of it; 6.72 ns at 100G/64B"
 */
export function budgetSentence({ metrics, claim }: Pick<Comparison, "metrics" | "claim">): string {
  const { delta, detectable } = metrics.find(({ name }) => name === "ns/packet") ?? {};
  if (delta === undefined) return "";
  const [slow, fast] = [10, 100].map((gbps) => lineRate({ gbps, frameBytes: 64 }).ns) as [number, number];
  const limit = claim.verdict === "no difference" ? detectable : undefined;
  const [what, part] =
    limit === undefined
      ? ["the difference", signed((PERCENT * delta) / slow, 1)]
      : ["the detection limit", grouped((PERCENT * limit) / slow, 1)];
  return `${slow.toFixed(1)} ns at 10G/64B: ${what} is ${part}% of it; ${fast.toFixed(2)} ns at 100G/64B`;
}

/**
 * What a table of classes holds: of several CPUs the time of all, added up.
 *
 * @example
 * classesSentence({ costUnit: "ns", costOf: "cpu-clock, CPU 0,1", costCpus: 2, classes: [] }) // "ns per packet by class (cpu-clock, CPU 0,1 summed); none beyond chance"
 */
export function classesSentence({
  costUnit = "ns",
  costOf,
  costCpus = 1,
  classes,
}: Pick<Comparison, "costUnit" | "costOf" | "costCpus" | "classes">): string {
  const found = classes.some(({ differs }) => differs) ? "* beyond chance" : "none beyond chance";
  return `${costUnit} per packet by class (${costOf}${costCpus > 1 ? " summed" : ""}); ${found}`;
}

/**
 * How classes were tested, and why their total is not ns per packet: for a reader who holds one against the other.
 *
 * @example
 * totalSentence({ headline: { centre: "geometric mean" }, costUnit: "ns", costCpus: 2, classes: [{ centre: "mean" }] }) // "Holm's correction; the total is of 2 CPUs, so up to 2 x ns/packet in each run; means of runs (ns/packet: geometric means)"
 */
export function totalSentence({
  headline,
  costUnit,
  costCpus = 1,
  classes: [first],
}: Pick<Comparison, "headline" | "costUnit" | "costCpus" | "classes">): string {
  const total =
    costCpus > 1 && costUnit === "ns" ? [`the total is of ${costCpus} CPUs, so up to ${costCpus} x ns/packet in each run`] : [];
  const other = first?.centre === headline?.centre ? "" : ` (ns/packet: ${headline?.centre}s)`;
  return ["Holm's correction", ...total, `${first?.centre}s of runs${other}`].join("; ");
}

/**
 * What a delta is, and of what a percent.
 *
 * @example
 * deltaSentence({ headline: { name: "pps", centre: "geometric mean", better: "more" }, before: { label: "off" } }) // "after - before, geometric means of the runs; percent is of off; more pps is better"
 */
export function deltaSentence({ headline, before }: Pick<Comparison, "headline" | "before">): string {
  if (!headline) return "none is given";
  const { name, centre, better } = headline;
  const delta =
    centre === "median"
      ? "the median of all after - before (Hodges-Lehmann); arms: medians of the runs"
      : `after - before, ${centre}s of the runs`;
  return `${delta}; percent is of ${before.label}${better === undefined ? "" : `; ${better} ${name} is better`}`;
}

/**
 * How the headline's interval came about, the exact test beside it with the smallest p that it can give, and the detection limit.
 *
 * @example
 * methodSentence({ headline: { method: "no interval: one run per arm" }, metrics: [] }) // "no interval: one run per arm"
 */
export function methodSentence({ headline, metrics }: Pick<Comparison, "headline" | "metrics">): string {
  const { method = "none", exact, interval } = headline ?? {};
  return [
    method,
    ...(exact ? [`exact sign flips p=${exact.p.toPrecision(2)} (at best ${exact.smallestP.toPrecision(2)})`] : []),
    ...(interval ? [`${couldHaveSeen({ metrics, ...(headline && { headline }) })}: 80% power at 5%`] : []),
  ].join("; ");
}

/**
 * How many checks came out how.
 *
 * @example
 * checkCounts({ checks: [{ severity: "ok" }, { severity: "warning" }] }) // "1 ok, 1 warning, 0 failed, 0 not checked"
 */
export function checkCounts({ checks }: Pick<Comparison, "checks">): string {
  const count = (of: Severity) => checks.filter(({ severity }) => severity === of).length;
  const warnings = count("warning");
  return `${count("ok")} ok, ${warnings} warning${warnings === 1 ? "" : "s"}, ${count("fail")} failed, ${count("not checked")} not checked`;
}

/**
 * Where the numbers come from: runs, time, tool, and a hash of the runs' ids and files.
 *
 * @example
 * dataSentence({ before: { runIds: ["a1"] }, after: { runIds: ["b1"] }, sha256: "0123456789abcdef" }, "0.1.0") // "runs a1 v b1; linerate 0.1.0, runs' sha256 0123456789ab"
 */
export function dataSentence(
  { before, after, sha256 }: Pick<Comparison, "before" | "after" | "sha256">,
  version: string,
): string {
  const ids = (runs: readonly string[]) => runs.map(lastName).join(" ");
  return `runs ${ids(before.runIds)} v ${ids(after.runIds)}; linerate ${version}, runs' sha256 ${sha256.slice(0, HASH_DIGITS)}`;
}

/** Of a run without a manifest, whose id is its path, the folder. */
function lastName(id: string): string {
  return id.split("/").findLast((name) => name !== "") ?? id;
}
