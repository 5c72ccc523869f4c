/** The part of a zeromq socket that sends. */
export interface SendingSocket {
  readonly closed: boolean;
  send(frames: Buffer[]): Promise<void>;
}

/**
 * Sends on a socket one message after the other, each awaited: zeromq refuses a send while one is under way (EBUSY), and one is
 * under way whenever more than 512 follow each other at once. After the socket is closed nothing is sent, and nothing fails.
 */
export class SendQueue {
  readonly #socket: SendingSocket;
  #tail: Promise<void> = Promise.resolve();

  constructor(socket: SendingSocket) {
    this.#socket = socket;
  }

  /** Resolves when zeromq has taken the message. */
  send(frames: readonly Uint8Array[]): Promise<void> {
    const sent = this.#tail.then(async () => {
      if (this.#socket.closed) return;
      await this.#socket.send(frames as Buffer[]).catch((error) => {
        if (!this.#socket.closed) throw error; // it was closed meanwhile
      });
    });
    this.#tail = sent.catch(() => undefined); // the caller has the failure; the next message is sent all the same
    return sent;
  }

  /** Resolves when nothing is waiting. */
  drained(): Promise<void> {
    return this.#tail;
  }
}
