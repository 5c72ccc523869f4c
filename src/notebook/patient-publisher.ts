import { setTimeout as delay } from "node:timers/promises";
import { Publisher, type SocketOptions } from "zeromq";
import type { SendingSocket } from "./send-queue.js";

/** Messages that wait for one client, beside what its own zeromq has taken. */
const MOST_WAITING = 100;
/** A client that has had half of them waiting for so long does not read. */
const PATIENCE_MS = 5000;
const RETRY_MS = 1;

/**
 * A PUB socket that waits for its slowest client, as ZMQ_XPUB_NODROP has it, where others drop what a client has not read. A client that
 * has stopped reading is waited for once: from then on, until it reads again, zeromq drops what is for it, and for it alone.
 *
 * @example
 * new PatientPublisher({ linger: 0 }).closed // false
 */
export class PatientPublisher implements SendingSocket {
  readonly #socket: Publisher;
  #isPatient = true;

  constructor(options: SocketOptions<Publisher>) {
    this.#socket = new Publisher({ ...options, sendHighWaterMark: MOST_WAITING });
    this.#socket.noDrop = true;
  }

  get closed(): boolean {
    return this.#socket.closed;
  }

  bind(address: string): Promise<void> {
    return this.#socket.bind(address);
  }

  /** Resolves when zeromq has taken the message for every client that reads. */
  async send(frames: Buffer[]): Promise<void> {
    const started = performance.now();
    for (;;) {
      try {
        return await this.#socket.send(frames);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      }
      if (!this.#isPatient || performance.now() - started > PATIENCE_MS) break;
      await delay(RETRY_MS);
    }
    this.#setNoDrop(false); // whoever has no room now is left out until it reads again
    await this.#socket.send(frames);
    this.#setNoDrop(true);
  }

  /** Waits for nobody any more: the socket is about to be closed. */
  hurry(): void {
    this.#isPatient = false;
  }

  close(): void {
    this.#socket.close();
  }

  /** The package warns that options have no effect on a bound socket; this one has. */
  #setNoDrop(noDrop: boolean): void {
    const { emitWarning } = process;
    process.emitWarning = () => undefined;
    try {
      this.#socket.noDrop = noDrop;
    } finally {
      process.emitWarning = emitWarning;
    }
  }
}
