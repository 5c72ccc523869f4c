import { AsyncLocalStorage } from "node:async_hooks";
import { StringDecoder } from "node:string_decoder";
import { inspect } from "node:util";
import type { CellOutput } from "./cell-output.js";

/** The cell whose code is running, through every timer and promise it started: late output finds its way back by it. */
const scope = new AsyncLocalStorage<CellOutput>();

type Write = typeof process.stdout.write;

/**
 * Runs code as part of a cell: what it prints, now or later, is that cell's output.
 *
 * @example
 * inCell({ output: {}, run: () => 1 + 1 }) // 2
 */
export function inCell<Value>({ output, run }: { output: CellOutput; run: () => Value }): Value {
  return scope.run(output, run);
}

/**
 * The cell that the running code belongs to, or nothing outside of cells.
 *
 * @example
 * cellOfCaller() // undefined
 */
export function cellOfCaller(): CellOutput | undefined {
  return scope.getStore();
}

/**
 * Sends what the process writes to standard output and error, console included, to the cell that wrote it, else to `fallback`
 * (code that runs for no cell in particular: a listener, a signal). Errors nobody caught go there too.
 * Without any cell yet, the process's own streams get it.
 *
 * @example
 * typeof captureOutput // "function"
 */
export function captureOutput({ fallback }: { fallback: () => CellOutput | undefined }): void {
  const cell = () => cellOfCaller() ?? fallback();
  for (const name of ["stdout", "stderr"] as const) process[name].write = writer({ name, own: process[name].write, cell });
  const uncaught = (error: unknown) => {
    const output = cell();
    if (output) output.thrown("Not caught: ", error);
    else process.stderr.write(`${inspect(error)}\n`);
  };
  process.on("uncaughtException", uncaught);
  process.on("unhandledRejection", uncaught);
  hidePromiseIds();
}

function writer({ name, own, cell }: { name: "stdout" | "stderr"; own: Write; cell: () => CellOutput | undefined }): Write {
  const decoder = new StringDecoder("utf8");
  const write = (
    chunk: string | Uint8Array,
    encodingOrDone?: BufferEncoding | ((error?: Error | null) => void),
    done?: (error?: Error | null) => void,
  ): boolean => {
    const output = cell();
    if (!output) return own.call(process[name], chunk, encodingOrDone as BufferEncoding, done);
    output.write(name, typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk)));
    const callback = typeof encodingOrDone === "function" ? encodingOrDone : done;
    if (callback) process.nextTick(callback);
    return true;
  };
  return write as Write;
}

/**
 * Node 20 follows each promise to its cell by properties on the promise, and `console.log(promise)` would print them: our own
 * object, and numbers that change from run to run. They become invisible when a promise is printed.
 */
function hidePromiseIds(): void {
  const hidden = new Set(["async_id_symbol", "trigger_async_id_symbol", "kResourceStore"]);
  Object.defineProperty(Promise.prototype, inspect.custom, {
    configurable: true,
    value(this: Promise<unknown>) {
      for (const key of Object.getOwnPropertySymbols(this)) {
        if (hidden.has(key.description ?? "")) Object.defineProperty(this, key, { enumerable: false });
      }
      return this;
    },
  });
}
