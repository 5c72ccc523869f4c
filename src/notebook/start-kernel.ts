import { writeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { CellHost } from "./cell-host.js";
import { InputError } from "./cell-output.js";
import { captureOutput, cellOfCaller } from "./cell-scope.js";
import { captureChildProcesses } from "./child-processes.js";
import { killChildren } from "./child-tree.js";
import { Comms } from "./comms.js";
import { readConnectionFile } from "./connection.js";
import { captureDescriptors } from "./descriptor-writes.js";
import { installKernelHook, type KernelHook } from "./display.js";
import { type CellExecutor, ENGINES, type EngineName } from "./engine.js";
import type { MimeBundle } from "./mime-bundle.js";
import { keepSigint } from "./signals.js";
import { permitTermination } from "./termination.js";
import { awaitRoom, charactersOf, textSent } from "./text-room.js";
import { type KernelStart, SharedState, type ToMainThread, type ToWorker } from "./thread-messages.js";
import { onTslabDisplay } from "./tslab-display.js";

/** How long the process waits for its sockets to be closed when a cell ends it. */
const CLOSED_WITHIN_MS = 2000;
const STANDARD_ERROR = 2;

/**
 * Makes this process a kernel: it binds the sockets of the connection file and serves until a client shuts it down or the
 * process that started it (`JPY_PARENT_PID`) is gone. The working directory is the notebook's folder.
 *
 * Cells run on this thread, all else is done in a worker thread. An `interrupt_request` ends the cell, whatever it does, and so does a
 * SIGINT.
 * A kernel that `isEager` loads its compiler at once; else it does so when a client is there. Cells of a `notebook` (its file) that have
 * been compiled before are not compiled again. `completeBundle` may add forms to every bundle that is shown, a picture to a plot for instance. `prepareFigures` is called when code
 * that is sent names figures of linerate, while it is still being compiled.
 * @throws ConnectionError for a connection file that cannot be used.
 * @example
 * startKernel({ connectionFile: "/nowhere.json" }).catch((error) => error.name) // "ConnectionError"
 */
export async function startKernel({
  connectionFile,
  engine = ENGINES[0],
  isEager = false,
  notebook,
  completeBundle = (bundle) => bundle,
  prepareFigures = () => undefined,
}: {
  connectionFile: string;
  engine?: EngineName | undefined;
  isEager?: boolean;
  notebook?: string | undefined;
  completeBundle?: (bundle: MimeBundle) => MimeBundle | Promise<MimeBundle>;
  prepareFigures?: () => void;
}): Promise<void> {
  keepSigint();
  const connection = readConnectionFile(connectionFile);
  const folder = process.cwd();
  const shared = new Int32Array(new SharedArrayBuffer(Object.keys(SharedState).length * Int32Array.BYTES_PER_ELEMENT));
  const start: KernelStart = { connection, engine, isEager, notebook, folder, shared };
  // What the compiler makes for a cell is short-lived, and little: the default lets some 50 MB of it lie.
  const resourceLimits = { maxYoungGenerationSizeMb: 8 };
  const worker = new Worker(new URL("kernel-worker.js", import.meta.url), { workerData: start, resourceLimits });
  const send = (message: ToWorker) => {
    const characters = charactersOf(message);
    if (characters > 0) awaitRoom(shared);
    worker.postMessage(message);
    textSent({ shared, characters });
  };
  const write = writeSync; // the process's own, from before it belongs to the cells
  const host = new CellHost({ executor: await newExecutor({ engine, folder }), send, completeBundle });
  const current = () => cellOfCaller() ?? host.output;
  const comms = new Comms((type, content, attached) => current()?.publish(type, content, attached));
  const hook: KernelHook = {
    display: (display) => current()?.display(display),
    clearOutput: (options) => current()?.clear(options),
    ask: async (question) => {
      const output = current();
      if (!output) throw new InputError("no cell asks");
      return output.ask(question);
    },
    comms,
  };
  installKernelHook(hook);
  onTslabDisplay(({ data, transient }, update) => {
    const id = transient.display_id;
    hook.display({ bundle: data, ...(id === undefined ? {} : { id }), update: update === true });
  });
  captureOutput({ fallback: () => host.output });
  captureDescriptors({ output: current });
  captureChildProcesses({ output: current, shared });
  permitTermination(shared);
  process.on("exit", () => {
    // zeromq aborts the process when its thread ends with sockets open.
    send({ type: "close" });
    Atomics.wait(shared, SharedState.isClosed, 0, CLOSED_WITHIN_MS);
  });
  worker.on("message", (message: ToMainThread) => {
    switch (message.type) {
      case "run":
        host.run(message.run);
        break;
      case "finish":
        host.finish(message.id);
        break;
      case "figures":
        prepareFigures();
        break;
      case "comm":
        host.handle({ ...message, run: () => comms.receive({ ...message.message, ...JSON.parse(message.json) }) });
        break;
      case "answer":
        host.answer(message.id, message.value);
        break;
      case "refusal":
        host.refuse(message.id, message.reason);
        break;
      case "leave":
        process.exit(0);
    }
  });
  worker.on("error", ({ message }) => {
    write(STANDARD_ERROR, `linerate kernel: ${message}\n`);
    killChildren();
    Atomics.store(shared, SharedState.isClosed, 1);
    process.exit(1);
  });
}

async function newExecutor({ engine, folder }: { engine: EngineName; folder: string }): Promise<CellExecutor> {
  if (engine === "tslab") return new (await import("./tslab-cell-executor.js")).TslabCellExecutor({ folder });
  return new (await import("./native-cell-executor.js")).NativeCellExecutor({ folder });
}
