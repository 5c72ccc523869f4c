import { dirname, resolve } from "node:path";
import { cellTimeoutMs } from "./cell-timeout.js";
import { KernelClient, type KernelMessage } from "./client.js";
import { CollectedOutputs, type Displays } from "./collected-outputs.js";
import type { CodeCell, Notebook, NotebookCell } from "./notebook-file.js";
import { notebookLanguage } from "./notebook-language.js";
import { hasTag, type NotebookParameters, withParameters } from "./parameters.js";
import type { MessageContent } from "./wire.js";

/** How far a run is. */
export interface RunProgress {
  /** Code cells that are done. */
  readonly done: number;
  /** Code cells that are to run. */
  readonly total: number;
  /** The cell that runs now; undefined at the end. */
  readonly cell?: CodeCell;
}

/** A notebook that did not run to its end. The message names notebook, cell and line, and gives the error in full. */
export class NotebookRunError extends Error {
  readonly path: string;
  /** The cell's execution count, as in `cell[3]`; undefined when no cell was running. */
  readonly executionCount: number | undefined;
  /** The line of the cell, from 1, where it is known. */
  readonly line: number | undefined;

  constructor({
    path,
    executionCount,
    line,
    reason,
  }: { path: string; executionCount?: number; line?: number; reason: string }) {
    const places = [path, ...(executionCount ? [`cell[${executionCount}]`] : []), ...(line ? [`line ${line}`] : [])];
    super(`${places.join(", ")}: ${reason}`);
    this.name = "NotebookRunError";
    this.path = path;
    this.executionCount = executionCount;
    this.line = line;
  }
}

/**
 * Runs the code cells of a notebook from top to bottom in a kernel of our own and returns the notebook with their outputs, counted
 * from 1. It stops at the first error: `error` says where and what, and the notebook holds what ran until then. Nothing is written.
 *
 * The kernel's folder is that of `path`. A figure that the file at `path` shows with the very same data keeps its picture. Cells
 * tagged `skip-execution` are left as they are, cells tagged `raises-exception` may fail. `timeoutMs` holds for each cell, where the
 * metadata say no other `execution.timeout`. `signal` ends the run. A `kernel` that is given should be fresh, and is left running.
 * @throws RangeError for a notebook in another language, for `parameters` the notebook does not have, and for an `execution.timeout` that is no number.
 * @example
 * (await runNotebook({
 *   path: "a.ipynb",
 *   notebook: {
 *     nbformat: 4, nbformat_minor: 5, metadata: {},
 *     cells: [{ cell_type: "code", id: "a", metadata: {}, source: "1e9 / 20e6", execution_count: null, outputs: [] }],
 *   },
 * })).notebook.cells[0].outputs[0].data // { "text/plain": "50" }
 */
export async function runNotebook({
  notebook,
  path,
  kernel,
  parameters = {},
  onProgress = () => undefined,
  timeoutMs,
  signal,
}: {
  notebook: Notebook;
  path: string;
  kernel?: KernelClient;
  parameters?: NotebookParameters;
  onProgress?: (progress: RunProgress) => void;
  timeoutMs?: number | undefined;
  signal?: AbortSignal;
}): Promise<{ notebook: Notebook; error?: NotebookRunError }> {
  const language = notebookLanguage(notebook);
  if (!/^(?:type|java)script$/i.test(language)) {
    throw new RangeError(
      `${path}: its metadata say that it is in ${language}, and linerate runs TypeScript: choose another kernel`,
    );
  }
  const given = await withParameters({ file: path, notebook, parameters });
  const limitMs = (cell: CodeCell) => cellTimeoutMs({ file: path, cell, metadata: notebook.metadata, timeoutMs });
  const cells = given.cells.filter(isRun).map((cell) => ({ cell, limitMs: limitMs(cell) }));
  const codes = cells.map(({ cell }) => cell.source);
  const client = kernel ?? new KernelClient({ cwd: dirname(resolve(path)), notebook: resolve(path), cells: codes });
  const run = new NotebookRun({ path, client });
  const stop = () => client.kill("the run was interrupted");
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  try {
    await run.cellByCell(cells, onProgress);
  } catch (error) {
    if (!(error instanceof NotebookRunError)) throw error;
    return { notebook: run.result(given), error };
  } finally {
    signal?.removeEventListener("abort", stop);
    if (!kernel) await client.close();
  }
  return { notebook: run.result(given) };
}

