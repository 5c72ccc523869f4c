import { statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { notebookText, readNotebook } from "../notebook/notebook-file.js";
import { notebookTitle } from "../notebook/notebook-title.js";
import type { NotebookParameters } from "../notebook/parameters.js";
import { writeAtomically } from "../notebook/write-atomically.js";
import { cellProgress } from "./cell-progress.js";
import { interruption } from "./interruption.js";
import { positiveOption } from "./options.js";

interface RunOptions {
  readonly out: string;
  readonly inPlace?: true;
  readonly html?: true;
  readonly parameter?: NotebookParameters;
  readonly timeout?: number;
}

const MS_PER_SECOND = 1000;

export const runCommand: Command = new Command("run")
  .description("run notebooks in our own kernel, without Jupyter, and write them with their outputs")
  .argument("<notebook...>", "notebooks of nbformat 4, run in this order")
  .option(
    "-p, --parameter <name=value>",
    "a value for the cell tagged `parameters`: JSON, else text; repeatable",
    parameter,
    {},
  )
  .option("-o, --out <path>", "where the executed notebook goes: a folder, or a file that ends in .ipynb", "out")
  .addOption(new Option("--in-place", "write the outputs into the notebook itself").conflicts("out"))
  .option("--html", "write a self-contained page beside the executed notebook, too")
  .option(
    "--timeout <seconds>",
    "how long a cell may take whose metadata do not say it (default: as long as it wants)",
    positiveOption,
  )
  .addHelpText(
    "after",
    `
Each notebook runs from top to bottom in a kernel of its own, in its own folder. The first error ends the run with exit code 1
and says notebook, cell and line; a notebook that failed, or was interrupted, is not written, nor is one that was edited while it
ran --in-place. Two runs write the same bytes. Exit codes: 0; 1; 2 for a wrong call; 130 when interrupted.

Tags of a cell: \`parameters\` declares what -p may set; \`skip-execution\` leaves it and its outputs as they are; \`raises-exception\`
lets it fail. Its metadata may hold a time limit in seconds: {"execution": {"timeout": 60}}; so may the notebook's, for all cells.

Examples:
  $ linerate run notebooks/01-cycle-budget.ipynb
  $ linerate run notebooks/*.ipynb --html --out report
  $ linerate run lab.ipynb -p gbps=100 -p 'orders=[0,3]' --out lab-100g.ipynb
  $ linerate run lab.ipynb --in-place --timeout 60`,
  )
  .action(async (files: string[], options: RunOptions, command: Command) => {
    const targets = files.map((file) => ({ file, target: options.inPlace ? file : targetOf(file, options.out) }));
    const names = new Set(targets.map(({ target }) => resolve(target)));
    if (names.size < targets.length)
      command.error("error: two notebooks would be written to one file: give them another --out");
    const { signal, end } = interruption();
    for (const { file, target } of targets) await runOne({ file, target, options, signal });
    end();
  });

async function runOne(run: { file: string; target: string; options: RunOptions; signal: AbortSignal }): Promise<void> {
  const { file, target, options, signal } = run;
  const { runNotebook } = await import("../notebook/run-notebook.js"); // zeromq, which other commands do not need
  const read = readNotebook(file);
  const progress = cellProgress({ label: file, stream: process.stderr });
  const { notebook, error } = await runNotebook({
    notebook: read,
    path: file,
    parameters: options.parameter ?? {},
    onProgress: progress.show,
    signal,
    timeoutMs: options.timeout && options.timeout * MS_PER_SECOND,
  }).finally(progress.end);
  if (error) throw error;
  if (options.inPlace && notebookText(readNotebook(file)) !== notebookText(read)) {
    throw new Error(`${file}: it was edited while it ran, and is left as it is now: run it again`);
  }
  writeAtomically({ file: target, data: notebookText(notebook) });
  if (options.html) {
    const { notebookHtml } = await import("../notebook/export-html.js"); // markdown and colours for code, likewise
    const title = notebookTitle(notebook) ?? basename(file);
    writeAtomically({ file: pageOf(target), data: notebookHtml({ notebook, title }) });
  }
  process.stdout.write(`${file}: ran, written to ${target}${options.html ? ` and ${pageOf(target)}` : ""}\n`);
}

function pageOf(target: string): string {
  return `${target.replace(/\.ipynb$/, "")}.html`;
}

function targetOf(file: string, out: string): string {
  const isFile = out.endsWith(".ipynb") && !statSync(out, { throwIfNoEntry: false })?.isDirectory();
  return isFile ? out : join(out, basename(file));
}

/** `name=value`: the value is JSON when it reads as JSON, else the text itself. */
function parameter(text: string, before: NotebookParameters = {}): NotebookParameters {
  const [, name, value] = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError(`expected name=value, got "${text}".`);
  return { ...before, [name]: jsonOrText(value) };
}

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
