import assert from "node:assert/strict";
import { it } from "node:test";
import { cellProgress, runningText } from "./cell-progress.js";

const cell = { cell_type: "code" as const, id: "a", metadata: {}, execution_count: null, outputs: [] };

it("runningText() names the running cell and cuts its code", () => {
  const at = { label: "a.ipynb", done: 1, total: 2, seconds: 12.9, columns: 120 };
  const bar = `a.ipynb ${"█".repeat(15)}${" ".repeat(15)} 1 of 2`;
  assert.equal(
    runningText({ ...at, cell: { ...cell, source: "\nlineRate(link)\n1" } }),
    `${bar}, cell[2] 12 s: lineRate(link)`,
  );
  assert.equal(runningText({ ...at, cell: { ...cell, source: "x".repeat(41) } }), `${bar}, cell[2] 12 s: ${"x".repeat(37)}...`);
});

it("runningText() is one line of the terminal, whatever is long or not printable in it", () => {
  const label = "notebooks/of a long name/03-receive-stages.ipynb";
  const long = { ...cell, source: "const\ta = `\u001b[2J`; // and more, and more" };
  for (const columns of [20, 60, 80, 200]) {
    const text = runningText({ label, done: 3, total: 17, cell: long, seconds: 3600, columns });
    assert.ok(text.length < columns, text);
    assert.doesNotMatch(text, /\p{Cc}/u);
  }
  assert.match(
    runningText({ label, done: 3, total: 17, cell: long, seconds: 0 }),
    /^\S*03-receive-stages\.ipynb .* 3 of 17, cell\[4\]/,
  );
});

it("cellProgress() writes a line per cell where there is no terminal, and clears its line where there is one", () => {
  const written = (isTTY: boolean) => {
    const texts: string[] = [];
    const progress = cellProgress({ label: "a", stream: { isTTY, write: (text: string) => texts.push(text) } });
    progress.show({ done: 0, total: 1, cell: { ...cell, source: "1" } });
    progress.show({ done: 1, total: 1 });
    progress.end();
    return texts;
  };
  assert.equal(written(false).length, 1);
  assert.match(String(written(false)), /^a: cell\[1\] of 1 ran in \d+\.\d s\n$/);
  assert.deepEqual(written(true).at(-1), "\r\u001b[K");
});
