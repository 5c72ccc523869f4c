import { modeFast } from "simple-statistics";
import type { ArmRun } from "./run-order.js";

/** A setting that the arms do not share. */
export interface EnvironmentDifference {
  readonly name: string;
  /** The values that runs of the arm have; empty where none says. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What a comparison is of, as far as the files say. */
export interface Change {
  /** `unknown`: nothing that the files hold differs between the arms. */
  readonly kind: "kernel" | "setting" | "unknown";
  /** What differs between the arms: the kernel first, then what makes arms incomparable, then the rest. */
  readonly differences: readonly EnvironmentDifference[];
  /** What differs within an arm, so that its runs are not alike, and the runs that have not what most of their arm have. */
  readonly unsteady: readonly { readonly name: string; readonly runIds: readonly string[] }[];
  /** What all runs share: name and value. */
  readonly common: readonly { readonly name: string; readonly value: string }[];
}

/** Where these differ, the arms are not of one experiment. */
const FOREIGN =
  /^(?:CPU model|packet bytes|packet unit|packet counter|protocol|streams|packet CPUs|sampled CPUs|device|driver \(ethtool -i\))$/;

/**
 * Whether a difference of this name makes arms incomparable: another CPU, NIC, packet size or load.
 *
 * @example
 * isForeign("packet bytes") // true
 */
export function isForeign(name: string): boolean {
  return FOREIGN.test(name);
}

/**
 * What differs between the environments of two arms. A setting that runs of one arm do not say is no difference unless none says it.
 *
 * @example
 * environmentDifferences([
 *   { arm: "before", run: { settings: new Map([["generic-receive-offload", "off"]]) } },
 *   { arm: "after", run: { settings: new Map([["generic-receive-offload", "on"]]) } },
 * ]) // { kind: "setting", differences: [{ name: "generic-receive-offload", before: ["off"], after: ["on"] }], unsteady: [], common: [] }
 */
export function environmentDifferences(runs: readonly ArmRun[]): Change {
  const names = [...new Set(runs.flatMap(({ run }) => [...run.settings.keys()]))];
  const valuesOf = (arm: string, name: string) => [
    ...new Set(runs.flatMap(({ arm: of, run }) => (of === arm ? (run.settings.get(name) ?? []) : []))),
  ];
  const settings = names.map((name) => ({ name, before: valuesOf("before", name), after: valuesOf("after", name) }));
  const differences = settings
    .filter(({ before, after }) => before.length !== after.length || before.some((value) => !after.includes(value)))
    .sort((a, b) => rank(a.name) - rank(b.name));
  const kind = differences[0]?.name === "kernel" ? "kernel" : differences.length > 0 ? "setting" : "unknown";
  const unsteady = settings
    .filter(({ before, after }) => before.length > 1 || after.length > 1)
    .map(({ name }) => ({ name, runIds: oddRuns(runs, name) }));
  const common = settings.flatMap(({ name, before, after }) =>
    before.length === 1 && after.length === 1 && before[0] === after[0] ? [{ name, value: before[0] as string }] : [],
  );
  return { kind, differences, unsteady, common };
}

function oddRuns(runs: readonly ArmRun[], name: string): string[] {
  return (["before", "after"] as const).flatMap((arm) => {
    const own = runs.filter(({ arm: of, run }) => of === arm && run.settings.has(name)).map(({ run }) => run);
    const usual = modeFast(own.map(({ settings }) => settings.get(name)));
    return own.filter(({ settings }) => settings.get(name) !== usual).map(({ runId }) => runId);
  });
}

function rank(name: string): number {
  if (name === "kernel") return 0;
  return isForeign(name) ? 1 : 2;
}
