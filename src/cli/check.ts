import { Command } from "commander";
import type { CellDifference, NotebookCheck } from "../notebook/check-notebook.js";
import { NotebookFileError, readNotebook } from "../notebook/notebook-file.js";
import { counted } from "../report/number-format.js";
import { printable } from "../report/text-table.js";
import { cellProgress } from "./cell-progress.js";
import { interruption } from "./interruption.js";
import { notebookFiles } from "./notebook-files.js";
import { nonNegativeOption, positiveOption } from "./options.js";
import { json, warningLines } from "./output.js";

interface CheckOptions {
  readonly tolerance?: number;
  readonly timeout?: number;
  readonly json?: true;
}

/** A notebook that was checked; `error` says why it did not run to its end, or was not read. */
interface Checked extends Omit<NotebookCheck, "error"> {
  readonly file: string;
  readonly error?: string;
}

const MS_PER_SECOND = 1000;
const SHOWN_CHARACTERS = 160;

export const checkCommand: Command = new Command("check")
  .description("run notebooks again and compare what their cells give with the outputs they hold; nothing is written")
  .argument("<path...>", "notebooks, or folders of them")
  .option(
    "--tolerance <number>",
    "how much of its size a number may differ: 0.05 is 5 %, 0 compares byte by byte (default: whole numbers not at all, others 1e-9)",
    nonNegativeOption,
  )
  .option("--timeout <seconds>", "how long a cell may take whose metadata do not say it", positiveOption)
  .option("--json", "print JSON")
  .addHelpText(
    "after",
    `
Words are compared exactly, numbers within the tolerance, figures by their plotly data and not by their pixels, errors by name and
message; the time that \`%time\` shows is not compared. Cells tagged \`skip-execution\` are left out; one tagged \`nbval-ignore-output\`
only has to run. Warnings (standard error) name cells that were executed out of order, and cells that use a name which a later cell
defines again.
Exit codes: 0, also with warnings; 1 for a difference, and for a notebook that does not run or read; 2 for a wrong call; 130 when
interrupted.

Examples:
  $ linerate check notebooks/
  $ linerate check lab.ipynb --tolerance 0.05 --timeout 60
  $ linerate check notebooks/ --json | jq '.notebooks[].differences[]'`,
  )
  .action(async (paths: string[], options: CheckOptions) => {
    const { signal, end } = interruption();
    const notebooks: Checked[] = [];
    for (const file of notebookFiles(paths)) {
      const checked = await checkedFile({ file, options, signal });
      notebooks.push(checked);
      if (!options.json) print(checked);
      if (signal.aborted) break;
    }
    end();
    if (options.json) process.stdout.write(json({ tolerance: options.tolerance, notebooks }));
    if (notebooks.some(({ differences, error }) => error !== undefined || differences.length > 0)) process.exitCode ??= 1;
  });

async function checkedFile(given: { file: string; options: CheckOptions; signal: AbortSignal }): Promise<Checked> {
  const { file, options, signal } = given;
  const { checkNotebook } = await import("../notebook/check-notebook.js"); // zeromq, which other commands do not need
  const progress = cellProgress({ label: file, stream: process.stderr.isTTY ? process.stderr : { write: () => true } });
  try {
    const { error, ...check } = await checkNotebook({
      notebook: readNotebook(file),
      path: file,
      tolerance: options.tolerance,
      timeoutMs: options.timeout && options.timeout * MS_PER_SECOND,
      onProgress: progress.show,
      signal,
    });
    return { file, ...check, ...(error && { error: error.message }) };
  } catch (error) {
    if (!(error instanceof NotebookFileError || error instanceof RangeError)) throw error;
    return { file, cells: 0, differences: [], warnings: [], error: error.message };
  } finally {
    progress.end();
  }
}

function print({ file, cells, differences, warnings, error }: Checked): void {
  const place = (cell: number | undefined) => (cell === undefined ? file : `${file}, cell[${cell}]`);
  process.stderr.write(warningLines(warnings.map(({ cell, message }) => ({ file: place(cell), line: 0, message }))));
  process.stdout.write(differences.map((difference) => differenceText(file, difference)).join(""));
  if (error !== undefined) process.stdout.write(`${error}\n`);
  const counts = [counted(cells, "cell"), counted(differences.length, "difference"), counted(warnings.length, "warning")];
  process.stdout.write(`${file}: ${error === undefined ? "ran" : "failed"}, ${counts.join(", ")}\n`);
}

/**
 * A difference as lines for a terminal: where it is, what was expected, what was seen.
 *
 * @example
 * differenceText("a.ipynb", { cell: 3, id: "x", code: "ns", output: 1, part: "stdout", place: "line 2", expected: "67.2", seen: "68", more: 1 }) // "a.ipynb, cell[3] `ns`, output 1, stdout, line 2:\n  expected 67.2\n  seen     68\n  and 1 more\n"
 */
export function differenceText(file: string, difference: CellDifference): string {
  const { cell, code, output, part, place, expected, seen, more } = difference;
  const where = [
    file,
    `cell[${cell}] \`${code}\``,
    `output ${output}`,
    ...(part === "kind" ? [] : [part]),
    ...(place ? [place] : []),
  ];
  const at = firstDifference(expected, seen);
  const lines = [`${where.join(", ")}:`, `  expected ${excerpt(expected, at)}`, `  seen     ${excerpt(seen, at)}`];
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].map((line) => `${printable(line)}\n`).join("");
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/** A long line is cut around the place where the difference is. */
function excerpt(text: string, at: number): string {
  const start = at < SHOWN_CHARACTERS / 2 ? 0 : at - SHOWN_CHARACTERS / 4;
  const shown = text.slice(start, start + SHOWN_CHARACTERS);
  return `${start > 0 ? "..." : ""}${shown}${start + shown.length < text.length ? "..." : ""}`;
}
