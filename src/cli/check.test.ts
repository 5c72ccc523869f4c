// The command as a person calls it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { differenceText } from "./check.js";

const MAIN = fileURLToPath(new URL("./main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
process.env.XDG_CACHE_HOME = join(folder, "cache"); // compiled cells go there
after(() => rmSync(folder, { recursive: true }));

const check = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "check", ...args], { cwd: folder, encoding: "utf8" });
  return { status, stdout, stderr };
};

function notebook(name: string, cells: { source: string; text: string; count?: number }[]): void {
  const code = cells.map(({ source, text, count = null }, index) => ({
    cell_type: "code",
    id: `c${index}`,
    metadata: {},
    source,
    execution_count: count,
    outputs: [{ output_type: "stream", name: "stdout", text }],
  }));
  writeFileSync(join(folder, name), JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: code }));
}

mkdirSync(join(folder, "lab"));
notebook("lab/good.ipynb", [{ source: "console.log(67.2)", text: "67.2\n" }]);
notebook("lab/wrong.ipynb", [
  { source: "console.log(100, 1)", text: "104 1\n", count: 2 },
  { source: "console.log('a')", text: "a\n", count: 1 },
]);

describe("linerate check", () => {
  it("names notebook, cell, what was expected and what was seen, and exits 1", () => {
    const { status, stdout, stderr } = check("lab");
    assert.equal(
      stdout,
      "lab/good.ipynb: ran, 1 cell, 0 differences, 0 warnings\n" +
        "lab/wrong.ipynb, cell[1] `console.log(100, 1)`, output 1, stdout, line 1:\n  expected 104 1\n  seen     100 1\n" +
        "lab/wrong.ipynb: ran, 2 cells, 1 difference, 1 warning\n",
    );
    assert.equal(
      stderr,
      "warning: lab/wrong.ipynb, cell[2]: was executed before cell[1], which stands above it: counts 1 and 2\n",
    );
    assert.equal(status, 1);
  });

  it("exits 0 within the stated tolerance, writes nothing, and prints JSON", () => {
    const before = readFileSync(join(folder, "lab/wrong.ipynb"), "utf8");
    const { status, stdout } = check("lab/wrong.ipynb", "--tolerance", "0.05", "--json");
    const { tolerance, notebooks } = JSON.parse(stdout);
    assert.deepEqual([status, tolerance, notebooks.length], [0, 0.05, 1]);
    assert.deepEqual([notebooks[0].file, notebooks[0].cells, notebooks[0].differences], ["lab/wrong.ipynb", 2, []]);
    assert.equal(notebooks[0].warnings[0].cell, 2);
    assert.equal(readFileSync(join(folder, "lab/wrong.ipynb"), "utf8"), before);
  });

  it("goes on after a notebook that does not run or read", () => {
    notebook("failing.ipynb", [{ source: "throw new Error('boom')", text: "" }]);
    writeFileSync(join(folder, "broken.ipynb"), "{");
    const { status, stdout } = check("broken.ipynb", "failing.ipynb", "lab/good.ipynb");
    assert.equal(status, 1);
    assert.match(stdout, /^broken\.ipynb: it is not JSON.*\nbroken\.ipynb: failed, 0 cells/);
    assert.match(stdout, /\nfailing\.ipynb, cell\[1\], line 1: Error: boom\n[\s\S]*\nfailing\.ipynb: failed, 0 cells/);
    assert.match(stdout, /\nlab\/good\.ipynb: ran, 1 cell, 0 differences, 0 warnings\n$/);
  });

  it("exits 2 for a wrong call", () => {
    for (const args of [[], ["lab", "--tolerance", "-1"], ["lab", "--tolerance", "much"], ["lab", "--timeout", "0"]]) {
      assert.equal(check(...args).status, 2, args.join(" "));
    }
  });
});

it("differenceText() cuts a long line around the difference, and shows no control characters", () => {
  const common = { cell: 1, id: "a", code: "a\u001b[2J", output: 1, part: "kind", more: 0 };
  const long = "x".repeat(1000);
  const text = differenceText("a", { ...common, expected: `${long}1${long}`, seen: `${long}2${long}` });
  const [where, expected, seen] = text.split("\n");
  assert.equal(where, "a, cell[1] `a?[2J`, output 1:");
  assert.match(expected ?? "", /^ {2}expected \.\.\.x{40}1x{119}\.\.\.$/);
  assert.match(seen ?? "", /^ {2}seen {5}\.\.\.x{40}2x{119}\.\.\.$/);
});
