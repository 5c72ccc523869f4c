import { median, medianAbsoluteDeviation } from "simple-statistics";
import { type Check, doubted, notChecked, passed, type Severity } from "../runs/checks/check.js";
import { type Arm, interleaving } from "../statistics/interleaving.js";
import { orderDrift } from "../statistics/order-drift.js";
import { type Change, type EnvironmentDifference, isForeign } from "./environment-differences.js";
import type { Replication } from "./replication.js";
import type { ArmRun, RunOrder } from "./run-order.js";

const SHOWN = 4;

/**
 * S14: whether the arms differ in one thing.
 *
 * @example
 * sameEnvironment({ kind: "setting", differences: [{ name: "packet bytes", before: ["60"], after: ["1514"] }], unsteady: [] }).severity // "fail"
 */
export function sameEnvironment({ differences, unsteady }: Change): Check {
  const name = { id: "S14", about: "the arms differ in one thing" };
  const foreign = differences.filter(({ name }) => isForeign(name));
  if (foreign.length > 0) {
    const effect = "the arms are not of one experiment: nothing follows from their difference";
    const odd = (name: string) => unsteady.filter((one) => one.name === name).map(({ runIds }) => ` (${runsText(runIds)})`);
    const seen = foreign.map((difference) => `${differenceText(difference)}${odd(difference.name).join("")}`).join("; ");
    return doubted(name, { severity: "fail", seen, effect });
  }
  if (unsteady.length > 0) {
    const shown = unsteady.slice(0, SHOWN).map(({ name, runIds }) => `${name} (${runsText(runIds)})`);
    const seen = `within an arm, runs differ in ${shown.join(", ")}`;
    return doubted(name, { severity: "warning", seen, effect: "an arm is a mixture: its spread is not that of one state" });
  }
  const [only, ...more] = differences.filter(({ name }) => !CONSEQUENT.test(name));
  if (!only) {
    const seen = "nothing that the files hold differs between the arms";
    return doubted(name, {
      severity: "warning",
      seen,
      effect: "what was changed is not in the evidence: say it, or record it",
    });
  }
  if (more.length === 0) return passed(name, differenceText(only));
  const rest = more.length > SHOWN ? `, and ${more.length - SHOWN} more` : "";
  const seen = `${[only, ...more.slice(0, SHOWN)].map(differenceText).join("; ")}${rest}`;
  return doubted(name, { severity: "warning", seen, effect: "which of these made the difference is not told apart" });
}

function runsText(runIds: readonly string[]): string {
  return `${runIds.slice(0, SHOWN).join(", ")}${runIds.length > SHOWN ? ", .." : ""}`;
}

/** The kernel's own names and versions: they come with the kernel, and are no second change. */
const CONSEQUENT = /^(?:config CONFIG_(?:LOCALVERSION|CC_VERSION\w*|BUILD_SALT)|version \(ethtool -i\))/;

/**
 * A difference of the environment in words.
 *
 * @example
 * differenceText({ name: "packet bytes", before: ["60"], after: [] }) // "packet bytes: 60 v not known"
 */
export function differenceText({ name, before, after }: EnvironmentDifference): string {
  const side = (values: readonly string[]) => (values.length === 0 ? "not known" : values.join(" and "));
  return `${name}: ${side(before)} v ${side(after)}`;
}

/**
 * S15: whether the order of the runs lets the change be told from drift. `log` values are not needed where an arm has one run.
 *
 * A failure is an order in which one arm came after the other: all drift of the session is in the difference.
 * @example
 * interleavedOrder({ order: { runs: [], from: "positions" }, units: { unit: "run", arms: ["before", "before", "after", "after"], members: [], notes: [] }, values: [1, 2, 3, 4] }).severity // "fail"
 */
export function interleavedOrder({
  order,
  units: { arms, unit, notes },
  values,
}: {
  order: RunOrder;
  units: Replication;
  values: readonly number[];
}): Check {
  const name = { id: "S15", about: "the arms are interleaved" };
  const letters = arms.map((arm) => (arm === "before" ? "A" : "B")).join("");
  const single = arms.filter((arm) => arm === "before").length < 2 || arms.filter((arm) => arm === "after").length < 2;
  const doubt = (severity: "warning" | "fail", seen: string, effect: string) => doubted(name, { severity, seen, effect });
  if (single) return doubt("warning", `${letters}: one ${unit} in an arm`, "chance and drift cannot be told from the change");
  if (order.from === undefined || order.doubt !== undefined) {
    return doubt("warning", order.doubt ?? "the order is not known", "drift cannot be told from the change");
  }
  if (notes.length > 0)
    return doubt("warning", `${letters}; ${notes.join("; ")}`, "drift and boots cannot be told from the change");
  const { blocks, positionGap } = interleaving(arms);
  if (blocks.length < 2) {
    const effect = "all drift of the session is in the difference; record again, in an order like ABBA";
    return doubt("fail", `${letters}: one arm after the other`, effect);
  }
  if (positionGap === 0 || arms.length < LEAST_FOR_DRIFT) return passed(name, `${letters}, by ${order.from}`);
  const { confounded, bias, change } = orderDrift({ arms, values });
  if (!confounded) return passed(name, `${letters}, by ${order.from}; no drift found over the session`);
  const seen = `${letters}: a drift of ${percent(change.estimate)} over the session, of which ${percent(bias)} is in the difference`;
  return doubt("warning", seen, "drift has a part in the difference; record again, in an order like ABBA");
}

const LEAST_FOR_DRIFT = 5;

/**
 * S18: whether each number is of a run of its own: two runs never agree to all digits.
 *
 * @example
 * ownNumbers({ runs: [{ run: { runId: "a" } }, { run: { runId: "b" } }], values: [3677958.25, 3677958.25] }).seen // "a and b both have 3677958.25"
 */
