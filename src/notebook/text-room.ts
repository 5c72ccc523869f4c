// How far the cells' thread may be ahead of the worker with what it prints and shows. Messages that wait in a port take memory, and a worker takes
// all that wait in one turn of its event loop: without a bound a cell that prints without end starves everything else. Nor is a cell
// ahead of what a front end's server takes (`output-pace.ts`).
import { SharedState, type ToWorker } from "./thread-messages.js";

/** Of text on its way; a message counts for itself too. */
const MOST_CHARACTERS = 256 * 1024;
const MESSAGE_CHARACTERS = 1024;
/** A character has 6 bytes in JSON at most. */
const PIECE_CHARACTERS = 64 * 1024;

/**
 * Waits, on the main thread, until the worker has passed on most of the text it was sent. An interrupt may end the cell here: nothing is
 * half done, so `termination.ts` looks for this file.
 *
 * @example
 * awaitRoom(new Int32Array(new SharedArrayBuffer(16))) // undefined
 */
export function awaitRoom(shared: Int32Array): void {
  for (;;) {
    const characters = Atomics.load(shared, SharedState.charactersOnTheWay);
    if (characters < MOST_CHARACTERS) return;
    Atomics.wait(shared, SharedState.charactersOnTheWay, characters);
  }
}

/**
 * Notes, on the main thread, that a text was sent.
 *
 * @example
 * textSent({ shared: new Int32Array(new SharedArrayBuffer(16)), text: "67.2 ns" }) // undefined
 */
export function textSent({ shared, text }: { shared: Int32Array; text: string }): void {
  Atomics.add(shared, SharedState.charactersOnTheWay, text.length + MESSAGE_CHARACTERS);
}

/**
 * Notes, in the worker, that a text was passed on.
 *
 * @example
 * textPassed({ shared: new Int32Array(new SharedArrayBuffer(16)), text: "67.2 ns" }) // undefined
 */
export function textPassed({ shared, text }: { shared: Int32Array; text: string }): void {
  Atomics.sub(shared, SharedState.charactersOnTheWay, text.length + MESSAGE_CHARACTERS);
  Atomics.notify(shared, SharedState.charactersOnTheWay);
}

/**
 * What of a message is counted: the text that a cell prints, or the JSON of what it shows.
 *
 * @example
 * countedText({ type: "close" }) // undefined
 */
export function countedText(message: ToWorker): string | undefined {
  if (message.type === "publish") return message.json;
  return message.type === "text" ? message.text : undefined;
}

/**
 * A text in pieces that are sent one by one: of one that is longer than the bound, too, little is ever on its way.
 *
 * @example
 * textPieces("67.2 ns\n") // ["67.2 ns\n"]
 */
export function textPieces(text: string): string[] {
  const found: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = start + PIECE_CHARACTERS;
    if (isHighSurrogate(text.charCodeAt(end - 1))) end -= 1; // the other half comes with it
    found.push(text.slice(start, end));
    start = end;
  }
  return found;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
