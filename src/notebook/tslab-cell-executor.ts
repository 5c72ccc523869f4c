import { createRequire } from "node:module";
import type { Converter, ConvertResult } from "tslab/dist/converter.js";
import type { createExecutor, Executor } from "tslab/dist/executor.js";
import type { CellExecutor } from "./engine.js";
import { projectRoot } from "./project-root.js";
import type { TslabCell } from "./tslab-cell-compiler.js";

/**
 * Runs what tslab's converter gives by tslab's executor. What a function captured of an earlier `let` stays as it was when the
 * function was made.
 */
export class TslabCellExecutor implements CellExecutor {
  readonly #executor: Executor;
  /** What the executor gets when it asks for a conversion. */
  #next: ConvertResult | undefined;
  #outcome: { value?: unknown; thrown?: { error: unknown } } = {};

  constructor({ folder }: { folder: string }) {
    const tslab = createRequire(createRequire(import.meta.url).resolve("tslab/package.json"));
    const { createExecutor: create } = tslab("./dist/executor.js") as { createExecutor: typeof createExecutor };
    const node = { convert: () => this.#next, close: () => undefined } as unknown as Converter;
    this.#executor = create(projectRoot(folder), { node, browser: node, close: () => undefined }, {
      log: (value: unknown) => {
        this.#outcome = { value };
      },
      error: (error: unknown) => {
        this.#outcome = { thrown: { error } };
      },
    } as Console);
  }

  async run(cell: TslabCell): Promise<{ readonly value: unknown }> {
    this.#next = cell.result;
    this.#outcome = {};
    if (await this.#executor.execute("")) return { value: this.#outcome.value };
    throw this.#outcome.thrown?.error;
  }

  /** tslab declares nothing of a cell that fails. */
  assigned(): readonly string[] {
    return [];
  }
}
