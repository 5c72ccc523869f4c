import { once } from "node:events";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { type ByteFile, openedFile } from "../captures/byte-file.js";
import { columnsOf, type ProfilePart } from "./profile-part.js";

/** Threads that read parts of an open file, one each. */
export class PartThreads<Task, Part extends { readonly profile: ProfilePart }> {
  readonly #workers: readonly Worker[];
  readonly #messages: Promise<PromiseSettledResult<unknown[]>[]>;

  constructor(workers: readonly Worker[]) {
    this.#workers = workers;
    this.#messages = Promise.allSettled(workers.map((worker) => once(worker, "message")));
  }

  /** Gives each thread its task. */
  start(tasks: readonly Task[]): void {
    for (const [part, worker] of this.#workers.entries()) worker.postMessage(tasks[part]);
  }

  /** What they read, in the order of their tasks; undefined where one failed. */
  async parts(): Promise<readonly Part[] | undefined> {
    const parts = (await this.#messages).flatMap((outcome) =>
      outcome.status === "fulfilled" ? (outcome.value as [Part]) : [],
    );
    return parts.length === this.#workers.length ? parts : undefined;
  }
}

/**
 * Gives threads to what `use` does with them, and ends them after it: started before it, for that takes a while. `script` is the module
 * that they run, which calls `servePart`. Undefined where the machine has no more threads.
 *
 * @throws what `use` throws.
 * @example
 * await withPartThreads({ script: new URL("file:///x"), source: {}, count: 0 }, (threads) => threads.parts()) // []
 */
export async function withPartThreads<Task, Part extends { readonly profile: ProfilePart }, Result>(
  { script, source: { file, sizeBytes, descriptor }, count }: { script: URL; source: ByteFile; count: number },
  use: (threads: PartThreads<Task, Part>) => Promise<Result>,
): Promise<Result | undefined> {
  const options = { workerData: { file, sizeBytes, descriptor }, resourceLimits: RESOURCE_LIMITS };
  const workers: Worker[] = [];
  try {
    while (workers.length < count) workers.push(new Worker(script, options));
    return await use(new PartThreads(workers));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_WORKER_INIT_FAILED") return undefined;
    throw error;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/**
 * Makes this a thread of `PartThreads`: it reads the part that it is given, hands it over and ends. Nothing happens on a main thread.
 *
 * @example
 * servePart(() => ({ profile: {} })) // undefined
 */
export function servePart<Task>(read: (source: ByteFile, task: Task) => { readonly profile: ProfilePart }): void {
  parentPort?.once("message", (task: Task) => {
    const part = read(openedFile(workerData as { file: string; sizeBytes: number; descriptor: number }), task);
    parentPort?.postMessage(part, columnsOf(part.profile));
  });
}

// What a thread makes besides its columns is short-lived, and little: the default lets some 50 MB of it lie.
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 4 };
