import { readFileSync } from "node:fs";
import { Command } from "commander";
import { cleanNotebook } from "../notebook/clean-notebook.js";
import { notebookText, parseNotebook, readNotebook } from "../notebook/notebook-file.js";
import { writeAtomically } from "../notebook/write-atomically.js";
import { counted } from "../report/number-format.js";
import { notebookFiles } from "./notebook-files.js";

interface CleanOptions {
  readonly check?: true;
  readonly dropOutputs?: boolean;
}

export const cleanCommand: Command = new Command("clean")
  .description("make notebooks fit to be committed: no execution counts, no records of a run, an id in every cell, sorted keys")
  .argument(
    "<path...>",
    "notebooks, or folders of them; - reads standard input and writes standard output, as a git filter does",
  )
  .option("--drop-outputs", "take the outputs away, too (default: they stay)")
  .option("--check", "write nothing, exit 1 when a notebook is not clean")
  .addHelpText(
    "after",
    `
All notebooks are read before the first is written; each is written whole or not at all, and only when it changes. Doing it again
changes nothing. Exit codes: 0; 1 for what is no notebook, and with --check for a notebook that is not clean; 2 for a wrong call.

Examples:
  $ linerate clean notebooks/
  $ linerate clean --check notebooks/                 # in CI
  $ linerate clean --drop-outputs lab.ipynb
  $ git config filter.notebook.clean 'linerate clean -'`,
  )
  .action((paths: string[], { check, dropOutputs = false }: CleanOptions, command: Command) => {
    if (paths.includes("-")) {
      if (paths.length > 1 || check) command.error("error: - stands alone, without --check");
      const notebook = parseNotebook({ file: "standard input", text: readFileSync(0) });
      process.stdout.write(notebookText(cleanNotebook({ notebook, dropOutputs })));
      return;
    }
    const notebooks = notebookFiles(paths).map((file) => ({
      file,
      text: notebookText(cleanNotebook({ notebook: readNotebook(file), dropOutputs })),
    }));
    const changed = notebooks.filter(({ file, text }) => readFileSync(file, "utf8") !== text);
    for (const { file, text } of changed) {
      if (!check) writeAtomically({ file, data: text });
      process.stdout.write(check ? `${file}: not clean, run: linerate clean ${file}\n` : `${file}: cleaned\n`);
    }
    process.stdout.write(`${counted(notebooks.length, "notebook")}, ${changed.length} ${check ? "not clean" : "cleaned"}\n`);
    if (check && changed.length > 0) process.exitCode = 1;
  });
