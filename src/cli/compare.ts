import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { compare } from "../comparison/compare.js";
import type { MeasuredRun } from "../comparison/measured-run.js";
import { writeAtomically } from "../notebook/write-atomically.js";
import { comparisonCommit, comparisonCover, comparisonLine } from "../report/comparison-mails.js";
import { comparisonPage } from "./comparison-page.js";
import { positiveOption } from "./options.js";
import { json } from "./output.js";
import { readRuns, runProgress } from "./run-progress.js";

interface CompareOptions {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly metric: string;
  readonly function?: readonly string[];
  readonly seconds?: number;
  readonly force?: true;
  readonly oneLine?: true;
  readonly commit?: true;
  readonly cover?: true;
  readonly html?: string;
  readonly json?: true;
}

export const compareCommand: Command = new Command("compare")
  .description("hold runs before a change against runs after it: what differs, by how much, how sure, and what may be claimed")
  .requiredOption("--before <runs...>", "folders of the runs before")
  .requiredOption("--after <runs...>", "folders of the runs after")
  .option(
    "--metric <name>",
    "what it is about: pps, ns/packet, cycles/packet, instructions/packet; of iperf3 or netperf throughput; of netperf " +
      "transactions, p50, p90, p99, mean-latency, min-latency, max-latency, stddev-latency, rt-latency; or one of a CSV",
    "pps",
  )
  .option("--function <names...>", "functions that the change touches: its gain cannot well be more than they cost")
  .option("--seconds <number>", "time between counters before and after, where the runs do not say", positiveOption)
  .option("--force", "give the figures although a check withholds them; every text says so")
  .addOption(new Option("--one-line", "one sentence").conflicts(["commit", "cover", "json"]))
  .addOption(new Option("--commit", "at most 25 lines for the message of the patch").conflicts(["cover", "json"]))
  .addOption(new Option("--cover", "all of it, for the cover letter (this is the default)").conflicts("json"))
  .option("--json", "print JSON")
  .option("--html <file>", "write a page with the figures, too")
  .addHelpText(
    "after",
    `
The order of the runs comes from their manifests (positions, or start times), and the method from the order: record in an order like
ABBA. One arm after the other is refused, for all drift of the session would be in the difference. Runs of different kernels are
averaged by boot. Texts are plain ASCII in 72 columns and survive git am, quoting and amending;
they are the body of a message, so the subject goes before them. Runs at the end that fill no balanced block are
named and left out.
Figures of any other tool come from a CSV file in each run: the header metric,unit,value,better and a line for each, as
p99,us,41.5,less or requests,per s,120000,more. Without the last column a name above says which way is better, and p99.9 or x-latency
are times: less is better.
Exit codes: 0; 1 for runs that do not read or are not comparable, and where the figure is withheld; 2 for a wrong call.

Examples:
  $ linerate compare --before data/runs/veth-gro/gro-off-* --after data/runs/veth-gro/gro-on-*
  $ linerate compare --before off-1 off-4 --after on-2 on-3 --metric p99
  $ linerate compare --before v6.1/run-* --after patched/run-* --commit
  $ (echo "net: a subject"; echo; linerate compare --before v6.1/* --after patched/* --commit) | git commit -s -F -
  $ linerate compare --before a1 a2 a3 --after b1 b2 b3 --function page_pool_alloc_pages --html patch.html`,
  )
  .action(async (options: CompareOptions) => {
    const { metric, function: functions = [], force, html } = options;
    const runs = await readArms(options);
    const comparison = compare({ ...runs, metric, functions, force: force === true });
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
    if (html !== undefined) writeAtomically({ file: html, data: comparisonPage({ comparison, version }) });
    process.stdout.write(textOf({ comparison, version }, options));
    if (comparison.claim.verdict === "withheld") process.exitCode = 1;
  });

function textOf(reported: Parameters<typeof comparisonCover>[0], { oneLine, commit, json: asJson }: CompareOptions): string {
  if (asJson) return json({ version: reported.version, ...reported.comparison });
  if (oneLine) return comparisonLine(reported.comparison);
  return commit ? comparisonCommit(reported) : comparisonCover(reported);
}

async function readArms({
  before,
  after,
  seconds,
}: CompareOptions): Promise<{ before: readonly MeasuredRun[]; after: readonly MeasuredRun[] }> {
  const progress = runProgress(before.length + after.length);
  const read = (paths: readonly string[]) => readRuns({ paths, seconds, progress });
  try {
    return { before: await read(before), after: await read(after) };
  } finally {
    progress.end();
  }
}
