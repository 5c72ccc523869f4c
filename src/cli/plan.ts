import { Command, InvalidArgumentError } from "commander";
import { planRuns } from "../comparison/plan-runs.js";
import { planText } from "../report/plan-text.js";
import { positiveOption } from "./options.js";
import { json } from "./output.js";
import { readRuns, runProgress } from "./run-progress.js";

interface PlanOptions {
  readonly pilot: readonly string[];
  readonly resolve: number;
  readonly seconds?: number;
  readonly json?: true;
}

export const planCommand: Command = new Command("plan")
  .description("how many runs find a difference, and in which order to make them, from pilot runs of one arm")
  .requiredOption("--pilot <runs...>", "folders of runs that are alike")
  .requiredOption("--resolve <ns>", "the difference to find, per packet: 2ns", nsOption)
  .option("--seconds <number>", "time between counters before and after, where the runs do not say", positiveOption)
  .option("--json", "print JSON")
  .addHelpText(
    "after",
    `
Exit codes: 0; 1 for runs that do not read, have no packet rate or do not vary; 2 for a wrong call.

Examples:
  $ linerate plan --pilot data/runs/veth-gro/gro-off-* --resolve 100ns
  $ linerate plan --pilot v6.1/run-* --resolve 2ns --json`,
  )
  .action(async ({ pilot, resolve, seconds, json: asJson }: PlanOptions) => {
    const progress = runProgress(pilot.length);
    const runs = await readRuns({ paths: pilot, seconds, progress }).finally(() => progress.end());
    const plan = planRuns({ pilot: runs, resolveNs: resolve });
    process.stdout.write(asJson ? json(plan) : planText(plan));
  });

/**
 * Reads nanoseconds, with or without their unit.
 *
 * @throws InvalidArgumentError, which makes the command exit 2.
 * @example
 * nsOption("2ns") // 2
 */
export function nsOption(value: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)(?: ?ns)?$/.exec(value) ?? [];
  if (number === undefined || Number(number) <= 0)
    throw new InvalidArgumentError(`expected nanoseconds like 2ns, got "${value}".`);
  return Number(number);
}
