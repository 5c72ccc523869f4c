import type ts from "typescript";
import { compiler } from "./compiler-api.js";
import { parsedCell } from "./native-names.js";

/**
 * The code with blanks in the place of `export`, every position kept: what a cell declares is there for later cells anyway. What it
 * exports by default is a value, also a function or a class without a name.
 *
 * @example
 * withoutExports("export const ns = 67.2;") // "       const ns = 67.2;"
 * withoutExports("export default ns;") // ";              ns;"
 */
export function withoutExports(code: string): string {
  if (!code.includes("export")) return code;
  return parsedCell(code)
    .statements.flatMap(replaced)
    .reduce((text, { start, end, by }) => {
      const blanks = text.slice(start + by.length, end).replace(/[^\n]/g, " ");
      return text.slice(0, start) + by + blanks + text.slice(end);
    }, code);
}

interface Replaced {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

function replaced(statement: ts.Statement): Replaced[] {
  const start = statement.getStart();
  // By a semicolon: a line before it that has none does not go on here, or behind it.
  if (compiler.isExportDeclaration(statement)) return statement.moduleSpecifier ? [] : [{ start, end: statement.end, by: ";" }];
  if (compiler.isExportAssignment(statement)) return [{ start, end: statement.expression.getStart(), by: ";" }];
  const modifiers = compiler.canHaveModifiers(statement) ? (compiler.getModifiers(statement) ?? []) : [];
  const { ExportKeyword, DefaultKeyword } = compiler.SyntaxKind;
  const exports = modifiers.filter(({ kind }) => kind === ExportKeyword || kind === DefaultKeyword);
  return exports.map((modifier, index) => {
    const by = index === 0 && isNameless(statement) ? "void" : "";
    return { start: modifier.getStart(), end: modifier.end, by };
  });
}

function isNameless(statement: ts.Statement): boolean {
  return (compiler.isFunctionDeclaration(statement) || compiler.isClassDeclaration(statement)) && !statement.name;
}
