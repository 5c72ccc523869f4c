import { errorText } from "./cell-error.js";
import type { CellThread } from "./cell-thread.js";
import { type CellCompiler, CellInterrupt, CellTypeError, type DescribedError } from "./engine.js";
import type { HistoryEntry } from "./history.js";
import { MagicError, readMagics } from "./magics.js";
import type { CellOutcome, CellRun } from "./thread-messages.js";
import { type Thrown, thrownFrom } from "./thrown.js";
import type { Message, MessageContent } from "./wire.js";

/** What an execute_request asks; see the protocol. */
export interface Execution {
  readonly code: string;
  /** Nothing is shown and nothing counted. */
  readonly silent: boolean;
  readonly storeHistory: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
  /** The cells that wait for this one, as the compiler gets them. */
  readonly next: () => readonly string[];
}

/** Sends one message on iopub, in answer to the request `parent`. */
export type Publish = (message: { type: string; content: MessageContent; parent: Message }) => Promise<void>;

/** `name?` alone in a cell asks what the name is. */
export const ASKED_NAME: RegExp = /^\s*([A-Za-z_$][\w$.]*)\?\s*$/;

/** Compiles cells one after the other, has them run on the main thread, and says on iopub how they end. */
export class CellRunner {
  readonly history: HistoryEntry[] = [];
  readonly #load: () => Promise<CellCompiler>;
  #compiler: CellCompiler | undefined;
  readonly #thread: CellThread;
  readonly #publish: Publish;
  #count = 0;
  #checksTypes = true;
  #interrupted = false;

  constructor(runner: { compiler: () => Promise<CellCompiler>; thread: CellThread; publish: Publish }) {
    this.#load = runner.compiler;
    this.#thread = runner.thread;
    this.#publish = runner.publish;
  }

  get executionCount(): number {
    return this.#count;
  }

  /** Ends the cell that is compiled or runs, its user expressions, or the listener of a comm. */
  interrupt(): void {
    this.#interrupted = true;
    void this.#thread.interrupt();
  }

  /** Runs one cell. Resolves to the content of its execute_reply when all its output is published. */
  async execute(execution: Execution, request: Message): Promise<MessageContent> {
    this.#interrupted = false; // an interrupt that came before was for another cell
    const { code, silent } = execution;
    const counted = execution.storeHistory && !silent;
    if (counted) this.#count += 1;
    const count = this.#count;
    const parent = silent ? undefined : request;
    // The code is not wanted with every line that it prints, and what is nested too deep for the other thread's stack would be lost there.
    const content = { allow_stdin: request.content.allow_stdin === true };
    const answered = { ...request, parentHeader: {}, metadata: {}, content, buffers: [] };
    const run = { name: counted ? `cell[${count}]` : "cell[]", parent: answered, isSilent: silent };
    await this.#say({ type: "execute_input", content: { code, execution_count: count }, parent });
    const asked = ASKED_NAME.exec(code)?.[1];
    let text: string | null = null;
    try {
      this.#compiler ??= await this.#load();
      if (asked !== undefined) return { ...ok(count), payload: [page(asked, this.#compiler)] };
      const magics = readMagics(code);
      this.#checksTypes = magics.checksTypes ?? this.#checksTypes;
      const { shell, isTimed } = magics;
      const next = execution.next();
      if (next.length > 0) this.#compiler.expect([magics.code, ...next]);
      const outcome = await this.#run({ ...run, code: magics.code, executionCount: count, shell, isTimed });
      text = outcome.text;
    } catch (error) {
      const { name: ename, message: evalue, traceback } = this.#describe(error);
      const content = { ename, evalue, traceback };
      await this.#say({ type: "error", content, parent });
      return { status: "error", ...content, execution_count: count };
    } finally {
      if (counted) this.history.push({ count, code, result: text });
    }
    return { ...ok(count), user_expressions: await this.#evaluate(execution.userExpressions, answered) };
  }

  /** Shows an error that fails no cell. */
  publishThrown({ prefix, thrown, parent }: { prefix: string; thrown: Thrown; parent: Message }): Promise<void> {
    const described = this.#compiler ? errorText(this.#compiler.describe(thrown)) : thrown.message;
    return this.#publish({ type: "stream", content: { name: "stderr", text: `${prefix}${described}\n` }, parent });
  }

  /** @throws CellTypeError, CellInterrupt and CellFailure. */
  async #run({
    name,
    code,
    ...rest
  }: Omit<CellRun, "id" | "cell"> & { name: string; code: string }): Promise<CellOutcome & { status: "ok" }> {
    const compiler = await this.#load();
    if (this.#interrupted) throw new CellInterrupt();
    const cell = compiler.convert({ name, code, checksTypes: this.#checksTypes });
    const running = this.#thread.run({ cell, ...rest });
    setImmediate(() => compiler.checkNext());
    const outcome = await running;
    if (outcome.status === "ok") {
      compiler.ran(cell);
      return outcome;
    }
    compiler.stopped(cell, outcome.assigned);
    throw outcome.status === "error" ? new CellFailure(outcome.thrown) : new CellInterrupt();
  }

  async #evaluate(expressions: Readonly<Record<string, string>>, parent: Message): Promise<MessageContent> {
    const results = new Map<string, unknown>(); // a name may be __proto__
    for (const [name, code] of Object.entries(expressions)) {
      try {
        const { data } = await this.#run({ name: "cell[]", code, parent, isSilent: false });
        results.set(name, { status: "ok", data, metadata: {} });
      } catch (error) {
        const { name: ename, message: evalue, traceback } = this.#describe(error);
        results.set(name, { status: "error", ename, evalue, traceback });
      }
    }
    return Object.fromEntries(results);
  }

  #describe(error: unknown): DescribedError {
    if (error instanceof MagicError) return { name: error.name, message: error.message, traceback: [error.message] };
    if (error instanceof CellTypeError) return { name: error.name, message: error.message, traceback: error.traceback };
    if (error instanceof CellInterrupt) return { name: error.name, message: error.message, traceback: [error.message] };
    const thrown = error instanceof CellFailure ? error.thrown : thrownFrom(error);
    return this.#compiler?.describe(thrown) ?? { ...thrown, traceback: [thrown.message] };
  }

  async #say({ parent, ...message }: { type: string; content: MessageContent; parent: Message | undefined }): Promise<void> {
    if (parent) await this.#publish({ ...message, parent });
  }
}

/** The cell threw. */
class CellFailure extends Error {
  readonly thrown: Thrown;

  constructor(thrown: Thrown) {
    super(thrown.message);
    this.thrown = thrown;
  }
}

/** What front ends show in a pager: type and documentation of a name. */
function page(name: string, compiler: CellCompiler): MessageContent {
  const found = compiler.inspect({ code: name, offset: name.length });
  return { source: "page", start: 0, data: { "text/plain": found ?? `${name}: nothing is known of it` } };
}

function ok(executionCount: number): MessageContent {
  return { status: "ok", execution_count: executionCount, payload: [], user_expressions: {} };
}
