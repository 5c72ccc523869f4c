import { createRequire } from "node:module";
import type { EngineName } from "../notebook/engine.js";
import { NotebookFileError, readNotebook } from "../notebook/notebook-file.js";
import { startKernel } from "../notebook/start-kernel.js";
import { PictureThread } from "../render/picture-thread.js";

/** What a kernel is started with; see `kernelCommand`. */
export interface KernelOptions {
  readonly connectionFile: string;
  readonly engine?: EngineName | undefined;
  /** The notebook that runs, as it was executed before. */
  readonly notebook?: string | undefined;
  /** Cells are about to come. */
  readonly eager?: boolean | undefined;
  /** Cells that show figures are. */
  readonly figures?: boolean | undefined;
}

/**
 * Makes this process a kernel that draws the figures of its cells.
 *
 * @throws as `startKernel`.
 * @example
 * runKernel({ connectionFile: "/nowhere.json" }).catch((error) => error.name) // "ConnectionError"
 */
export async function runKernel({
  connectionFile,
  engine,
  notebook,
  eager = false,
  figures = false,
}: KernelOptions): Promise<void> {
  const pictures = new PictureThread({ earlier: () => (notebook === undefined ? [] : picturesOf(notebook)) });
  const prepareFigures = () => {
    pictures.prepare();
    void import("../index.js"); // what notebooks with figures import
  };
  await startKernel({
    connectionFile,
    engine,
    isEager: eager,
    notebook,
    completeBundle: (bundle) => pictures.complete(bundle),
    prepareFigures,
  });
  if (!figures) return;
  // No cell imports it yet, and so it is there a quarter sooner than by `import`; Node 22.0 to 22.11 cannot.
  if (process.features.require_module) createRequire(import.meta.url)("../index.js");
  prepareFigures();
}

/** Of a notebook that cannot be read, none. */
function picturesOf(file: string): string[] {
  try {
    const outputs = readNotebook(file).cells.flatMap((cell) => (cell.cell_type === "code" ? cell.outputs : []));
    return outputs.flatMap((output) => ("data" in output ? String(output.data["image/png"] ?? "") : []));
  } catch (error) {
    if (error instanceof NotebookFileError) return [];
    throw error;
  }
}
