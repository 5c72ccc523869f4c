import { executionWarnings, type OrderWarning, redefinitionWarnings } from "./cell-order.js";
import { type OutputDifference, outputDifferences } from "./compare-outputs.js";
import { readMagics } from "./magics.js";
import { withoutTime } from "./magics-at-work.js";
import type { CellOutputRecord, CodeCell, Notebook, NotebookCell } from "./notebook-file.js";
import { hasTag } from "./parameters.js";
import { isRun, type NotebookRunError, type RunProgress, runNotebook } from "./run-notebook.js";

/** A difference, and the cell it is in. */
export interface CellDifference extends OutputDifference {
  /** The cell's number among those that run, from 1: `cell[3]`. */
  readonly cell: number;
  readonly id: string;
  /** The first line of its code. */
  readonly code: string;
}

/** What running a notebook again says about it. */
export interface NotebookCheck {
  /** Cells that ran to their end. */
  readonly cells: number;
  readonly differences: readonly CellDifference[];
  readonly warnings: readonly OrderWarning[];
  /** Set where it did not run to its end. */
  readonly error?: NotebookRunError;
}

/** nbval's tag for a cell whose outputs are other ones each time. */
const IGNORED = "nbval-ignore-output";

/**
 * Runs a notebook again, as `runNotebook` does, and compares what its cells give with the outputs it holds, as `outputDifferences`
 * does; a cell tagged `nbval-ignore-output` only has to run, and the time that `%time` shows is not compared. Warns of cells that were
 * executed out of order, and of cells that use a name which a later cell defines again.
 *
 * @example
 * (await checkNotebook({ path: "a.ipynb", notebook: { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] } })).differences // []
 */
export async function checkNotebook({
  notebook,
  path,
  tolerance,
  ...options
}: {
  notebook: Notebook;
  path: string;
  tolerance?: number | undefined;
  onProgress?: (progress: RunProgress) => void;
  timeoutMs?: number | undefined;
  signal?: AbortSignal;
}): Promise<NotebookCheck> {
  const { notebook: seen, error } = await runNotebook({ notebook, path, ...options });
  const cells = notebook.cells.flatMap((cell, index) => (isRun(cell) ? { cell, seen: outputsOf(seen.cells[index]) } : []));
  const ran = cells.slice(0, error ? (error.executionCount ?? 1) - 1 : cells.length);
  const stored = cells.map(({ cell }) => cell);
  const warnings = [...executionWarnings(stored), ...(await redefinitionWarnings(stored))];
  const common = { cells: ran.length, ...(error && { error }) };
  if (stored.every(({ outputs }) => outputs.length === 0) && ran.some(({ seen }) => seen.length > 0)) {
    return { ...common, differences: [], warnings: [{ message: "holds no outputs: nothing was compared" }, ...warnings] };
  }
  const differences = ran.flatMap(({ cell, seen }, index) => {
    if (hasTag(cell, IGNORED)) return [];
    const place = { cell: index + 1, id: cell.id, code: cell.source.trim().split("\n", 1)[0] ?? "" };
    const [expected, now] = isTimed({ cell, seen }) ? [untimed(cell.outputs), untimed(seen)] : [cell.outputs, seen];
    return outputDifferences({ expected, seen: now, tolerance }).map((found) => ({ ...place, ...found }));
  });
  return { ...common, differences, warnings };
}

/** Whether `%time` added its line. A cell that fails has none, and one that did not fail has magics that can be read. */
function isTimed({ cell, seen }: { cell: CodeCell; seen: readonly CellOutputRecord[] }): boolean {
  return seen.every((output) => output.output_type !== "error") && readMagics(cell.source).isTimed === true;
}

/** The line is the last of its kind in all that the cell printed. */
function untimed(outputs: readonly CellOutputRecord[]): readonly CellOutputRecord[] {
  const index = outputs.findLastIndex((output) => printedText(output) !== withoutTime(printedText(output)));
  return outputs.map((output, at) => {
    return at === index && output.output_type === "stream" ? { ...output, text: withoutTime(output.text) } : output;
  });
}

function printedText(output: CellOutputRecord): string {
  return output.output_type === "stream" && output.name === "stdout" ? output.text : "";
}

function outputsOf(cell: NotebookCell | undefined): readonly CellOutputRecord[] {
  return cell?.cell_type === "code" ? cell.outputs : [];
}
