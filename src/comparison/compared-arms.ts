import { createHash } from "node:crypto";
import type { Arm } from "../statistics/interleaving.js";
import type { MeasuredRun } from "./measured-run.js";
import type { ArmRun } from "./run-order.js";

/** What the runs of an arm are called and are. */
export interface ComparedArm {
  readonly label: string;
  readonly runIds: readonly string[];
  /** Where the runs were read; empty for quoted ones. */
  readonly paths: readonly string[];
  /** Commands of its manifests that the other arm has not. */
  readonly commands: readonly string[];
}

/** What was compared, so that a number can be led back to its files. */
export interface ComparedArms {
  readonly before: ComparedArm;
  readonly after: ComparedArm;
  /** As the manifests of both arms have them, each once. */
  readonly commands: readonly string[];
  readonly started: { readonly first?: string; readonly last?: string };
  /** Of the runs' ids and hashes, in order. */
  readonly sha256: string;
}

/**
 * What the arms are called, the commands and times of their manifests, and a hash of the runs, which are given in their order.
 *
 * @example
 * comparedArms({ runs: [{ arm: "before", run: { runId: "a", arm: "off", commands: ["ping"], metrics: [] } }] }).before // { label: "off", runIds: ["a"], paths: [], commands: ["ping"] }
 */
export function comparedArms({
  runs,
  labels = {},
}: {
  runs: readonly ArmRun[];
  /** Instead of what the manifests call the arms. */
  labels?: { readonly before?: string; readonly after?: string } | undefined;
}): ComparedArms {
  const of = (wanted: Arm) => runs.flatMap(({ arm, run }) => (arm === wanted ? [run] : []));
  const commands = { before: commandsOf(of("before")), after: commandsOf(of("after")) };
  const arm = (own: Arm, other: Arm): ComparedArm => ({
    label: labels[own] ?? labelOf(of(own)) ?? own,
    runIds: of(own).map(({ runId }) => runId),
    paths: of(own).flatMap(({ path }) => path ?? []),
    commands: commands[own].filter((command) => !commands[other].includes(command)),
  });
  return {
    before: arm("before", "after"),
    after: arm("after", "before"),
    commands: commands.before.filter((command) => commands.after.includes(command)),
    started: startsOf(runs),
    sha256: createHash("sha256").update(runs.map(identity).join("")).digest("hex"),
  };
}

/**
 * Refuses an arm without runs, and a run that is there twice: by its id, or by its files under another id.
 *
 * @throws RangeError that names the run.
 * @example
 * (() => { try { requireRuns([{ arm: "before", run: { runId: "a" } }]); } catch ({ message }) { return message; } })() // "compare requires runs in both arms: after has none"
 */
export function requireRuns(runs: readonly ArmRun[]): void {
  for (const wanted of ["before", "after"] as const) {
    if (!runs.some(({ arm }) => arm === wanted)) throw new RangeError(`compare requires runs in both arms: ${wanted} has none`);
  }
  for (const [index, { arm, run }] of runs.entries()) {
    const { runId, sha256 } = run;
    const twin = runs
      .slice(0, index)
      .find((one) => one.run.runId === runId || (sha256 !== undefined && one.run.sha256 === sha256));
    if (!twin) continue;
    const where = twin.arm === arm ? `twice in ${arm}` : "in both arms";
    const same = twin.run.runId === runId ? `run ${runId}` : `run ${runId}, whose files are those of ${twin.run.runId},`;
    const isCopy = sha256 !== undefined && twin.run.sha256 === sha256 && placeOf(twin.run) !== placeOf(run);
    const advice = isCopy ? "; if they are two runs, add to each a file that tells them apart, say its date" : "";
    throw new RangeError(`compare requires each run once: ${same} is ${where}${advice}`);
  }
}

function placeOf({ path, runId }: MeasuredRun): string {
  return path ?? runId;
}

function commandsOf(runs: readonly MeasuredRun[]): string[] {
  return [...new Set(runs.flatMap(({ commands }) => commands))];
}

function labelOf(runs: readonly MeasuredRun[]): string | undefined {
  const [label, ...others] = new Set(runs.map(({ arm }) => arm));
  return others.length === 0 ? label : undefined;
}

function startsOf(runs: readonly ArmRun[]): ComparedArms["started"] {
  const starts = runs.flatMap(({ run }) => run.started ?? []).sort((a, b) => Date.parse(a) - Date.parse(b));
  const [first, last] = [starts[0], starts.at(-1)];
  return first === undefined || last === undefined ? {} : { first, last };
}

function identity({ arm, run }: ArmRun): string {
  return `${arm} ${run.runId} ${run.sha256 ?? run.metrics.map(({ name, value }) => `${name}=${value}`).join(" ")}\n`;
}
