import { exactJson } from "./exact-json.js";
import type { CodeCell, Notebook, NotebookMetadata } from "./notebook-file.js";

const MS_PER_SECOND = 1000;
/** Node's timers hold no more: 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * How long a cell may take, in ms: what its metadata say under `execution.timeout` (in seconds), else the notebook's, else
 * `timeoutMs`. `undefined` is as long as it wants, and so is a value of 0 or below in the metadata.
 *
 * Source: `execution.timeout` of a notebook is jupyter-cache's and so Jupyter Book's (jupyter_cache/executors/utils.py).
 * @throws RangeError for an `execution.timeout` that is no number.
 * @example
 * cellTimeoutMs({ file: "a.ipynb", cell: { id: "a", metadata: { execution: { timeout: 5 } } }, metadata: {}, timeoutMs: 60_000 }) // 5000
 * cellTimeoutMs({ file: "a.ipynb", cell: { id: "a", metadata: {} }, metadata: { execution: { timeout: -1 } }, timeoutMs: 60_000 }) // undefined
 */
export function cellTimeoutMs({
  file,
  cell,
  metadata,
  timeoutMs,
}: {
  file: string;
  cell: Pick<CodeCell, "id" | "metadata">;
  metadata: Notebook["metadata"];
  timeoutMs?: number | undefined;
}): number | undefined {
  const limitMs =
    statedMs(cell.metadata, `${file}: cell ${cell.id}`) ?? statedMs(metadata, `${file}: the notebook`) ?? timeoutMs;
  return limitMs === undefined || limitMs <= 0 || limitMs > LONGEST_MS ? undefined : limitMs;
}

function statedMs({ execution }: NotebookMetadata, where: string): number | undefined {
  const { timeout } = Object(execution) as { timeout?: unknown };
  if (timeout === undefined || timeout === null) return undefined;
  if (typeof timeout === "number" || typeof timeout === "bigint") return Number(timeout) * MS_PER_SECOND;
  throw new RangeError(`${where} has the metadata execution.timeout ${exactJson(timeout)}: expected seconds, as a number`);
}
