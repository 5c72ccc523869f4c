import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { EditedCode } from "./edited-code.js";

describe("EditedCode", () => {
  const edited = new EditedCode({
    code: 'import "../src/x.ts"; f({ ns })',
    edits: [
      { start: 26, from: "", to: "ns: " },
      { start: 8, from: "../src/x.ts", to: "./src/x.js" },
    ],
  });

  it("applies edits in any order", () => {
    assert.equal(edited.code, 'import "./src/x.js"; f({ ns: ns })');
  });

  it("leads from the value of a short property back to its name", () => {
    assert.equal(edited.toOriginal(edited.code.lastIndexOf("ns")), 26);
    assert.equal(edited.toEdited(28), edited.code.lastIndexOf("ns") + 2);
  });

  it("puts quoted names back, in either quotes", () => {
    assert.equal(edited.restore("Cannot find module './src/x.js'"), "Cannot find module '../src/x.ts'");
    assert.equal(edited.restore("'\"./src/x.js\"' has no y"), "'\"../src/x.ts\"' has no y");
  });

  it("finds every place outside of the edits again", () => {
    const edits = fc.array(
      fc.record({ gap: fc.integer({ min: 1, max: 5 }), from: fc.nat(3), to: fc.string({ minLength: 1, maxLength: 4 }) }),
    );
    fc.assert(
      fc.property(edits, (pieces) => {
        let code = "";
        const list = pieces.map(({ gap, from, to }) => {
          code += ".".repeat(gap);
          const edit = { start: code.length, from: "#".repeat(from), to };
          code += edit.from;
          return edit;
        });
        const subject = new EditedCode({ code: `${code}.`, edits: list });
        for (const [offset, character] of [...`${code}.`].entries()) {
          if (character === ".") assert.equal(subject.toOriginal(subject.toEdited(offset)), offset);
        }
      }),
    );
  });
});
