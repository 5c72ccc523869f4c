import { setImmediate as turn } from "node:timers/promises";
import { CellOutput, type OutputChannel } from "./cell-output.js";
import { inCell } from "./cell-scope.js";
import { type CellExecutor, CellInterrupt } from "./engine.js";
import { type MimeBundle, mimeBundle } from "./mime-bundle.js";
import type { CellOutcome, CellRun, ToWorker } from "./thread-messages.js";
import { thrownFrom } from "./thrown.js";
import type { Message } from "./wire.js";

/**
 * Runs cells on the main thread, one at a time, and says what they show and how they end.
 *
 * An interrupt may end any of its functions in the middle (`termination.ts`): the cell's promise may never settle, and a reply may
 * be lost. So the worker asks for a cell's end until it is told, and `finish` may be called at any time, and again.
 */
export class CellHost {
  readonly #executor: CellExecutor;
  readonly #send: (message: ToWorker) => void;
  readonly #completeBundle: (bundle: MimeBundle) => MimeBundle | Promise<MimeBundle>;
  #output: CellOutput | undefined;
  #running: { readonly id: number; readonly output: CellOutput } | undefined;
  #last: { readonly id: number; readonly outcome: CellOutcome } | undefined;

  constructor({
    executor,
    send,
    completeBundle,
  }: {
    executor: CellExecutor;
    send: (message: ToWorker) => void;
    /** May add forms to every bundle that is shown. */
    completeBundle: (bundle: MimeBundle) => MimeBundle | Promise<MimeBundle>;
  }) {
    this.#executor = executor;
    this.#send = send;
    this.#completeBundle = completeBundle;
  }

  /** The cell that runs, else the last one. */
  get output(): CellOutput | undefined {
    return this.#output;
  }

  run(run: CellRun): void {
    const output = new CellOutput({ channel: this.#channel(run.parent), completeBundle: this.#completeBundle });
    this.#output = output;
    this.#running = { id: run.id, output };
    void inCell({ output, run: () => this.#outcome(run, output) }).then((outcome) => this.#end(run.id, outcome));
  }

  /** Ends the cell as interrupted, unless it has ended: then its outcome is said again. What it started goes on. */
  finish(id: number): void {
    if (this.#last?.id === id) this.#send({ type: "ended", ...this.#last });
    if (this.#running?.id !== id) return;
    this.#running.output.abandon();
    this.#end(id, { status: "interrupted", assigned: this.#executor.assigned() });
  }

  #end(id: number, outcome: CellOutcome): void {
    if (this.#running?.id !== id) return; // it was interrupted before
    this.#running.output.end();
    this.#running = undefined;
    this.#last = { id, outcome };
    this.#send({ type: "ended", id, outcome });
  }

  async #outcome({ cell, executionCount }: CellRun, output: CellOutput): Promise<CellOutcome> {
    try {
      const { value } = await this.#executor.run(cell);
      if (executionCount === undefined) {
        return { status: "ok", text: null, data: await this.#completeBundle(await mimeBundle(value)) };
      }
      const shown = value === undefined || value === null ? {} : mimeBundle(value);
      output.result({ bundle: shown, executionCount });
      await turn(); // Node tells of a rejection nobody caught after the code that made it: still in this cell
      const [failure] = await output.settle();
      if (failure !== undefined) throw failure;
      return { status: "ok", text: textOf(await shown) };
    } catch (error) {
      for (const failure of await output.settle()) output.thrown("", failure);
      const assigned = this.#executor.assigned();
      if (error instanceof CellInterrupt) return { status: "interrupted", assigned };
      return { status: "error", thrown: thrownFrom(error), assigned };
    }
  }

  #channel(parent: Message | undefined): OutputChannel {
    if (!parent) return { write: () => undefined, publish: () => undefined, thrown: () => undefined };
    return {
      write: (stream, text) => this.#send({ type: "text", stream, text, parent }),
      publish: (messageType, content) => this.#send({ type: "publish", messageType, json: JSON.stringify(content), parent }),
      thrown: (prefix, thrown) => this.#send({ type: "thrown", prefix, thrown, parent }),
    };
  }
}

function textOf({ "text/plain": text }: MimeBundle): string | null {
  return text === undefined ? null : String(text);
}
