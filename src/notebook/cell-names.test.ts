import assert from "node:assert/strict";
import { it } from "node:test";
import { cellNames } from "./cell-names.js";

const names = async (source: string) => {
  const [cell] = await cellNames([source]);
  assert.ok(cell);
  return { defines: [...cell.defines].sort(), uses: [...cell.uses].sort() };
};

it("cellNames() finds what a cell defines at its top level", async () => {
  const { defines } = await names(`
    import assert, { equal as same } from "node:assert";
    const a = 1, { b, c: [d] } = x; var e; let f = () => { const inner = 1; };
    function g(parameter) {} class H {} enum I { J }
    for (const k of a) { let l; }
    m = 1; n += 1; o++; y.z = 1; (() => { later = 1; })();`);
  assert.deepEqual(defines, ["H", "I", "a", "assert", "b", "d", "e", "f", "g", "m", "n", "o", "same"]);
});

it("cellNames() finds what it uses of others, in functions too, and no members, types, labels or names of its own", async () => {
  const { uses } = await names(`
    const own = rows.map(({ pps, ns: time }) => pps + time + factor);
    ({ shorthand, key: value, own });
    function f(a: Type): Other { return a + own + deep; }
    class A extends Base<Type> { member = field; method() { return this.member; } }
    set = 1; add += 1; add2++;
    loop: for (const x of items) break loop;
    \`\${inText}\`; await promise; typeof guess; a.b.c[index];
    let shadow = 1; { let rows2 = shadow; rows2; }`);
  assert.deepEqual(uses, "Base a add add2 deep factor field guess inText index items promise rows shorthand value".split(" "));
});

it("cellNames() reads what it can of code that does not parse", async () => {
  assert.deepEqual((await names("%time\nconst a = ;")).defines, ["a"]);
});
