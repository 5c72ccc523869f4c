import type { MimeBundle } from "./mime-bundle.js";
import type { MessageContent } from "./wire.js";

/** Output made in this time is sent together; a cell's end, a display and an error do not wait for it. */
const BATCH_MS = 20;
/** Text beyond this is sent at once, so that no message grows without bound. */
const BATCH_CHARACTERS = 1024 * 1024;

/**
 * What one cell prints and shows, in the order it was made, also after the cell has ended.
 * Text is collected into few messages; a display that is still being drawn holds back what comes after it.
 */
export class CellOutput {
  readonly #publish: (type: string, content: MessageContent) => Promise<void>;
  readonly #complete: (bundle: MimeBundle) => Promise<MimeBundle>;
  readonly #describe: (error: unknown) => string;
  #pieces: string[] = [];
  #characters = 0;
  #stream: "stdout" | "stderr" = "stdout";
  #timer: NodeJS.Timeout | undefined;
  #tail: Promise<void> = Promise.resolve();
  #failures: unknown[] = [];
  #ended = false;

  constructor({
    publish,
    completeBundle,
    describe,
  }: {
    publish: (type: string, content: MessageContent) => Promise<void>;
    completeBundle: (bundle: MimeBundle) => Promise<MimeBundle>;
    /** The text of an error, for one that comes when the cell can no longer fail. */
    describe: (error: unknown) => string;
  }) {
    this.#publish = publish;
    this.#complete = completeBundle;
    this.#describe = describe;
  }

  write(stream: "stdout" | "stderr", text: string): void {
    if (text === "") return;
    if (stream !== this.#stream) this.#flush();
    this.#stream = stream;
    this.#pieces.push(text);
    this.#characters += text.length;
    if (this.#characters >= BATCH_CHARACTERS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS);
  }

  display({ bundle, id, update }: { bundle: MimeBundle | Promise<MimeBundle>; id?: string; update?: boolean }): void {
    const transient = id === undefined ? {} : { display_id: id };
    this.#bundle(update ? "update_display_data" : "display_data", bundle, { transient });
  }

  result({ bundle, executionCount }: { bundle: MimeBundle | Promise<MimeBundle>; executionCount: number }): void {
    this.#bundle("execute_result", bundle, { execution_count: executionCount });
  }

  clear({ wait }: { wait: boolean }): void {
    this.message("clear_output", { wait });
  }

  message(type: string, content: MessageContent): void {
    this.#enqueue(() => this.#publish(type, content));
  }

  /** Resolves when everything so far is sent, to the errors of the values that could not be shown. */
  async settle(): Promise<readonly unknown[]> {
    this.#flush();
    await this.#tail;
    return this.#failures;
  }

  /** The cell's reply is made: an error from now on is text on stderr. */
  end(): void {
    this.#ended = true;
  }

  #bundle(type: string, bundle: MimeBundle | Promise<MimeBundle>, rest: MessageContent): void {
    // Drawing starts now and is awaited in turn; a failure before its turn is not an unhandled rejection.
    const completed = Promise.resolve(bundle).then((parts) => this.#complete(parts));
    completed.catch(() => undefined);
    this.#enqueue(async () => {
      const data = await completed;
      if (Object.keys(data).length > 0) await this.#publish(type, { data, metadata: {}, ...rest });
    });
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pieces.length === 0) return;
    const content = { name: this.#stream, text: this.#pieces.join("") };
    this.#pieces = [];
    this.#characters = 0;
    this.#then(() => this.#publish("stream", content));
  }

  #enqueue(send: () => Promise<void>): void {
    this.#flush();
    this.#then(send);
  }

  #then(send: () => Promise<void>): void {
    this.#tail = this.#tail.then(send).catch((error: unknown) => {
      if (this.#ended) this.write("stderr", `${this.#describe(error)}\n`);
      else this.#failures.push(error);
    });
  }
}
