import { Command } from "commander";
import { summarizeProfile } from "../profile/profile-summary.js";
import { profileText, recordsText } from "../report/profile-text.js";
import { readRecording } from "../runs/read-recording.js";
import { countOption } from "./options.js";
import { json, warningLines } from "./output.js";
import { type SampleOptions, type SymbolOptions, sampleFilter, withSampleOptions } from "./profile-options.js";
import { PROGRESS } from "./progress.js";

const TOP = 20;

export const profileCommand: Command = withSampleOptions(
  new Command("profile")
    .description(
      "print what a recording is worth: events, samples, losses, unresolved and cut stacks, CPUs; and its top functions",
    )
    .argument("<file>", "perf.data, or output of perf script; gzip and zstd too; - is standard input"),
)
  .option("--top <number>", "functions per event", countOption, TOP)
  .option("--stats", "records of perf.data by type, too")
  .option("--json", "print JSON")
  .addHelpText(
    "after",
    `
Shares are of the selected samples of one event. Warnings go to standard error (with --json into the object).
Exit codes: 0; 1 for a recording that does not read or lacks the event; 2 for a wrong call.

Examples:
  $ linerate profile perf.data --kallsyms kallsyms.gz --stats
  $ perf script | linerate profile -
  $ linerate profile script.txt.gz --event cycles --cpu 0 --top 50
  $ linerate profile script.txt --context kernel --json`,
  )
  .action(
    async (
      path: string,
      { json: asJson, top, stats, ...options }: SampleOptions & SymbolOptions & { json?: true; top: number; stats?: true },
    ) => {
      const profile = await readRecording({ onlooker: PROGRESS, path, merge: options.time === undefined, ...options });
      const summary = summarizeProfile(profile, sampleFilter(profile, options));
      if (!asJson) {
        process.stdout.write(profileText({ summary, top }));
        if (stats) process.stdout.write(recordsText(summary.quality));
        process.stderr.write(warningLines(profile.warnings));
        return;
      }
      const events = summary.events.map((event) => ({ ...event, symbols: event.symbols.slice(0, top).map(withHexAddress) }));
      process.stdout.write(json({ ...summary, events, header: profile.header, warnings: profile.warnings }));
    },
  );

/** Addresses are hexadecimal everywhere else. */
function withHexAddress<Cost extends { readonly address?: bigint }>({ address, ...cost }: Cost): object {
  return { ...cost, ...(address === undefined ? {} : { address: `0x${address.toString(16)}` }) };
}
