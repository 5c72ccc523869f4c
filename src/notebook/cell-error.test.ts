import assert from "node:assert/strict";
import { Console } from "node:console";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import fc from "fast-check";
import { describeError, diagnosticLines, type KnownSources } from "./cell-error.js";
import { thrownFrom } from "./thrown.js";

const code = "const a = 1;\n\tthrow new Error();\n";
// Compiled code that starts one line after its source.
const sources: KnownSources = {
  has: (name) => name === "cell[3]",
  locate: (_, { line, column }) => (line === 0 ? undefined : { title: "cell[3]", code, at: { line: line - 1, column } }),
};
const tracebackOf = (error: Error, stack: string) =>
  describeError({ thrown: thrownFrom(Object.assign(error, { stack })), sources }).traceback;

/** As Node's tables have it. */
function columnsOf(text: string): number {
  let table = "";
  const stream = new Writable({
    write: (chunk, _, done) => {
      table += chunk;
      done();
    },
  });
  new Console(stream).table([[text]]);
  const [, column = ""] = table.split("\n", 1)[0]?.split("┬") ?? [];
  return column.length - "─''─┐".length;
}

describe("describeError()", () => {
  it("shows the stack down to the cell, in the cell's lines, without Node and the kernel", () => {
    const stack = `Error: boom
    at JSON.parse (<anonymous>)
    at read (/p/src/read.js:7:1)
    at node:internal/timers:573:17
    at new Promise (<anonymous>)
    at async cell[3]:3:2
    at cell[3]:1:9
    at Script.runInThisContext (node:vm:137:12)
    at async Object.execute (/p/node_modules/tslab/dist/executor.js:173:17)
    at main (/p/other.js:1:1)`;
    assert.deepEqual(tracebackOf(new Error("boom"), stack), [
      "Error: boom",
      "    at JSON.parse (<anonymous>)",
      "    at read (/p/src/read.js:7:1)",
      "    at new Promise (<anonymous>)",
      "    at async cell[3]:2:2",
      "",
      "cell[3]:2",
      "2 | \tthrow new Error();",
      "  | \t^",
    ]);
  });

  it("takes a message for a message, whatever it looks like", () => {
    const message = "first\n    at cell[3]:2:1";
    assert.deepEqual(tracebackOf(new Error(message), `Error: ${message}\n    at f (/p/f.js:1:2)`), [
      "Error: first",
      "    at cell[3]:2:1",
      "    at f (/p/f.js:1:2)",
    ]);
  });

  it("finds the line of a script that V8 refuses", () => {
    const traceback = tracebackOf(
      new SyntaxError("no"),
      "cell[3]:2\nconst a\n      ^\n\nSyntaxError: no\n    at new Script (node:vm:117:7)",
    );
    assert.equal(traceback[1], "    at cell[3]:1:1");
  });

  it("survives names that are no text, stacks that are none, and very long lines", () => {
    const odd = Object.assign(new Error("m"), { name: { toString: () => "Odd" }, stack: 5 });
    assert.deepEqual(describeError({ thrown: thrownFrom(odd), sources }), { name: "Odd", message: "m", traceback: ["Odd: m"] });
    const long = `Error: m\n    at ${":1".repeat(1_000_000)}\n    at file:%zz:1:1`;
    assert.deepEqual(tracebackOf(new Error("m"), long), ["Error: m", "    at file:%zz:1:1"]);
  });
});

describe("diagnosticLines()", () => {
  it("underlines to the end of the line what goes over several", () => {
    const diagnostic = { message: "Wrong.", code: 1, start: { line: 0, column: 6 }, end: { line: 1, column: 2 } };
    assert.deepEqual(diagnosticLines({ cell: { name: "cell[3]", code }, diagnostic }).slice(2), [
      "1 | const a = 1;",
      "  |       ^^^^^^",
    ]);
  });

  it("shows a line of a source with carriage returns without its own", () => {
    const diagnostic = { message: "Wrong.", code: 1, start: { line: 0, column: 6 }, end: { line: 0, column: 7 } };
    const lines = diagnosticLines({ cell: { name: "cell[3]", code: "const a = 1;\r\na" }, diagnostic });
    assert.deepEqual(lines.slice(2), ["1 | const a = 1;", "  |       ^"]);
  });

  it("puts the caret under what is meant, behind characters of any width", () => {
    for (const text of ["plain", "é", "e\u0301", "变量", "かな", "カナ", "한글", "😀", "ａ", "、", "größe"]) {
      const start = { line: 0, column: text.length };
      const diagnostic = { message: "Wrong.", code: 1, start, end: start };
      const [, carets = ""] = diagnosticLines({ cell: { name: "cell[3]", code: `${text}=` }, diagnostic }).slice(2);
      assert.equal(carets.indexOf("^") - "1 | ".length, columnsOf(text), text);
    }
  });

  it("names the file, and leaves the line out when the file is gone", () => {
    const start = { line: 4, column: 0 };
    const diagnostic = { message: "Wrong.", code: 1, file: "src/a.ts", start, end: start };
    assert.deepEqual(diagnosticLines({ cell: { name: "cell[3]", code }, diagnostic }), ["src/a.ts:5:1 - error TS1: Wrong."]);
  });
});

describe("a line that is too long to show", () => {
  it("is shown around its error, with the caret under it, and no character is divided", () => {
    const letters = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 400 });
    const pairs = fc.string({ unit: fc.constantFrom("x", "😀"), minLength: 1, maxLength: 400 });
    const lines = fc.oneof(letters, pairs).filter((line) => !/[\r\n\t]/.test(line));
    const places = lines.chain((code) => fc.record({ code: fc.constant(code), column: fc.nat({ max: code.length - 1 }) }));
    fc.assert(
      fc.property(places, fc.nat({ max: 30 }), ({ code, column }, length) => {
        fc.pre(!/[\udc00-\udfff]/.test(code.charAt(column)));
        const end = { line: 0, column: Math.min(column + length, code.length) };
        const diagnostic = { message: "Wrong.", code: 1, start: { line: 0, column }, end };
        const [shown = "", carets = ""] = diagnosticLines({ cell: { name: "cell[1]", code }, diagnostic }).slice(2);
        const part = shown.slice("1 | ".length);
        assert.ok(part.length <= 164 && Buffer.from(part).toString() === part);
        if (code.length <= 160) assert.equal(part, code);
        const at = carets.indexOf("^") - "1 | ".length;
        const rest = code.slice(column);
        assert.ok(rest.startsWith(part.slice(at).replace(/…$/, "")));
        assert.match(carets, /^ {2}\| +\^+$/);
        assert.ok(carets.length <= shown.length);
      }),
    );
  });
});
