import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { readPublished } from "../captures/read-published.js";
import { notebookHtml } from "../notebook/export-html.js";
import { type NotebookFigure, notebookFigures } from "../notebook/notebook-figures.js";
import { type Notebook, notebookText, readNotebook } from "../notebook/notebook-file.js";
import { notebookTitle } from "../notebook/notebook-title.js";
import { streamBar } from "../notebook/progress.js";
import { type NotebookRunError, runNotebook } from "../notebook/run-notebook.js";
import { writeAtomically } from "../notebook/write-atomically.js";
import { svgFromPlotly } from "../render/svg-from-plotly.js";
import { firstRunSections, firstRunText } from "../report/first-run.js";
import { firstRunPage } from "./first-run-page.js";
import { interruption } from "./interruption.js";

const NOTEBOOKS = fileURLToPath(new URL("../../notebooks/", import.meta.url));

/** A notebook that was run, and what is written of it. */
export interface StartedNotebook {
  /** Stem of its files. */
  readonly name: string;
  readonly title: string;
  readonly notebook: Notebook;
  readonly figures: readonly NotebookFigure[];
  readonly error?: NotebookRunError;
}

export const startCommand: Command = new Command("start")
  .description("run the project's notebooks; write pages, pictures and the executed notebooks to a folder")
  .option("-o, --out <folder>", "the folder", "out")
  .addHelpText(
    "after",
    `
Exits 0 only if every cell ran and every assertion held. Files are written when all notebooks have run, each whole or not at all.

Examples:
  $ npm start
  $ linerate start --out first-run`,
  )
  .action(async ({ out }: { out: string }) => {
    const { signal, end } = interruption();
    const files = readdirSync(NOTEBOOKS)
      .filter((file) => file.endsWith(".ipynb"))
      .sort();
    const notebooks: StartedNotebook[] = [];
    for (const file of files) notebooks.push(await started(join(NOTEBOOKS, file), signal));
    const sections = firstRunSections({ pageOrderCosts: readPublished("page_order_cost") });
    for (const one of notebooks) await write(out, one);
    writeAtomically({ file: join(out, "index.html"), data: firstRunPage({ notebooks, sections }) });
    end();
    process.stdout.write(firstRunText({ out, notebooks: notebooks.map(counted), sections }));
    const failed = notebooks.flatMap(({ error }) => error ?? []);
    for (const error of failed) process.stderr.write(`\n${error.message}\n`);
    if (failed.length > 0) process.exitCode = 1;
  });

async function started(path: string, signal: AbortSignal): Promise<StartedNotebook> {
  const bar = streamBar({ label: basename(path), stream: process.stderr });
  const { notebook, error } = await runNotebook({
    notebook: readNotebook(path),
    path,
    signal,
    onProgress: (at) => {
      if (process.stderr.isTTY || at.done === at.total) bar.show(at); // a log gets a line for each notebook
    },
  });
  if (error && signal.aborted) throw error;
  const name = basename(path, ".ipynb");
  return {
    name,
    title: notebookTitle(notebook) ?? name,
    notebook,
    figures: notebookFigures(notebook),
    ...(error && { error }),
  };
}

async function write(out: string, { name, title, notebook, figures }: StartedNotebook): Promise<void> {
  writeAtomically({ file: join(out, `${name}.ipynb`), data: notebookText(notebook) });
  writeAtomically({ file: join(out, `${name}.html`), data: notebookHtml({ notebook, title }) });
  for (const { name: stem, figure, png } of figures) {
    const file = join(out, "figures", `${name}.${stem}`);
    writeAtomically({ file: `${file}.svg`, data: await svgFromPlotly(figure) });
    writeAtomically({ file: `${file}.png`, data: Buffer.from(png, "base64") });
  }
}

function counted({ name, title, notebook, figures, error }: StartedNotebook) {
  const cells = notebook.cells.filter((cell) => cell.cell_type === "code" && cell.execution_count !== null).length;
  return {
    name,
    title,
    cells,
    figures: figures.length,
    provenance: figures.flatMap(({ provenance }) => provenance),
    failed: error !== undefined,
  };
}
