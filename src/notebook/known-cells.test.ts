import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { CellRecord } from "./cell-record.js";
import { CellTypeError } from "./engine.js";
import { KnownCells } from "./known-cells.js";
import type { NativeCell } from "./native-cell.js";
import type { CodeCell, Notebook } from "./notebook-file.js";
import { runNotebook } from "./run-notebook.js";

const top = mkdtempSync(join(tmpdir(), "linerate-test-"));
process.env.XDG_CACHE_HOME = join(top, "cache");
after(() => rmSync(top, { recursive: true }));

/** Put into the code of each cell in a record: what has it came out of the record. */
const MARK = "/* recorded */";

interface Cell {
  readonly code: string;
  readonly checksTypes?: boolean;
  /** The names that have their values when it fails. */
  readonly assigned?: readonly string[];
  /** What happens before it. */
  readonly before?: (cells: KnownCells) => void;
}

/** A folder with a notebook, what is beside it, and a cache. */
class Lab {
  readonly folder = mkdtempSync(join(top, "lab-"));
  readonly cache = join(this.folder, "cache");
  readonly record = new CellRecord({ notebook: join(this.folder, "lab.ipynb"), folder: this.cache });

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.write({ "tsconfig.json": '{ "compilerOptions": { "types": [] } }', ...files }); // no types of Node: they take a second to read
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
  }

  /** Compiles cells as a run of the notebook does; a cell that does not compile gives its error. */
  run(cells: readonly (Cell | string)[]): (NativeCell | CellTypeError)[] {
    const known = new KnownCells({ folder: this.folder, record: this.record });
    const all = cells.map((cell) => (typeof cell === "string" ? { code: cell } : cell));
    known.expect(all.map(({ code }) => code));
    known.check(all[0]?.code ?? "");
    return all.map(({ code, checksTypes = true, assigned, before }, index) => {
      before?.(known);
      try {
        const cell = known.convert({ name: `cell[${index + 1}]`, code, checksTypes });
        if (assigned) known.stopped(cell, assigned);
        else known.ran(cell);
        return cell;
      } catch (error) {
        if (error instanceof CellTypeError) return error;
        throw error;
      }
    });
  }

  mark(): void {
    const cells = this.record.read();
    assert.ok(cells, "there is a record");
    this.record.write(cells.map((cell) => ({ ...cell, compiled: { ...cell.compiled, output: MARK + cell.compiled.output } })));
  }
}

const isRecorded = (cell: NativeCell | CellTypeError) => "output" in cell && cell.output.startsWith(MARK);
const errorOf = (cell: NativeCell | CellTypeError | undefined) => (cell instanceof CellTypeError ? cell.message : "none");
const modulesOf = (cell: NativeCell | CellTypeError | undefined) =>
  cell && "modules" in cell ? cell.modules.map(({ path }) => path.split("/").at(-1)) : [];

const CELLS = [
  'import { nsOf, type Rate } from "./rate.js";',
  "let rate: Rate = { gbps: 10 };\nfunction budget() { return nsOf(rate); }",
  "enum Kind { fast, slow }\nconst { gbps } = rate;",
  "[budget(), Kind.fast, gbps]",
];
const RATE = "export interface Rate { readonly gbps: number }\nexport const nsOf = ({ gbps }: Rate): number => 672 / gbps;";

