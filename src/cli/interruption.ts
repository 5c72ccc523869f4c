import { constants } from "node:os";

/** A signal that Ctrl-C (or SIGTERM, or a terminal that is closed) aborts, until `end` is called: so that a command can put its things in order first. */
export interface Interruption {
  readonly signal: AbortSignal;
  readonly end: () => void;
}

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;
const BY_SIGNAL = 128;

/**
 * Lets a command end its work itself when it is interrupted, instead of being ended in the middle of it. The exit code is what shells
 * make of the signal, 130 for Ctrl-C.
 *
 * @example
 * (() => { const { signal, end } = interruption(); end(); return signal.aborted; })() // false
 */
export function interruption(): Interruption {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals) => {
    process.exitCode = BY_SIGNAL + constants.signals[name];
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, abort);
  return {
    signal: controller.signal,
    end: () => {
      for (const name of SIGNALS) process.off(name, abort);
    },
  };
}
