import { basename } from "node:path";
import { Command } from "commander";
import { samplesHeatMap } from "../figures/samples-heat-map.js";
import { writeAtomically } from "../notebook/write-atomically.js";
import { overTime } from "../profile/over-time.js";
import { NO_KERNEL_SYMBOLS } from "../profile/perf-data/recording-warnings.js";
import { selectSamples } from "../profile/sample-filter.js";
import { readRecording } from "../runs/read-recording.js";
import { type Ns, nsFromSeconds, secondsFromNs } from "../units.js";
import { positiveOption } from "./options.js";
import { warningLines } from "./output.js";
import { PICTURE_KINDS, pictureKind } from "./picture-kinds.js";
import { type SampleOptions, type SymbolOptions, sampleFilter, withSampleOptions } from "./profile-options.js";
import { PROGRESS } from "./progress.js";

const BINS = 200;
const MS_PER_SECOND = 1000;
const CLOCK_DIGITS = 6;

export const heatmapCommand: Command = withSampleOptions(
  new Command("heatmap")
    .description("draw the samples of a recording over time, CPU by CPU: a page with hover and zoom, or a picture")
    .argument("<file>", "perf.data, or output of perf script; gzip and zstd too; - is standard input"),
)
  .option("--bin <ms>", `milliseconds a bin (default: for up to ${BINS} bins)`, positiveOption)
  .option("-o, --out <file>", "where it is written; .html, .svg or .png", "samples-over-time.html")
  .addHelpText(
    "after",
    `
It shows when a recording was busy, idle or interrupted, before its sums are believed; profile, fold and flame look at one of its
moments with --time.

Examples:
  $ linerate heatmap perf.data
  $ linerate heatmap script.txt.gz --event cycles --cpu 0-3 --bin 10 -o dut.svg
  $ linerate flame perf.data --kallsyms kallsyms.gz --time 158665.5,158666`,
  )
  .action(
    async (
      path: string,
      { bin, out, ...options }: SampleOptions & SymbolOptions & { bin?: number; out: string },
      command: Command,
    ) => {
      const picture = pictureKind(out);
      if (!picture) command.error(`error: --out ends in ${Object.keys(PICTURE_KINDS).join(", ")}: got "${out}"`);
      const profile = await readRecording({ onlooker: PROGRESS, path, ...options });
      const { startTimeNs, durationNs } = profile;
      if (startTimeNs === undefined || durationNs === undefined) {
        throw new RangeError(`${profile.file} has no times: expected a recording with the time of each sample`);
      }
      const warnings = profile.warnings.filter(({ message }) => message !== NO_KERNEL_SYMBOLS); // it shows no function
      const filter = sampleFilter(profile, options);
      const { name: event = "" } = profile.events[selectSamples(profile, filter).event] ?? {};
      const binNs = bin === undefined ? roundBinNs(durationNs) : nsFromSeconds(bin / MS_PER_SECOND);
      const figure = samplesHeatMap({
        cpus: overTime(profile, { binNs, filter }),
        binNs,
        event,
        provenance: [{ kind: "measured", source: basename(profile.file) }],
        warnings,
      });
      writeAtomically({ file: out, data: await picture(figure, `${event}, ${basename(profile.file)}`) });
      process.stdout.write(`${figure.summary}\n`);
      const start = secondsFromNs(Number(startTimeNs)).toFixed(CLOCK_DIGITS);
      process.stdout.write(`Its second 0 is ${start} of the recording's clock, that of --time\nWritten: ${out}\n`);
      process.stderr.write(warningLines(warnings));
    },
  );

/** The shortest bin of 1, 2 or 5 times a power of ten ns in which a duration is at most `BINS` of them. */
function roundBinNs(durationNs: Ns): Ns {
  const shortest = Math.max(1, durationNs / BINS);
  const power = 10 ** Math.floor(Math.log10(shortest));
  return [1, 2, 5].map((step) => step * power).find((binNs) => binNs >= shortest) ?? 10 * power;
}
