// The command as a person calls it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("./main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
after(() => rmSync(folder, { recursive: true }));

const dirty = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 4,
  metadata: {},
  cells: [
    {
      source: "1",
      cell_type: "code",
      metadata: {},
      execution_count: 3,
      outputs: [{ output_type: "stream", name: "stdout", text: "kept" }],
    },
  ],
});
const clean = (args: readonly string[], input = "") => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "clean", ...args], {
    cwd: folder,
    input,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
};

describe("linerate clean", () => {
  it("cleans the notebooks of a folder, once, and --check says whether it has", () => {
    mkdirSync(join(folder, "lab", ".ipynb_checkpoints"), { recursive: true });
    for (const name of ["lab/a.ipynb", "lab/b.ipynb", "lab/.ipynb_checkpoints/a.ipynb"])
      writeFileSync(join(folder, name), dirty);
    const checked = clean(["--check", "lab"]);
    assert.deepEqual([checked.status, checked.stdout.split("\n").at(-2)], [1, "2 notebooks, 2 not clean"]);
    assert.equal(readFileSync(join(folder, "lab/a.ipynb"), "utf8"), dirty);
    assert.equal(clean(["lab"]).stdout, "lab/a.ipynb: cleaned\nlab/b.ipynb: cleaned\n2 notebooks, 2 cleaned\n");
    const text = readFileSync(join(folder, "lab/a.ipynb"), "utf8");
    assert.match(text, /"execution_count": null,\n {3}"id": "[0-9a-f]{8}"/);
    assert.match(text, /"kept"/);
    const { mtimeMs } = statSync(join(folder, "lab/a.ipynb"));
    assert.equal(clean(["lab"]).stdout, "2 notebooks, 0 cleaned\n");
    assert.equal(statSync(join(folder, "lab/a.ipynb")).mtimeMs, mtimeMs);
    assert.equal(clean(["--check", "lab"]).status, 0);
    assert.equal(readFileSync(join(folder, "lab/.ipynb_checkpoints/a.ipynb"), "utf8"), dirty);
    assert.equal(clean(["-"], dirty).stdout, text);
    assert.doesNotMatch(clean(["--drop-outputs", "-"], dirty).stdout, /kept/);
  });

  it("writes nothing when one of them is no notebook", () => {
    writeFileSync(join(folder, "good.ipynb"), dirty);
    writeFileSync(join(folder, "bad.ipynb"), "{");
    const { status, stdout, stderr } = clean(["good.ipynb", "bad.ipynb"]);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /^linerate: bad\.ipynb: it is not JSON/);
    assert.equal(readFileSync(join(folder, "good.ipynb"), "utf8"), dirty);
    mkdirSync(join(folder, "empty"));
    assert.equal(clean(["empty"]).stderr, "linerate: empty: there is no notebook (.ipynb) in this folder\n");
  });

  it("exits 2 for a wrong call", () => {
    for (const args of [[], ["-", "a.ipynb"], ["-", "--check"], ["--keep"]])
      assert.equal(clean(args).status, 2, args.join(" "));
  });
});
