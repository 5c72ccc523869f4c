import { randomUUID } from "node:crypto";
import type { Question } from "./cell-output.js";
import type { Comms } from "./comms.js";
import { JUPYTER_DISPLAY, type MimeBundle, mimeBundle } from "./mime-bundle.js";

/** What a running kernel offers to the code of its cells, found on globalThis under `Symbol.for("linerate.kernel")`. */
export interface KernelHook {
  /** Shows a bundle in the cell that is running, or replaces the displays of the same `id`. */
  readonly display: (display: { bundle: MimeBundle | Promise<MimeBundle>; id?: string; update?: boolean }) => void;
  /** Empties the cell's output: now, or when the next output comes. */
  readonly clearOutput: (options: { wait: boolean }) => void;
  /** Resolves to what the person at the front end types. */
  readonly ask: (question: Question) => Promise<string>;
  readonly comms: Pick<Comms, "open" | "onOpen">;
}

/** A display whose content can be replaced. */
export interface UpdatableDisplay {
  readonly update: (value: unknown) => void;
}

const KERNEL: symbol = Symbol.for("linerate.kernel");

/**
 * Shows a value in the cell: its mime bundle when it has one (figures, tables), else its text. The order among outputs is the order
 * of the calls, and the cell does not end before it is shown. Outside our kernel the text goes to standard output.
 *
 * @example
 * display(displayable({})) // undefined
 */
export function display(value: unknown): void {
  const kernel = runningKernel();
  const bundle = mimeBundle(value);
  if (kernel) kernel.display({ bundle });
  else if (bundle instanceof Promise) bundle.then(print);
  else print(bundle);
}

/**
 * Shows a value and gives the handle that replaces it later, also from another cell. Outside our kernel each value is printed.
 *
 * @example
 * typeof updatableDisplay(displayable({})).update // "function"
 */
export function updatableDisplay(value: unknown): UpdatableDisplay {
  const kernel = runningKernel();
  if (!kernel) {
    display(value);
    return { update: display };
  }
  const id = randomUUID();
  kernel.display({ bundle: mimeBundle(value), id });
  return { update: (next) => kernel.display({ bundle: mimeBundle(next), id, update: true }) };
}

/**
 * A value that shows as the given mime types, for HTML, Markdown or pictures (bytes or base64) made by hand.
 *
 * @example
 * Object.getOwnPropertySymbols(displayable({ "text/markdown": "**67.2 ns**" })) // [Symbol.for("Jupyter.display")]
 */
export function displayable(bundle: MimeBundle): object {
  return { [JUPYTER_DISPLAY]: () => bundle };
}

/**
 * Empties the output of the running cell; with `wait`, when the next output comes, which avoids flicker. Does nothing outside our kernel.
 *
 * @example
 * clearOutput({ wait: true }) // undefined
 */
export function clearOutput({ wait = false }: { wait?: boolean } = {}): void {
  runningKernel()?.clearOutput({ wait });
}

/**
 * Offers a kernel to `display` and the others. `undefined` takes it away.
 *
 * @example
 * installKernelHook(undefined) // undefined
 */
export function installKernelHook(hook: KernelHook | undefined): void {
  (globalThis as Record<symbol, unknown>)[KERNEL] = hook;
}

/**
 * Whether a kernel is there that shows more than text.
 *
 * @example
 * isInKernel() // false
 */
export function isInKernel(): boolean {
  return runningKernel() !== undefined;
}

/**
 * The kernel that runs this code, when one does.
 *
 * @example
 * runningKernel() // undefined
 */
export function runningKernel(): KernelHook | undefined {
  return (globalThis as Record<symbol, unknown>)[KERNEL] as KernelHook | undefined;
}

function print(bundle: MimeBundle): void {
  const types = Object.keys(bundle);
  if (types.length === 0) return;
  process.stdout.write(`${bundle["text/plain"] ?? `[${types.join(", ")}]`}\n`);
}
