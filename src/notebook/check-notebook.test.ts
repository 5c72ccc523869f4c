import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { checkNotebook } from "./check-notebook.js";
import type { CellOutputRecord, CodeCell, Notebook } from "./notebook-file.js";

const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
process.env.XDG_CACHE_HOME = join(folder, "cache"); // compiled cells go there
after(() => rmSync(folder, { recursive: true }));

const printed = (text: string): CellOutputRecord => ({ output_type: "stream", name: "stdout", text });
const code = (
  source: string,
  outputs: CellOutputRecord[] = [],
  { count = null as number | null, tags = [] as string[] } = {},
): CodeCell => ({
  cell_type: "code",
  id: `id-${source.length}`,
  metadata: { tags },
  source,
  execution_count: count,
  outputs,
});
const check = (cells: CodeCell[], tolerance?: number) => {
  const notebook: Notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells };
  return checkNotebook({ notebook, path: join(folder, "lab.ipynb"), tolerance });
};

describe("checkNotebook()", () => {
  it("says which cell gives something else than the notebook holds", async () => {
    const { cells, differences, warnings, error } = await check([
      code("const ns = 67.2;"),
      code("console.log(ns)", [printed("67.2\n")]),
      code(" "),
      code("\nconsole.log(ns * 2);\n1", [printed("134\n")]),
      code("console.log(Math.random())", [printed("0.5\n")], { tags: ["nbval-ignore-output"] }),
      code("not code", [printed("old")], { tags: ["skip-execution"] }),
    ]);
    assert.deepEqual([cells, warnings, error], [4, [], undefined]);
    const cell = { cell: 3, id: "id-23", code: "console.log(ns * 2);" };
    assert.deepEqual(differences, [
      { ...cell, output: 1, part: "stdout", place: "line 1", expected: "134", seen: "134.4", more: 0 },
      { ...cell, output: 2, part: "kind", expected: "no output", seen: "execute_result of text/plain", more: 0 },
    ]);
  });

  it("does not compare the time that %time shows, but every other line that looks like it", async () => {
    const source = 'console.log("time: 2 s");\n67.2';
    const value: CellOutputRecord = {
      output_type: "execute_result",
      data: { "text/plain": "67.2" },
      metadata: {},
      execution_count: 1,
    };
    const { differences } = await check(
      [
        code(`%time ${source}`, [printed("time: 2 s\ntime: 987.6 s\n"), value]),
        code(`%time ${source}`, [printed("time: 3 s\ntime: 987.6 s\n"), value]),
        code(`%time ${source}`, [printed("time: 2 s\n"), value]),
        code('console.log("time: 2 s")', [printed("time: 3 s\n")]),
      ],
      0,
    );
    assert.deepEqual(
      differences.map(({ cell, expected, seen }) => [cell, expected, seen]),
      [
        [2, "time: 3 s", "time: 2 s"],
        [3, "time: ...", "time: 2 s"],
        [4, "time: 3 s", "time: 2 s"],
      ],
    );
  });

  it("compares what ran before an error", async () => {
    const { cells, differences, error } = await check([
      code("console.log(1)", [printed("2\n")]),
      code("throw new Error('boom')", [printed("fine\n")]),
      code("console.log(3)", [printed("3\n")]),
    ]);
    assert.equal(cells, 1);
    assert.deepEqual(
      differences.map(({ cell }) => cell),
      [1],
    );
    assert.match(error?.message ?? "", /lab\.ipynb, cell\[2\], line 1: Error: boom/);
  });

  it("warns of the order of execution and of names that are defined again", async () => {
    const { differences, warnings } = await check([
      code("let ns = 1;", [], { count: 3 }),
      code("console.log(ns)", [printed("1\n")], { count: 1 }),
      code("if (ns) ns = 2;", [], { count: 4 }),
    ]);
    assert.deepEqual(differences, []);
    assert.deepEqual(
      warnings.map(({ cell, message }) => [cell, message.split(/[ :]/, 1)[0]]),
      [
        [2, "was"],
        [2, "uses"],
      ],
    );
  });

  it("says that a notebook without outputs was only run", async () => {
    const { differences, warnings } = await check([code("1 + 1")]);
    assert.deepEqual([differences, warnings], [[], [{ message: "holds no outputs: nothing was compared" }]]);
  });
});
