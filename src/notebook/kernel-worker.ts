// The kernel's worker thread: sockets, protocol and compiler. It answers while a cell computes on the main thread.
import { randomUUID } from "node:crypto";
import { readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { CellRecord } from "./cell-record.js";
import { CellThread } from "./cell-thread.js";
import { endChildren, killChildren } from "./child-tree.js";
import type { CellCompiler, EngineName } from "./engine.js";
import { Kernel } from "./kernel.js";
import { KnownCells } from "./known-cells.js";
import { namesFigures } from "./names-figures.js";
import { watchHeartbeats, watchParent } from "./orphan-watch.js";
import { OutputPace } from "./output-pace.js";
import { Questions } from "./questions.js";
import { type KernelRequest, KernelServer } from "./server.js";
import { onSignal } from "./signals.js";
import { TextBatch } from "./text-batch.js";
import { charactersOf, textPassed } from "./text-room.js";
import { type KernelStart, SharedState, type ToWorker } from "./thread-messages.js";

const STANDARD_ERROR = 2;
/** How long the process may take to leave once its sockets are closed. */
const LEAVES_WITHIN_MS = 3000;
const CANNOT_ASK =
  "nobody can be asked here: this front end answers no questions. Run the notebook where somebody can type, or give the value as a parameter";

if (parentPort) {
  const port = parentPort;
  const { connection, engine, isEager, notebook, folder, shared } = workerData as KernelStart;
  const server = new KernelServer({
    connection,
    session: randomUUID(),
    refused: ({ message }) => writeSync(STANDARD_ERROR, `linerate kernel: ${message}\n`),
    heartbeatHeard: () => heartbeatHeard(),
  });
  const thread = new CellThread({ port, shared });
  const batch = new TextBatch(({ stream: name, text, parent }) => {
    void server.publish({ type: "stream", content: { name, text }, parent });
  });
  const publish = async (message: Parameters<KernelServer["publish"]>[0]) => {
    batch.flush();
    await server.publish(message);
    if (message.type === "status" && Object(message.content).execution_state === "idle") pace.idle();
  };
  const questions = new Questions({
    send: (content, parent) => void server.ask(content, parent),
    answer: (id, value) => thread.answer(id, value),
  });
  let made: Promise<CellCompiler> | undefined;
  const compiler = () => {
    made ??= newCompiler({ engine, folder, notebook });
    return made;
  };
  const warmUp = async () => {
    const idle = await compiler();
    for (let turns = 0; turns < 2; turns++) await turn(); // cells that came meanwhile are first
    idle.warmUp();
  };
  const kernel = new Kernel({
    compiler,
    thread,
    version: packageVersion(),
    languageVersion: typeScriptVersion(engine),
    publish,
    shutdown: () => leave(),
  });
  const close = async () => {
    // Whatever the cells have made of process.exit, or do when it comes.
    setTimeout(() => process.kill(process.pid, "SIGKILL"), LEAVES_WITHIN_MS);
    batch.flush();
    await server.close();
    Atomics.store(shared, SharedState.isClosed, 1);
    Atomics.notify(shared, SharedState.isClosed);
  };
  const leave = async () => {
    await close();
    await thread.leave();
  };
  const end = async () => {
    await close();
    await endChildren();
    process.kill(process.pid, "SIGKILL");
  };
  const parentPid = Number(process.env.JPY_PARENT_PID);
  if (parentPid > 0) watchParent({ parentPid, end });
  const heartbeatHeard = parentPid > 0 ? () => undefined : watchHeartbeats({ end });
  const deliver = (message: ToWorker) => {
    if (message.type !== "text") batch.flush();
    switch (message.type) {
      case "text":
        batch.add(message);
        break;
      case "publish": {
        const { messageType, json, parent, metadata, buffers } = message;
        kernel.comms.note({ type: messageType, content: () => JSON.parse(json) });
        void publish({ type: messageType, content: json, parent, metadata, buffers });
        break;
      }
      case "question":
        if (message.parent.content.allow_stdin === true) questions.ask(message);
        else thread.refuse(message.id, CANNOT_ASK);
        break;
      case "handled":
        thread.handled(message);
        break;
      case "thrown":
        void kernel.runner.publishThrown(message);
        break;
      case "ended":
        questions.forget();
        thread.ended(message);
        break;
      case "close":
        void endChildren().then(close);
        break;
    }
    const characters = charactersOf(message);
    // The sockets have their turn before more comes, and clients that are slow their time.
    if (characters > 0) void server.taken().then(() => setImmediate(textPassed, { shared, characters }));
  };
  const pace = new OutputPace({ deliver });
  onSignal("SIGINT", () => {
    if (kernel.isBusy) pace.lift();
    kernel.interrupt();
  });
  onSignal("SIGTERM", leave);
  port.on("message", (message: ToWorker) => pace.receive(message));
  if (isEager) await compiler();
  await server.start({
    receive: (request: KernelRequest) => {
      if (request.message.header.msg_type === "interrupt_request") pace.lift();
      const { code } = request.message.content;
      if (typeof code === "string" && namesFigures(code)) thread.prepareFigures();
      kernel.receive(request);
      if (!made) setImmediate(warmUp); // a client is there: the compiler is made while it prepares its first cell
    },
    answered: (message) => questions.answered(message),
  });
  process.on("uncaughtExceptionMonitor", ({ stack }) => writeSync(STANDARD_ERROR, `linerate kernel: ${stack}\n`));
  process.on("exit", () => {
    // This thread ends alone: nobody could reach the cells any more, or end them.
    server.removeFiles();
    killChildren();
    process.kill(process.pid, "SIGKILL");
  });
}

async function newCompiler({
  engine,
  folder,
  notebook,
}: Pick<KernelStart, "engine" | "folder" | "notebook">): Promise<CellCompiler> {
  if (engine === "tslab") return new (await import("./tslab-cell-compiler.js")).TslabCellCompiler({ folder });
  if (notebook !== undefined && process.features.require_module) {
    // Node 22.0 to 22.11 cannot load the compiler when it is needed
    const record = new CellRecord({ notebook: join(folder, basename(notebook)) }); // its path without links: they may lead elsewhere one day
    return new KnownCells({ folder, record });
  }
  return new (await import("./native-cell-compiler.js")).NativeCellCompiler({ folder });
}

/** Read from the package: loading the compiler takes longer than everything else. */
function typeScriptVersion(engine: EngineName): string {
  const own = createRequire(import.meta.url);
  if (engine === "native") return own("typescript/package.json").version;
  return createRequire(own.resolve("tslab/package.json"))("@tslab/typescript-for-tslab/package.json").version;
}

function packageVersion(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}
