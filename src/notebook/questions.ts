import type { Question } from "./cell-output.js";
import type { Message, MessageContent } from "./wire.js";

interface Asked extends Question {
  readonly id: number;
  readonly parent: Message;
}

/** What cells ask, in the worker: one question after the other, since a front end's answer does not say which it is for. */
export class Questions {
  readonly #send: (content: MessageContent, parent: Message) => void;
  readonly #answer: (id: number, value: string) => void;
  #waiting: Asked[] = [];

  constructor(questions: {
    /** Sends an input_request. */
    send: (content: MessageContent, parent: Message) => void;
    answer: (id: number, value: string) => void;
  }) {
    this.#send = questions.send;
    this.#answer = questions.answer;
  }

  ask(asked: Asked): void {
    this.#waiting.push(asked);
    if (this.#waiting.length === 1) this.#next();
  }

  /** An input_reply came. One to nothing is to a question of a cell that was interrupted. */
  answered({ content }: Message): void {
    const asked = this.#waiting.shift();
    if (!asked) return;
    const { value } = content;
    this.#answer(asked.id, Object(value) === value ? "" : String(value ?? "")); // what cannot be typed is nothing
    this.#next();
  }

  /** The cell has ended: nobody waits for an answer. */
  forget(): void {
    this.#waiting = [];
  }

  #next(): void {
    const [asked] = this.#waiting;
    if (asked) this.#send({ prompt: asked.prompt, password: asked.password }, asked.parent);
  }
}
