// What the kernel's two threads say to each other: cells run on the main thread; sockets, protocol and compiler are in a worker.
import type { Attached, Question } from "./cell-output.js";
import type { Connection } from "./connection.js";
import type { CompiledCell, EngineName } from "./engine.js";
import type { MimeBundle } from "./mime-bundle.js";
import type { TextPiece } from "./text-batch.js";
import type { Thrown } from "./thrown.js";
import type { Message } from "./wire.js";

/** What the worker is started with. */
export interface KernelStart {
  readonly connection: Connection;
  readonly engine: EngineName;
  /** Cells come at once: the compiler is loaded before anything is answered. */
  readonly isEager: boolean;
  /** The file of the notebook whose cells come, where that is known: an absolute path. */
  readonly notebook?: string | undefined;
  /** The notebook's folder. */
  readonly folder: string;
  /** See `SharedState`. */
  readonly shared: Int32Array;
}

/** Places of the memory that both threads share, for what must be known while the main thread computes or leaves. */
export const SharedState = {
  /** The answer to the worker's wish to end what the main thread computes; see termination.ts. */
  termination: 0,
  /** 1 once the sockets are closed. */
  isClosed: 1,
  /** 1 while the main thread waits for a child process and sees nothing else; 2 when an interrupt has met the child. */
  waitsForChild: 2,
  /** Of text that was sent to the worker and that it has not passed on; see text-room.ts. */
  charactersOnTheWay: 3,
} as const;

/** A cell to run. What it is to do before its code comes from its magics. */
export interface CellRun {
  readonly id: number;
  readonly cell: CompiledCell;
  /** The request that its output answers. */
  readonly parent: Message;
  /** Nothing of it is shown. */
  readonly isSilent: boolean;
  /** Commands of a shell. */
  readonly shell?: readonly string[] | undefined;
  /** How long it took is shown. */
  readonly isTimed?: boolean | undefined;
  /** Set when the value is shown, with this number; else the outcome has it. */
  readonly executionCount?: number;
}

/** How a cell ended. `assigned` is what a cell that did not run to its end has made all the same. */
export type CellOutcome =
  /** `text` is what is remembered of a value that was shown, `data` the value that was not. */
  | { readonly status: "ok"; readonly text: string | null; readonly data?: MimeBundle }
  | { readonly status: "error"; readonly thrown: Thrown; readonly assigned: readonly string[] }
  | { readonly status: "interrupted"; readonly assigned: readonly string[] };

/** From the worker to the main thread. */
export type ToMainThread =
  | { readonly type: "run"; readonly run: CellRun }
  /** End the cell with what it has shown so far, and say its outcome, again if it was said before; or that a comm's message was handled. */
  | { readonly type: "finish"; readonly id: number }
  /** Code that was sent names figures. */
  | { readonly type: "figures" }
  /** A message of a comm; its content and metadata are JSON. */
  | { readonly type: "comm"; readonly id: number; readonly message: Message; readonly json: string }
  /** What a person has typed, or why nobody can be asked. */
  | { readonly type: "answer"; readonly id: number; readonly value: string }
  | { readonly type: "refusal"; readonly id: number; readonly reason: string }
  /** The sockets are closed: leave. */
  | { readonly type: "leave" };

/** From the main thread to the worker. */
export type ToWorker =
  | ({ readonly type: "text" } & TextPiece)
  /** To be published as it is: its content is JSON already. */
  | ({
      readonly type: "publish";
      readonly messageType: string;
      readonly json: string;
      readonly parent: Message;
    } & Attached)
  /** An error that fails no cell: text on standard error. */
  | { readonly type: "thrown"; readonly prefix: string; readonly thrown: Thrown; readonly parent: Message }
  | { readonly type: "ended"; readonly id: number; readonly outcome: CellOutcome }
  | ({ readonly type: "question"; readonly id: number; readonly parent: Message } & Question)
  /** The message of a comm has been given to its listeners. */
  | { readonly type: "handled"; readonly id: number }
  /** The process is leaving: close the sockets. */
  | { readonly type: "close" };
