import { Command } from "commander";
import { writeAtomically } from "../notebook/write-atomically.js";
import { textTable } from "../report/text-table.js";
import { openRun } from "../runs/open-run.js";
import { WORKSHOP_FIGURES, workshopFigure } from "../workshop/workshop-figures.js";
import { warningLines } from "./output.js";
import { PICTURE_KINDS, pictureKind } from "./picture-kinds.js";

interface FigureOptions {
  readonly list?: true;
  readonly svg?: true;
  readonly png?: true;
  readonly html?: true;
  readonly data?: string;
  readonly out?: string;
}

export const figureCommand: Command = new Command("figure")
  .description("draw a figure of the workshop: from published numbers, or with those of a run in it")
  .argument("[name]", "which; --list names them")
  .option("--list", "list the figures: minute of the talk, what each shows")
  .option("--html", "write a page with hover and zoom (the default)")
  .option("--svg", "write an SVG picture")
  .option("--png", "write a PNG picture")
  .option("--data <run>", "the folder of a run whose numbers are drawn beside the published ones")
  .option("-o, --out <file>", "where it is written; .html, .svg or .png (default: the figure's name)")
  .addHelpText(
    "after",
    `
Every figure says which of its numbers are measured, published or modelled. What one run cannot hold (a sweep over kernels or
cores) is drawn from published numbers only, and --data says what to record.
Exit codes: 0; 1 for an unknown name, or a run that lacks what the figure takes; 2 for a wrong call.

Examples:
  $ linerate figure --list
  $ linerate figure page-order --png
  $ linerate figure slab-bulk --svg -o pictures/slab.svg
  $ linerate figure budget --data data/runs/kernel-6.1-vm/nic_eth0 -o budget.html`,
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
    const figure = workshopFigure(name, data === undefined ? undefined : await openRun(data));
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
    rows: WORKSHOP_FIGURES.map(({ name, minutes, ofRun, shows }) => [name, minutes, ofRun ? "yes" : "", shows]),
  });
}
