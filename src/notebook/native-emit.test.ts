import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { CellEmitter } from "./native-emit.js";
import { readNotebook } from "./notebook-file.js";

const NOTEBOOKS = new URL("../../notebooks/", import.meta.url);
const SOURCES = new URL("../../src/notebook/", import.meta.url);

describe("CellEmitter", () => {
  it("emits a cell in the same way whatever it has emitted before", () => {
    const used = new CellEmitter();
    const known = new Set(["shown", "budgetNs"]);
    const codes = [...cells(), ...modules(), ...cells()];
    assert.ok(codes.join("").length > 100_000, "its program is renewed in between");
    for (const code of codes) assert.deepEqual(used.emit({ code, known }), new CellEmitter().emit({ code, known }));
  });

  it("tells what is no TypeScript, and emits the next cell all the same", () => {
    const emitter = new CellEmitter();
    const errors = (code: string) => emitter.emit({ code, known: new Set() }).syntaxErrors.map(({ code: number }) => number);
    assert.deepEqual(errors("f("), [1005]); // ')' expected
    assert.deepEqual(errors("1 + 1"), []);
    assert.deepEqual(errors("await"), [1109]); // Expression expected: a cell may await at its top level
  });
});

function cells(): string[] {
  const files = readdirSync(NOTEBOOKS).filter((name) => name.endsWith(".ipynb"));
  const notebooks = files.map((name) => readNotebook(fileURLToPath(new URL(name, NOTEBOOKS))));
  return notebooks.flatMap(({ cells }) => cells.flatMap((cell) => (cell.cell_type === "code" ? [cell.source] : [])));
}

function modules(): string[] {
  const names = readdirSync(SOURCES).filter((name) => name.startsWith("native-") && name.endsWith(".ts"));
  return names.map((name) => readFileSync(new URL(name, SOURCES), "utf8"));
}
