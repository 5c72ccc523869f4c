// Cells mean what TypeScript means: each row is run by plain Node, as one ES module compiled by the compiler, and by the native engine, as
// one cell and as a cell for each statement. All three give the same value.
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import { inspect } from "node:util";
import ts from "typescript";
import { type KernelClient, startKernelClient } from "./client.js";

interface Row {
  readonly code: string;
  /** An expression: what is compared. */
  readonly value: string;
  /** A later statement is needed by an earlier one. */
  readonly isOneCell?: true;
}

const ROWS: Readonly<Record<string, Row>> = {
  "this is undefined outside of functions": {
    code: "const arrow = () => this; class Self { own = this; static made = this; }",
    value: "[this, arrow(), new Self().own instanceof Self, Self.made === Self]",
  },
  "a function is called on nothing, however its name is wrapped": {
    code: "function bare(this: unknown) { return this === undefined; }\nconst tag = function (this: unknown, _: unknown) { return this; };",
    value: "[bare(), (bare)(), bare!(), (bare as () => boolean)(), (bare satisfies Function)(), bare?.(), tag`x`, (tag)`x`]",
  },
  "functions and classes take the names of their variables": {
    code: `const a = () => 1; let b = function () {}; var c = class {}; const d = (() => 1); const e = (async () => 1) as () => unknown;
      const { f = () => 1 } = {} as { f?: () => number }; const [g = class {}] = [] as (new () => object)[];
      let h: () => number; h = () => 1; let i: (() => number) | undefined; i ??= () => 1;
      let j: () => number; [j = () => 1] = []; let k: () => number; ({ k = () => 1 } = {});
      const own = class Own {}; const static_ = class { static name = "mine"; };`,
    value: "[a, b, c, d, e, f, g!, h, i!, j, k, own, static_].map(({ name }) => name)",
    isOneCell: true, // what is known of i after its assignment is not known in another cell
  },
  "what is exported is declared": {
    code: `export const one = 1, two = one + 1; export let three = two; three++; export function four() { return 4; }
      export class Five { n = 5; } export enum Six { A = 6 } export namespace Seven { export const n = 7; } export type Eight = 8;
      export { one as uno }; export default one\nconst eight: Eight = 8;`,
    value: "[one, two, three, four(), new Five().n, Six.A, Seven.n, eight]",
  },
  "a default export stands for itself, whatever is before it": {
    code: "const before = 1\nexport default (before)",
    value: "before",
  },
  "a default class without a name is a statement": {
    code: "let made = 0; export default class { static { made += 1; } }",
    value: "made",
  },
  "a default function without a name is a statement": { code: "const n = 1\nexport default function () {}", value: "n" },
  "names for what namespaces hold, types among it": {
    code: `namespace Sizes { export const page = 4096; export interface Row { n: number } export namespace In { export type Text = string } }
      import page = Sizes.page; import Row = Sizes.Row; import Text = Sizes.In.Text; const row: Row = { n: page }; const text: Text = "t";`,
    value: "[row, text]",
  },
  "generic arrow functions and old assertions": {
    code: "const id = <T>(x: T) => x; const two = <number>2;",
    value: "[id(1), two, id<string>('a')]",
  },
  "functions are there before their declaration": {
    code: "const early = [even(10), [...counted()], await later(), told()];\nfunction even(n: number): boolean { return n === 0 || odd(n - 1); }\nfunction odd(n: number): boolean { return n !== 0 && even(n - 1); }\nfunction* counted() { yield 1; }\nasync function later() { return 2; }\nexport function told() { return 3; }",
    value: "early",
    isOneCell: true,
  },
  "var belongs to the top level": {
    code: `if (true) { var a = 1; } try { throw 2; } catch { var b = 2; } { var { c, d: [e] } = { c: 3, d: [4] }; }
      for (var i = 0, j = 9; i < j; i++, j--) {} label: { var f = 5; break label; } do { var g = 6; } while (false);
      function inner() { var a = 7; return a; }`,
    value: "[a, b!, c, e, i, j, f, g, inner()]",
  },
  "names in blocks, parameters and catch clauses are their own": {
    code: `const n = 1; let seen = [0]; { const n = 2; { let n = 3; seen.push(n); } seen.push(n); } try { throw 4; } catch (n) { seen.push(n as number); }
      const f = (n: number) => n; const g = ({ n }: { n: number }) => n; const h = (m = n) => m; function same() { return "top"; }
      { function same() { return "block"; } seen.push(same().length); }`,
    value: "[n, seen, f(5), g({ n: 6 }), h(), same()]",
  },
  "a catch variable in a function that a variable holds is its own": {
    code: `const told = (f: () => void) => { try { f(); return "nothing"; } catch (error) { return (error as Error).message; } };
      let { taken = () => { try { throw { message: "taken" }; } catch ({ message: text }: any) { return text; } } } = {} as any; const error = "top";`,
    value: '[told(() => {}), told(() => { throw new Error("thrown"); }), taken(), error]',
  },
  "a class that shares its name with an interface and a namespace knows itself": {
    code: "interface Both { x: number } class Both { static made = new Both(); y = 1; } class Other { static own = Other.name; } namespace Other { export const b = 2; }",
    value: "[Both.made.y, Other.own, Other.b]",
    isOneCell: true,
  },
  "loops close over their own variables, var is one": {
    code: "const own: (() => number)[] = [], one: (() => number)[] = []; for (let i = 0; i < 3; i++) own.push(() => i); for (var v = 0; v < 3; v++) one.push(() => v);",
    value: "[own.map((f) => f()), one.map((f) => f())]",
  },
  "loops assign to what is there": {
    code: 'let x = 0, y = "", p = 0, q = 0; const o: { z: number; k: string[] } = { z: 0, k: [] };\nfor (x of [1, 2]); for (y in { a: 1, b: 2 }); for (o.z of [7]); for (o.k[0] in { c: 1 }); for ([p, q] of [[1, 2], [3, 4]]);',
    value: "[x, y, o, p, q]",
  },
  "labels, with await": {
    code: "const seen: number[] = []; outer: for await (const i of [0, 1, 2]) { for (let j = 0; j < 3; j++) { await null; if (j === 1) continue outer; if (i === 2) break outer; seen.push(i * 10 + j); } }",
    value: "seen",
  },
  "destructuring: order, defaults, rest, holes, computed keys": {
    code: `const order: string[] = []; const said = (s: string) => { order.push(s); return s; };
      const { [said("x")]: a = said("dx"), [said("y")]: b = said("dy"), ...rest } = { y: "given", z: 1 } as Record<string, unknown>;
      const [, second, , fourth = 4] = [1, 2, 3]; let l = 1, r = 2; [l, r] = [r, l]; let m: number; ({ deep: [, { m }] } = { deep: [0, { m: 5 }] as [number, { m: number }] });`,
    value: "[order, a, b, rest, second, fourth, l, r, m]",
    isOneCell: true,
  },
  "assignments of every kind": {
    code: "let n = 2; n **= 3; n |= 1; n >>>= 1; n++; --n; let o: number | null = null as number | null; o ??= 4; o &&= 5; const m = { a: 1, b: [1] }; m.a++; m.b[0]!--; let i = 0; const at = [10, 20][i++];",
    value: "[n, o, m, at, i, i++ + ++i]",
  },
  enums: {
    code: 'enum E { A, B = "b", C = 5, D } const enum Flag { A = 1 << 0, B = 1 << 1, Both = A | B } enum Sized { A = "abc".length, B = A * 2 }',
    value: "[E, E[5], Flag.Both, Sized]",
  },
  "namespaces, merged with what has their name": {
    code: "class C { static a = 1; } namespace C { export const b = 2; } function f() { return f.x; } namespace f { export let x = 3; } namespace N { export const a = 1; } namespace N { export const b = a + 1; } namespace A.B { export let n = 0; export const inc = () => ++n; } A.B.inc();",
    value: "[C.a, C.b, f(), N, A.B.n]",
    isOneCell: true,
  },
  classes: {
    code: `let scale = 1; const key = "dyn"; class P { #n = 1; static #all = 0; static { P.#all = 10; } get n() { return this.#n + P.#all + scale; } has(o: object) { return #n in o; } ["x"] = scale; [Symbol.toStringTag] = "P"; }
      abstract class Root { abstract f(): number; g() { return this.f() * 2; } } class Leaf extends Root { override f() { return 4; } constructor(readonly a: number, private b = 2) { super(); } sum() { return this.a + this.b; } }
      class Acc { accessor v = 1; static accessor w = 2; } const object = { get [key]() { return scale; }, scale() { return scale; }, async key() { return key; } }; const p = new P(); scale = 5;`,
    value:
      "[p.n, p.has(p), p.x, new Leaf(1).g(), new Leaf(1).sum(), new Acc().v, Acc.w, object.dyn, object.scale(), await object.key(), Leaf.name]",
  },
  decorators: {
    code: "const seen: string[] = []; const told = (_: unknown, { kind, name }: { kind: string; name: string | symbol | undefined }) => { seen.push(kind + String(name)); }; @told class D { @told f = 1; @told m() {} @told accessor a = 2; @told static s = 3; @told get g() { return 1; } } @told export class X {}",
    value: "[seen, D.s, X.name]",
  },
  "a decorator is called on nothing": {
    code: "const seen: unknown[] = []; function told(this: unknown, _: unknown, { kind }: { kind: string }): void { seen.push([this, kind]); } const on = { told }; @told class D { @told f = 1; @(told) m() {} @on.told g() {} }",
    value: "seen.map((one) => (one as unknown[]).map((part) => part === on ? 'on' : part))",
  },
  "generators are closed": {
    code: "const said: (number | string)[] = []; function* counted() { try { yield 1; yield 2; } finally { said.push('closed'); } } for (const n of counted()) { said.push(n); break; } async function* late() { try { yield 3; } finally { said.push('late'); } } for await (const n of late()) said.push(n);",
    value: "said",
  },
  "using in blocks": {
    code: "const said: string[] = []; { using a = { [Symbol.dispose]() { said.push('a'); } }; await using b = { async [Symbol.asyncDispose]() { said.push('b'); } }; said.push('in'); }",
    value: "said",
  },
  "imports of every kind": {
    code: 'import fs, { readFileSync as read, type Stats } from "node:fs"; import * as path from "node:path"; import { join } from "node:path"; const { basename } = await import("node:path"); const stats: Stats | undefined = undefined;\n{ const join = 1; void join; }',
    value:
      '[fs.readFileSync === read, path.basename("/a/b"), [["a", "b"]].map(([a, b]) => join(a!, b!)), basename("/x/y"), stats, typeof import.meta.url, import.meta.resolve("node:fs")]',
  },
  "names that are nothing special": {
    code: "const of = 1, async = 2, get = 3, type = 4, as = 5, status = 6, name = 7, event = 8, performance = 9, constructor = 10, toString = 11, __proto__ = 12, größe = 13, $ = 14, _ = 15, value = 16, module_ = 17;",
    value:
      "[of, async, get, type, as, status, name, event, performance, constructor, toString, __proto__, { größe, $, _ }, value, module_]",
  },
  "__proto__ as a shorthand is a property": {
    code: "const __proto__ = { p: 1 }; const short = { __proto__ }; const long = { __proto__: __proto__ };",
    value: "[Object.keys(short), 'p' in short, Object.keys(long), (long as any).p]",
  },
  "names with escapes": {
    code: "const \\u0061bc = 1, \\u{5a}ed = 2;\nconst seen = [abc, \\u0061bc, Z\\u0065d];",
    value: "[seen, { \\u0061bc }]",
  },
  "a line that stands before or behind an export": {
    code: "let one = 1\nexport { one }\n;[one] = [one + 1]\nlet two = one\nexport {}\n(two += 1)",
    value: "[one, two]",
    isOneCell: true,
  },
  "text that looks like the end of a compiled cell": {
    code: "const text = `\nexport {};\n`; const more = `\n//# sourceMappingURL=data:application/json;base64,abc`",
    value: "[text, more]",
  },
  "regular expressions with sets": {
    code: "const letter = /[\\p{L}--[a-z]]/v;",
    value: "['A', 'a'].map((c) => letter.test(c))",
  },
  "what declare says is there": {
    code: `Object.assign(globalThis, { hostValue: 5, hostCall: () => 6, HostClass: class { x = 7; } });
      declare const hostValue: number; declare function hostCall(): number; declare class HostClass { x: number }`,
    value: "[hostValue, hostCall(), new HostClass().x, typeof hostValue]",
  },
  "a line that has no semicolon": {
    code: "let a = 1\nlet b = a\n++a\n;[b] = [b + 1]\nfunction f() { return\n1; }\nclass C { x = 1\nstatic\ny = 2 }",
    value: "[a, b, f(), new C().x, C.y]",
  },
  "microtasks, and what awaits": {
    code: 'const said: string[] = []; queueMicrotask(() => said.push("micro")); said.push("sync"); await 0; said.push("after"); try { await Promise.reject(new Error("told")); } catch (error) { said.push(String(error)); }',
    value: "said",
    isOneCell: true,
  },
  "code is strict": {
    code: "let said = 'sloppy'; try { (Object.freeze({ a: 1 }) as { a: number }).a = 2; } catch (error) { said = (error as Error).name; } function f(a: number) { a = 2; return arguments[0]; }",
    value: "[said, f(1), (0, eval)('typeof said'), new Function('return 3')()]",
  },
};

