import type ts from "typescript";
import { compiler } from "./compiler-api.js";

/** A name that a cell declares at its top level. */
export interface DeclaredName {
  readonly name: string;
  /**
   * `variable` can be assigned to, `constant` cannot; `type` has no value at run time. `ambient` is what `declare` says is there,
   * `global` what `declare global` says to all cells, or `declare module`: as in `global Array` and `module "m"`.
   */
  readonly kind: "variable" | "constant" | "function" | "class" | "block" | "import" | "type" | "ambient" | "global";
}

/**
 * The names a cell declares at its top level, imports included. `block` stands for enums and namespaces. What a `using` statement
 * declares ends with the cell and is not among them.
 *
 * @example
 * declaredNames(parsedCell("let n = 1; interface T {}; import d, { type U } from 'd'"))
 *   .map(({ name, kind }) => `${kind} ${name}`) // ["variable n", "type T", "import d", "type U"]
 */
export function declaredNames(file: ts.SourceFile): DeclaredName[] {
  const names = file.statements.flatMap(namesOf);
  const hoisted = file.statements.filter((statement) => !compiler.isVariableStatement(statement)).flatMap(hoistedNames);
  return [...names, ...hoisted];
}

/**
 * A cell as a tree, with parents.
 *
 * @example
 * parsedCell("1 + 1").statements.length // 1
 */
export function parsedCell(code: string): ts.SourceFile {
  return compiler.createSourceFile("cell.mts", code, compiler.ScriptTarget.Latest, true);
}

/**
 * Whether the variables of a list end with their block: `using` and `await using`.
 *
 * @example
 * isUsing(parsedCell("using file = open()").statements[0].declarationList) // true
 */
export function isUsing(list: ts.VariableDeclarationList): boolean {
  return (list.flags & compiler.NodeFlags.Using) !== 0; // AwaitUsing has this bit, and that of Const
}

/**
 * Whether a declaration only says what is there: `declare`.
 *
 * @example
 * isAmbient(parsedCell("declare const ns: number").statements[0].declarationList.declarations[0]) // true
 */
export function isAmbient(declaration: ts.Declaration): boolean {
  return (compiler.getCombinedModifierFlags(declaration) & compiler.ModifierFlags.Ambient) !== 0;
}

/**
 * Whether a name has a value at run time that a cell gives it.
 *
 * @example
 * hasValue({ kind: "type" }) // false
 */
export function hasValue({ kind }: Pick<DeclaredName, "kind">): boolean {
  return kind !== "type" && kind !== "ambient" && kind !== "global";
}

function namesOf(statement: ts.Statement): DeclaredName[] {
  const names = ownNamesOf(statement);
  const modifiers = compiler.canHaveModifiers(statement) ? compiler.getModifiers(statement) : undefined;
  if (!modifiers?.some(({ kind }) => kind === compiler.SyntaxKind.DeclareKeyword)) return names;
  return names.map(({ name, kind }) => ({ name, kind: kind === "type" || kind === "global" ? kind : "ambient" }));
}

function ownNamesOf(statement: ts.Statement): DeclaredName[] {
  const of = (name: ts.Identifier | undefined, kind: DeclaredName["kind"]) => (name ? [{ name: name.text, kind }] : []);
  if (compiler.isVariableStatement(statement)) {
    const { declarationList: list } = statement;
    if (isUsing(list)) return [];
    const kind = list.flags & compiler.NodeFlags.Const ? "constant" : "variable";
    return list.declarations.flatMap(({ name }) => boundNames(name)).map((name) => ({ name, kind }));
  }
  if (compiler.isFunctionDeclaration(statement)) return of(statement.name, "function");
  if (compiler.isClassDeclaration(statement)) return of(statement.name, "class");
  if (compiler.isEnumDeclaration(statement)) return of(statement.name, "block");
  if (compiler.isModuleDeclaration(statement)) return moduleNames(statement);
  if (compiler.isInterfaceDeclaration(statement) || compiler.isTypeAliasDeclaration(statement))
    return of(statement.name, "type");
  if (compiler.isImportEqualsDeclaration(statement)) return of(statement.name, statement.isTypeOnly ? "type" : "import");
  return compiler.isImportDeclaration(statement) ? importedNames(statement) : [];
}

/** Of a namespace, `declare global` or `declare module "m"`. */
function moduleNames({ name, body, flags }: ts.ModuleDeclaration): DeclaredName[] {
  if (compiler.isStringLiteral(name)) return [{ name: `module "${name.text}"`, kind: "global" }];
  if (!(flags & compiler.NodeFlags.GlobalAugmentation)) return [{ name: name.text, kind: "block" }];
  const statements = body && compiler.isModuleBlock(body) ? body.statements : [];
  return statements.flatMap(namesOf).map((declared) => ({ name: `global ${declared.name}`, kind: "global" }));
}

function importedNames({ importClause: clause }: ts.ImportDeclaration): DeclaredName[] {
  if (!clause) return [];
  const kind = clause.isTypeOnly ? "type" : "import";
  const own: DeclaredName[] = clause.name ? [{ name: clause.name.text, kind }] : [];
  const { namedBindings } = clause;
  if (!namedBindings) return own;
  if (compiler.isNamespaceImport(namedBindings)) return [...own, { name: namedBindings.name.text, kind }];
  const specified = namedBindings.elements.map(({ name, isTypeOnly }): DeclaredName => {
    return { name: name.text, kind: isTypeOnly ? "type" : kind };
  });
  return [...own, ...specified];
}

/**
 * The names a binding binds: one, or those of a pattern.
 *
 * @example
 * boundNames(parsedCell("const { a, b: [c] } = x").statements[0].declarationList.declarations[0].name) // ["a", "c"]
 */
export function boundNames(name: ts.BindingName): string[] {
  if (compiler.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (compiler.isOmittedExpression(element) ? [] : boundNames(element.name)));
}

/** `var` inside blocks and loops is of the top level too. */
function hoistedNames(node: ts.Node): DeclaredName[] {
  if (compiler.isFunctionLike(node) || compiler.isClassLike(node) || compiler.isModuleDeclaration(node)) return [];
  if (compiler.isVariableDeclarationList(node) && !(node.flags & compiler.NodeFlags.BlockScoped)) {
    return node.declarations.flatMap(({ name }) => boundNames(name)).map((name) => ({ name, kind: "variable" }));
  }
  const names: DeclaredName[] = [];
  compiler.forEachChild(node, (child) => {
    names.push(...hoistedNames(child));
  });
  return names;
}
