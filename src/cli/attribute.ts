import { statSync } from "node:fs";
import { Command } from "commander";
import { attribute } from "../attribution/attribute.js";
import { classRatios } from "../attribution/event-ratios.js";
import { sampledEvents } from "../attribution/sampled-events.js";
import type { Warning } from "../captures/parsed.js";
import { writeAtomically } from "../notebook/write-atomically.js";
import type { Profile } from "../profile/profile.js";
import type { SampleFilter } from "../profile/sample-filter.js";
import { attributionText } from "../report/attribution-text.js";
import { ratiosText } from "../report/ratios-text.js";
import { meaninglessNs } from "../runs/meaningless-ns.js";
import { openRun, type Run } from "../runs/open-run.js";
import type { PacketRate } from "../runs/packet-rate.js";
import { packetRateOf } from "../runs/packet-rates.js";
import { readRecording, readRun } from "../runs/read-recording.js";
import { attributeReport, openReport } from "./attribute-report.js";
import { attributionPage } from "./attribution-page.js";
import { countOption, positiveOption } from "./options.js";
import { json, warningLines } from "./output.js";
import { type PacketOptions, packetsGiven, withPacketOptions } from "./packet-options.js";
import { type SampleOptions, type SymbolOptions, sampleFilter, withSampleOptions } from "./profile-options.js";
import { PROGRESS } from "./progress.js";
import { ruleTable } from "./rules.js";

const TOP = 15;

interface AttributeOptions extends SampleOptions, SymbolOptions, PacketOptions {
  readonly seconds?: number;
  readonly ghz?: number;
  readonly rules?: string;
  readonly annotate?: string;
  readonly top: number;
  readonly json?: true;
  readonly html?: string;
}

export const attributeCommand: Command = withPacketOptions(
  withSampleOptions(
    new Command("attribute")
      .description("say where each packet's nanoseconds go: by cost class (what) and by stage (where), with intervals")
      .argument(
        "<run>",
        "the folder of a run; or perf.data, output of perf script or perf report, gzip and zstd too; - is standard input",
      ),
  ),
)
  .option("--seconds <number>", "time between a run's counters before and after, where the run does not say", positiveOption)
  .option("--ghz <clock>", "clock of the CPUs then, which joins ns and cycles", positiveOption)
  .option("--rules <file>", "rules of your own, before the shipped ones or in their place")
  .option("--top <number>", "pairs of class and stage", countOption, TOP)
  .option("--annotate <file>", "perf annotate of the functions that clear inlined, to split them; with perf report only")
  .option("--json", "print JSON")
  .option("--html <file>", "write a page with the figures, too")
  .addHelpText(
    "after",
    `
Of a run, symbols, packets and the CPUs that handled them come from its files. Without packets it gives shares. With them, of a
software clock: ns/packet = share x CPUs x 1e9 / pps, so give --cpu where only some CPUs handle packets. Classes are exclusive, and
what no rule takes is shown as remainder: see "linerate rules list". Of several events without --event: IPC and events per packet by class.
Of the text of perf report (a file) it gives classes from shares alone: callers are unknown, and it says whose class that leaves open.
Exit codes: 0; 1 for a recording that does not read, or packets that do not belong to it; 2 for a wrong call.

Examples:
  $ linerate attribute data/runs/kernel-6.1-vm/dummy_burst1 --html dummy.html
  $ linerate attribute perf.data --kallsyms kallsyms.gz --cpu 0 --pps 14880952
  $ perf script | linerate attribute - --cpu 2 --pps 8165032
  $ linerate attribute report.txt --pps 8165032 --cpu 7 --annotate build_skb.txt
  $ linerate attribute perf.data --event cycles --pps 8413417 --ghz 4 --json`,
  )
  .action(async (path: string, options: AttributeOptions) => {
    const { ghz, top, html, json: asJson } = options;
    const rules = await ruleTable(options.rules);
    const report = await openReport(path);
    requireUsed(options, report !== undefined);
    if (report) return attributeReport({ ...options, report, rules });
    const run = path !== "-" && isFolder(path) ? await openRun(path) : undefined;
    const { profile, packets } = run ? await recordedRun(run, options) : await looseRecording(path, options);
    const cpus = options.cpu ?? packets?.cpus;
    const filter = sampleFilter(profile, { ...options, ...(cpus && { cpu: cpus }) });
    const doubt = run && meaninglessNs({ environment: run.environment, profile });
    const terms = { profile, packets, rules, ghz, meaninglessNs: doubt };
    const events = profile.events.filter(({ decoded }) => decoded > 0).map(({ name }) => name);
    if (options.event === undefined && html === undefined && events.length > 1) {
      const sampled = sampledEvents(profile, filter);
      const left = events.filter((event) => !sampled.includes(event));
      const message = `no samples of ${left.join(", ")} pass the filter: left out`;
      const unsampled = sampled.length > 0 && left.length > 0 ? [{ file: profile.file, line: 0, message }] : [];
      const runWarnings = [...(run?.warnings ?? []), ...unsampled];
      return printEvents({ terms, filter, events: sampled.length > 0 ? sampled : events, asJson, runWarnings });
    }
    const attribution = attribute({ ...terms, filter });
    const warnings = [...(run?.warnings ?? []), ...attribution.warnings];
    if (html !== undefined) writeAtomically({ file: html, data: attributionPage({ attribution, warnings }) });
    if (asJson) {
      process.stdout.write(json({ ...attribution, warnings }));
      return;
    }
    process.stdout.write(attributionText({ attribution, top }));
    process.stderr.write(warningLines(warnings));
  });

