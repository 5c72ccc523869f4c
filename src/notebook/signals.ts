import { constants } from "node:os";
import { Script } from "node:vm";
import { nodeBinding } from "./node-binding.js";

interface Signals {
  readonly Signal: new () => { onsignal: () => void; start: (signal: number) => number; unref: () => void };
}

/**
 * Calls `listener`, in a worker, at each such signal to the process, also while the main thread computes: `process.on` is deaf there.
 *
 * @example
 * typeof onSignal // "function"
 */
export function onSignal(signal: NodeJS.Signals, listener: () => void): void {
  const { Signal } = nodeBinding<Signals>("signal_wrap");
  if (!Signal) return;
  const handle = new Signal();
  handle.unref();
  handle.onsignal = listener;
  handle.start(constants.signals[signal]);
}

/**
 * Has a SIGINT not end the process, on the main thread: neither before the worker listens, nor after a script of `node:vm` that was to end at
 * a SIGINT (`breakOnSigint`, as tslab and a REPL have it). Node itself takes the signal during such a script, and leaves it so that the next one ends the
 * process, unless nobody else listens. Here such a script runs as any other does: the kernel ends it with its cell.
 *
 * @example
 * typeof keepSigint // "function"
 */
export function keepSigint(): void {
  process.on("SIGINT", () => undefined);
  const prototype = Script.prototype as unknown as Record<string, (...parameters: unknown[]) => unknown>;
  for (const name of ["runInThisContext", "runInContext"]) {
    const own = prototype[name] as (...parameters: unknown[]) => unknown;
    prototype[name] = function (...parameters) {
      const options = parameters.at(-1) as { breakOnSigint?: boolean } | undefined;
      if (options?.breakOnSigint === true) parameters[parameters.length - 1] = { ...options, breakOnSigint: false };
      return own.apply(this, parameters);
    };
  }
}
