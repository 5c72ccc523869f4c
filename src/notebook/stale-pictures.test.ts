import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { removeStalePictures } from "./stale-pictures.js";

const top = mkdtempSync(join(tmpdir(), "linerate-test-"));
after(() => rmSync(top, { recursive: true }));
const folder = join(top, "lab_files");

/** What `linerate export --md` does to the folder. */
function exported(...names: string[]): string[] {
  const pictures = names.map((name) => ({ name, data: Buffer.from(`picture ${name}`) }));
  mkdirSync(folder, { recursive: true });
  for (const { name, data } of pictures) writeFileSync(join(folder, name), data);
  removeStalePictures({ folder, pictures });
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

it("removeStalePictures() takes away what an earlier export wrote and this one did not, and nothing else", () => {
  mkdirSync(folder);
  writeFileSync(join(folder, "own.png"), "put there by hand");
  assert.deepEqual(exported("a.png", "b.png", "c.png"), [".linerate-export", "a.png", "b.png", "c.png", "own.png"]);
  writeFileSync(join(folder, "b.png"), "drawn over by hand");
  assert.deepEqual(exported("c.png", "d.png"), [".linerate-export", "b.png", "c.png", "d.png", "own.png"]);
  assert.deepEqual(exported(), ["b.png", "own.png"]);
});

it("removeStalePictures() leaves no empty folder", () => {
  rmSync(folder, { recursive: true });
  assert.deepEqual(exported("a.png"), [".linerate-export", "a.png"]);
  assert.deepEqual(exported(), []);
  assert.equal(existsSync(folder), false);
});

it("removeStalePictures() reads no path out of its list", () => {
  const outside = join(top, "a.png");
  writeFileSync(outside, "");
  mkdirSync(folder);
  // The SHA-256 of nothing.
  const hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  writeFileSync(join(folder, ".linerate-export"), `${hash}  ../a.png\nno line of ours\n`);
  assert.deepEqual(exported("b.png"), [".linerate-export", "b.png"]);
  assert.ok(existsSync(outside));
});
