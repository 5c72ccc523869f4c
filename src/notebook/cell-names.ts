import type ts from "typescript";
import { oneFileHost } from "./one-file-host.js";

/** The variables of a cell that other cells can see. */
export interface CellNames {
  /** Declared at its top level (imports too), or assigned there to a variable of another cell. */
  readonly defines: ReadonlySet<string>;
  /** Used in it, at any depth, and declared in another cell or nowhere. */
  readonly uses: ReadonlySet<string>;
}

const FILE = "cell.ts";

/**
 * The names that each of the cells defines and uses. Code that does not parse gives what can be read of it.
 *
 * @example
 * (await cellNames(["const rows = [1];", "const f = (x: number) => rows[0] + x;"])).map(({ uses }) => [...uses]) // [[], ["rows"]]
 */
export async function cellNames(sources: readonly string[]): Promise<CellNames[]> {
  const { compiler } = await import("./compiler-api.js"); // takes a third of a second to load
  return sources.map((source) => namesOf(source, compiler));
}

function namesOf(source: string, compiler: typeof ts): CellNames {
  const file = compiler.createSourceFile(FILE, source, compiler.ScriptTarget.ESNext, true);
  const checker = checkerOf(file, compiler);
  const isOwn = (symbol: ts.Symbol | undefined) => symbol?.declarations?.some((node) => node.getSourceFile() === file) === true;
  const values = compiler.SymbolFlags.Value | compiler.SymbolFlags.Alias;
  const defines = new Set(
    checker
      .getSymbolsInScope(file, values)
      .filter(isOwn)
      .map(({ name }) => name),
  );
  const uses = new Set<string>();
  const visit = (node: ts.Node, isInFunction: boolean): void => {
    if (compiler.isTypeNode(node) && !compiler.isExpressionWithTypeArguments(node)) return;
    if (compiler.isIdentifier(node) && !isMember(node, compiler) && !isOwn(variableOf(node, checker, compiler))) {
      const assignment = assignmentTo(node, compiler);
      if (assignment !== undefined && !isInFunction) defines.add(node.text);
      if (assignment !== "=") uses.add(node.text);
    }
    const isDeeper = isInFunction || compiler.isFunctionLike(node);
    node.forEachChild((child) => visit(child, isDeeper));
  };
  visit(file, false);
  return { defines, uses };
}

/** Knows the scopes of one file, and nothing else. */
function checkerOf(file: ts.SourceFile, compiler: typeof ts): ts.TypeChecker {
  const options = {
    noLib: true,
    noResolve: true,
    types: [],
    target: compiler.ScriptTarget.ESNext,
    module: compiler.ModuleKind.ESNext,
    moduleDetection: compiler.ModuleDetectionKind.Force, // else its names would be global, and so the compiler's own
  };
  return compiler.createProgram([FILE], options, oneFileHost({ fileName: FILE, sourceFile: () => file })).getTypeChecker();
}

function variableOf(node: ts.Identifier, checker: ts.TypeChecker, compiler: typeof ts): ts.Symbol | undefined {
  const { parent } = node;
  return compiler.isShorthandPropertyAssignment(parent)
    ? checker.getShorthandAssignmentValueSymbol(parent)
    : checker.getSymbolAtLocation(node);
}

/** A name after a dot, of a declaration, of a property or of a label: no use of a variable. */
function isMember(node: ts.Identifier, compiler: typeof ts): boolean {
  const parent = node.parent as ts.Node & { name?: ts.Node; propertyName?: ts.Node; label?: ts.Node };
  if (compiler.isShorthandPropertyAssignment(parent)) return false;
  return parent.name === node || parent.propertyName === node || parent.label === node;
}

/** The operator, where a variable is assigned to: `=` does not look at what was in it. */
function assignmentTo(node: ts.Identifier, compiler: typeof ts): "=" | "other" | undefined {
  const { parent } = node;
  if (compiler.isPostfixUnaryExpression(parent)) return "other";
  if (compiler.isPrefixUnaryExpression(parent)) {
    const { PlusPlusToken, MinusMinusToken } = compiler.SyntaxKind;
    return parent.operator === PlusPlusToken || parent.operator === MinusMinusToken ? "other" : undefined;
  }
  if (!compiler.isBinaryExpression(parent) || parent.left !== node) return undefined;
  const { kind } = parent.operatorToken;
  if (kind === compiler.SyntaxKind.EqualsToken) return "=";
  const { FirstAssignment, LastAssignment } = compiler.SyntaxKind;
  return kind >= FirstAssignment && kind <= LastAssignment ? "other" : undefined;
}
