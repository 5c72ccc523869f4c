import { setTimeout as delay } from "node:timers/promises";
import type { MessagePort } from "node:worker_threads";
import { terminateMainThread } from "./termination.js";
import type { CellOutcome, CellRun, ToMainThread } from "./thread-messages.js";

/** The main thread has this long to end a cell by itself, before what it computes is ended. */
const PATIENCE_MS = 10;

/** The process leaves within this when nothing is computed. */
const LEAVING_MS = 100;

/** The main thread as the worker sees it: it runs one cell after the other. */
export class CellThread {
  readonly #port: MessagePort;
  readonly #shared: Int32Array;
  #runs = 0;
  #running: { readonly id: number; readonly end: (outcome: CellOutcome) => void } | undefined;
  #interrupting = false;

  constructor({ port, shared }: { port: MessagePort; shared: Int32Array }) {
    this.#port = port;
    this.#shared = shared;
  }

  /** Runs a cell. Resolves to its outcome when all it has shown is here. */
  run(run: Omit<CellRun, "id">): Promise<CellOutcome> {
    const id = ++this.#runs;
    return new Promise((end) => {
      this.#running = { id, end };
      this.#post({ type: "run", run: { id, ...run } });
    });
  }

  /** Ends the running cell, whatever it does: waits, computes, or computes after it has waited. */
  async interrupt(): Promise<void> {
    const id = this.#running?.id;
    if (id === undefined || this.#interrupting) return;
    this.#interrupting = true;
    while (this.#running?.id === id) {
      this.#post({ type: "finish", id });
      await delay(PATIENCE_MS);
      if (this.#running?.id === id) await terminateMainThread(this.#shared);
    }
    this.#interrupting = false;
  }

  /** Makes the process leave, also out of a loop. Never resolves. */
  async leave(): Promise<never> {
    this.#post({ type: "leave" });
    for (;;) {
      await delay(LEAVING_MS);
      await terminateMainThread(this.#shared);
    }
  }

  /** The main thread says how a cell ended. */
  ended({ id, outcome }: { id: number; outcome: CellOutcome }): void {
    if (this.#running?.id !== id) return;
    const { end } = this.#running;
    this.#running = undefined;
    end(outcome);
  }

  #post(message: ToMainThread): void {
    this.#port.postMessage(message);
  }
}
