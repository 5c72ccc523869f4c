// README's program prints what README says it prints, and its tables name what there is.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { formats } from "./formats.js";
import { WORKSHOP_FIGURES } from "./workshop/workshop-figures.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const readme = readFileSync(`${root}README.md`, "utf8");

test("the README's program prints what the README says", () => {
  const [, program = "", printed = ""] = /```ts\n(.*?)```\n\n```\n(.*?)```/s.exec(readme) ?? [];
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", outputText], { cwd: root, encoding: "utf8" });
  assert.equal(output, printed);
});

test("the README lists every format and every notebook", () => {
  for (const { name } of formats) assert.ok(readme.includes(`\n| ${name} |`), `format ${name}`);
  for (const file of readdirSync(`${root}notebooks`).filter((file) => file.endsWith(".ipynb"))) {
    assert.ok(readme.includes(`(notebooks/${file})`), file);
  }
});

test("every room of src/ is on the README's map", () => {
  const rooms = readdirSync(`${root}src`, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of rooms.filter(({ name }) => name !== "setup")) assert.ok(readme.includes(`| \`${name}/\` |`), name);
});

test("the README's pictures are there, and each figure of its gallery is one of the workshop's", () => {
  for (const [, path = ""] of readme.matchAll(/\]\((data\/pictures\/[^)]+)\)/g)) assert.ok(existsSync(`${root}${path}`), path);
  const gallery = readme.slice(readme.indexOf("## Gallery"), readme.indexOf("## Two commands"));
  const names = [...gallery.matchAll(/pictures\/([\w-]+)\.svg\) `([\w-]+)`/g)];
  assert.ok(names.length >= 6);
  for (const [, file, name = ""] of names) {
    assert.equal(file, name);
    assert.ok(
      WORKSHOP_FIGURES.some((figure) => figure.name === name),
      name,
    );
  }
});
