// Jupyter's own suite, and nbconvert, against our kernelspec. On a machine without Debian's packages these are skipped.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { installKernel } from "../install-kernel.js";

const PYTHON = "/usr/bin/python3";
const has = (module: string) => spawnSync(PYTHON, ["-c", `import ${module}`], { stdio: "ignore" }).status === 0;
const without = (name: string, module: string) => (has(module) ? false : `apt-get install --no-install-recommends ${name}`);

describe("under Jupyter", () => {
  const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
  const env = { ...process.env, JUPYTER_DATA_DIR: folder };

  before(() => {
    installKernel({ dataFolder: folder });
  });
  after(() => rmSync(folder, { recursive: true }));

  it("all tests of jupyter_kernel_test pass, and none is skipped", {
    skip: without("python3-jupyter-kernel-test", "jupyter_kernel_test"),
  }, () => {
    const suite = fileURLToPath(new URL("../../../src/notebook/conformance/test_kernel.py", import.meta.url));
    const { status, stderr } = spawnSync(PYTHON, [suite], { env, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /skipped/);
  });

  it("nbconvert keeps 10,000 lines and 5 MB of one cell, in order", {
    skip: without("jupyter-nbconvert", "nbconvert"),
  }, () => {
    const sources = [
      'for (let i = 0; i < 10_000; i++) console.log("line " + i);',
      'for (let i = 0; i < 5000; i++) console.log(String(i).padStart(1023, "."));',
    ];
    const cells = sources.map((source) => ({ cell_type: "code", metadata: {}, execution_count: null, outputs: [], source }));
    const kernelspec = { name: "linerate", display_name: "TypeScript (linerate)", language: "typescript" };
    const file = join(folder, "much.ipynb");
    writeFileSync(file, JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 4 }));
    const command = ["-m", "nbconvert", "--execute", "--to", "notebook", "--output", "ran.ipynb", file];
    const { status, stderr } = spawnSync(PYTHON, command, { env, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const ran = JSON.parse(readFileSync(join(folder, "ran.ipynb"), "utf8")) as {
      cells: { outputs: { text: string[] | string }[] }[];
    };
    const printed = ran.cells.map(({ outputs }) => outputs.map(({ text }) => [text].flat().join("")).join(""));
    assert.equal(printed[0], Array.from({ length: 10_000 }, (_, i) => `line ${i}\n`).join(""));
    assert.equal(printed[1], Array.from({ length: 5000 }, (_, i) => `${String(i).padStart(1023, ".")}\n`).join(""));
  });
});
