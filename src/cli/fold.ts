import { Command } from "commander";
import { foldEach } from "../profile/fold.js";
import { nameList } from "../profile/name-list.js";
import type { Profile } from "../profile/profile.js";
import { type SampleFilter, selectSamples } from "../profile/sample-filter.js";
import { readRecording } from "../runs/read-recording.js";
import { warningLines } from "./output.js";
import { printAll } from "./print-all.js";
import { type SampleOptions, type SymbolOptions, sampleFilter, withSampleOptions } from "./profile-options.js";
import { PROGRESS } from "./progress.js";

export const foldCommand: Command = withSampleOptions(
  new Command("fold")
    .description("print the distinct stacks of a recording with their weights, as the flame graph tools expect them")
    .argument("<file>", "perf.data, or output of perf script; gzip and zstd too; - is standard input"),
)
  .option("--json", "print JSON")
  .addHelpText(
    "after",
    `
Nothing is printed before the whole recording is read. Stacks of several events are never added: name one with --event.
Exit codes: 0; 1 for a recording that does not read or lacks the event; 2 for a wrong call.

Examples:
  $ linerate fold perf.data --kallsyms kallsyms.gz > out.folded
  $ perf script | linerate fold - > out.folded
  $ linerate fold script.txt.gz --event cycles --cpu 0,2-3 --context kernel
  $ linerate fold script.txt --time 578.5,579 --comm iperf3 --json`,
  )
  .action(async (path: string, { json, ...options }: SampleOptions & SymbolOptions & { json?: true }) => {
    const profile = await readRecording({ onlooker: PROGRESS, path, merge: options.time === undefined, ...options });
    const filter = sampleFilter(profile, options);
    const events = profile.events.map(({ name }) => name);
    if (events.length > 1 && options.event === undefined) {
      throw new RangeError(
        `${profile.file} holds several events, which are not added: name one with --event: ${nameList(events)}`,
      );
    }
    await printAll(json ? jsonPieces(profile, filter) : textPieces(profile, filter));
    process.stderr.write(warningLines(profile.warnings));
  });

function* textPieces(profile: Profile, filter: SampleFilter): Generator<string> {
  for (const { stack, weight } of foldEach(profile, filter)) yield `${stack} ${weight}\n`;
}

/** One object, stack by stack: as one text it could be too long for a string. */
function* jsonPieces(profile: Profile, filter: SampleFilter): Generator<string> {
  const { name, unit } = profile.events[selectSamples(profile, filter).event] ?? {};
  const { file, warnings } = profile;
  const head = JSON.stringify({ file, event: name, unit, warnings });
  yield `${head.slice(0, -1)},"stacks":[`;
  let separator = "\n";
  for (const folded of foldEach(profile, filter)) {
    yield `${separator}${JSON.stringify(folded)}`;
    separator = ",\n";
  }
  yield "\n]}\n";
}
