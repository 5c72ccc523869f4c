// Every exported function has a doc comment with an example, and every example holds. An example is a list of expressions;
// `expression // value` asserts that the expression gives the value. Names are those of the function's own file.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";

process.env.XDG_CACHE_HOME = mkdtempSync(join(tmpdir(), "linerate-test-")); // cells of examples go there, compiled
after(() => rmSync(String(process.env.XDG_CACHE_HOME), { recursive: true }));

const source = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !/\.(?:test|d|as)\.ts$/.test(file))
  .sort();

for (const file of files) {
  const exported = exportedFunctions(file);
  if (exported.length === 0) continue;
  test(`${file}: doc comments and examples`, async () => {
    const own = await import(new URL(file.replace(/\.ts$/, ".js"), import.meta.url).href);
    for (const { name, comment, example } of exported) {
      assert.ok(comment.length > 0, `${file}: ${name}() has no doc comment`);
      assert.ok(example.length > 0, `${file}: ${name}() has no @example`);
      for (const { expression, value } of assertions(example)) {
        const message = `${file}: ${name}(): ${expression}`;
        assert.deepStrictEqual(await evaluate(expression, own, message), await evaluate(value, own, message), message);
      }
    }
  });
}

/** The functions a file exports, by declaration or as a constant, with the text and the example of their doc comment. */
function exportedFunctions(file: string): { name: string; comment: string; example: string }[] {
  const tree = ts.createSourceFile(file, readFileSync(source + file, "utf8"), ts.ScriptTarget.Latest, true);
  return tree.statements.flatMap((statement) => {
    const exports = ts.canHaveModifiers(statement)
      ? ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      : false;
    const name = exports ? functionName(statement) : undefined;
    if (!name) return [];
    const comment = ts.getJSDocCommentsAndTags(statement).filter(ts.isJSDoc).at(-1);
    const tag = comment?.tags?.find(({ tagName }) => tagName.text === "example");
    return [{ name, comment: plain(comment?.comment), example: plain(tag?.comment) }];
  });
}

function functionName(statement: ts.Statement): string | undefined {
  if (ts.isFunctionDeclaration(statement)) return statement.name?.text;
  if (!ts.isVariableStatement(statement)) return undefined;
  const [declaration] = statement.declarationList.declarations;
  const value = declaration?.initializer;
  return value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? declaration.name.getText() : undefined;
}

function plain(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
  return ts.getTextOfJSDocComment(comment)?.trim() ?? "";
}

/** The `expression // value` pairs of an example; the expression may span lines, the value ends its line. */
function assertions(example: string): { expression: string; value: string }[] {
  const pairs = example.split("\n").reduce<{ done: { expression: string; value: string }[]; open: string }>(
    ({ done, open }, line) => {
      const [, code, value] = /^(.*?)\s+\/\/ (.+)$/.exec(line) ?? [];
      if (code === undefined || value === undefined) return { done, open: `${open}${line}\n` };
      return { done: [...done, { expression: `${open}${code}`.trim(), value }], open: "" };
    },
    { done: [], open: "" },
  );
  assert.equal(pairs.open.trim(), "", `an example ends without "// value": ${pairs.open}`);
  return pairs.done;
}

async function evaluate(expression: string, scope: Record<string, unknown>, message: string): Promise<unknown> {
  const names = Object.keys(scope).filter((name) => name !== "default");
  const body = `"use strict"; return (async () => (${expression}\n))();`;
  try {
    return await new Function(...names, body)(...names.map((name) => scope[name]));
  } catch (error) {
    throw new Error(`${message} failed`, { cause: error });
  }
}