describe("cells of a notebook that ran before", () => {
  it("are what TypeScript would make of them", () => {
    const lab = new Lab({ "rate.ts": RATE });
    const compiled = lab.run(CELLS);
    assert.deepEqual(lab.run(CELLS), compiled);
    lab.mark();
    const recorded = lab.run(CELLS);
    assert.ok(recorded.every(isRecorded));
    assert.deepEqual(modulesOf(recorded[0]), ["rate.ts"]);
  });

  it("are compiled again where one of them is edited, added or taken away", () => {
    const lab = new Lab({ "rate.ts": RATE });
    for (const cells of [
      CELLS.with(2, "enum Kind { slow, fast }\nconst { gbps } = rate;"),
      [...CELLS, "gbps"],
      ["1", ...CELLS],
      CELLS.slice(0, 3),
    ]) {
      lab.run(CELLS);
      lab.mark();
      assert.deepEqual(lab.run(cells).filter(isRecorded), []);
    }
  });

  it("are compiled again from where one fails otherwise than it did, and know the ones before", () => {
    const lab = new Lab();
    const cells = ["const a = 1;", "const b = a; const c = b;", "a + b", "c"];
    const failing = cells.map((code, index) => (index === 1 ? { code, assigned: ["b"] } : code)).slice(0, 3);
    lab.run(failing);
    lab.mark();
    assert.deepEqual(lab.run(failing).map(isRecorded), [true, true, true]);
    const otherwise = lab.run([failing[0] ?? "", { code: cells[1] ?? "", assigned: [] }, cells[2] ?? ""]);
    assert.deepEqual(otherwise.map(isRecorded), [true, true, false]);
    assert.equal(errorOf(otherwise[2]), "Cannot find name 'b'.");
    assert.equal(lab.record.read(), undefined, "the next run is recorded as a whole");
    assert.deepEqual(lab.run(failing).map(errorOf), ["none", "none", "none"]);
  });

  it("are checked where %typecheck or @ts-nocheck says so, and only there", () => {
    const lab = new Lab();
    const wrong = "let ns: number = 'text';";
    const unchecked = [{ code: "let a = 1;" }, { code: wrong, checksTypes: false }, { code: "a" }];
    lab.run(unchecked);
    lab.mark();
    assert.deepEqual(lab.run(unchecked).map(isRecorded), [true, true, true]);
    const checked = lab.run(unchecked.map(({ code }) => code));
    assert.deepEqual(checked.map(isRecorded), [true, false, false]);
    assert.equal(errorOf(checked[1]), "Type 'string' is not assignable to type 'number'.");
    const marked = [`// @ts-nocheck\n${wrong}`, "ns.toFixed()"];
    lab.run(marked);
    lab.mark();
    assert.deepEqual(lab.run(marked).map(isRecorded), [true, true]);
  });

  it("are not recorded where one has errors", () => {
    const lab = new Lab();
    lab.run(["const a = 1;", "const b: string = a;", "a"]);
    assert.equal(lab.record.read(), undefined);
  });

  it("give way to TypeScript when somebody asks what is there", () => {
    const lab = new Lab({ "rate.ts": RATE });
    lab.run(CELLS);
    lab.mark();
    const before = (cells: KnownCells) => {
      assert.deepEqual(cells.complete({ code: "budg", offset: 4 }).matches, ["budget"]);
      assert.equal(cells.inspect({ code: "rate", offset: 4 }), "let rate: Rate");
    };
    const asked = lab.run(CELLS.map((code, index) => (index === 2 ? { code, before } : code)));
    assert.deepEqual(asked.map(isRecorded), [true, true, false, false]);
    assert.deepEqual(asked.map(errorOf), ["none", "none", "none", "none"]);
    assert.deepEqual(modulesOf(asked[2]), [], "a module that is loaded stays as it is");
  });
});

