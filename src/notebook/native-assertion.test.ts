// The truth is Node's own message for a file of the same text.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type KernelClient, startKernelClient } from "./client.js";

const CELLS = [
  "assert(x.a === 2);",
  'assert.ok(x.a\n  === 2 && "\u00e4\t\'")',
  "if (x.a) {\n    strict.ok(\n      x.a === 2\n        && x.a,\n    );\n}",
  "await 1;\nconst f = (v: number) => {\n\tok(v > 5);\n};\nf(1);".replace(": number", ""),
  "x.a && assert(strict.ok(typeof 123n === 'string')) || 5",
  "assert([x.a].join() === `b\n   c`, undefined) // not told: two arguments",
  "assert.equal(x.a === 2, true)",
  "assert(x.a === 2, 'own')",
  "assert(...[0]) // not told: spread",
];
const PRELUDE = 'import assert from "node:assert"; import strict, { ok } from "node:assert/strict"; const x = { a: 1 };';
const TOLD = /^The expression evaluated to a falsy value/;

describe("a value that `assert` finds falsy", () => {
  const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernelClient({ cwd: folder });
    await kernel.execute({ code: PRELUDE });
    await kernel.execute({ code: "%typecheck off" });
  });
  after(async () => {
    await kernel.close();
    rmSync(folder, { recursive: true });
  });

  for (const code of CELLS) {
    it(`is shown as Node does: ${code}`, async () => {
      const file = join(folder, "cell.mjs");
      writeFileSync(file, `${PRELUDE}\n${code}`);
      const { stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
      const [, message] = /AssertionError \[ERR_ASSERTION\]: ([\s\S]*?)\n {4}at /.exec(stderr) ?? [];
      const { evalue, traceback } = await kernel.execute({ code });
      const expected = code.includes("not told") ? /^(false|0) == true$/ : message;
      if (expected instanceof RegExp) assert.match(String(evalue), expected);
      else assert.equal(evalue, expected);
      assert.ok(String((traceback as string[]).join("\n")).startsWith(`AssertionError: ${evalue}`));
    });
  }

  it("is told where a source file of the project asserts it", async () => {
    writeFileSync(
      join(folder, "check.ts"),
      'import assert from "node:assert";\ninterface A { a: number }\nexport const check = (x: A): void => assert(x.a === 2);\n',
    );
    const { evalue } = await kernel.execute({ code: 'import { check } from "./check.js"; check(x)' });
    assert.match(String(evalue), TOLD);
    assert.match(String(evalue), /\n {2}assert\(x\.a === 2\)\n$/);
  });
});
