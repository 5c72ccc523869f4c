// The notebooks run from top to bottom, every assertion in them holds, and what they hold committed is what they give.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Notebook, notebookText, readNotebook } from "./notebook/notebook-file.js";
import { runNotebook } from "./notebook/run-notebook.js";

const FOLDER = fileURLToPath(new URL("../notebooks/", import.meta.url));
const MAX_NOTEBOOK_BYTES = 500_000;

for (const file of readdirSync(FOLDER).filter((file) => file.endsWith(".ipynb"))) {
  test(`${file} gives the outputs it is committed with`, async () => {
    const path = join(FOLDER, file);
    const committed = readNotebook(path);
    const { notebook, error } = await runNotebook({ notebook: committed, path });
    if (error) throw error;
    assert.equal(notebookText(withoutPictures(notebook)), notebookText(withoutPictures(committed)));
    assert.ok(Buffer.byteLength(notebookText(committed)) < MAX_NOTEBOOK_BYTES);
  });
}

/** The pixels of a picture may differ between CPUs; what they are drawn from may not. */
function withoutPictures(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    const outputs = cell.outputs.map((output) =>
      "data" in output ? { ...output, data: { ...output.data, "image/png": undefined } } : output,
    );
    return { ...cell, outputs };
  });
  return { ...notebook, cells };
}
