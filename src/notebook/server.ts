import { rmSync } from "node:fs";
import { Router } from "zeromq";
import type { Attached } from "./cell-output.js";
import { CHANNELS, type Channel, type Connection, socketAddress } from "./connection.js";
import { PatientPublisher } from "./patient-publisher.js";
import { SendQueue } from "./send-queue.js";
import { framesFromMessage, type Message, type MessageContent, messageFromFrames, newMessage, WireError } from "./wire.js";

/** A request that came in whole and rightly signed, and the way back to who sent it. */
export interface KernelRequest {
  readonly message: Message;
  /** Sends `<type>_reply`; resolves when the message is handed to zeromq. */
  readonly reply: (content: MessageContent) => Promise<void>;
}

/** What every client is to know. */
export interface Published extends Attached {
  readonly type: string;
  /** A string is JSON already. */
  readonly content: MessageContent | string;
  readonly parent: Message;
}

const OPTIONS = {
  /** No frame of a client is larger; zeromq drops the connection of one that declares more. */
  maxMessageSize: 64 * 1024 * 1024,
  /** The default of 1,000 messages drops replies that a slow client has not read yet. */
  sendHighWaterMark: 0,
  /** How long closing may wait for a client that does not read, in ms. */
  linger: 1000,
};
/** As many as Jupyter's own session remembers. */
const REMEMBERED_MESSAGES = 65_536;

/** The five sockets of a kernel. It knows frames and signatures, and nothing of what messages mean. */
export class KernelServer {
  readonly #session: string;
  readonly #connection: Connection;
  readonly #refused: (error: Error) => void;
  readonly #heartbeatHeard: () => void;
  readonly #shell: Router = new Router(OPTIONS);
  readonly #control: Router = new Router(OPTIONS);
  readonly #stdin: Router = new Router(OPTIONS);
  /** A Reply of zeromq fails for good at a message without the delimiter of a Request. */
  readonly #heartbeat: Router = new Router(OPTIONS);
  readonly #iopub: PatientPublisher = new PatientPublisher(OPTIONS);
  readonly #published = new SendQueue(this.#iopub);
  readonly #questions = new SendQueue(this.#stdin);
  readonly #queues: SendQueue[] = [this.#published, this.#questions];
  readonly #seen = new Set<string>();

  constructor(server: {
    connection: Connection;
    session: string;
    /** Of a message that was not used. */
    refused: (error: Error) => void;
    heartbeatHeard: () => void;
  }) {
    this.#connection = server.connection;
    this.#session = server.session;
    this.#refused = server.refused;
    this.#heartbeatHeard = server.heartbeatHeard;
  }

  /** Binds all sockets, then hands every request of shell and control to `receive`, and what people have typed to `answered`. */
  async start({
    receive,
    answered,
  }: {
    receive: (request: KernelRequest) => void;
    answered: (message: Message) => void;
  }): Promise<void> {
    const sockets = { shell: this.#shell, control: this.#control, stdin: this.#stdin, hb: this.#heartbeat, iopub: this.#iopub };
    for (const channel of CHANNELS) {
      const address = this.#address(channel);
      await sockets[channel].bind(address).catch(({ message }: Error) => {
        throw new Error(`the kernel's ${channel} socket cannot be bound to ${address}: ${message}`);
      });
    }
    void this.#listen(this.#shell, receive);
    void this.#listen(this.#control, receive);
    void this.#listenForAnswers(answered);
    void this.#echo();
  }

  /** Sends to every client, in the order of the calls. */
  publish({ type, ...rest }: Published): Promise<void> {
    const message = newMessage({ type, session: this.#session, ...rest });
    return this.#published.send(this.#frames({ ...message, identities: [Buffer.from(type)] }));
  }

  /** Resolves when what was published so far waits for no client any more. */
  taken(): Promise<void> {
    return this.#published.drained();
  }

  /** Asks the client that sent `parent` for a line of text. */
  ask(content: MessageContent, parent: Message): Promise<void> {
    return this.#questions.send(this.#frames(newMessage({ type: "input_request", session: this.#session, content, parent })));
  }

  /** Waits for what was sent to leave, then closes. */
  async close(): Promise<void> {
    this.#iopub.hurry();
    await Promise.all(this.#queues.map((queue) => queue.drained()));
    for (const socket of [this.#shell, this.#control, this.#stdin, this.#heartbeat, this.#iopub]) socket.close();
    this.removeFiles();
  }

  /** Removes the sockets' files: zeromq does so in a thread of its own, which the end of the process may overtake. */
  removeFiles(): void {
    if (this.#connection.transport !== "ipc") return;
    for (const channel of CHANNELS) rmSync(this.#address(channel).slice("ipc://".length), { force: true });
  }

  async #listenForAnswers(answered: (message: Message) => void): Promise<void> {
    for await (const frames of this.#stdin) {
      const message = this.#accepted(frames);
      if (message?.header.msg_type === "input_reply") this.#tried(() => answered(message));
    }
  }

  async #listen(socket: Router, receive: (request: KernelRequest) => void): Promise<void> {
    const queue = new SendQueue(socket);
    this.#queues.push(queue);
    for await (const frames of socket) {
      const message = this.#accepted(frames);
      if (!message) continue;
      const type = message.header.msg_type.replace(/_request$/, "_reply");
      const reply = (content: MessageContent) =>
        queue.send(this.#frames(newMessage({ type, session: this.#session, content, parent: message })));
      this.#tried(() => receive({ message, reply }));
    }
  }

  /** A message whose content is not as its type has it may fail anything, but not what comes after it. */
  #tried(use: () => void): void {
    try {
      use();
    } catch (error) {
      this.#refused(error as Error);
    }
  }

  /** The message of the frames, once: one that was recorded and is sent again runs nothing. */
  #accepted(frames: readonly Uint8Array[]): Message | undefined {
    try {
      const message = messageFromFrames({ frames, key: this.#connection.key });
      const id = JSON.stringify(message.header); // with its date: Jupyter's client counts msg_id from 1 on each of its sockets
      if (this.#seen.has(id)) throw new WireError("it came before");
      this.#seen.add(id);
      if (this.#seen.size > REMEMBERED_MESSAGES) this.#seen.delete(this.#seen.values().next().value as string);
      return message;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#refused(error);
      return undefined;
    }
  }

  async #echo(): Promise<void> {
    const queue = new SendQueue(this.#heartbeat); // the socket may be closed between a heartbeat and its echo
    for await (const frames of this.#heartbeat) {
      this.#heartbeatHeard();
      await queue.send(frames);
    }
  }

  #address(channel: Channel): string {
    return socketAddress({ connection: this.#connection, channel });
  }

  #frames(message: Message<MessageContent | string>): Uint8Array[] {
    return framesFromMessage({ message, key: this.#connection.key });
  }
}
