import { setImmediate as turn } from "node:timers/promises";
import { CellOutput } from "./cell-output.js";
import { inCell } from "./cell-scope.js";
import { type CellEngine, CellInterrupt, type DescribedError } from "./engine.js";
import type { HistoryEntry } from "./history.js";
import { type MimeBundle, mimeBundle } from "./mime-bundle.js";
import type { MessageContent } from "./wire.js";

/** What an execute_request asks; see the protocol. */
export interface Execution {
  readonly code: string;
  /** Nothing is shown and nothing counted. */
  readonly silent: boolean;
  readonly storeHistory: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
}

/** Sends one message on iopub, in answer to the request that is executed. */
export type Publish = (type: string, content: MessageContent) => Promise<void>;

/** `name?` alone in a cell asks what the name is. */
const ASKED_NAME = /^\s*([A-Za-z_$][\w$.]*)\?\s*$/;

/** Runs cells one after the other and says on iopub what they do. */
export class CellRunner {
  readonly history: HistoryEntry[] = [];
  readonly #engine: () => CellEngine;
  readonly #completeBundle: (bundle: MimeBundle) => Promise<MimeBundle>;
  #count = 0;
  #output: CellOutput | undefined;
  #interrupted = false;

  constructor({
    engine,
    completeBundle,
  }: {
    engine: () => CellEngine;
    completeBundle: (bundle: MimeBundle) => Promise<MimeBundle>;
  }) {
    this.#engine = engine;
    this.#completeBundle = completeBundle;
  }

  get executionCount(): number {
    return this.#count;
  }

  /** The cell that runs, else the last one. */
  get output(): CellOutput | undefined {
    return this.#output;
  }

  /** Ends the cell that runs, or is about to. */
  interrupt(): void {
    this.#interrupted = true;
    this.#engine().interrupt();
  }

  /** Runs one cell. Resolves to the content of its execute_reply when all its output is sent. */
  async execute(execution: Execution, publish: Publish): Promise<MessageContent> {
    const { code, silent } = execution;
    const counted = execution.storeHistory && !silent;
    if (counted) this.#count += 1;
    const count = this.#count;
    const output = this.#cellOutput(silent ? async () => undefined : publish);
    this.#output = output;
    output.message("execute_input", { code, execution_count: count });
    await output.settle();

    let text: string | null = null;
    const asked = ASKED_NAME.exec(code)?.[1];
    try {
      if (asked !== undefined) return { ...ok(count), payload: [this.#page(asked)] };
      const { value } = await this.#run({ name: counted ? `cell[${count}]` : "cell[]", code, output });
      if (value !== undefined && value !== null) {
        const bundle = await mimeBundle(value);
        text = typeof bundle["text/plain"] === "string" ? bundle["text/plain"] : null;
        output.result({ bundle, executionCount: count });
      }
      await turn(); // Node tells of a rejection nobody caught after the code that made it: still in this cell
      const failures = await output.settle();
      if (failures.length > 0) throw failures[0];
    } catch (error) {
      return { ...(await this.#failure(error, output)), execution_count: count };
    } finally {
      this.#interrupted = false;
      output.end();
      if (counted) this.history.push({ count, code, result: text });
    }
    return { ...ok(count), user_expressions: await this.#evaluate(execution.userExpressions, output) };
  }

  /** What front ends show in a pager: type and documentation of a name. */
  #page(name: string): MessageContent {
    const found = this.#engine().inspect({ code: name, offset: name.length });
    return { source: "page", start: 0, data: { "text/plain": found ?? `${name}: nothing is known of it` } };
  }

  #run(cell: { name: string; code: string; output: CellOutput }): Promise<{ readonly value: unknown }> {
    const { name, code, output } = cell;
    const engine = this.#engine();
    return inCell({
      output,
      run: async () => {
        const converted = engine.convert({ name, code });
        // A signal that came while the cell was converted is seen here. The first turn may belong to the events that are being
        // handled now; the second one certainly looks for new ones.
        await turn();
        await turn();
        if (this.#interrupted) throw new CellInterrupt();
        return engine.run(converted);
      },
    });
  }

  async #failure(error: unknown, output: CellOutput): Promise<MessageContent> {
    const { name, message, traceback } = this.#engine().describe(error);
    const content = { ename: name, evalue: message, traceback };
    output.message("error", content);
    await output.settle();
    return { status: "error", ...content };
  }

  async #evaluate(expressions: Readonly<Record<string, string>>, output: CellOutput): Promise<MessageContent> {
    const results: Record<string, unknown> = {};
    for (const [name, code] of Object.entries(expressions)) {
      try {
        const { value } = await this.#run({ name: "cell[]", code, output });
        results[name] = { status: "ok", data: await this.#completeBundle(await mimeBundle(value)), metadata: {} };
      } catch (error) {
        const { name: ename, message, traceback } = this.#engine().describe(error);
        results[name] = { status: "error", ename, evalue: message, traceback };
      }
    }
    return results;
  }

  #cellOutput(publish: Publish): CellOutput {
    return new CellOutput({
      publish,
      completeBundle: this.#completeBundle,
      describe: (error) => errorText(this.#engine().describe(error)),
    });
  }
}

function ok(executionCount: number): MessageContent {
  return { status: "ok", execution_count: executionCount, payload: [], user_expressions: {} };
}

/**
 * An error as text, for streams.
 *
 * @example
 * errorText({ name: "Error", message: "boom", traceback: ["Error: boom", "    at cell[1]:1:7"] }) // "Error: boom\n    at cell[1]:1:7"
 */
export function errorText({ traceback }: DescribedError): string {
  return traceback.join("\n");
}
