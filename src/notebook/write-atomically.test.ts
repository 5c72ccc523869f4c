import assert from "node:assert/strict";
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
  assert.throws(() => writeAtomically({ file: folder, data: "" }));
});
