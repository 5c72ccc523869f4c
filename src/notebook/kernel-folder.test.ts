import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { kernelFolder } from "./kernel-folder.js";

const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
process.env.TMPDIR = folder;
after(() => rmSync(folder, { recursive: true }));

it("kernelFolder() is for its owner alone, and takes away what ended processes have left", async () => {
  const child = spawn(process.execPath, ["-e", "0"]);
  await new Promise((resolve) => child.once("exit", resolve));
  const stale = join(folder, `linerate-kernel-${child.pid}-abcdef`);
  const own = join(folder, `linerate-kernel-${process.pid}-abcdef`);
  const other = join(folder, "linerate-kernel-notes");
  for (const path of [stale, own, other]) mkdirSync(path);
  writeFileSync(join(stale, "socket-1"), "");
  const made = kernelFolder();
  assert.equal(statSync(made).mode & 0o777, 0o700);
  assert.deepEqual([stale, own, other].map(existsSync), [false, true, true]);
});
