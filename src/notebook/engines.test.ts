// One table over both engines: what cells show, one after the other, and whether or not the engine knows what comes next. Where tslab differs, the row says how, and README.md lists it.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type KernelClient, startKernelClient } from "./client.js";
import { ENGINES } from "./engine.js";

interface Row {
  readonly name: string;
  /** Run in this order; what the last one shows counts. */
  readonly cells: readonly string[];
  /** Its value as text, or the name and message of its error. */
  readonly shows: string | RegExp;
  /** What tslab gives instead. */
  readonly tslab?: string | RegExp;
}

const ROWS: readonly Row[] = [
  {
    name: "a function sees what a later cell assigns to a variable",
    cells: ["let n = 1; function f() { return n; }", "n = 5;\nf()"],
    shows: "5",
    tslab: "1",
  },
  {
    name: "a function calls what a later cell makes of another function",
    cells: ["function a() { return 1; }\nfunction b() { return a(); }", "function a() { return 2; }\nb()"],
    shows: "2",
    tslab: "1",
  },
  {
    name: "any name can be declared again as anything",
    cells: ["const x = 1; class Y {}", "class x { static v = 2; }\nlet Y = 3;", "[x.v, Y]"],
    shows: "[ 2, 3 ]",
  },
  {
    name: "what a cell has assigned before it fails is there",
    cells: ["const kept = 7;\nthrow new Error('told');", "kept"],
    shows: "7",
    tslab: /^CellTypeError: Cannot find name 'kept'/,
  },
  {
    name: "strict checks are on",
    cells: ["const words: string[] = [];\nwords.at(0).length"],
    shows: "CellTypeError: Object is possibly 'undefined'.",
    tslab: /^TypeError: Cannot read properties of undefined/,
  },
  {
    name: "a constant cannot be assigned to in a later cell",
    cells: ["const fixed = 1;", "fixed = 2;"],
    shows: "CellTypeError: Cannot assign to 'fixed' because it is a constant.",
  },
  {
    name: "a SIGINT ends a loop and one after an await, also after a script that a SIGINT was to end",
    cells: [
      'import { runInThisContext } from "node:vm";\nrunInThisContext("1", { breakOnSigint: true });',
      'process.kill(process.pid, "SIGINT");\nwhile (true) {}',
      'await 1;\nprocess.kill(process.pid, "SIGINT");\nwhile (true) {}',
    ],
    shows: "KeyboardInterrupt: the cell was interrupted",
  },
  {
    name: "// @ts-nocheck runs a cell as it is",
    cells: ["// @ts-nocheck\nconst wrong: number = 'text';\nwrong"],
    shows: "'text'",
    tslab: /^CellTypeError: Type 'string' is not assignable/,
  },
  {
    name: "%typecheck off runs cells as they are, until %typecheck on",
    cells: ["%typecheck off\nconst wrong: number = 'text';", "const more: number = wrong;\nmore", "%typecheck on", "wrong"],
    shows: "'text'",
    tslab: /^CellTypeError: Cannot find name 'wrong'/,
  },
  {
    name: "code that is no TypeScript is refused as such",
    cells: ["const a = ;"],
    shows: "CellTypeError: Expression expected.",
  },
  {
    name: "code that ends too early is refused as such",
    cells: ["const one = 1;", "const page = {\n  order: one,"],
    shows: "CellTypeError: '}' expected.",
    tslab: "CellTypeError: ':' expected.",
  },
  {
    name: "the expression that assert() finds falsy is shown",
    cells: ['import assert from "node:assert/strict";\nconst pps = 1;', "assert(pps > 2)"],
    shows: "AssertionError: The expression evaluated to a falsy value:\n\n  assert(pps > 2)\n",
    tslab: "AssertionError: false == true",
  },
  {
    name: "destructuring with names, defaults and rest",
    cells: ["const { a, b: [c = 2, ...r], ...rest } = { a: 1, b: [undefined, 3, 4], d: 5, e: 6 };", "({ a, c, r, rest })"],
    shows: "{ a: 1, c: 2, r: [ 3, 4 ], rest: { d: 5, e: 6 } }",
  },
  {
    name: "var in blocks and loops belongs to the top level",
    cells: ["for (var i = 0; i < 3; i++) { var last = i; }\nfor (var key of ['k']) {}", "[i, last, key]"],
    shows: "[ 3, 2, 'k' ]",
    tslab: "CellTypeError: Cannot find name 'i'.",
  },
  {
    name: "what is declared in a block hides the cells' names there",
    cells: ["const v = 1;", "let seen = 0;\n{ const v = 2; seen = v; }\nfunction g(v: number) { return v; }\n[v, seen, g(3)]"],
    shows: "[ 1, 2, 3 ]",
  },
  {
    name: "enums, namespaces and classes with static parts",
    cells: [
      "enum Order { Page, Pair }\nnamespace Sizes { export const page = 4096; }\nclass Cost { static all: Cost[] = [new Cost(1)]; constructor(readonly ns: number) {} }",
      "[Order.Pair, Sizes.page, Cost.all.length, new Cost(2).ns]",
    ],
    shows: "[ 1, 4096, 1, 2 ]",
  },
  {
    name: "a function keeps the name of its variable",
    cells: ["const named = () => 1;", "named.name"],
    shows: "'named'",
  },
  {
    name: "a function is called on nothing",
    cells: ["function self(this: unknown) { return this; }", "self() === undefined"],
    shows: "true",
    tslab: "false",
  },
  {
    name: "types, interfaces and generics of earlier cells",
    cells: [
      "interface Row { ns: number }\ntype Rows = readonly Row[];",
      "const rows: Rows = [{ ns: 1 }];\nrows.map(({ ns }) => ns)",
    ],
    shows: "[ 1 ]",
  },
  {
    name: "what declare global says, in every later cell",
    cells: [
      "declare global { var shared: number; interface Array<T> { firstOf(): T | undefined } }\nglobalThis.shared = 6;\nArray.prototype.firstOf = function () { return this[0]; };",
      "const unrelated = 1;",
      "[shared, [4].firstOf(), typeof global.process]",
    ],
    shows: "[ 6, 4, 'object' ]",
    tslab: /^CellTypeError/,
  },
  {
    name: "what declare says of a variable that is there",
    cells: ["let there: unknown = 5;", "declare let there: number;\nthere + 1", "there + 2"],
    shows: "7",
    tslab: /^CellTypeError|NaN/,
  },
  {
    name: "an error quotes the code as it was written",
    cells: [
      "const rate: any = { of: 1 };\nlet stack = '';\ntry { rate.of(); } catch (error) { stack = String((error as Error).stack); }",
      "if (!stack.startsWith('TypeError: rate.of is not a function\\n')) throw new Error(stack);\nrate.of()",
    ],
    shows: "TypeError: rate.of is not a function",
    tslab: /exports\.rate\.of is not a function/,
  },
  {
    name: "a function without a name has none",
    cells: ["() => 1"],
    shows: "[Function (anonymous)]",
    tslab: /^\[Function: /,
  },
  {
    name: "a function that asserts its argument's type",
    cells: [
      'import { strict as check } from "node:assert";\nconst found: string | undefined = ["a"].at(0);',
      "check.ok(found);\nfound.length",
    ],
    shows: "1",
  },
  {
    name: "await at the top level, in loops too",
    cells: ["let sum = 0;\nfor await (const n of [Promise.resolve(1), 2]) sum += n;\nif (sum > 0) { sum += await 10; }\nsum"],
    shows: "13",
  },
  {
    name: "CommonJS and ES module packages, by name, by default and as a whole",
    cells: [
      'import Papa from "papaparse";\nimport { median } from "simple-statistics";\nimport * as path from "node:path";\nimport { lineRate } from "linerate";',
      '[Papa.parse("1,2").data, median([1, 2, 3]), path.basename("/a/b"), lineRate({ gbps: 10, frameBytes: 64 }).ns]',
    ],
    shows: "[ [ [ '1', '2' ] ], 2, 'b', 67.2 ]",
  },
  {
    name: "import() of a name that is computed",
    cells: ['const name = "simple-" + "statistics";\n(await import(name)).median([3])'],
    shows: "3",
  },
  {
    name: "types alone are imported from a module that has nothing else",
    cells: ['import { Budget } from "../src/budget.js";\nconst budget: Budget = { ns: 1 };\nbudget.ns'],
    shows: "1",
  },
  {
    name: "the project's source, and its own imports, again after an edit",
    cells: [
      'import { twice } from "../src/twice.js";\ntwice(2)',
      'const { writeFileSync } = await import("node:fs");\nwriteFileSync("../src/factor.ts", "export const factor: number = 3;\\n");',
      'import { twice } from "../src/twice.js";\ntwice(2)',
    ],
    shows: "6",
    tslab: "4",
  },
  {
    name: "JSON by an import",
    cells: ['import data from "../src/data.json" with { type: "json" };\ndata.ns'],
    shows: "67.2",
    tslab: /^CellTypeError/,
  },
  {
    name: "the notebook's folder",
    cells: [
      'import { basename } from "node:path";\n[basename(__dirname), basename(import.meta.dirname), import.meta.url.endsWith("/notebooks/cell.js")]',
    ],
    shows: "[ 'notebooks', 'notebooks', true ]",
    tslab: /^CellTypeError|^ReferenceError|^SyntaxError/,
  },
  {
    name: "assertions say what differs",
    cells: ['import assert from "node:assert/strict";\nassert.deepEqual({ ns: 67.2 }, { ns: 67.3 });'],
    shows: /^AssertionError: Expected values to be strictly deep-equal:\n[\s\S]*67\.2[\s\S]*67\.3/,
  },
  {
    name: "an error that is printed names its place in the cell",
    cells: [
      'const told = () => { throw new Error("told"); };',
      "let seen: unknown;\ntry { told(); } catch (error) { seen = error; }\nseen",
    ],
    shows: /^Error: told\n {4}at told \(cell\[\d+\]:1:28\)\n {4}at cell\[\d+\]:2:7$/,
    tslab: /^Error: told\n/,
  },
  {
    name: "a module that is not there",
    cells: ['import { nothing } from "no-such-package";'],
    shows: /^CellTypeError: Cannot find module 'no-such-package'/,
  },
  {
    name: "what is no value has none to show",
    cells: ["const shown = 1;"],
    shows: "undefined",
  },
];

const root = fileURLToPath(new URL("../../", import.meta.url));

it("README.md lists what differs", () => {
  const readme = readFileSync(join(root, "src", "notebook", "README.md"), "utf8");
  const listed = [...readme.matchAll(/^- not in tslab: (.*)$/gm)].map(([, name]) => name);
  assert.deepEqual(
    listed,
    ROWS.filter(({ tslab }) => tslab !== undefined).map(({ name }) => name),
  );
});

for (const { engine, ahead } of [...ENGINES.map((engine) => ({ engine, ahead: false })), { engine: ENGINES[0], ahead: true }]) {
  describe(`the ${engine} engine${ahead ? ", which knows the cells of a row ahead" : ""}`, () => {
    const project = mkdtempSync(join(tmpdir(), "linerate-test-"));
    let kernel: KernelClient;

    before(async () => {
      for (const folder of ["notebooks", "src"]) mkdirSync(join(project, folder));
      writeFileSync(join(project, "package.json"), '{ "type": "module" }');
      symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
      writeFileSync(join(project, "src", "data.json"), '{ "ns": 67.2 }');
      writeFileSync(join(project, "src", "budget.ts"), "export interface Budget { ns: number }\n");
      writeFileSync(join(project, "src", "factor.ts"), "export const factor: number = 2;\n");
      const twice = 'import { factor } from "./factor.js";\nexport const twice = (n: number): number => factor * n;\n';
      writeFileSync(join(project, "src", "twice.ts"), twice);
      kernel = await startKernelClient({ cwd: join(project, "notebooks"), engine });
    });
    after(async () => {
      await kernel.close();
      rmSync(project, { recursive: true });
    });

    for (const row of ROWS) {
      it(row.name, async () => {
        let shown = "";
        if (ahead) await kernel.prepare(row.cells);
        for (const code of row.cells) shown = await shownBy(kernel, code);
        const expected = engine === "tslab" && row.tslab !== undefined ? row.tslab : row.shows;
        if (typeof expected === "string") assert.equal(shown, expected);
        else assert.match(shown, expected);
      });
    }
  });
}

async function shownBy(kernel: KernelClient, code: string): Promise<string> {
  let shown = "undefined";
  const { status, ename, evalue } = await kernel.execute({
    code,
    onMessage: ({ type, content }) => {
      if (type === "execute_result") shown = String((content.data as Record<string, unknown>)["text/plain"]);
    },
  });
  return status === "error" ? `${ename}: ${evalue}` : shown;
}
