import { randomUUID } from "node:crypto";
import type { Attached } from "./cell-output.js";
import { runningKernel } from "./display.js";
import type { Message, MessageContent } from "./wire.js";

/** What is sent over a comm: data is JSON, buffers are bytes. */
export interface CommMessage {
  readonly data?: MessageContent | undefined;
  readonly metadata?: MessageContent | undefined;
  readonly buffers?: readonly Uint8Array[] | undefined;
}

/** A connection to code in the front end, a widget's for instance. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  readonly send: (message: CommMessage) => void;
  readonly close: (message?: CommMessage) => void;
  /** Called with each message of the other side, in the cell that the message belongs to. */
  readonly onMessage: (listener: (message: CommMessage) => void) => void;
  /** Called when the other side has closed. */
  readonly onClose: (listener: (message: CommMessage) => void) => void;
}

/** Called for a comm that the front end has opened. */
export type CommListener = (comm: Comm, message: CommMessage) => void;

/**
 * Opens a comm to what the front end knows as `target`.
 *
 * @throws Error outside our kernel.
 * @example
 * typeof openComm // "function"
 */
export function openComm({ target, ...message }: { target: string } & CommMessage): Comm {
  return commsOfKernel().open({ target, ...message });
}

/**
 * Lets the front end open comms to `target`; without a listener for it they are closed at once. The last listener counts.
 *
 * @throws Error outside our kernel.
 * @example
 * typeof onCommOpen // "function"
 */
export function onCommOpen({ target, listener }: { target: string; listener: CommListener }): void {
  commsOfKernel().onOpen({ target, listener });
}

function commsOfKernel(): Pick<Comms, "open" | "onOpen"> {
  const comms = runningKernel()?.comms;
  if (!comms) throw new Error("a comm needs linerate's kernel: there is no front end here");
  return comms;
}

interface OpenComm {
  readonly comm: Comm;
  readonly messages: ((message: CommMessage) => void)[];
  readonly closes: ((message: CommMessage) => void)[];
}

/** The comms of a kernel, on the main thread. Source: "Custom Messages" of the Jupyter messaging protocol. */
export class Comms {
  readonly #publish: (type: string, content: MessageContent, attached: Attached) => void;
  readonly #listeners = new Map<string, CommListener>();
  readonly #open = new Map<string, OpenComm>();

  constructor(publish: (type: string, content: MessageContent, attached: Attached) => void) {
    this.#publish = publish;
  }

  open({ target, ...message }: { target: string } & CommMessage): Comm {
    const { comm } = this.#added({ id: randomUUID(), target });
    this.#send({ type: "comm_open", id: comm.id, message, rest: { target_name: target } });
    return comm;
  }

  onOpen({ target, listener }: { target: string; listener: CommListener }): void {
    this.#listeners.set(target, listener);
  }

  /** Takes a message of the front end. @throws what a listener throws. */
  receive({ header, content, metadata, buffers }: Message): void {
    const id = String(content.comm_id);
    const message = { data: Object(content.data), metadata, buffers };
    if (header.msg_type === "comm_open") {
      const target = String(content.target_name);
      const listener = this.#listeners.get(target);
      if (listener) listener(this.#added({ id, target }).comm, message);
      else this.#send({ type: "comm_close", id, message: {} });
      return;
    }
    const open = this.#open.get(id);
    if (!open) return; // it was closed while the message was on its way
    const isClose = header.msg_type === "comm_close";
    if (isClose) this.#open.delete(id);
    for (const listener of isClose ? open.closes : open.messages) listener(message);
  }

  #added({ id, target }: { id: string; target: string }): OpenComm {
    const messages: OpenComm["messages"] = [];
    const closes: OpenComm["closes"] = [];
    const comm: Comm = {
      id,
      target,
      send: (message) => this.#send({ type: "comm_msg", id, message }),
      close: (message = {}) => {
        if (this.#open.delete(id)) this.#send({ type: "comm_close", id, message });
      },
      onMessage: (listener) => void messages.push(listener),
      onClose: (listener) => void closes.push(listener),
    };
    const open = { comm, messages, closes };
    this.#open.set(id, open);
    return open;
  }

  #send({ type, id, message, rest = {} }: { type: string; id: string; message: CommMessage; rest?: MessageContent }): void {
    const { data = {}, metadata, buffers } = message;
    this.#publish(type, { comm_id: id, ...rest, data }, { metadata, buffers });
  }
}
