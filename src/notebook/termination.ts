// How the worker ends what the main thread computes. V8's inspector can end a script from another thread, wherever it stands: in a
// loop, after an await, in a timer. Three things would be wrong with that alone:
// - a termination that comes when nothing runs ends whatever runs next, and one in the kernel's own code leaves that half done: so the
//   main thread is asked first, in the middle of what it does, and waits there for the termination when it agrees;
// - Node keeps a stack of asynchronous contexts, finds it unbalanced afterwards and aborts (callback.cc): so it is emptied, as Node
//   itself does after an exception nobody caught;
// - a termination in a microtask may end the next script instead: so an empty script follows.
import { Session } from "node:inspector";
import { setTimeout as delay } from "node:timers/promises";
import { nodeBinding } from "./node-binding.js";
import { SharedState } from "./thread-messages.js";

const ASKED = 0;
const AGREED = 1;
const REFUSED = 2;
const SENT = 3;
/** The worker sends the termination within a fraction of this. */
const LONGEST_WAIT_MS = 1000;
/** A termination that took longer has not found its script. */
const CONFIRMED_WITHIN_MS = 5;
const PERMIT: symbol = Symbol.for("linerate.permitTermination");
const OWN_FOLDER = new URL(".", import.meta.url).href;
const WAIT_FOR_ROOM = `awaitRoom (${OWN_FOLDER}text-room.js`;
/** The stack starts with "Error", two functions of this file and the inspector's script. */
const OWN_LINES = 4;
const LOOKED_AT_FRAMES = 50;

/**
 * Lets the worker end what this thread, the main thread, computes.
 *
 * @example
 * permitTermination(new Int32Array(new SharedArrayBuffer(8))) // undefined
 */
export function permitTermination(shared: Int32Array): void {
  const value = () => {
    const agrees = isCellComputing(stackHere());
    if (agrees) emptyAsyncStack();
    Atomics.store(shared, SharedState.termination, agrees ? AGREED : REFUSED);
    // Not by Atomics.wait: the thread may be in one already, and V8 has one place for it.
    const end = performance.now() + LONGEST_WAIT_MS;
    while (Atomics.load(shared, SharedState.termination) === AGREED && performance.now() < end);
  };
  Object.defineProperty(globalThis, PERMIT, { configurable: true, value });
}

/**
 * Ends what the main thread computes; called from the worker. Resolves when that has happened, or the main thread computes nothing or
 * stands in the kernel's own code, which will be over soon.
 *
 * @example
 * typeof terminateMainThread // "function"
 */
export async function terminateMainThread(shared: Int32Array): Promise<void> {
  const session = new Session();
  session.connectToMainThread();
  try {
    Atomics.store(shared, SharedState.termination, ASKED);
    const expression = 'globalThis[Symbol.for("linerate.permitTermination")]()';
    const asked = posted(session, "Runtime.evaluate", { expression });
    while (Atomics.load(shared, SharedState.termination) === ASKED) {
      if ((await Promise.race([asked, delay(1)])) === "done") break;
    }
    if (Atomics.load(shared, SharedState.termination) !== AGREED) return;
    const terminated = posted(session, "Runtime.terminateExecution");
    Atomics.store(shared, SharedState.termination, SENT);
    if ((await Promise.race([terminated, delay(CONFIRMED_WITHIN_MS)])) === "done") return;
    await posted(session, "Runtime.evaluate", { expression: "0" });
  } finally {
    session.disconnect();
  }
}

/** Resolves when the main thread has answered, also with an error: a script that was terminated. */
function posted(session: Session, method: string, parameters: object = {}): Promise<"done"> {
  return new Promise((resolve) => session.post(method, parameters, () => resolve("done")));
}

/**
 * Whether a stack is in a cell's code, or in what that called. The innermost frame decides that is not Node's or a built-in function's.
 * A cell that waits until more of what it prints is taken may be ended there.
 *
 * @example
 * isCellComputing(["    at cell[1]:1:1"]) // true
 * isCellComputing(["    at Array.map (<anonymous>)", "    at node:internal/timers:573:17"]) // false
 */
export function isCellComputing(frames: readonly string[]): boolean {
  const code = frames.filter((frame) => !frame.includes("node:") && !frame.endsWith("(<anonymous>)"));
  const waits = code[0]?.includes(WAIT_FOR_ROOM) ?? false;
  const innermost = waits ? code.find((frame) => !frame.includes(OWN_FOLDER)) : code[0];
  return innermost !== undefined && !innermost.includes(OWN_FOLDER);
}

function stackHere(): string[] {
  const settings: { stackTraceLimit: number; prepareStackTrace?: unknown } = Error;
  const { stackTraceLimit, prepareStackTrace } = settings;
  settings.stackTraceLimit = LOOKED_AT_FRAMES;
  settings.prepareStackTrace = undefined; // a cell's own may give anything
  const stack = String(new Error().stack);
  Object.assign(settings, { stackTraceLimit, prepareStackTrace });
  return stack.split("\n").slice(OWN_LINES);
}

function emptyAsyncStack(): void {
  nodeBinding<{ clearAsyncIdStack: () => void }>("async_wrap").clearAsyncIdStack?.();
}
