/** A signal that Ctrl-C (or SIGTERM) aborts, until `end` is called: so that a command can put its things in order first. */
export interface Interruption {
  readonly signal: AbortSignal;
  readonly end: () => void;
}

/**
 * Lets a command end its work itself when it is interrupted, instead of being ended in the middle of it.
 *
 * @example
 * (() => { const { signal, end } = interruption(); end(); return signal.aborted; })() // false
 */
export function interruption(): Interruption {
  const controller = new AbortController();
  const abort = () => controller.abort();
  process.on("SIGINT", abort).on("SIGTERM", abort);
  return { signal: controller.signal, end: () => void process.off("SIGINT", abort).off("SIGTERM", abort) };
}
