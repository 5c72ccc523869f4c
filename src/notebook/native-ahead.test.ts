import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { CellTypeError } from "./engine.js";
import { NativeCellCompiler } from "./native-cell-compiler.js";
import { readNotebook } from "./notebook-file.js";

const notebooks = fileURLToPath(new URL("../../notebooks/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
after(() => rmSync(folder, { recursive: true }));

/** The code that runs for each cell, or why none does. Cells that do not compile are left out, as where a person goes on. */
function compiled({
  codes,
  expected = [],
  at = folder,
}: {
  codes: readonly string[];
  expected?: readonly string[];
  at?: string;
}) {
  const compiler = new NativeCellCompiler({ folder: at });
  compiler.expect(expected);
  return codes.map((code, index) => {
    try {
      const cell = compiler.convert({ name: `cell[${index + 1}]`, code });
      compiler.ran(cell);
      return [cell.output, ...cell.types];
    } catch (error) {
      if (error instanceof CellTypeError) return error.traceback;
      throw error;
    }
  });
}

/** A cell of each kind that a wrong guess about what comes before it would compile otherwise. */
const CODES = [
  "interface Cost { ns: number }\nlet cost: Cost = { ns: 67.2 };",
  "cost.cycles",
  "const cost = 'text';\nclass Page { order = 0 }",
  "cost.ns; new Page().orders",
  "cost.length",
  'import { readFileSync as read, type Stats } from "node:fs";\nenum Kind { fast, slow }',
  "read(Kind.fast).nothing; let stats: Stats;",
  "function Page(cost: Cost) { return cost.ns; }",
  "Page({ ns: 1 }) + Page({ ns: '1' });",
  "declare global { interface Array<T> { added: T } }",
  "[1].added",
  "const { length } = cost, f = () => length;",
  "f().toFixed(1)",
  "const broken = ;",
  "broken",
  "cost",
  "cost",
];

describe("cells that are known ahead", () => {
  it("compile to the same code and the same errors", () => {
    const alone = compiled({ codes: CODES });
    assert.deepEqual(compiled({ codes: CODES, expected: CODES }), alone);
    assert.match(String(alone[1]), /'cycles' does not exist on type 'Cost'/);
    assert.match(String(alone[10]), /^return .*added/); // what a cell declares for all others
  });

  it("compile so too in every notebook of this project", () => {
    for (const name of readdirSync(notebooks).filter((file) => file.endsWith(".ipynb"))) {
      const cells = readNotebook(join(notebooks, name)).cells.filter(({ cell_type }) => cell_type === "code");
      const codes = cells.map(({ source }) => source);
      assert.deepEqual(compiled({ codes, expected: codes, at: notebooks }), compiled({ codes, at: notebooks }), name);
    }
  });

  it("compile so too where others come than were expected", () => {
    const expected = CODES.map((code, index) => (index % 3 === 1 ? `${code}\nlet cost = 1;` : code));
    assert.deepEqual(compiled({ codes: CODES, expected }), compiled({ codes: CODES }));
    assert.deepEqual(compiled({ codes: CODES.toReversed(), expected: CODES }), compiled({ codes: CODES.toReversed() }));
  });

  it("see the project's files as they are when they come", () => {
    const file = join(folder, "costs.ts");
    writeFileSync(file, "export const ns = 67.2;\n");
    const codes = ['import { ns } from "./costs.js";', "ns.toFixed(1)", "ns.toFixed(1)"];
    const compiler = new NativeCellCompiler({ folder });
    compiler.expect(codes);
    const convert = (at: number) => {
      const cell = compiler.convert({ name: `cell[${at}]`, code: codes[at] ?? "" });
      compiler.ran(cell);
      return cell;
    };
    assert.equal(convert(0).modules.length, 1);
    assert.equal(convert(1).modules.length, 0);
    writeFileSync(file, "export const ns = 'sixty-seven';\n");
    assert.throws(() => convert(2), /'toFixed' does not exist on type/);
  });
});
