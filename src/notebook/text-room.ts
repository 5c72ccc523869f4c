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
 * Notes, on the main thread, that so much was sent.
 *
 * @example
 * textSent({ shared: new Int32Array(new SharedArrayBuffer(16)), characters: 1031 }) // undefined
 */
export function textSent({ shared, characters }: { shared: Int32Array; characters: number }): void {
  Atomics.add(shared, SharedState.charactersOnTheWay, characters);
}

/**
 * Notes, in the worker, that so much was passed on.
 *
 * @example
 * textPassed({ shared: new Int32Array(new SharedArrayBuffer(16)), characters: 1031 }) // undefined
 */
export function textPassed({ shared, characters }: { shared: Int32Array; characters: number }): void {
  Atomics.sub(shared, SharedState.charactersOnTheWay, characters);
  Atomics.notify(shared, SharedState.charactersOnTheWay);
}

/**
 * What a message counts: the text that a cell prints, the JSON and the bytes of what it shows, an error that nobody caught. Others are few.
 *
 * @example
 * charactersOf({ type: "close" }) // 0
 * charactersOf({ type: "text", stream: "stdout", text: "67.2 ns" }) // 1031
 */
export function charactersOf(message: ToWorker): number {
  switch (message.type) {
    case "text":
      return MESSAGE_CHARACTERS + message.text.length;
    case "publish":
      return (message.buffers ?? []).reduce(
        (sum, { byteLength }) => sum + byteLength,
        MESSAGE_CHARACTERS + message.json.length,
      );
    case "thrown":
      return MESSAGE_CHARACTERS + message.thrown.message.length;
    default:
      return 0;
  }
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
