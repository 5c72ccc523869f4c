import { setImmediate as turn } from "node:timers/promises";
import { CellOutput, InputError, type OutputChannel, type Question } from "./cell-output.js";
import { inCell } from "./cell-scope.js";
import { type CellExecutor, CellInterrupt } from "./engine.js";
import { runShell, timeLine } from "./magics-at-work.js";
import { type MimeBundle, mimeBundle } from "./mime-bundle.js";
import { textPieces } from "./text-room.js";
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
  #running: { readonly id: number; readonly output: CellOutput; readonly shell: AbortController } | undefined;
  #questions = 0;
  readonly #asked = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>();
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
    const output = new CellOutput({ channel: this.#channel(run), completeBundle: this.#completeBundle });
    this.#output = output;
    this.#running = { id: run.id, output, shell: new AbortController() };
    void inCell({ output, run: () => this.#outcome(run, output) }).then((outcome) => this.#end(run.id, outcome));
  }

  /**
   * Ends the cell as interrupted, unless it has ended: then its outcome is said again. What it started goes on. Any other id is that of a
   * comm's message, which has been handled by now, to its end or until it was interrupted.
   */
  finish(id: number): void {
    if (this.#running?.id === id) {
      this.#running.shell.abort();
      this.#running.output.abandon();
      this.#end(id, { status: "interrupted", assigned: this.#executor.assigned() });
    } else if (this.#last?.id === id) this.#send({ type: "ended", ...this.#last });
    else this.#send({ type: "handled", id });
  }

  /** Code that belongs to a message of a front end and is no cell: the listener of a comm. What it throws fails nothing. */
  handle({ id, message, run }: { id: number; message: Message; run: () => void }): void {
    const channel = this.#channel({ parent: message, isSilent: false });
    const output = new CellOutput({ channel, completeBundle: this.#completeBundle });
    inCell({
      output,
      run: () => {
        try {
          run();
        } catch (error) {
          output.thrown("Not caught: ", error);
        }
      },
    });
    output.end();
    this.#send({ type: "handled", id });
  }

  answer(id: number, value: string): void {
    this.#asked.get(id)?.resolve(value);
    this.#asked.delete(id);
  }

  refuse(id: number, reason: string): void {
    this.#asked.get(id)?.reject(new InputError(reason));
    this.#asked.delete(id);
  }

  #ask(question: Question, parent: Message): Promise<string> {
    const id = ++this.#questions;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#send({ type: "question", id, parent, ...question });
    });
  }

  #end(id: number, outcome: CellOutcome): void {
    if (this.#running?.id !== id) return; // it was interrupted before
    this.#running.output.end();
    this.#running = undefined;
    this.#last = { id, outcome };
    this.#send({ type: "ended", id, outcome });
  }

  async #outcome(run: CellRun, output: CellOutput): Promise<CellOutcome> {
    const { cell, executionCount, shell = [], isTimed } = run;
    try {
      for (const command of shell) await runShell({ command, output, signal: this.#running?.shell.signal });
      const started = performance.now();
      const { value } = await this.#executor.run(cell);
      if (isTimed) output.write("stdout", timeLine(performance.now() - started));
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

  #channel({ parent, isSilent }: { parent: Message; isSilent: boolean }): OutputChannel {
    const say = (message: ToWorker) => {
      if (!isSilent) this.#send(message);
    };
    return {
      write: (stream, text) => {
        for (const piece of textPieces(text)) say({ type: "text", stream, text: piece, parent });
      },
      publish: (messageType, content, attached) => {
        const message = { type: "publish", messageType, json: JSON.stringify(content), parent, ...attached } as const;
        if (messageType.startsWith("comm_"))
          this.#send(message); // a silent cell may open one
        else say(message);
      },
      thrown: (prefix, thrown) => say({ type: "thrown", prefix, thrown, parent }),
      ask: (question) => this.#ask(question, parent),
    };
  }
}

function textOf({ "text/plain": text }: MimeBundle): string | null {
  return text === undefined ? null : String(text);
}
