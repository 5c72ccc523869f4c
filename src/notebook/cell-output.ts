import type { MimeBundle } from "./mime-bundle.js";
import { type Thrown, thrownFrom } from "./thrown.js";
import type { MessageContent } from "./wire.js";

/** Where a cell's output goes. Nothing here waits, so that a cell that never awaits is seen at work too. */
export interface OutputChannel {
  readonly write: (stream: "stdout" | "stderr", text: string) => void;
  /** Sends one message. @throws TypeError for content that is no JSON. */
  readonly publish: (type: string, content: MessageContent, attached?: Attached) => void;
  /** Shows an error as text on standard error. */
  readonly thrown: (prefix: string, thrown: Thrown) => void;
  /** Asks the person at the front end. */
  readonly ask: (question: Question) => Promise<string>;
}

/** What goes with a message beside its content. */
export interface Attached {
  readonly metadata?: MessageContent | undefined;
  readonly buffers?: readonly Uint8Array[] | undefined;
}

/** What a person is asked to type; a password is not shown. */
export interface Question {
  readonly prompt: string;
  readonly password: boolean;
}

/** Nobody can be asked. */
export class InputError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "InputError";
  }
}

/**
 * What one cell prints and shows, in the order it was made, also after the cell has ended.
 * A display that is still being drawn holds back what comes after it.
 */
export class CellOutput {
  readonly #channel: OutputChannel;
  readonly #complete: (bundle: MimeBundle) => MimeBundle | Promise<MimeBundle>;
  /** What waits for the display that is being drawn. */
  readonly #waiting: (() => void | Promise<void>)[] = [];
  #drawing: Promise<void> | undefined;
  #settled: (() => void)[] = [];
  readonly #failures: unknown[] = [];
  #ended = false;

  constructor({
    channel,
    completeBundle,
  }: {
    channel: OutputChannel;
    completeBundle: (bundle: MimeBundle) => MimeBundle | Promise<MimeBundle>;
  }) {
    this.#channel = channel;
    this.#complete = completeBundle;
  }

  write(stream: "stdout" | "stderr", text: string): void {
    if (text === "") return;
    this.#enqueue(() => this.#channel.write(stream, text));
  }

  display({ bundle, id, update }: { bundle: MimeBundle | Promise<MimeBundle>; id?: string; update?: boolean }): void {
    const transient = id === undefined ? {} : { display_id: id };
    this.#bundle(update ? "update_display_data" : "display_data", bundle, { transient });
  }

  result({ bundle, executionCount }: { bundle: MimeBundle | Promise<MimeBundle>; executionCount: number }): void {
    this.#bundle("execute_result", bundle, { execution_count: executionCount });
  }

  clear({ wait }: { wait: boolean }): void {
    this.#enqueue(() => this.#channel.publish("clear_output", { wait }));
  }

  /** Any other message, in its turn. */
  publish(type: string, content: MessageContent, attached: Attached): void {
    this.#enqueue(() => this.#channel.publish(type, content, attached));
  }

  /** Resolves to what is typed; what was shown before is there when the question comes. @throws InputError */
  async ask(question: Question): Promise<string> {
    if (this.#ended) throw new InputError("the cell that asks has ended: a front end answers only while it runs");
    return new Promise((resolve, reject) => {
      this.#enqueue(() => {
        this.#channel.ask(question).then(resolve, reject);
      });
    });
  }

  /** An error that does not fail the cell: text on standard error. */
  thrown(prefix: string, error: unknown): void {
    this.#enqueue(() => this.#channel.thrown(prefix, thrownFrom(error)));
  }

  /** Resolves when everything so far is sent, to the errors of the values that could not be shown since the last call. */
  async settle(): Promise<readonly unknown[]> {
    if (this.#drawing) await new Promise<void>((resolve) => this.#settled.push(resolve));
    return this.#failures.splice(0);
  }

  /** Sends what can be sent now and gives up on what is still being drawn. */
  abandon(): void {
    do {
      this.#drawing = undefined;
      this.#advance();
    } while (this.#drawing);
  }

  /** The cell's outcome is known: an error from now on is text on stderr. */
  end(): void {
    this.#ended = true;
  }

  #bundle(type: string, bundle: MimeBundle | Promise<MimeBundle>, rest: MessageContent): void {
    const show = (data: MimeBundle) => {
      if (Object.keys(data).length > 0) this.#channel.publish(type, { data, metadata: {}, ...rest });
    };
    const completed = bundle instanceof Promise ? bundle.then((parts) => this.#complete(parts)) : this.#complete(bundle);
    if (!(completed instanceof Promise)) {
      this.#enqueue(() => show(completed));
      return;
    }
    // Drawing starts now and is awaited in turn; a failure before its turn is not an unhandled rejection.
    completed.catch(() => undefined);
    this.#enqueue(() => completed.then(show));
  }

  #enqueue(send: () => void | Promise<void>): void {
    this.#waiting.push(send);
    this.#advance();
  }

  #advance(): void {
    while (!this.#drawing) {
      const send = this.#waiting.shift();
      if (!send) break;
      try {
        const drawing = send();
        if (drawing) this.#await(drawing);
      } catch (error) {
        this.#failed(error);
      }
    }
    if (this.#drawing) return;
    for (const resolve of this.#settled.splice(0)) resolve();
  }

  #await(drawing: Promise<void>): void {
    const drawn = drawing
      .catch((error) => {
        if (this.#drawing === drawn) this.#failed(error);
      })
      .then(() => {
        if (this.#drawing !== drawn) return; // abandoned
        this.#drawing = undefined;
        this.#advance();
      });
    this.#drawing = drawn;
  }

  #failed(error: unknown): void {
    if (this.#ended) this.#channel.thrown("", thrownFrom(error));
    else this.#failures.push(error);
  }
}
