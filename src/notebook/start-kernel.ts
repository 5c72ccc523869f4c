import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { captureOutput, cellOfCaller } from "./cell-scope.js";
import { readConnectionFile } from "./connection.js";
import { installKernelHook, type KernelHook } from "./display.js";
import type { CellEngine } from "./engine.js";
import { errorText } from "./execution.js";
import { Kernel } from "./kernel.js";
import type { MimeBundle } from "./mime-bundle.js";
import { exitWithParent } from "./orphan-watch.js";
import { type KernelRequest, KernelServer } from "./server.js";
import { loadTslab } from "./tslab-compiler.js";
import { TslabEngine } from "./tslab-engine.js";

/**
 * Makes this process a kernel: it binds the sockets of the connection file and serves until a client shuts it down or the
 * process that started it (`JPY_PARENT_PID`) is gone. The working directory is the notebook's folder. SIGINT interrupts the cell.
 *
 * `completeBundle` may add forms to every bundle that is shown, a picture to a plot for instance.
 * @throws ConnectionError for a connection file that cannot be used.
 * @example
 * startKernel({ connectionFile: "/nowhere.json" }).catch((error) => error.name) // "ConnectionError"
 */
export async function startKernel({
  connectionFile,
  completeBundle = async (bundle) => bundle,
}: {
  connectionFile: string;
  completeBundle?: (bundle: MimeBundle) => Promise<MimeBundle>;
}): Promise<void> {
  const connection = readConnectionFile(connectionFile);
  const session = randomUUID();
  const log = process.stderr.write.bind(process.stderr); // the process's own, from before it belongs to the cells
  const refused = (error: Error) => log(`linerate kernel: ${error.message}\n`);
  const server = new KernelServer({ key: connection.key, session, refused });
  const tslab = loadTslab();
  const folder = process.cwd();
  let made: CellEngine | undefined;
  const engine = (): CellEngine => {
    made ??= new TslabEngine({ folder });
    return made;
  };
  const kernel = new Kernel({
    engine,
    version: packageVersion(),
    languageVersion: tslab.version,
    publish: (message) => server.publish(message),
    completeBundle,
    shutdown: () => void server.close().then(() => process.exit(0)),
  });
  const current = () => cellOfCaller() ?? kernel.runner.output;
  const hook: KernelHook = {
    display: (display) => current()?.display(display),
    clearOutput: (options) => current()?.clear(options),
  };
  installKernelHook(hook);
  tslab.onDisplay(({ data, transient }, update) => {
    const id = transient.display_id;
    hook.display({ bundle: data, ...(id === undefined ? {} : { id }), update: update === true });
  });
  captureOutput({ fallback: () => kernel.runner.output, describe: (error) => errorText(engine().describe(error)) });
  process.on("SIGINT", () => kernel.interrupt());
  const parentPid = Number(process.env.JPY_PARENT_PID);
  if (parentPid > 0) exitWithParent(parentPid);
  const receive = (request: KernelRequest) => {
    kernel.receive(request);
    setImmediate(engine); // a client is there: the engine is made while it prepares its first cell
  };
  await server.start({ connection, receive });
}

function packageVersion(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}