const OF_RECORDINGS = ["comm", "context", "time", "kallsyms", "symfs", "ghz", "seconds"] as const;

/** An option that has no effect on an input is refused: the numbers would not be those that were asked for. */
function requireUsed(options: AttributeOptions, isReport: boolean): void {
  if (!isReport && options.annotate !== undefined) {
    throw new RangeError("--annotate requires the text of perf report: it divides the shares of functions, give a report");
  }
  const unused = OF_RECORDINGS.filter((name) => options[name] !== undefined);
  if (isReport && unused.length > 0) {
    throw new RangeError(
      `--${unused.join(", --")} requires a recording: the text of perf report has no samples to choose from`,
    );
  }
}

/** Several events: what each costs by class cannot be added, but held against the others. */
function printEvents({
  terms,
  filter,
  events,
  asJson,
  runWarnings,
}: {
  terms: Omit<Parameters<typeof attribute>[0], "filter">;
  filter: SampleFilter;
  events: readonly string[];
  asJson: true | undefined;
  runWarnings: readonly Warning[];
}): void {
  const cpus = filter.cpus ?? [...new Set(terms.profile.samples.cpu)];
  const attributions = events.map((event) => attribute({ ...terms, filter: { ...filter, event, cpus } }));
  const ratios = classRatios({ attributions });
  const own = attributions
    .flatMap((one) => one.warnings)
    .filter(({ message }, at, all) => all.findIndex((one) => one.message === message) === at);
  const warnings = [...runWarnings, ...own, ...ratios.warnings];
  process.stdout.write(asJson ? json({ attributions, ratios, warnings }) : ratiosText({ attributions, ratios }));
  if (!asJson) process.stderr.write(warningLines(warnings));
}

interface Recorded {
  readonly profile: Profile;
  readonly packets: PacketRate | undefined;
}

/** A run's recording with its kernel symbols, and its packets: those of its counters unless the options give others. */
async function recordedRun(run: Run, options: AttributeOptions): Promise<Recorded> {
  const profile = await readRun(run, { ...options, onlooker: PROGRESS });
  return { profile, packets: packetsGiven(profile, options) ?? packetRateOf({ run, profile, seconds: options.seconds }) };
}

async function looseRecording(path: string, options: AttributeOptions): Promise<Recorded> {
  const profile = await readRecording({ ...options, path, onlooker: PROGRESS });
  return { profile, packets: packetsGiven(profile, options) };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
