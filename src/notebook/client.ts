import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Dealer, Subscriber } from "zeromq";
import { killGroup, killTree } from "./child-tree.js";
import { privateConnection, socketAddress, writeConnectionFile } from "./connection.js";
import type { EngineName } from "./engine.js";
import { kernelCommand } from "./kernel-command.js";
import { kernelFolder } from "./kernel-folder.js";
import { namesFigures } from "./names-figures.js";
import { SendQueue } from "./send-queue.js";
import {
  framesFromMessage,
  type Message,
  type MessageContent,
  messageFromFrames,
  newMessage,
  PREPARE_REQUEST,
} from "./wire.js";

/** A message of iopub, as its cell's collector gets it. */
export interface KernelMessage {
  readonly type: string;
  readonly content: MessageContent;
}

/** The kernel process ended while something was still wanted of it. */
export class KernelDiedError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "KernelDiedError";
  }
}

interface Pending {
  readonly onMessage: (message: KernelMessage) => void;
  readonly resolve: (content: MessageContent) => void;
  readonly reject: (error: Error) => void;
  reply?: MessageContent;
  isIdle: boolean;
}

/** How long a kernel may take to answer for the first time, or to leave when asked: beyond it something is wrong. */
const PATIENCE_MS = 60_000;
/** Between two attempts to hear the kernel on iopub, whose subscription has no acknowledgement. */
const RETRY_MS = 20;
/** The sockets are there before the kernel's: the default looks for those ten times a second. */
const OPTIONS = { linger: 0, reconnectInterval: 5 };
const STDERR_CHARACTERS = 4000;

const loadZeromq = (): typeof import("zeromq") => createRequire(import.meta.url)("zeromq");

/** A kernel process of our own and the connection to it: Unix sockets in a folder that only this user can open. */
export class KernelClient {
  readonly #session: string = randomUUID();
  readonly #key: string;
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<string>;
  readonly #shell: Dealer;
  readonly #control: Dealer;
  readonly #iopub: Subscriber;
  readonly #pending = new Map<string, Pending>();
  readonly #shellQueue: SendQueue;
  readonly #controlQueue: SendQueue;
  readonly #cleanUp = (): void => {
    this.#killAll();
    rmSync(this.#folder, { recursive: true, force: true });
  };
  #heard = false;
  #death: KernelDiedError | undefined;
  #stderr = "";