describe("a cell means what the same code means in a module", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernelClient({ cwd: tmpdir() });
  });
  after(() => kernel.close());

  const shownBy = async (codes: readonly string[]): Promise<string> => {
    let shown = "undefined";
    for (const code of codes) {
      const { status, ename, evalue } = await kernel.execute({
        code,
        onMessage: ({ type, content }) => {
          if (type === "execute_result") shown = String((content.data as Record<string, unknown>)["text/plain"]);
        },
      });
      if (status === "error") return `${ename}: ${evalue}`;
    }
    return shown;
  };

  for (const [name, { code, value, isOneCell }] of Object.entries(ROWS)) {
    it(name, async () => {
      const expected = inspect(await inModule({ code, value }));
      assert.equal(await shownBy([`${code}\n;${value}`]), expected);
      if (!isOneCell) assert.equal(await shownBy([...statements(code), value]), expected);
    });
  }
});

async function inModule({ code, value }: Row): Promise<unknown> {
  // An exported binding of its own, so that the code may have a default.
  const { outputText } = ts.transpileModule(`${code}\n;export const __value = ${value};`, {
    fileName: "module.ts",
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const module = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
  return module.__value;
}

function statements(code: string): string[] {
  return ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest).statements.map(({ pos, end }) => code.slice(pos, end));
}
