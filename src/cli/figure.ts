import { Command } from "commander";
import { writeAtomically } from "../notebook/write-atomically.js";
import { textTable } from "../report/text-table.js";
import { openRun, type Run } from "../runs/open-run.js";
import { WORKSHOP_FIGURES, workshopFigure, workshopFigureOf } from "../workshop/workshop-figures.js";
import { warningLines } from "./output.js";
import { PICTURE_KINDS, pictureKind } from "./picture-kinds.js";

interface FigureOptions {
  readonly list?: true;
  readonly svg?: true;
  readonly png?: true;
  readonly html?: true;
  readonly data?: readonly string[];
  readonly out?: string;
}

export const figureCommand: Command = new Command("figure")
  .description("draw a figure of the workshop: from published numbers, or with those of a run in it")
  .argument("[name]", "which; --list names them")
  .option("--list", "list the figures: minute of the talk, what each shows")
  .option("--html", "write a page with hover and zoom (the default)")
  .option("--svg", "write an SVG picture")
  .option("--png", "write a PNG picture")
  .option("--data <runs...>", "folders of runs whose numbers are drawn: one, or several where a sweep or a change is shown")
  .option("-o, --out <file>", "where it is written; .html, .svg or .png (default: the figure's name)")
  .addHelpText(
    "after",
    `
Every figure says which of its numbers are measured, published or modelled. A sweep (core-scaling, livelock, qdisc-threads, coalescing)
takes a run for each of its points, and draws arms of the manifests apart; a change (af-packet, receive-stages, retpoline, qdisc-bulk)
takes the run before and the run after. What no run holds is drawn from published numbers only. --data says what a run lacks, and how to
record it.
Exit codes: 0; 1 for an unknown name, or a run that lacks what the figure takes; 2 for a wrong call.

Examples:
  $ linerate figure --list
  $ linerate figure page-order --png
  $ linerate figure slab-bulk --svg -o pictures/slab.svg
  $ linerate figure budget --data data/runs/kernel-6.1-vm/nic_eth0 -o budget.html
  $ linerate figure receive-stages --data data/runs/veth-gro/gro-off-01 data/runs/veth-gro/gro-on-02
  $ linerate figure livelock --data runs/rate-*`,
  )
  .action(async (name: string | undefined, { list, data, out, ...kinds }: FigureOptions, command: Command) => {
    if (list) {
      process.stdout.write(figureList());
      return;
    }
    if (name === undefined) command.error("error: name a figure, or --list them");
    const asked = (["html", "svg", "png"] as const).filter((kind) => kinds[kind]);
    if (asked.length > 1) command.error(`error: one of --html, --svg, --png: got --${asked.join(" --")}`);
    const file = out ?? `${name}.${asked[0] ?? "html"}`;
    const picture = pictureKind(file);
    if (!picture || (asked[0] !== undefined && !file.endsWith(`.${asked[0]}`))) {
      const endings = asked[0] === undefined ? Object.keys(PICTURE_KINDS).join(", ") : `.${asked[0]}`;
      command.error(`error: --out ends in ${endings}: got "${file}"`);
    }
    const runs: Run[] = [];
    for (const path of data ?? []) runs.push(await openRun(path));
    const figure = data === undefined ? workshopFigure(name) : await workshopFigureOf({ name, runs });
    writeAtomically({ file, data: await picture(figure, figure.title) });
    process.stdout.write(`${figure.summary}\nWritten: ${file}\n`);
    process.stderr.write(warningLines(figure.warnings));
  });

/** Wide enough that no line is cut. */
const LIST_COLUMNS = 160;

function figureList(): string {
  return textTable({
    width: LIST_COLUMNS,
    headings: ["figure", "minute", "--data", "shows"],
    rows: WORKSHOP_FIGURES.map(({ name, minutes, ofRun, ofRuns, shows }) => [name, minutes, takes(ofRun, ofRuns), shows]),
  });
}

function takes(ofRun: unknown, ofRuns: unknown): string {
  if (ofRuns) return ofRun ? "one, two" : "runs";
  return ofRun ? "one" : "";
}
