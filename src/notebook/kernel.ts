import { setImmediate as turn } from "node:timers/promises";
import type { CellThread } from "./cell-thread.js";
import { CommNames } from "./comm-names.js";
import type { CellCompiler } from "./engine.js";
import { ASKED_NAME, CellRunner, type Publish } from "./execution.js";
import { historyItems } from "./history.js";
import { MagicError, readMagics } from "./magics.js";
import type { KernelRequest } from "./server.js";
import { codePointOffset, codeUnitOffset } from "./unicode-offset.js";
import { type Message, type MessageContent, PREPARE_REQUEST, PROTOCOL_VERSION } from "./wire.js";

/**
 * What a kernel does with requests. Cells run one after the other, on the main thread; everything else is answered at once.
 * Version 5.4 of the Jupyter messaging protocol, without debugging.
 */
export class Kernel {
  readonly #runner: CellRunner;
  readonly #compiler: () => Promise<CellCompiler>;
  readonly #publish: Publish;
  readonly #shutdown: () => void;
  readonly #thread: CellThread;
  /** The comms that are open. */
  readonly comms: CommNames = new CommNames();
  readonly #version: string;
  readonly #languageVersion: string;
  readonly #waiting: KernelRequest[] = [];
  #running = false;

  constructor({
    compiler,
    thread,
    version,
    languageVersion,
    publish,
    shutdown,
  }: {
    /** Gives the compiler, made when it is first needed: it takes over a second. */
    compiler: () => Promise<CellCompiler>;
    thread: CellThread;
    /** Of this package. */
    version: string;
    /** Of TypeScript. */
    languageVersion: string;
    publish: Publish;
    /** Called when a client asked for the end and has its answer. */
    shutdown: () => void;
  }) {
    this.#compiler = compiler;
    this.#thread = thread;
    this.#version = version;
    this.#languageVersion = languageVersion;
    this.#publish = publish;
    this.#shutdown = shutdown;
    this.#runner = new CellRunner({ compiler, thread, publish });
  }

  get runner(): CellRunner {
    return this.#runner;
  }

