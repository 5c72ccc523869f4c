// The notebooks run from top to bottom, every assertion in them holds, and what they hold committed is what they give. A strict type
// error would stop them here as in any other folder.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { CellRecord } from "./notebook/cell-record.js";
import { checkNotebook } from "./notebook/check-notebook.js";
import { compilerOptions } from "./notebook/native-options.js";
import { notebookText, readNotebook } from "./notebook/notebook-file.js";

process.env.XDG_CACHE_HOME = mkdtempSync(join(tmpdir(), "linerate-test-")); // compiled cells go there
after(() => rmSync(String(process.env.XDG_CACHE_HOME), { recursive: true }));

const FOLDER = fileURLToPath(new URL("../notebooks/", import.meta.url));
const MAX_NOTEBOOK_BYTES = 500_000;

/** Without what depends on where the folder is. */
function optionsIn(folder: string): object {
  const { typeRoots, configFilePath, ...options } = compilerOptions({ folder, root: folder });
  return options;
}

test("notebooks are compiled here as in a folder without a tsconfig.json", () => {
  assert.deepEqual(optionsIn(FOLDER), optionsIn("/nowhere"));
});

for (const file of readdirSync(FOLDER).filter((file) => file.endsWith(".ipynb"))) {
  test(`${file} gives the outputs it is committed with, also when its cells are known from a run before`, async () => {
    const path = join(FOLDER, file);
    const committed = readNotebook(path);
    for (const isKnown of [false, true]) {
      assert.equal(new CellRecord({ notebook: path }).read() !== undefined, isKnown);
      const { differences, warnings, error } = await checkNotebook({ path, notebook: committed, tolerance: 0 });
      if (error) throw error;
      assert.deepEqual([differences, warnings], [[], []]);
    }
    assert.ok(Buffer.byteLength(notebookText(committed)) < MAX_NOTEBOOK_BYTES);
  });
}
