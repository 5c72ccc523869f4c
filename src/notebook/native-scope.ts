import type ts from "typescript";
import { compiler } from "./compiler-api.js";
import { isAmbient, isUsing } from "./native-names.js";

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
    if (!(compiler.isIdentifier(node) && isReference(node))) return false;
    return this.#isSharedSymbol({ symbol: this.#checker.getSymbolAtLocation(node), name: node });
  }

  isSharedShorthand(node: ts.ShorthandPropertyAssignment): boolean {
    return this.#isSharedSymbol({ symbol: this.#checker.getShorthandAssignmentValueSymbol(node), name: node.name });
  }

  #isSharedSymbol({ symbol, name }: { symbol: ts.Symbol | undefined; name: ts.Identifier }): boolean {
    const declarations = (symbol?.declarations ?? []).filter((declaration) => !isAmbient(declaration));
    if (declarations.length === 0) return this.#known.has(name.text);
    // An interface, a class and a namespace may have the same one.
    return declarations.some(isTopLevel) && !declarations.some((declaration) => isInside(name, declaration));
  }
}

/**
 * Whether a list declares by `var` outside of functions, wherever it stands: it belongs to the top level.
 *
 * @example
 * typeof isHoisted // "function"
 */
export function isHoisted(list: ts.VariableDeclarationList): boolean {
  if (list.flags & compiler.NodeFlags.BlockScoped) return false;
  return compiler.findAncestor(list, (node) => compiler.isFunctionLike(node) || isOwnScope(node)) === undefined;
}

function isOwnScope(node: ts.Node): boolean {
  return (
    compiler.isClassStaticBlockDeclaration(node) || compiler.isPropertyDeclaration(node) || compiler.isModuleDeclaration(node)
  );
}

function isTopLevel(declaration: ts.Declaration): boolean {
  if (
    compiler.isImportSpecifier(declaration) ||
    compiler.isImportClause(declaration) ||
    compiler.isNamespaceImport(declaration)
  )
    return true;
  const binding = compiler.isBindingElement(declaration) ? compiler.walkUpBindingElementsAndPatterns(declaration) : declaration;
  if (compiler.isVariableDeclaration(binding) && compiler.isVariableDeclarationList(binding.parent)) {
    const list = binding.parent; // a catch clause has none
    if (isUsing(list)) return false;
    return isHoisted(list) || (compiler.isVariableStatement(list.parent) && compiler.isSourceFile(list.parent.parent));
  }
  return (
    compiler.isSourceFile(declaration.parent) &&
    (compiler.isDeclarationStatement(declaration) || compiler.isClassDeclaration(declaration))
  );
}

/** A class, an enum and a namespace know themselves by a name of their own. */
function isInside(node: ts.Node, declaration: ts.Declaration): boolean {
  if (
    !(
      compiler.isClassDeclaration(declaration) ||
      compiler.isEnumDeclaration(declaration) ||
      compiler.isModuleDeclaration(declaration)
    )
  ) {
    return false;
  }
  return compiler.findAncestor(node, (ancestor) => ancestor === declaration) !== undefined;
}

/** Whether an identifier is read or assigned to, and is no name of a property, a label or a declaration. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (compiler.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (compiler.isPropertyAssignment(parent) || compiler.isBindingElement(parent) || compiler.isVariableDeclaration(parent)) {
    return parent.initializer === node;
  }
  if (compiler.isParameter(parent) || compiler.isPropertyDeclaration(parent) || compiler.isEnumMember(parent))
    return parent.initializer === node;
  if (compiler.isShorthandPropertyAssignment(parent)) return parent.objectAssignmentInitializer === node;
  if (compiler.isLabeledStatement(parent) || compiler.isBreakOrContinueStatement(parent) || compiler.isMetaProperty(parent))
    return false;
  const isName = compiler.isFunctionLike(parent) || compiler.isClassLike(parent) || compiler.isEnumDeclaration(parent);
  if (isName || compiler.isModuleDeclaration(parent)) return (parent as { name?: ts.Node }).name !== node;
  return !(compiler.isImportSpecifier(parent) || compiler.isExportSpecifier(parent) || compiler.isImportClause(parent));
}
