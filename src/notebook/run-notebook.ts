import { dirname, resolve } from "node:path";
import { KernelClient, type KernelMessage } from "./client.js";
import { CollectedOutputs, type Displays } from "./collected-outputs.js";
import type { CodeCell, Notebook, NotebookCell } from "./notebook-file.js";
import { hasTag, type NotebookParameters, withParameters } from "./parameters.js";
import type { MessageContent } from "./wire.js";

/** How far a run is. */
export interface RunProgress {
  /** Code cells that are done. */
  readonly done: number;
  /** Code cells the notebook has. */
  readonly total: number;
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
 * The kernel's folder is that of `path`. Cells tagged `skip-execution` are left as they are, cells tagged `raises-exception` may
 * fail. `timeoutMs` holds for each cell. `signal` ends the run. A `kernel` that is given should be fresh, and is left running.
 * @throws RangeError for `parameters` the notebook does not have.
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
  timeoutMs?: number;
  signal?: AbortSignal;
}): Promise<{ notebook: Notebook; error?: NotebookRunError }> {
  const given = await withParameters({ file: path, notebook, parameters });
  const client = kernel ?? new KernelClient({ cwd: dirname(resolve(path)) });
  const run = new NotebookRun({ path, cells: given.cells, client, timeoutMs });
  const stop = () => client.kill("the run was interrupted");
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  try {
    await run.cellByCell(onProgress);
  } catch (error) {
    if (!(error instanceof NotebookRunError)) throw error;
    return { notebook: { ...given, ...run.result() }, error };
  } finally {
    signal?.removeEventListener("abort", stop);
    if (!kernel) await client.close();
  }
  return { notebook: { ...given, ...run.result() } };
}

interface CellRun {
  readonly outputs: CollectedOutputs;
  readonly executionCount: number;
}

class NotebookRun {
  readonly #path: string;
  readonly #cells: readonly NotebookCell[];
  readonly #client: KernelClient;
  readonly #timeoutMs: number | undefined;
  readonly #displays: Displays = new Map();
  readonly #runs = new Map<NotebookCell, CellRun>();

  constructor(run: { path: string; cells: readonly NotebookCell[]; client: KernelClient; timeoutMs: number | undefined }) {
    this.#path = run.path;
    this.#cells = run.cells;
    this.#client = run.client;
    this.#timeoutMs = run.timeoutMs;
  }

  async cellByCell(onProgress: (progress: RunProgress) => void): Promise<void> {
    const cells = this.#cells.filter(runs);
    try {
      await this.#client.ready();
      await this.#client.request({ type: "is_complete_request", content: { code: "" } }); // makes the engine: no cell's time limit pays
    } catch (error) {
      throw new NotebookRunError({ path: this.#path, reason: (error as Error).message });
    }
    for (const [done, cell] of cells.entries()) {
      onProgress({ done, total: cells.length });
      await this.#run(cell, done + 1);
    }
    onProgress({ done: cells.length, total: cells.length });
  }

  /** The cells as they stand: late output of a cell that has ended is in them too. */
  result(): Pick<Notebook, "cells"> {
    const cells = this.#cells.map((cell) => {
      if (cell.cell_type !== "code" || isSkipped(cell)) return cell;
      const run = this.#runs.get(cell);
      return { ...cell, outputs: run?.outputs.outputs ?? [], execution_count: run?.executionCount ?? null };
    });
    return { cells };
  }

  async #run(cell: CodeCell, executionCount: number): Promise<void> {
    const mayFail = hasTag(cell, "raises-exception");
    const outputs = new CollectedOutputs(this.#displays);
    this.#runs.set(cell, { outputs, executionCount });
    const limit = this.#timeoutMs;
    const timer = limit && setTimeout(() => this.#client.kill(`it ran longer than the ${limit / 1000} s it may take`), limit);
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

/** An empty cell runs nothing and is not counted, as in every front end. */
function runs(cell: NotebookCell): cell is CodeCell {
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
