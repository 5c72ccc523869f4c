import type { ToWorker } from "./thread-messages.js";

/**
 * A Jupyter server drops text that comes faster than 1e6 bytes/s, over 3 s, since the kernel was idle last (`iopub_data_rate_limit` and
 * `rate_limit_window` of notebook/services/kernels/handlers.py). It counts when it reads: the longer window here lets it be late.
 */
const WINDOW_MS = 5000;
const BYTES = 2_800_000;
/** What goes out within this is counted, and forgotten, together: a cell may print a million times. */
const COUNTED_MS = 100;

interface Window {
  bytes: number;
}

/**
 * Passes on what the cells' thread says, in order, and holds text back where a front end's server would drop it: in front of a person,
 * which is where a request lets the cell ask for input. The cell waits with it (`text-room.ts`). A run without a person is never held up.
 * Texts are pieces (`textPieces`).
 */
export class OutputPace {
  readonly #deliver: (message: ToWorker) => void;
  #window: Window = { bytes: 0 };
  #held: ToWorker[] = [];
  #isLifted = false;
  /** What was counted last, while more is counted with it. */
  #counted: Window | undefined;

  constructor({ deliver }: { deliver: (message: ToWorker) => void }) {
    this.#deliver = deliver;
  }

  receive(message: ToWorker): void {
    if (message.type === "close") this.lift();
    this.#held.push(message);
    this.#advance();
  }

  /** Nothing is held until the kernel is idle: somebody wants the end of this. */
  lift(): void {
    this.#isLifted = true;
    this.#advance();
  }

  /** The kernel says that it is idle: servers count from here. */
  idle(): void {
    this.#window = { bytes: 0 };
    this.#counted = undefined;
    this.#isLifted = false;
    this.#advance();
  }

  #advance(): void {
    const window = this.#window;
    let passed = 0;
    let bytes = 0;
    for (const message of this.#held) {
      if (message.type === "text" && this.#isPaced(message)) {
        const size = Buffer.byteLength(JSON.stringify(message.text));
        if (!this.#isLifted && window.bytes + bytes + size > BYTES) break;
        bytes += size;
      }
      this.#deliver(message);
      passed += 1;
    }
    this.#held.splice(0, passed);
    if (bytes === 0) return;
    window.bytes += bytes;
    this.#counted ??= this.#newlyCounted();
    this.#counted.bytes += bytes;
  }

  #newlyCounted(): Window {
    const window = this.#window;
    const counted: Window = { bytes: 0 };
    setTimeout(() => {
      this.#counted = undefined;
      setTimeout(() => {
        window.bytes -= counted.bytes;
        this.#advance();
      }, WINDOW_MS);
    }, COUNTED_MS);
    return counted;
  }

  #isPaced({ parent }: ToWorker & { type: "text" }): boolean {
    return parent.content.allow_stdin === true;
  }
}