describe("what cells were compiled from", () => {
  it("is the project's sources: they are compiled again when they were edited, also during the run", () => {
    const lab = new Lab({ "rate.ts": RATE, "other.ts": "export const other = 1;" });
    const cells = ['import { other } from "./other.js";', ...CELLS];
    lab.run(cells);
    lab.mark();
    const before = () => lab.write({ "rate.ts": RATE.replace("672", "6720") });
    const edited = lab.run(cells.map((code, index) => (index === 3 ? { code, before } : code)));
    assert.deepEqual(edited.map(isRecorded), [true, true, true, false, false]);
    assert.deepEqual(edited.map(modulesOf), [["other.ts"], ["rate.ts"], [], ["rate.ts"], []]);
    lab.run(cells);
    lab.mark();
    lab.write({ "rate.ts": RATE.replace("gbps: number", "gbps: string") });
    const wrong = lab.run(cells);
    assert.deepEqual(wrong.filter(isRecorded), []);
    assert.match(errorOf(wrong[1]), /right-hand side of an arithmetic operation/);
  });

  it("is a source that a cell writes each time", () => {
    const lab = new Lab();
    let count = 0;
    const before = () => lab.write({ "made.ts": `export const made = ${++count};` });
    const run = () => lab.run(["const a = 1;", { code: 'import { made } from "./made.js";', before }, "made"]);
    for (let turn = 1; turn <= 3; turn++) {
      const cell = run()[1];
      assert.ok(cell && "modules" in cell);
      assert.match(String(cell.modules[0]?.code), new RegExp(`made = ${turn};`));
    }
  });

  it("is what was not there: a source that would win, a package that is nearer", () => {
    const packageOf = (type: string, at: string) => ({
      [`${at}/package.json`]: '{ "types": "far.d.ts" }',
      [`${at}/far.d.ts`]: `export declare const far: ${type};`,
    });
    const declared = { "x.d.ts": "export declare const x: number;", "x.js": "exports.x = 1;" };
    const lab = new Lab({ ...declared, ...packageOf("number", "../node_modules/far") });
    const cells = ['import { x } from "./x.js";', 'import { far } from "far";', "const sum: number = x + far;"];
    const wrong = "Type 'string' is not assignable to type 'number'.";
    assert.deepEqual(lab.run(cells).map(errorOf), ["none", "none", "none"]);
    lab.write({ "x.ts": "export const x = 'text';" });
    assert.equal(errorOf(lab.run(cells)[2]), wrong);
    rmSync(join(lab.folder, "x.ts"));
    assert.deepEqual(lab.run(cells).map(errorOf), ["none", "none", "none"]);
    lab.write(packageOf("string", "node_modules/far"));
    assert.equal(errorOf(lab.run(cells)[2]), wrong);
    rmSync(join(top, "node_modules"), { recursive: true });
  });

  it("is the types of packages and tsconfig.json", () => {
    const types = (type: string) => ({ "node_modules/@types/card/index.d.ts": `declare const card: { speed: ${type} };` });
    const config = (strict: boolean) => ({
      "tsconfig.json": `{ "compilerOptions": { "types": ["card"], "strict": ${strict} } }`,
    });
    const lab = new Lab({ "package.json": "{}", ...types("number"), ...config(true) });
    const cells = ["const speed: number = card.speed;", "speed"];
    assert.deepEqual(lab.run(cells).map(errorOf), ["none", "none"]);
    lab.write(types("number | undefined"));
    assert.match(errorOf(lab.run(cells)[0]), /'undefined' is not assignable/);
    lab.write(config(false));
    assert.deepEqual(lab.run(cells).map(errorOf), ["none", "none"]);
    lab.write(config(true));
    assert.match(errorOf(lab.run(cells)[0]), /'undefined' is not assignable/);
  });
});

describe("the file of a record", () => {
  const cells = ["const a = 1;", "a"];
  const recorded = () => {
    const lab = new Lab();
    lab.run(cells);
    lab.mark();
    const [name = ""] = readdirSync(lab.cache);
    return { lab, name, file: join(lab.cache, name) };
  };

  it("is the user's alone", () => {
    const { lab, file } = recorded();
    const { mode } = statSync(file);
    assert.deepEqual([statSync(lab.cache).mode & 0o777, mode & 0o777], [0o700, 0o600]);
    assert.deepEqual(lab.run(cells).map(isRecorded), [true, true]);
    for (const wrong of [0o620, 0o602]) {
      chmodSync(file, wrong);
      assert.deepEqual(lab.run(cells).map(isRecorded), [false, false]);
      assert.equal(statSync(file).mode & 0o777, 0o600, "one that was believed no more is written anew");
      lab.mark();
    }
  });

  it("is none when it belongs to another user", { skip: process.getuid?.() !== 0 }, () => {
    const { lab, file } = recorded();
    chownSync(file, 1, 1);
    assert.deepEqual(lab.run(cells).map(isRecorded), [false, false]);
  });

  it("is none when it is damaged, of another build, or another notebook's", () => {
    const { lab, file } = recorded();
    const text = readFileSync(file, "utf8");
    const [heading = ""] = text.split("\n");
    const damaged = [
      text.slice(0, -1),
      text.replace("a = 1", "a = 2"),
      text.replace(heading, "0".repeat(heading.length)),
      "",
      "\n",
    ];
    for (const wrong of damaged) {
      writeFileSync(file, wrong);
      assert.deepEqual(lab.run(cells).map(isRecorded), [false, false]);
    }
    const other = recorded();
    writeFileSync(other.file, text);
    assert.deepEqual(other.lab.run(cells).map(isRecorded), [false, false]);
  });

  it("is not written where it cannot be, and nothing is said", () => {
    const lab = new Lab({ cache: "no folder" });
    assert.deepEqual(lab.run(cells).map(errorOf), ["none", "none"]);
    assert.deepEqual(lab.run(cells).map(errorOf), ["none", "none"]);
  });

  it("is one of at most a hundred", () => {
    const { lab, name } = recorded();
    for (let n = 0; n < 105; n++) new CellRecord({ notebook: `/nowhere/${n}.ipynb`, folder: lab.cache }).write([]);
    const files = readdirSync(lab.cache);
    assert.equal(files.length, 100);
    assert.ok(!files.includes(name), "the oldest goes first");
  });
});