  /**
   * Starts the process; `ready` says when it answers. Figures that the file of the `notebook` shows as they are keep their pictures,
   * and cells that have been compiled before need not be again. What `cells` need that will be sent is loaded at once.
   */
  constructor({
    cwd,
    engine,
    notebook,
    cells = [],
  }: { cwd: string; engine?: EngineName; notebook?: string; cells?: readonly string[] }) {
    this.#folder = kernelFolder();
    const connection = privateConnection(join(this.#folder, "socket"));
    const file = join(this.#folder, "connection.json");
    writeConnectionFile({ file, connection });
    this.#key = connection.key;
    const [program = "", ...args] = kernelCommand(file, {
      engine,
      notebook,
      isEager: true,
      hasFigures: namesFigures(cells.join("\n")),
    });
    // Its own process group: Ctrl-C on the terminal is for the runner, which ends the kernel itself.
    const env = { ...process.env, JPY_PARENT_PID: String(process.pid) };
    this.#process = spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "ignore", "pipe"] });
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_CHARACTERS);
    });
    this.#ended = new Promise((resolve) => {
      this.#process.once("error", ({ message }) => {
        resolve(`the kernel cannot be started: ${existsSync(cwd) ? message : `there is no folder ${cwd}`}`);
      });
      this.#process.once("close", (code, signal) => resolve(this.#reason(code, signal)));
    });
    void this.#ended.then((reason) => this.#die(reason));
    process.once("exit", this.#cleanUp);
    const zeromq = loadZeromq(); // the process starts meanwhile
    this.#shell = new zeromq.Dealer(OPTIONS);
    this.#control = new zeromq.Dealer(OPTIONS);
    this.#iopub = new zeromq.Subscriber({ ...OPTIONS, receiveHighWaterMark: 0 });
    this.#shellQueue = new SendQueue(this.#shell);
    this.#controlQueue = new SendQueue(this.#control);
    for (const [socket, channel] of [
      [this.#shell, "shell"],
      [this.#control, "control"],
      [this.#iopub, "iopub"],
    ] as const) {
      socket.connect(socketAddress({ connection, channel }));
      void this.#listen(socket);
    }
    this.#iopub.subscribe();
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /**
   * Resolves to the content of the first kernel_info_reply once messages of iopub arrive too.
   * @throws KernelDiedError when the kernel ends or does not answer.
   */
  async ready(): Promise<MessageContent> {
    const patience = setTimeout(() => this.kill(`the kernel did not answer within ${PATIENCE_MS / 1000} s`), PATIENCE_MS);
    try {
      for (;;) {
        const info = await this.#send({ type: "kernel_info_request", content: {}, needsIdle: false });
        if (this.#heard) return info;
        await delay(RETRY_MS);
        if (this.#heard) return info;
      }
    } finally {
      clearTimeout(patience);
    }
  }

  /** Has the kernel read what cells need that are about to be sent. Resolves when the first of them is as good as compiled. */
  async prepare(codes: readonly string[]): Promise<void> {
    await this.#send({ type: PREPARE_REQUEST, content: { codes }, needsIdle: false });
  }

  /**
   * Runs a cell. Resolves to the content of the execute_reply when the kernel has also gone idle, so that all output is there.
   * `onMessage` gets every message of iopub that belongs to the cell, also those that come later.
   * @throws KernelDiedError when the kernel ends first.
   */
  execute({
    code,
    onMessage,
    ...options
  }: {
    code: string;
    silent?: boolean;
    store_history?: boolean;
    stop_on_error?: boolean;
    user_expressions?: Readonly<Record<string, string>>;
    onMessage?: (message: KernelMessage) => void;
  }): Promise<MessageContent> {
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, ...options };
    return this.#send({ type: "execute_request", content, onMessage });
  }

  /** Sends any other request of the shell. Resolves as `execute`. */
  request({ type, content = {} }: { type: string; content?: MessageContent }): Promise<MessageContent> {
    return this.#send({ type, content });
  }

  /** Interrupts the running cell, whatever it does. Resolves when the kernel has the request. */
  async interrupt(): Promise<void> {
    await this.#send({ type: "interrupt_request", content: {}, queue: this.#controlQueue });
  }

  /** Asks the kernel to leave, and makes it when it does not. Resolves when the process has ended and its files are gone. */
  async close(): Promise<void> {
    if (!this.#death) {
      this.#send({ type: "shutdown_request", content: { restart: false }, queue: this.#controlQueue }).catch(() => undefined);
      const patience = setTimeout(() => this.kill("the kernel did not leave when asked"), PATIENCE_MS);
      await this.#ended;
      clearTimeout(patience);
    }
    await this.#ended;
  }

  /** Ends the kernel at once; what is pending fails for this reason. */
  kill(reason: string): void {
    this.#die(reason);
    this.#killAll();
  }

  async #send({
    type,
    content,
    queue = this.#shellQueue,
    onMessage = () => undefined,
    needsIdle = true,
  }: {
    type: string;
    content: MessageContent;
    queue?: SendQueue;
    onMessage?: ((message: KernelMessage) => void) | undefined;
    needsIdle?: boolean;
  }): Promise<MessageContent> {
    if (this.#death) throw this.#death;
    const message = newMessage({ type, session: this.#session, content });
    return new Promise((resolve, reject) => {
      this.#pending.set(message.header.msg_id, { onMessage, resolve, reject, isIdle: !needsIdle });
      queue.send(framesFromMessage({ message, key: this.#key })).catch(reject);
    });
  }

  async #listen(socket: Dealer | Subscriber): Promise<void> {
    for await (const frames of socket) this.#receive(messageFromFrames({ frames, key: this.#key }), socket === this.#iopub);
  }

  #receive({ header: { msg_type: type }, parentHeader, content }: Message, isPublished: boolean): void {
    this.#heard ||= isPublished;
    const pending = this.#pending.get(parentHeader.msg_id ?? "");
    if (!pending) return;
    if (!isPublished) pending.reply = content;
    else if (type === "status" && content.execution_state === "idle") pending.isIdle = true;
    else pending.onMessage({ type, content });
    if (pending.reply && pending.isIdle) pending.resolve(pending.reply);
  }

  #reason(code: number | null, signal: string | null): string {
    const how = signal ? `by ${signal}` : `with exit code ${code}`;
    const said = this.#stderr.trim();
    return `the kernel process ended ${how}${said === "" ? "" : `; it said:\n${said}`}`;
  }

  /** The kernel and what its cells have started; of a kernel that has ended, what is left of its process group. */
  #killAll(): void {
    const { pid, exitCode, signalCode } = this.#process;
    if (pid === undefined) return;
    if (exitCode === null && signalCode === null) killTree(pid);
    else killGroup(pid);
  }

  /** The first reason counts: a kernel that is killed for taking too long did not die of SIGKILL. */
  #die(reason: string): void {
    if (this.#death) return;
    this.#death = new KernelDiedError(reason);
    for (const { reject } of this.#pending.values()) reject(this.#death);
    for (const socket of [this.#shell, this.#control, this.#iopub]) socket.close();
    process.off("exit", this.#cleanUp);
    this.#cleanUp();
  }
}

/**
 * Starts a kernel in the folder `cwd` (the notebook's) and waits until it answers.
 *
 * @throws KernelDiedError when it does not.
 * @example
 * (async () => {
 *   const kernel = await startKernelClient({ cwd: "." });
 *   const { status } = await kernel.execute({ code: "const ns = 67.2" });
 *   await kernel.close();
 *   return status;
 * })() // "ok"
 */
export async function startKernelClient(options: { cwd: string; engine?: EngineName }): Promise<KernelClient> {
  const client = new KernelClient(options);
  await client.ready();
  return client;
}