export function ownNumbers({ runs, values }: { runs: readonly ArmRun[]; values: readonly number[] }): Check {
  const name = { id: "S18", about: "each number is of its own run" };
  for (const [index, value] of values.entries()) {
    const twin = values.indexOf(value);
    if (twin === index || Number.isInteger(value)) continue; // rounded figures may well agree
    const seen = `${runs[twin]?.run.runId} and ${runs[index]?.run.runId} both have ${value}`;
    return doubted(name, { severity: "warning", seen, effect: "a number that was used twice is one run, not two" });
  }
  return passed(name, `${values.length} different runs`);
}

/** Beyond these a run is not of the others' kind: times the median absolute deviation, and as a factor of the median. */
const MOST_DEVIATIONS = 14.826;
const LEAST_PART = 0.05;
const MOST_FACTOR = 1.5;
const LEAST_FOR_DEVIATIONS = 4;

/**
 * S28: whether the runs of each arm agree: none far off the others.
 *
 * @example
 * agreeingRuns({ runs: [1, 2, 3, 4].map((run) => ({ arm: "before", run: { runId: `r${run}` } })), values: [100, 101, 99, 100_000] }).seen // "r4 is 995 times the median of its arm"
 */
export function agreeingRuns({ runs, values }: { runs: readonly ArmRun[]; values: readonly number[] }): Check {
  const name = { id: "S28", about: "the runs of an arm agree" };
  const far = runs.flatMap(({ arm, run }, index) => {
    const own = values.filter((_, other) => runs[other]?.arm === arm).map(Math.log);
    const off = Math.log(values[index] as number) - median(own);
    const part = Math.abs(Math.expm1(off));
    const deviations = own.length >= LEAST_FOR_DEVIATIONS ? MOST_DEVIATIONS * medianAbsoluteDeviation(own) : Infinity;
    const isFar = Math.abs(off) > Math.log(MOST_FACTOR) || (Math.abs(off) > deviations && part > LEAST_PART);
    return isFar ? [`${run.runId} is ${factor(Math.exp(off))} the median of its arm`] : [];
  });
  if (far.length === 0) return passed(name, "no run is far off the others of its arm");
  const effect = "a wild run is another state, or an error: look at it before anything is claimed";
  return doubted(name, { severity: "warning", seen: far.join("; "), effect });
}

function factor(value: number): string {
  return `${value >= 10 ? value.toFixed(0) : value.toPrecision(3)} times`;
}

/**
 * The checks of single runs, each once for all runs: the worst result, and in how many runs. Files of a run lose its folder: the text
 * names the run.
 *
 * @example
 * checksOfRuns([{ run: { runId: "a", checks: [{ id: "S4", about: "drops", severity: "warning", seen: "5", effect: "e" }] } }, { run: { runId: "b", checks: [{ id: "S4", about: "drops", severity: "ok", seen: "0", effect: "" }] } }])[0].seen // "1 of 2 runs, as a: 5"
 */
export function checksOfRuns(runs: readonly ArmRun[]): Check[] {
  const all = runs.flatMap(({ run: { runId, path, checks } }) =>
    checks.map((check) => ({ ...check, runId, seen: path === undefined ? check.seen : check.seen.replaceAll(`${path}/`, "") })),
  );
  return [...new Set(all.map(({ id }) => id))].map((id) => {
    const own = all.filter((check) => check.id === id);
    const worst = WORST_FIRST.find((severity) => own.some((check) => check.severity === severity)) as Severity;
    const having = own.filter(({ severity }) => severity === worst);
    const { about, seen, effect, runId } = having[0] as (typeof own)[number];
    const place =
      runs.length === 1 ? "" : `${having.length === runs.length ? "all" : having.length} of ${runs.length} runs, as ${runId}: `;
    const same = having.length === runs.length && having.every((check) => check.seen === seen);
    return { id, about, severity: worst, effect, seen: same ? seen : `${place.replace("all of", "all")}${seen}` };
  });
}

const WORST_FIRST: readonly Severity[] = ["fail", "warning", "ok", "not checked"];

/**
 * S21 of two arms: how much no rule takes, and which functions only one arm has.
 *
 * @example
 * wholeAttribution({ classes: [], appeared: [], vanished: [] }).severity // "not checked"
 */
export function wholeAttribution({
  classes,
  appeared,
  vanished,
}: {
  classes: readonly { readonly name: string; readonly before: number; readonly after: number }[];
  appeared: readonly string[];
  vanished: readonly string[];
}): Check {
  const name = { id: "S21", about: "costs have a class in both arms" };
  if (classes.length === 0) return notChecked(name, "recordings and packet rates of all runs");
  const share = (arm: Arm) => {
    const whole = classes.reduce((sum, cost) => sum + cost[arm], 0);
    return whole > 0 ? (classes.find(({ name }) => name === "remainder")?.[arm] ?? 0) / whole : 0;
  };
  const shares = `without class ${percent(share("before"))} v ${percent(share("after"))}`;
  const only = [...appeared.map((symbol) => `+${symbol}`), ...vanished.map((symbol) => `-${symbol}`)];
  const seen =
    only.length > 0
      ? `${shares}; in one arm only: ${only.slice(0, SHOWN).join(", ")}${only.length > SHOWN ? ", ..." : ""}`
      : shares;
  if (Math.max(share("before"), share("after")) <= MOST_REMAINDER) return passed(name, seen);
  return doubted(name, { severity: "warning", seen, effect: "costs may have moved to where no rule looks" });
}

const MOST_REMAINDER = 0.05;

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}
