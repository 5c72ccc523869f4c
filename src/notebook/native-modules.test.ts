import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { CellTypeError } from "./engine.js";
import { NativeCellCompiler } from "./native-cell-compiler.js";

const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
after(() => rmSync(folder, { recursive: true }));

/** What a cell that imports a file of this text is refused for. */
function refusal(text: string, options: { checksTypes?: boolean } = {}): readonly string[] {
  writeFileSync(join(folder, "late.ts"), text);
  const compiler = new NativeCellCompiler({ folder });
  try {
    compiler.convert({ name: "cell[1]", code: 'import { late } from "./late.js";\nlate', ...options });
    return [];
  } catch (error) {
    if (error instanceof CellTypeError) return error.traceback;
    throw error;
  }
}

describe("a source file that a cell imports", () => {
  it("is refused where it awaits outside of a function, with its place and what to do, also where types are not checked", () => {
    const wait = "const wait: Promise<number> = Promise.resolve(1);\n";
    const expected = [
      /^late\.ts:2:21 - error TS1378: this file awaits outside of a function, .*: export an asynchronous function and await it in/,
      /^$/,
      /^2 \| export const late = await wait;$/,
      /^ {2}\| {21}\^{5}$/,
    ];
    for (const checksTypes of [true, false]) {
      const lines = refusal(`${wait}export const late = await wait;\n`, { checksTypes });
      assert.equal(lines.length, expected.length);
      for (const [index, pattern] of expected.entries()) assert.match(String(lines[index]), pattern);
    }
    assert.match(
      String(refusal("export let late = 0;\nfor await (const n of [1]) late += n;\n")),
      /^late\.ts:2:1 - error TS1378/,
    );
    assert.match(String(refusal("export const late = 1;\nawait using file = null;\n")), /^late\.ts:2:1 - error TS1378/);
  });

  it("may await in functions of any kind", () => {
    const text = `export const late = async () => { for await (const n of [1]) await n; };
export class Late { async all() { await late(); } get one() { return (async () => await 1)(); } }
export async function* each() { yield await 1; }
`;
    assert.deepEqual(refusal(text), []);
    assert.deepEqual(refusal(text, { checksTypes: false }), []);
  });
});
