import type { CellOutputRecord, Notebook, NotebookCell, NotebookMetadata } from "./notebook-file.js";

/**
 * Metadata in which front ends and runners record a run, or how a cell was looked at: nothing of it is the notebook's own. The last
 * four are what nbformat itself never writes (`strip_transient` of its v4/rwbase.py).
 */
const RECORDS = [
  "ExecuteTime",
  "collapsed",
  "papermill",
  "scrolled",
  "orig_nbformat",
  "orig_nbformat_minor",
  "signature",
  "trusted",
];

/**
 * A notebook as it should be committed: without execution counts, without records of a run in the metadata (times of JupyterLab,
 * papermill and ExecuteTime, what is scrolled or folded, whether Jupyter trusts it), with its outputs unless `dropOutputs`. Ids stay as they are; `readNotebook`
 * gives each cell one, and `notebookText` sorts the keys.
 *
 * @example
 * cleanNotebook({ notebook: { metadata: {}, cells: [{ cell_type: "code", metadata: { scrolled: true }, execution_count: 7, outputs: [] }] } }).cells // [{ cell_type: "code", metadata: {}, execution_count: null, outputs: [] }]
 */
export function cleanNotebook({ notebook, dropOutputs = false }: { notebook: Notebook; dropOutputs?: boolean }): Notebook {
  const cells = notebook.cells.map((cell): NotebookCell => {
    const metadata = withoutRecords(cell.metadata);
    if (cell.cell_type !== "code") return { ...cell, metadata };
    return { ...cell, metadata, execution_count: null, outputs: dropOutputs ? [] : cell.outputs.map(uncounted) };
  });
  return { ...notebook, metadata: withoutRecords(notebook.metadata), cells };
}

function uncounted(output: CellOutputRecord): CellOutputRecord {
  return output.output_type === "execute_result" ? { ...output, execution_count: null } : output;
}

function withoutRecords(metadata: NotebookMetadata): NotebookMetadata {
  const kept = Object.entries(metadata).filter(([key]) => !RECORDS.includes(key));
  return Object.fromEntries(kept.flatMap(([key, value]) => (key === "execution" ? withoutTimes(value) : [[key, value]])));
}

/** JupyterLab and nbclient record times under `execution`, by message: `iopub.execute_input`. A time limit there is the author's. */
function withoutTimes(execution: unknown): [string, unknown][] {
  const kept = Object.entries(Object(execution)).filter(([key]) => !/^(?:iopub|shell)\./.test(key));
  return kept.length > 0 ? [["execution", Object.fromEntries(kept)]] : [];
}
