import ts from "typescript";
import { isUsing } from "./native-names.js";

/** Tells which identifiers of a cell mean a variable that cells share, and which mean something local or global. */
export class SharedNames {
  readonly #checker: ts.TypeChecker;
  readonly #known: ReadonlySet<string>;

  /** `known` are the names of earlier cells that have a value. */
  constructor({ checker, known }: { checker: ts.TypeChecker; known: ReadonlySet<string> }) {
    this.#checker = checker;
    this.#known = known;
  }

  isShared(node: ts.Node): boolean {
    if (!(ts.isIdentifier(node) && isReference(node))) return false;
    return this.#isSharedSymbol({ symbol: this.#checker.getSymbolAtLocation(node), name: node });
  }

  isSharedShorthand(node: ts.ShorthandPropertyAssignment): boolean {
    return this.#isSharedSymbol({ symbol: this.#checker.getShorthandAssignmentValueSymbol(node), name: node.name });
  }

  #isSharedSymbol({ symbol, name }: { symbol: ts.Symbol | undefined; name: ts.Identifier }): boolean {
    if (!symbol) return this.#known.has(name.text);
    return symbol.declarations?.some((declaration) => isTopLevel(declaration) && !isInside(name, declaration)) ?? false;
  }
}

/**
 * Whether a list declares by `var` outside of functions, wherever it stands: it belongs to the top level.
 *
 * @example
 * typeof isHoisted // "function"
 */
export function isHoisted(list: ts.VariableDeclarationList): boolean {
  if (list.flags & ts.NodeFlags.BlockScoped) return false;
  return ts.findAncestor(list, (node) => ts.isFunctionLike(node) || isOwnScope(node)) === undefined;
}

function isOwnScope(node: ts.Node): boolean {
  return ts.isClassStaticBlockDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isModuleDeclaration(node);
}

function isTopLevel(declaration: ts.Declaration): boolean {
  if (ts.isImportSpecifier(declaration) || ts.isImportClause(declaration) || ts.isNamespaceImport(declaration)) return true;
  const list = ts.findAncestor(declaration, ts.isVariableDeclarationList);
  const isVariable = ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration);
  if (isVariable && list && isBoundBy(declaration, list)) {
    if (isUsing(list)) return false;
    return isHoisted(list) || (ts.isVariableStatement(list.parent) && ts.isSourceFile(list.parent.parent));
  }
  return ts.isSourceFile(declaration.parent) && (ts.isDeclarationStatement(declaration) || ts.isClassDeclaration(declaration));
}

/** A binding element may be a parameter's instead. */
function isBoundBy(declaration: ts.Node, list: ts.VariableDeclarationList): boolean {
  const owner = ts.findAncestor(declaration, (node) => ts.isParameter(node) || ts.isVariableDeclarationList(node));
  return owner === list;
}

/** A class, an enum and a namespace know themselves by a name of their own. */
function isInside(node: ts.Node, declaration: ts.Declaration): boolean {
  if (!(ts.isClassDeclaration(declaration) || ts.isEnumDeclaration(declaration) || ts.isModuleDeclaration(declaration))) {
    return false;
  }
  return ts.findAncestor(node, (ancestor) => ancestor === declaration) !== undefined;
}

/** Whether an identifier is read or assigned to, and is no name of a property, a label or a declaration. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent) || ts.isBindingElement(parent) || ts.isVariableDeclaration(parent)) {
    return parent.initializer === node;
  }
  if (ts.isParameter(parent) || ts.isPropertyDeclaration(parent) || ts.isEnumMember(parent)) return parent.initializer === node;
  if (ts.isShorthandPropertyAssignment(parent)) return parent.objectAssignmentInitializer === node;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent) || ts.isMetaProperty(parent)) return false;
  const isName = ts.isFunctionLike(parent) || ts.isClassLike(parent) || ts.isEnumDeclaration(parent);
  if (isName || ts.isModuleDeclaration(parent)) return (parent as { name?: ts.Node }).name !== node;
  return !(ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isImportClause(parent));
}