interface LimitedCell {
  readonly cell: CodeCell;
  readonly limitMs: number | undefined;
}

interface CellRun {
  readonly outputs: CollectedOutputs;
  readonly executionCount: number;
}

class NotebookRun {
  readonly #path: string;
  readonly #client: KernelClient;
  readonly #displays: Displays = new Map();
  readonly #runs = new Map<NotebookCell, CellRun>();

  constructor({ path, client }: { path: string; client: KernelClient }) {
    this.#path = path;
    this.#client = client;
  }

  async cellByCell(cells: readonly LimitedCell[], onProgress: (progress: RunProgress) => void): Promise<void> {
    try {
      // No cell's time limit pays for the engine.
      await Promise.all([this.#client.prepare(cells.map(({ cell }) => cell.source)), this.#client.ready()]);
    } catch (error) {
      throw new NotebookRunError({ path: this.#path, reason: (error as Error).message });
    }
    for (const [done, limited] of cells.entries()) {
      onProgress({ done, total: cells.length, cell: limited.cell });
      await this.#run(limited, done + 1);
    }
    onProgress({ done: cells.length, total: cells.length });
  }

  /** The notebook as it stands: late output of a cell that has ended is in it too. */
  result(notebook: Notebook): Notebook {
    const cells = notebook.cells.map((cell) => {
      if (cell.cell_type !== "code" || isSkipped(cell)) return cell;
      const run = this.#runs.get(cell);
      return { ...cell, outputs: run?.outputs.outputs ?? [], execution_count: run?.executionCount ?? null };
    });
    return { ...notebook, cells };
  }

  async #run({ cell, limitMs }: LimitedCell, executionCount: number): Promise<void> {
    const mayFail = hasTag(cell, "raises-exception");
    const outputs = new CollectedOutputs(this.#displays);
    this.#runs.set(cell, { outputs, executionCount });
    const late = `it ran longer than the ${Number(limitMs) / 1000} s it may take`;
    const timer = limitMs && setTimeout(() => this.#client.kill(late), limitMs);
    let reply: MessageContent;
    try {
      const onMessage = (message: KernelMessage) => outputs.receive(message);
      reply = await this.#client.execute({ code: cell.source, stop_on_error: !mayFail, onMessage });
    } catch (error) {
      throw new NotebookRunError({ path: this.#path, executionCount, reason: (error as Error).message });
    } finally {
      clearTimeout(timer);
    }
    if (reply.status === "ok" || mayFail) return;
    const traceback = (reply.traceback as readonly string[]) ?? [];
    const line = lineOf({ traceback, name: `cell[${executionCount}]` });
    throw new NotebookRunError({ path: this.#path, executionCount, reason: traceback.join("\n"), ...(line ? { line } : {}) });
  }
}

/**
 * Whether a run executes and counts a cell. An empty one runs nothing and is not counted, as in every front end.
 *
 * @example
 * isRun({ cell_type: "code", metadata: { tags: ["skip-execution"] }, source: "1" }) // false
 */
export function isRun(cell: NotebookCell): cell is CodeCell {
  return cell.cell_type === "code" && cell.source.trim() !== "" && !isSkipped(cell);
}

function isSkipped(cell: NotebookCell): boolean {
  return hasTag(cell, "skip-execution");
}

/** The line in the cell that ran: its outermost frame, or where a type error says it is. */
function lineOf({ traceback, name }: { traceback: readonly string[]; name: string }): number | undefined {
  const frames = traceback.filter((text) => /^\s+at /.test(text) && text.includes(`${name}:`));
  const place = frames.at(-1) ?? traceback[0] ?? "";
  const at = place.indexOf(`${name}:`);
  return at < 0 ? undefined : Number.parseInt(place.slice(at + name.length + 1), 10);
}