  receive(request: KernelRequest): void {
    if (request.message.header.msg_type !== "execute_request") {
      void this.#handled(request, async () => this.#answer(request.message));
      return;
    }
    this.#waiting.push(request);
    if (!this.#running) void this.#executeWaiting();
  }

  /** Whether a cell runs or waits. */
  get isBusy(): boolean {
    return this.#running;
  }

  interrupt(): void {
    this.#runner.interrupt();
  }

  async #executeWaiting(): Promise<void> {
    this.#running = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const { message } = next;
      let aborted: KernelRequest[] = [];
      await this.#handled(next, async () => {
        const content = await this.#execute(message);
        if (content.status === "error" && message.content.stop_on_error !== false) aborted = await this.#takeWaiting();
        return content;
      });
      for (const request of aborted) {
        await this.#handled(request, () => ({ status: "aborted", execution_count: this.#runner.executionCount }));
      }
    }
    this.#running = false;
  }

  /**
   * The cells sent so far, to be aborted with the one that failed. The second turn of the event loop certainly reads what the socket
   * holds; the client has not had its reply yet, so what it sends next is not among them.
   */
  async #takeWaiting(): Promise<KernelRequest[]> {
    await turn();
    await turn();
    return this.#waiting.splice(0);
  }

  /** Busy, the reply, idle: every request gets the three, whatever happens to it. The reply does not wait for clients that are slow. */
  async #handled(
    { message, reply }: KernelRequest,
    answer: () => MessageContent | undefined | Promise<MessageContent | undefined>,
  ): Promise<void> {
    const status = (execution_state: string) =>
      this.#publish({ type: "status", content: { execution_state }, parent: message });
    void status("busy");
    try {
      const content = await answer();
      if (content) await reply(content);
    } catch (error) {
      const { name, message: evalue } = error as Error;
      // The messages of comms have no reply.
      if (message.header.msg_type.endsWith("_request"))
        await reply({ status: "error", ename: name, evalue, traceback: [evalue] });
    }
    void status("idle");
    if (message.header.msg_type === "shutdown_request") this.#shutdown();
  }

  #execute(message: Message): Promise<MessageContent> {
    const { content } = message;
    const expressions = Object.entries(Object(content.user_expressions)).map(([name, code]) => [name, String(code)]);
    const execution = {
      code: stringField(content, "code"),
      silent: content.silent === true,
      storeHistory: content.store_history !== false,
      userExpressions: Object.fromEntries(expressions),
      next: () => compiledCodes(this.#waiting.map(({ message: waiting }) => waiting.content.code)),
    };
    return this.#runner.execute(execution, message);
  }

  #answer(message: Message): MessageContent | undefined | Promise<MessageContent | undefined> {
    const { header, content } = message;
    switch (header.msg_type) {
      case "kernel_info_request":
        return this.#info();
      case "complete_request":
        return this.#complete(content);
      case "inspect_request":
        return this.#inspect(content);
      case PREPARE_REQUEST:
        return this.#prepare(content);
      case "is_complete_request":
        return this.#isComplete(content);
      case "history_request":
        return { status: "ok", history: historyItems({ entries: this.#runner.history, request: content }) };
      case "comm_info_request":
        return { status: "ok", comms: this.comms.of(content.target_name) };
      case "comm_open":
      case "comm_msg":
      case "comm_close":
        this.comms.note({ type: header.msg_type, content: () => content });
        return this.#thread.handle(message).then(() => undefined); // these have no reply
      case "interrupt_request":
        this.interrupt();
        return { status: "ok" };
      case "shutdown_request":
        return { status: "ok", restart: content.restart === true };
      default:
        // The protocol has no reply to say that a request is unknown.
        return undefined;
    }
  }

  #info(): MessageContent {
    return {
      status: "ok",
      protocol_version: PROTOCOL_VERSION,
      implementation: "linerate",
      implementation_version: this.#version,
      language_info: { ...LANGUAGE_INFO, version: this.#languageVersion },
      banner: `linerate ${this.#version}: TypeScript for notebooks`,
      help_links: [],
    };
  }

  async #prepare({ codes }: MessageContent): Promise<MessageContent> {
    const cells = compiledCodes(Array.isArray(codes) ? codes : []);
    const compiler = await this.#compiler();
    compiler.expect(cells);
    compiler.check(cells[0] ?? "");
    return { status: "ok" };
  }

  async #isComplete(content: MessageContent): Promise<MessageContent> {
    const written = stringField(content, "code");
    if (ASKED_NAME.test(written)) return { status: "complete" };
    const code = withoutMagics(written);
    return code === undefined ? { status: "invalid" } : { ...(await this.#compiler()).isComplete(code) };
  }

  async #complete(content: MessageContent): Promise<MessageContent> {
    const written = stringField(content, "code");
    const code = withoutMagics(written) ?? written;
    const { start, end, matches } = (await this.#compiler()).complete({ code, offset: cursor(content, code) });
    const [cursor_start, cursor_end] = [start, end].map((offset) => codePointOffset({ text: code, offset }));
    return { status: "ok", matches, cursor_start, cursor_end, metadata: {} };
  }

  async #inspect(content: MessageContent): Promise<MessageContent> {
    const code = stringField(content, "code");
    const found = (await this.#compiler()).inspect({ code, offset: cursor(content, code) });
    return { status: "ok", found: found !== undefined, data: found === undefined ? {} : { "text/plain": found }, metadata: {} };
  }
}

/** Code as the compiler may see it, every position kept; nothing for a magic that is none. */
function withoutMagics(code: string): string | undefined {
  try {
    return readMagics(code).code;
  } catch (error) {
    if (error instanceof MagicError) return undefined;
    throw error;
  }
}

/** As the compiler gets cells that come one after the other, up to one that is no code or whose magic is none. */
function compiledCodes(codes: readonly unknown[]): string[] {
  const known: string[] = [];
  for (const written of codes) {
    const code = typeof written === "string" ? withoutMagics(written) : undefined;
    if (code === undefined) break;
    known.push(code);
  }
  return known;
}

/** What a notebook's metadata says of its language; its version comes with it. */
const LANGUAGE_INFO = {
  name: "typescript",
  mimetype: "text/typescript",
  file_extension: ".ts",
  pygments_lexer: "typescript",
  // CodeMirror 5 of the classic Notebook has TypeScript as a flavour of JavaScript; JupyterLab reads `mode`.
  codemirror_mode: { name: "javascript", typescript: true, mode: "typescript" },
  nbconvert_exporter: "script",
};

function stringField(content: MessageContent, name: string): string {
  const value = content[name];
  if (typeof value !== "string") throw new TypeError(`the request needs ${name}, a string: got ${JSON.stringify(value)}`);
  return value;
}

/** Where the cursor stands, in UTF-16 units; at the end when the request does not say. */
function cursor({ cursor_pos: offset }: MessageContent, code: string): number {
  return Number.isInteger(offset) ? codeUnitOffset({ text: code, offset: Number(offset) }) : code.length;
}