describe("runNotebook() of a notebook that ran before", () => {
  const code = (source: string, ...tags: string[]): CodeCell => ({
    cell_type: "code",
    id: `cell-${source.length}`,
    metadata: { tags },
    source,
    execution_count: null,
    outputs: [],
  });
  const notebookOf = (...cells: CodeCell[]): Notebook => ({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });

  /** Runs a notebook with a note of each thread of the kernel that reads TypeScript's compiler. */
  async function run(path: string, notebook: Notebook) {
    const log = join(top, "reads");
    const watch = join(top, "watch.cjs");
    writeFileSync(
      watch,
      `const fs = require("node:fs"), read = fs.readFileSync;
      fs.readFileSync = (file, ...rest) => {
        if (String(file).endsWith("/typescript.js")) fs.appendFileSync(${JSON.stringify(log)}, file + "\\n");
        return read(file, ...rest);
      };
      require("node:module").syncBuiltinESMExports();`,
    );
    process.env.NODE_OPTIONS = `--require ${watch}`;
    rmSync(log, { force: true });
    const result = await runNotebook({ path, notebook });
    delete process.env.NODE_OPTIONS;
    return { ...result, readsTypeScript: existsSync(log) };
  }

  it("does not load TypeScript, and gives the same, errors included", async () => {
    const folder = mkdtempSync(join(top, "lab-"));
    writeFileSync(
      join(folder, "rate.ts"),
      "interface Rate { gbps: number }\n\nexport function nsOf({ gbps }: Rate): number {\n  if (gbps > 800) throw new RangeError('no such card: ' + gbps);\n  return 672 / gbps;\n}",
    );
    const notebook = notebookOf(
      code('import { nsOf } from "./rate.js";\nimport assert from "node:assert/strict";'),
      code("%time\nconst ns: number = nsOf({ gbps: 10 }); console.log(ns);"),
      code("interface Gap { ns: number }\n\nconst gap: Gap = { ns };\nnsOf({ gbps: 1000 * gap.ns })", "raises-exception"),
      code("%typecheck off\nlet wrong: string = ns; wrong"),
      code("%typecheck on\n[gap, ns]"),
    );
    const failing = notebookOf(
      ...notebook.cells.map((cell) => cell as CodeCell),
      code("assert(\n  ns < 60,\n);", "raises-exception"),
    );
    const untimed = ({ notebook: { cells } }: { notebook: Notebook }) => JSON.stringify(cells).replace(/time: [^\\]*/, "");
    const path = join(folder, "lab.ipynb");
    const runs = [await run(path, notebook), await run(path, notebook), await run(path, failing), await run(path, failing)];
    assert.deepEqual(
      runs.map(({ error }) => error),
      [undefined, undefined, undefined, undefined],
    );
    const [first, second, third, fourth] = runs.map(untimed);
    assert.equal(second, first);
    assert.match(String(first), /RangeError: no such card: 67200.*rate\.ts:4:25.*cell\[3\]:4:1/s);
    assert.equal(fourth, third);
    assert.match(String(third), /The expression evaluated to a falsy value:/);
    // The text of the assertion is TypeScript's to find.
    assert.deepEqual(
      runs.map(({ readsTypeScript }) => readsTypeScript),
      [true, false, true, true],
    );
  });

  it("compiles what a link leads to now", async () => {
    const folder = mkdtempSync(join(top, "lab-"));
    const link = join(folder, "now");
    const seen: unknown[] = [];
    for (const name of ["first", "second", "first"]) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, "name.ts"), `export const name = "${name}";`);
      rmSync(link, { force: true });
      symlinkSync(name, link);
      const { notebook } = await runNotebook({
        path: join(link, "lab.ipynb"),
        notebook: notebookOf(code('import { name } from "./name.js";'), code("name")),
      });
      seen.push(
        (notebook.cells[1] as CodeCell).outputs.map((output) => ("data" in output ? output.data["text/plain"] : output)),
      );
    }
    assert.deepEqual(seen, [["'first'"], ["'second'"], ["'first'"]]);
  });
});
