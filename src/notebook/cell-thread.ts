import { setTimeout as delay } from "node:timers/promises";
import type { MessagePort } from "node:worker_threads";
import { endChildren, interruptChildren } from "./child-tree.js";
import { terminateMainThread } from "./termination.js";
import { type CellOutcome, type CellRun, SharedState, type ToMainThread } from "./thread-messages.js";
import type { Message } from "./wire.js";

/** The main thread has this long to end a cell by itself, before what it computes is ended. */
const PATIENCE_MS = 10;

/** A child process has so many times this long to end at a SIGINT. */
const PATIENT_LOOKS = 200;

/** The process leaves within this when nothing is computed. */
const LEAVING_MS = 100;

/** The main thread as the worker sees it: it runs one cell after the other. */
export class CellThread {
  readonly #port: MessagePort;
  readonly #shared: Int32Array;
  #runs = 0;
  #running: { readonly id: number; readonly end: (outcome: CellOutcome) => void } | undefined;
  readonly #handled = new Map<number, () => void>();
  /** What was interrupted last, and the end of that. */
  #interrupted = 0;
  #ending: Promise<void> = Promise.resolve();

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

  /** Ends the running cell and the listeners of comms, whatever they do: wait, compute, or compute after they have waited. */
  interrupt(): Promise<void> {
    const ids = [...(this.#running ? [this.#running.id] : []), ...this.#handled.keys()].filter((id) => id > this.#interrupted);
    this.#interrupted = Math.max(this.#interrupted, ...ids);
    for (const id of ids) this.#ending = this.#ending.then(() => this.#end(id)); // two terminations at once would end two things
    return this.#ending;
  }

  async #end(id: number): Promise<void> {
    const isThere = () => this.#running?.id === id || this.#handled.has(id);
    const signals = this.#interruptWaits(isThere);
    while (isThere()) {
      this.#post({ type: "finish", id });
      await delay(PATIENCE_MS);
      if (isThere()) await terminateMainThread(this.#shared);
    }
    clearInterval(signals);
  }

  /** Has made ready what figures need. */
  prepareFigures(): void {
    this.#post({ type: "figures" });
  }

  /** Hands the message of a comm to its listeners. Resolves when they have had it. */
  async handle(message: Message): Promise<void> {
    const id = ++this.#runs;
    const { content, metadata } = message;
    // As text, since the other thread's stack is smaller than this one's: there, what is nested too deep would be lost.
    const json = JSON.stringify({ content, metadata });
    return new Promise((resolve) => {
      this.#handled.set(id, resolve);
      this.#post({ type: "comm", id, message: { ...message, parentHeader: {}, content: {}, metadata: {} }, json });
    });
  }

  handled({ id }: { id: number }): void {
    this.#handled.get(id)?.();
    this.#handled.delete(id);
  }

  /** An answer to what a cell has asked. */
  answer(id: number, value: string): void {
    this.#post({ type: "answer", id, value });
  }

  refuse(id: number, reason: string): void {
    this.#post({ type: "refusal", id, reason });
  }

  /** A main thread that waits for a child process (`execSync`) sees nothing until that has ended: it gets a SIGINT, later SIGKILL. */
  #interruptWaits(isThere: () => boolean): NodeJS.Timeout {
    let looks = 0;
    return setInterval(() => {
      if (!isThere() || Atomics.load(this.#shared, SharedState.waitsForChild) === 0) return;
      Atomics.compareExchange(this.#shared, SharedState.waitsForChild, 1, 2);
      if (looks === 0) interruptChildren("SIGINT");
      else if (looks === PATIENT_LOOKS) interruptChildren("SIGKILL");
      looks += 1;
    }, PATIENCE_MS);
  }

  /** Makes the process leave, also out of a loop, and what it has started with it. Never resolves. */
  async leave(): Promise<never> {
    await endChildren();
    for (;;) {
      this.#post({ type: "leave" }); // again: a termination may have met the last one
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
