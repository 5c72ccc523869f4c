import { nodeBinding } from "./node-binding.js";

interface Signals {
  readonly Signal: new () => { onsignal: () => void; start: (signal: number) => number; unref: () => void };
}

const SIGINT = 2;

/**
 * Calls `listener`, in a worker, at each SIGINT to the process, also while the main thread computes: `process.on` is deaf there. The main
 * thread, too, must have a listener, or the signal ends the process.
 *
 * @example
 * typeof onSigint // "function"
 */
export function onSigint(listener: () => void): void {
  const { Signal } = nodeBinding<Signals>("signal_wrap");
  if (!Signal) return;
  const handle = new Signal();
  handle.unref();
  handle.onsignal = listener;
  handle.start(SIGINT);
}
