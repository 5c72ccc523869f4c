import assert from "node:assert/strict";
import { it } from "node:test";
import { cellTimeoutMs } from "./cell-timeout.js";

const timeout = (cell: unknown, notebook?: unknown, timeoutMs?: number) =>
  cellTimeoutMs({
    file: "a.ipynb",
    cell: { id: "slow", metadata: { execution: { timeout: cell } } },
    metadata: { execution: { timeout: notebook } },
    timeoutMs,
  });

it("cellTimeoutMs() takes the cell's own limit, then the notebook's, then the one that is given", () => {
  assert.equal(timeout(0.5, 2, 3000), 500);
  assert.equal(timeout(undefined, 2, 3000), 2000);
  assert.equal(timeout(null, undefined, 3000), 3000);
  assert.equal(timeout(undefined), undefined);
});

it("cellTimeoutMs() is no limit for 0 and below, and beyond what a timer holds", () => {
  for (const none of [0, -1, 3_000_000]) assert.equal(timeout(none, 2, 3000), undefined);
});

it("cellTimeoutMs() refuses what is no number, instead of running without a limit", () => {
  assert.throws(() => timeout("soon"), {
    name: "RangeError",
    message: 'a.ipynb: cell slow has the metadata execution.timeout "soon": expected seconds, as a number',
  });
});
