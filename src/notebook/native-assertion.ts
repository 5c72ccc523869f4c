import type ts from "typescript";
import type { SourcePlace } from "./cell-error.js";
import { offsetAt, positionAt } from "./cell-position.js";
import { loadCompiler } from "./load-compiler.js";

/**
 * What Node's `assert` says of a falsy value where it can read the source: the call in full. Nothing where no call of one argument is at
 * the place, which is that of the last name of its callee.
 *
 * @example
 * falsyCall({ title: "cell[1]", code: "assert.ok(ns < 60)", at: { line: 0, column: 7 } }) // "The expression evaluated to a falsy value:\n\n  assert.ok(ns < 60)\n"
 */
export function falsyCall({ code, at }: SourcePlace): string | undefined {
  const compiler = loadCompiler(); // an error is seldom: nothing that runs well waits for it
  const file = compiler.createSourceFile("cell.mts", code, compiler.ScriptTarget.Latest, true);
  const call = callAt({ node: file, offset: offsetAt(code, at), compiler });
  const [argument, ...more] = call?.arguments ?? [];
  if (!call || !argument || more.length > 0 || compiler.isSpreadElement(argument)) return undefined;
  const [first, ...lines] = call.getText(file).split("\n");
  const indent = new RegExp(`^[ \t]{0,${positionAt(code, call.getStart(file)).column}}`);
  const text = [first, ...lines.map((line) => line.replace(indent, ""))].join("\n  ");
  return `The expression evaluated to a falsy value:\n\n  ${text}\n`;
}

function callAt({
  node,
  offset,
  compiler,
}: {
  node: ts.Node;
  offset: number;
  compiler: typeof ts;
}): ts.CallExpression | undefined {
  const inner = compiler.forEachChild(node, (child) => {
    return child.pos <= offset && offset < child.end ? callAt({ node: child, offset, compiler }) : undefined;
  });
  if (inner) return inner;
  return compiler.isCallExpression(node) && offset <= node.expression.end ? node : undefined;
}
