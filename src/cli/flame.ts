import { basename, extname } from "node:path";
import { Command } from "commander";
import { classOfStack } from "../attribution/class-of-stack.js";
import { flameGraph } from "../figures/flame-graph.js";
import { flameGraphHtml } from "../figures/flame-graph-html.js";
import { writeAtomically } from "../notebook/write-atomically.js";
import { fold } from "../profile/fold.js";
import { selectSamples } from "../profile/sample-filter.js";
import { htmlPage } from "../render/html-page.js";
import { pngFromSvg } from "../render/png-from-svg.js";
import { readRecording } from "../runs/read-recording.js";
import { warningLines } from "./output.js";
import { type SampleOptions, type SymbolOptions, sampleFilter, withSampleOptions } from "./profile-options.js";
import { PROGRESS } from "./progress.js";

type Picture = (svg: string, title: string) => string | Uint8Array;

const KINDS: Readonly<Record<string, Picture>> = {
  ".html": (svg, title) => htmlPage({ title, bodyHtml: flameGraphHtml(svg) + SHOW_ROOTS, wide: true }),
  ".svg": (svg) => svg,
  ".png": (svg) => pngFromSvg(svg),
};

/** A graph that is taller than the window is seen from its roots, where all the weight is. */
const SHOW_ROOTS = "<script>scrollTo(0, document.body.scrollHeight);</script>\n";

export const flameCommand: Command = withSampleOptions(
  new Command("flame")
    .description("draw the flame graph of a recording: a page with hover, zoom and search, or a picture")
    .argument("<file>", "perf.data, or output of perf script; gzip and zstd too; - is standard input"),
)
  .option("--classes", "colour by cost class: clearing, SKB, pages, driver, stack, ...; see `linerate rules list`")
  .option("-o, --out <file>", "where it is written; .html, .svg or .png", "flame-graph.html")
  .addHelpText(
    "after",
    `
Examples:
  $ linerate flame perf.data --kallsyms kallsyms.gz -o dut.html
  $ perf script | linerate flame - --classes -o dut.html
  $ linerate flame script.txt.gz --cpu 0 --context kernel -o cpu0.svg`,
  )
  .action(
    async (
      path: string,
      { out, classes, ...options }: SampleOptions & SymbolOptions & { out: string; classes?: true },
      command: Command,
    ) => {
      const picture = KINDS[extname(out)];
      if (!picture) command.error(`error: --out ends in ${Object.keys(KINDS).join(", ")}: got "${out}"`);
      const profile = await readRecording({ onlooker: PROGRESS, path, merge: options.time === undefined, ...options });
      const filter = sampleFilter(profile, options);
      const { name: event = "", unit = "samples" } = profile.events[selectSamples(profile, filter).event] ?? {};
      const title = `${event}, ${basename(profile.file)}`;
      const provenance = [{ kind: "measured" as const, source: profile.file }];
      const { svg, summary } = flameGraph({
        stacks: fold(profile, filter),
        title,
        unit,
        provenance,
        classOf: classes && classOfStack({ profile }),
      });
      writeAtomically({ file: out, data: picture(svg, title) });
      process.stdout.write(`${summary}\nWritten: ${out}\n`);
      process.stderr.write(warningLines(profile.warnings));
    },
  );
