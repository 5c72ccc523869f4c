import type { Message } from "./wire.js";

/** Text made in this time is published together; what is not text does not wait for it. */
const BATCH_MS = 20;
/** Text beyond this is published at once: as many messages as may wait for a slow client are not much then. */
const BATCH_CHARACTERS = 64 * 1024;

/** A piece of text that a cell printed. */
export interface TextPiece {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
  /** The request it answers. */
  readonly parent: Message;
}

/** Collects the text of cells into few messages, in order. */
export class TextBatch {
  readonly #publish: (piece: TextPiece) => void;
  #pieces: string[] = [];
  #characters = 0;
  #of: Omit<TextPiece, "text"> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(publish: (piece: TextPiece) => void) {
    this.#publish = publish;
  }

  add({ stream, text, parent }: TextPiece): void {
    if (this.#of?.stream !== stream || this.#of.parent.header.msg_id !== parent.header.msg_id) this.flush();
    this.#of = { stream, parent };
    this.#pieces.push(text);
    this.#characters += text.length;
    if (this.#characters >= BATCH_CHARACTERS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), BATCH_MS);
  }

  /** Publishes what is there. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#of) return;
    const piece = { ...this.#of, text: this.#pieces.join("") };
    this.#of = undefined;
    this.#pieces = [];
    this.#characters = 0;
    this.#publish(piece);
  }
}
