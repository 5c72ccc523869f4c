import assert from "node:assert/strict";
import { describe, it } from "node:test";
import ts from "typescript";
import { EditedCode } from "./edited-code.js";
import { tslabEdits } from "./tslab-edits.js";

const edit = (code: string, packages = {}) => tslabEdits({ parser: ts, code, folder: "/p/notebooks", root: "/p", packages });
const edited = (code: string, packages = {}) => new EditedCode({ code, edits: edit(code, packages).edits }).code;

describe("tslabEdits()", () => {
  it("turns relative module names to the root, wherever they stand", () => {
    assert.equal(edited('import { a } from "../src/a.ts";'), 'import { a } from "./src/a.js";');
    assert.equal(edited("export * from './b'"), "export * from './notebooks/b'");
    assert.equal(edited('await import("../src/c.js")'), 'await import("./src/c.js")');
    assert.equal(edited('const d = require("..")'), 'const d = require("./")');
    assert.equal(edited('let e: import("../src/e.js").E'), 'let e: import("./src/e.js").E');
    assert.equal(edited('import f from "../../other/f.js"'), 'import f from "../other/f.js"');
  });

  it("leaves packages, text and comments alone", () => {
    const code = 'import a from "node:fs"; const s = "../src/a.js"; // import "../src/b.js"\nlet t: "./x";';
    assert.equal(edited(code), code);
  });

  it("replaces whole names of packages", () => {
    assert.equal(
      edited('import { a } from "linerate"', { linerate: "/opt/linerate/index.js" }),
      'import { a } from "/opt/linerate/index.js"',
    );
  });

  it("writes short properties out and quotes renamed ones", () => {
    assert.equal(edited("lineRate({ gbps, frameBytes: 64 })"), "lineRate({ gbps: gbps, frameBytes: 64 })");
    assert.equal(edited("({ ns = 1 } = budget)"), "({ ns: ns = 1 } = budget)");
    assert.equal(edited("const { ns: time, pps } = budget"), 'const { "ns": time, pps } = budget');
    assert.equal(edited("const f = ({ ns: [a] }) => a"), 'const f = ({ "ns": [a] }) => a');
  });

  it("sees `for await` at the top level, and not in a function", () => {
    assert.equal(edit("for await (const row of rows) {}").hasTopLevelForAwait, true);
    assert.equal(edit("if (1) { for await (const row of rows) {} }").hasTopLevelForAwait, true);
    assert.equal(edit("async () => { for await (const row of rows) {} }").hasTopLevelForAwait, false);
    assert.equal(edit("for (const row of rows) {}").hasTopLevelForAwait, false);
  });
});
