import { rmSync } from "node:fs";
import { Publisher, Reply, Router } from "zeromq";
import { CHANNELS, type Channel, type Connection, socketAddress } from "./connection.js";
import { framesFromMessage, type Message, type MessageContent, messageFromFrames, newMessage, WireError } from "./wire.js";

/** A request that came in whole and rightly signed, and the way back to who sent it. */
export interface KernelRequest {
  readonly message: Message;
  /** Sends `<type>_reply`; resolves when the message is handed to zeromq. */
  readonly reply: (content: MessageContent) => Promise<void>;
}

/** No frame of a client is larger; zeromq drops the connection of one that declares more. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** As many as Jupyter's own session remembers. */
const REMEMBERED_MESSAGES = 65_536;
/** How long closing may wait for a client that does not read. */
const LINGER_MS = 1000;

/**
 * The five sockets of a kernel. It knows frames and signatures, and nothing of what messages mean.
 * Every socket has one queue and each send is awaited: zeromq refuses a second send while one is under way (EBUSY).
 */
export class KernelServer {
  readonly #session: string;
  readonly #key: string;
  readonly #refused: (error: WireError) => void;
  readonly #shell: Router = new Router({ maxMessageSize: MAX_FRAME_BYTES, linger: LINGER_MS });
  readonly #control: Router = new Router({ maxMessageSize: MAX_FRAME_BYTES, linger: LINGER_MS });
  /** Bound, so that clients connect; nothing asks for input yet. */
  readonly #stdin: Router = new Router({ maxMessageSize: MAX_FRAME_BYTES, linger: 0 });
  readonly #heartbeat: Reply = new Reply({ maxMessageSize: MAX_FRAME_BYTES, linger: 0 });
  // The default high water mark of 1,000 messages drops what a slow client has not read: output is never dropped here.
  readonly #iopub: Publisher = new Publisher({ sendHighWaterMark: 0, linger: LINGER_MS });
  readonly #seen = new Set<string>();
  #files: readonly string[] = [];
  readonly #queues = new Map<Router | Publisher, Promise<void>>();

  constructor({ key, session, refused }: { key: string; session: string; refused: (error: WireError) => void }) {
    this.#key = key;
    this.#session = session;
    this.#refused = refused;
  }

  /** Binds all sockets, then hands every request of shell and control to `receive`. */
  async start({ connection, receive }: { connection: Connection; receive: (request: KernelRequest) => void }): Promise<void> {
    const address = (channel: Channel) => socketAddress({ connection, channel });
    if (connection.transport === "ipc") this.#files = CHANNELS.map((channel) => address(channel).slice("ipc://".length));
    await Promise.all([
      this.#shell.bind(address("shell")),
      this.#control.bind(address("control")),
      this.#stdin.bind(address("stdin")),
      this.#heartbeat.bind(address("hb")),
      this.#iopub.bind(address("iopub")),
    ]);
    void this.#listen(this.#shell, receive);
    void this.#listen(this.#control, receive);
    void this.#echo();
  }

  /** Sends to every client, in the order of the calls. */
  publish({ type, content, parent }: { type: string; content: MessageContent; parent?: Message | undefined }): Promise<void> {
    const message = newMessage({ type, session: this.#session, content, parent });
    return this.#send(this.#iopub, { ...message, identities: [Buffer.from(type)] });
  }

  /** Waits for what was sent to leave, then closes. */
  async close(): Promise<void> {
    await Promise.all(this.#queues.values());
    for (const socket of [this.#shell, this.#control, this.#stdin, this.#heartbeat, this.#iopub]) socket.close();
    // zeromq removes these in a thread of its own, which the end of the process may overtake.
    for (const file of this.#files) rmSync(file, { force: true });
  }

  #send(socket: Router | Publisher, message: Message): Promise<void> {
    const frames = framesFromMessage({ message, key: this.#key }) as Buffer[];
    const sent = (this.#queues.get(socket) ?? Promise.resolve()).then(async () => {
      if (!socket.closed) await socket.send(frames);
    });
    this.#queues.set(socket, sent);
    return sent;
  }

  async #listen(socket: Router, receive: (request: KernelRequest) => void): Promise<void> {
    for await (const frames of socket) {
      try {
        const message = this.#fresh(frames);
        const type = message.header.msg_type.replace(/_request$/, "_reply");
        const session = this.#session;
        const reply = (content: MessageContent) => this.#send(socket, newMessage({ type, session, content, parent: message }));
        receive({ message, reply });
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        this.#refused(error);
      }
    }
  }

  /** The message of the frames, once: a recorded message sent again runs nothing. */
  #fresh(frames: readonly Uint8Array[]): Message {
    const message = messageFromFrames({ frames, key: this.#key });
    const { session, msg_id } = message.header;
    const id = JSON.stringify([session, msg_id]);
    if (this.#seen.has(id)) throw new WireError("it came before");
    this.#seen.add(id);
    if (this.#seen.size > REMEMBERED_MESSAGES) this.#seen.delete(this.#seen.values().next().value as string);
    return message;
  }

  async #echo(): Promise<void> {
    for await (const frames of this.#heartbeat) await this.#heartbeat.send(frames);
  }
}
