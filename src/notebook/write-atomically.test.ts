import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { writeAtomically } from "./write-atomically.js";

it("writeAtomically() keeps permissions and links, and leaves nothing beside the file", (test) => {
  const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
  test.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "a.ipynb");
  writeFileSync(file, "old");
  chmodSync(file, 0o640);
  symlinkSync("a.ipynb", join(folder, "link.ipynb"));
  writeAtomically({ file: join(folder, "link.ipynb"), data: "new" });
  assert.equal(readFileSync(file, "utf8"), "new");
  assert.equal(statSync(file).mode & 0o777, 0o640);
  assert.ok(lstatSync(join(folder, "link.ipynb")).isSymbolicLink());
  assert.deepEqual(readdirSync(folder), ["a.ipynb", "link.ipynb"]);
  assert.throws(() => writeAtomically({ file: folder, data: "" }), /: it cannot be written: illegal operation on a directory$/);
  assert.throws(
    () => writeAtomically({ file: join(file, "b.ipynb"), data: "" }),
    /a\.ipynb\/b\.ipynb: it cannot be written: not a directory$/,
  );
});

// Root may write anything, so a user without rights does it.
it("writeAtomically() leaves a file alone that is read-only, though its folder is not", (test) => {
  const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
  test.after(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o777);
  const file = join(folder, "a.ipynb");
  writeFileSync(file, "old");
  chmodSync(file, 0o444);
  const module = JSON.stringify(new URL("./write-atomically.js", import.meta.url));
  const write = `import { writeAtomically } from ${module}; writeAtomically({ file: ${JSON.stringify(file)}, data: "new" });`;
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", write], {
    encoding: "utf8",
    cwd: folder,
    ...user,
  });
  assert.match(stderr, /a\.ipynb: it cannot be written: permission denied\n/);
  assert.equal(readFileSync(file, "utf8"), "old");
  assert.deepEqual(readdirSync(folder), ["a.ipynb"]);
});
