import { relative, resolve, sep } from "node:path";
import type ts from "typescript";
import type { Edit } from "./edited-code.js";

/** The compiler's API that is used here; tslab's own compiler has it too. */
export type Parser = Pick<typeof ts, "createSourceFile" | "forEachChild" | "SyntaxKind" | "ScriptTarget">;

/** What a cell needs before tslab converts it. */
export interface TslabEdits {
  readonly edits: readonly Edit[];
  /** tslab sees `await` at the top level, but not `for await`. */
  readonly hasTopLevelForAwait: boolean;
}

/**
 * What to change in a cell so that tslab takes it:
 * - relative imports start at the project's root, where tslab looks, instead of the notebook's folder, and `x.ts` becomes `x.js`;
 *   `packages` replaces whole names of packages;
 * - `{ gbps }` becomes `{ gbps: gbps }`, for tslab does not find variables of earlier cells in the short form;
 * - `const { ns: time } = budget` becomes `const { "ns": time } = budget`, for tslab takes `ns` for a variable when the type of
 *   `budget` was declared in an earlier cell.
 *
 * @example
 * tslabEdits({
 *   parser: (await import("typescript")).default,
 *   code: 'import { x } from "../src/x.ts"',
 *   folder: "/p/notebooks",
 *   root: "/p",
 * }).edits // [{ start: 19, from: "../src/x.ts", to: "./src/x.js" }]
 */
export function tslabEdits({
  parser,
  code,
  folder,
  root,
  packages = {},
}: {
  parser: Parser;
  code: string;
  folder: string;
  root: string;
  packages?: Readonly<Record<string, string>>;
}): TslabEdits {
  const { SyntaxKind } = parser;
  const file = parser.createSourceFile("cell.ts", code, parser.ScriptTarget.Latest, true);
  const edits: Edit[] = [];
  let hasTopLevelForAwait = false;
  visit(file, false);
  return { edits, hasTopLevelForAwait };

  function visit(node: ts.Node, isInFunction: boolean): void {
    switch (node.kind) {
      case SyntaxKind.StringLiteral:
        if (isModuleName(node as ts.StringLiteral)) rename(node as ts.StringLiteral);
        break;
      case SyntaxKind.ShorthandPropertyAssignment: {
        const { name } = node as ts.ShorthandPropertyAssignment;
        edits.push({ start: name.getStart(file), from: "", to: `${name.text}: ` });
        break;
      }
      case SyntaxKind.BindingElement: {
        const { propertyName } = node as ts.BindingElement;
        if (propertyName?.kind === SyntaxKind.Identifier) quote(propertyName as ts.Identifier);
        break;
      }
      case SyntaxKind.ForOfStatement:
        hasTopLevelForAwait ||= !isInFunction && (node as ts.ForOfStatement).awaitModifier !== undefined;
        break;
    }
    const isFunction = FUNCTIONS.some((name) => SyntaxKind[name] === node.kind);
    parser.forEachChild(node, (child) => visit(child, isInFunction || isFunction));
  }

  function isModuleName({ parent }: ts.StringLiteral): boolean {
    if (MODULE_PARENTS.some((name) => SyntaxKind[name] === parent.kind)) return true;
    if (parent.kind === SyntaxKind.LiteralType) return parent.parent.kind === SyntaxKind.ImportType;
    if (parent.kind !== SyntaxKind.CallExpression) return false;
    const { expression } = parent as ts.CallExpression;
    return expression.kind === SyntaxKind.ImportKeyword || expression.getText(file) === "require";
  }

  function rename(literal: ts.StringLiteral): void {
    const from = literal.getText(file).slice(1, -1);
    const to = moduleName(from);
    if (from !== to) edits.push({ start: literal.getStart(file) + 1, from, to });
  }

  function quote(name: ts.Identifier): void {
    const start = name.getStart(file);
    edits.push({ start, from: "", to: '"' }, { start: start + name.text.length, from: "", to: '"' });
  }

  function moduleName(name: string): string {
    if (!/^\.\.?(?:\/|$)/.test(name)) return packages[name] ?? name;
    const path = relative(root, resolve(folder, name)).replaceAll(sep, "/").replace(/\.ts$/, ".js");
    return path.startsWith("..") ? path : `./${path}`;
  }
}

const MODULE_PARENTS = ["ImportDeclaration", "ExportDeclaration", "ExternalModuleReference"] as const;
const FUNCTIONS = [
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunction",
  "MethodDeclaration",
  "Constructor",
  "GetAccessor",
  "SetAccessor",
] as const;
