import type ts from "typescript";
import { compiler } from "./compiler-api.js";
import { CELL_HELPERS } from "./native-helpers.js";
import { isUsing } from "./native-names.js";
import { isHoisted, SharedNames } from "./native-scope.js";

/** How a cell is turned into the body of a function; see `CellEmitter`. */
export interface CellTransform {
  readonly checker: ts.TypeChecker;
  /** Names of earlier cells that have a value. */
  readonly known: ReadonlySet<string>;
  /** Whether an imported name is a type only. */
  readonly isType: (name: string) => boolean;
  readonly moduleName: (name: string) => string;
}

/**
 * The transformer behind `CellEmitter`, for TypeScript's emitter.
 *
 * @example
 * typeof cellTransformer({ checker: undefined, known: new Set(), isType: () => false, moduleName: (name) => name }) // "function"
 */
export function cellTransformer(transform: CellTransform): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => new CellTransformation({ ...transform, context, file }).transformed();
}

class CellTransformation {
  readonly #factory: ts.NodeFactory;
  readonly #context: ts.TransformationContext;
  readonly #file: ts.SourceFile;
  readonly #names: SharedNames;
  readonly #isType: (name: string) => boolean;
  readonly #moduleName: (name: string) => string;
  readonly #visit = (node: ts.Node): ts.VisitResult<ts.Node> => this.#visited(node);

  constructor({
    checker,
    known,
    isType,
    moduleName,
    context,
    file,
  }: CellTransform & { context: ts.TransformationContext; file: ts.SourceFile }) {
    this.#factory = context.factory;
    this.#context = context;
    this.#file = file;
    this.#names = new SharedNames({ checker, known });
    this.#isType = isType;
    this.#moduleName = moduleName;
  }

  transformed(): ts.SourceFile {
    const { statements } = this.#file;
    const functions = statements.filter(compiler.isFunctionDeclaration).filter(({ body, name }) => body && name);
    const hoisted = functions.map(({ name }) => this.#assign((name as ts.Identifier).text));
    const imports = statements.flatMap((statement) => this.#import(statement));
    const last = statements.findLast((statement) => !compiler.isEmptyStatement(statement));
    const rest = statements.flatMap((statement) => {
      if (compiler.isExpressionStatement(statement) && statement === last) return [this.#result(statement.expression)];
      const visited = this.#statement(statement);
      return visited === undefined ? [] : Array.isArray(visited) ? visited : [visited];
    });
    return this.#factory.updateSourceFile(this.#file, [...hoisted, ...imports, ...(rest as ts.Statement[])]);
  }

  #result(expression: ts.Expression): ts.Statement {
    const visited = this.#expression(expression);
    const shown = isAnonymous(visited) ? this.#factory.createComma(this.#factory.createNumericLiteral(0), visited) : visited; // not named "value"
    const value = this.#factory.createPropertyAssignment("value", shown);
    return compiler.setTextRange(
      this.#factory.createReturnStatement(this.#factory.createObjectLiteralExpression([value])),
      expression,
    );
  }

  #statement(statement: ts.Statement): ts.VisitResult<ts.Node | undefined> {
    if (compiler.isImportDeclaration(statement) || compiler.isExportDeclaration(statement)) return undefined; // they were hoisted
    if (isAmbient(statement)) return undefined;
    if (compiler.isImportEqualsDeclaration(statement)) return this.#alias(statement);
    if (compiler.isVariableStatement(statement) && !isUsing(statement.declarationList)) return this.#variables(statement);
    const visited = this.#visited(statement);
    const nodes = Array.isArray(visited) ? visited : [visited];
    if (compiler.isClassDeclaration(statement) || compiler.isEnumDeclaration(statement)) {
      return statement.name ? [...nodes, this.#assign(statement.name.text)] : visited;
    }
    return compiler.isModuleDeclaration(statement) ? [...nodes, this.#assignWhenThere(statement.name.text)] : visited;
  }

  #visited(node: ts.Node): ts.VisitResult<ts.Node> {
    if (compiler.isTypeNode(node) && !compiler.isExpressionWithTypeArguments(node)) return node;
    if (compiler.isInterfaceDeclaration(node) || compiler.isTypeAliasDeclaration(node)) return node;
    if (compiler.isIdentifier(node)) return this.#names.isShared(node) ? this.#shared(node) : node;
    if (compiler.isShorthandPropertyAssignment(node)) return this.#shorthand(node);
    if (compiler.isMetaProperty(node) && node.keywordToken === compiler.SyntaxKind.ImportKeyword) {
      return this.#factory.createIdentifier(CELL_HELPERS.meta);
    }
    if (compiler.isCallExpression(node)) return this.#call(node);
    if (compiler.isDecorator(node)) {
      return this.#factory.updateDecorator(node, this.#callee(node.expression, this.#expression(node.expression)));
    }
    if (compiler.isTaggedTemplateExpression(node)) {
      const visited = compiler.visitEachChild(node, this.#visit, this.#context);
      const tag = this.#callee(node.tag, visited.tag);
      return this.#factory.updateTaggedTemplateExpression(visited, tag, undefined, visited.template);
    }
    if (compiler.isBinaryExpression(node) && NAMING.includes(node.operatorToken.kind)) return this.#naming(node);
    if (compiler.isVariableStatement(node) && isHoisted(node.declarationList)) return this.#variables(node);
    if (compiler.isVariableDeclarationList(node) && isHoisted(node)) return this.#loopVariables(node);
    return compiler.visitEachChild(node, this.#visit, this.#context);
  }

  #expression(node: ts.Expression): ts.Expression {
    return compiler.visitNode(node, this.#visit, compiler.isExpression);
  }

  #call(node: ts.CallExpression): ts.Node {
    const visited = compiler.visitEachChild(node, this.#visit, this.#context);
    if (node.expression.kind === compiler.SyntaxKind.ImportKeyword) {
      const [name, ...rest] = visited.arguments;
      const target = name && compiler.isStringLiteral(name) ? this.#module(name) : name;
      const callee = this.#factory.createIdentifier(CELL_HELPERS.importModule);
      return this.#factory.createCallExpression(callee, undefined, target ? [target, ...rest] : rest);
    }
    if (
      compiler.isIdentifier(node.expression) &&
      node.expression.text === "require" &&
      !this.#names.isShared(node.expression)
    ) {
      const [name, ...rest] = visited.arguments;
      if (name && compiler.isStringLiteral(name)) {
        return this.#factory.updateCallExpression(visited, visited.expression, undefined, [this.#module(name), ...rest]);
      }
    }
    const callee = this.#callee(node.expression, visited.expression);
    return this.#factory.updateCallExpression(visited, callee, undefined, visited.arguments);
  }

  /** `(0, __cells.f)`: a function is called without the object as its `this`. */
  #callee(written: ts.Expression, visited: ts.Expression): ts.Expression {
    if (!this.#names.isShared(bare(written))) return visited;
    const callee = bare(visited);
    // V8 puts the call behind the callee: without an end in the source map, that is where the callee begins.
    compiler.setEmitFlags(callee, compiler.EmitFlags.NoTrailingSourceMap);
    const comma = this.#factory.createComma(this.#factory.createNumericLiteral(0), callee);
    const whole = compiler.setTextRange(this.#factory.createParenthesizedExpression(comma), callee);
    return compiler.setEmitFlags(whole, compiler.EmitFlags.NoTrailingSourceMap);
  }

  #naming(node: ts.BinaryExpression): ts.Node {
    const visited = compiler.visitEachChild(node, this.#visit, this.#context);
    if (!this.#names.isShared(node.left)) return visited;
    const named = this.#named(node.left as ts.Identifier, visited.right);
    return this.#factory.updateBinaryExpression(visited, visited.left, visited.operatorToken, named);
  }

  #shorthand(node: ts.ShorthandPropertyAssignment): ts.Node {
    const visited = compiler.visitEachChild(node, this.#visit, this.#context);
    if (!this.#names.isSharedShorthand(node)) return visited;
    const value = this.#shared(node.name);
    const { objectAssignmentInitializer: otherwise } = visited;
    const target = otherwise ? this.#factory.createAssignment(value, this.#named(node.name, otherwise)) : value;
    const name = this.#factory.createStringLiteral(node.name.text);
    const key = node.name.text === "__proto__" ? this.#factory.createComputedPropertyName(name) : node.name.text; // else it sets the prototype
    return compiler.setTextRange(this.#factory.createPropertyAssignment(key, target), node);
  }

  #variables({ declarationList }: ts.VariableStatement): ts.Node[] {
    const isLet = (declarationList.flags & compiler.NodeFlags.Let) !== 0;
    return declarationList.declarations.flatMap((declaration) => {
      const assignment = this.#assignment(declaration, isLet);
      if (!assignment) return [];
      return [compiler.setTextRange(this.#factory.createExpressionStatement(assignment), declaration)];
    });
  }

  /** What stands for `var` in the head of a loop. */
  #loopVariables(list: ts.VariableDeclarationList): ts.Expression {
    const [first] = list.declarations;
    const isTarget = compiler.isForOfStatement(list.parent) || compiler.isForInStatement(list.parent);
    if (isTarget && first) return this.#target(first.name);
    const assignments = list.declarations.flatMap((declaration) => this.#assignment(declaration, false) ?? []);
    const [start = this.#factory.createVoidZero(), ...more] = assignments;
    return more.reduce((before, assignment) => this.#factory.createComma(before, assignment), start);
  }

  #assignment({ name, initializer }: ts.VariableDeclaration, isLet: boolean): ts.Expression | undefined {
    if (!initializer && !isLet) return undefined; // `var x;` leaves the value
    const value = initializer ? this.#named(name, this.#expression(initializer)) : this.#factory.createVoidZero();
    const assignment = this.#factory.createAssignment(this.#target(name), value);
    const whole = compiler.isObjectBindingPattern(name) ? this.#factory.createParenthesizedExpression(assignment) : assignment;
    return compiler.setTextRange(whole, name);
  }

  /** A function or class takes its name from the variable it is first assigned to; a property gives it none, a literal's does. */
  #named(name: ts.BindingName, value: ts.Expression): ts.Expression {
    if (!isAnonymous(value) || !compiler.isIdentifier(name)) return value;
    const literal = this.#factory.createObjectLiteralExpression([this.#factory.createPropertyAssignment(name.text, value)]);
    return this.#factory.createPropertyAccessExpression(this.#factory.createParenthesizedExpression(literal), name.text);
  }

  /** What is assigned to where a binding was declared. */
  #target(name: ts.BindingName): ts.Expression {
    if (compiler.isIdentifier(name)) return this.#shared(name);
    if (compiler.isArrayBindingPattern(name)) {
      const elements = name.elements.map((element) => {
        if (compiler.isOmittedExpression(element)) return element;
        const target = this.#elementTarget(element);
        return element.dotDotDotToken ? this.#factory.createSpreadElement(target) : target;
      });
      return this.#factory.createArrayLiteralExpression(elements);
    }
    const properties = name.elements.map((element) => {
      const target = this.#elementTarget(element);
      if (element.dotDotDotToken) return this.#factory.createSpreadAssignment(target);
      const property = element.propertyName ?? (element.name as ts.Identifier);
      const key = compiler.isComputedPropertyName(property)
        ? this.#factory.createComputedPropertyName(this.#expression(property.expression))
        : property;
      return this.#factory.createPropertyAssignment(key, target);
    });
    return this.#factory.createObjectLiteralExpression(properties);
  }

  #elementTarget({ name, initializer }: ts.BindingElement): ts.Expression {
    const target = this.#target(name);
    if (!initializer) return target;
    return this.#factory.createAssignment(target, this.#named(name, this.#expression(initializer)));
  }

  #import(statement: ts.Statement): ts.Statement[] {
    if (compiler.isExportDeclaration(statement) && statement.moduleSpecifier && !statement.isTypeOnly) {
      return [this.#importStatement(statement.moduleSpecifier, [], statement)];
    }
    if (!compiler.isImportDeclaration(statement)) return [];
    const { importClause: clause, moduleSpecifier } = statement;
    if (!clause) return [this.#importStatement(moduleSpecifier, [], statement)];
    const names = this.#importedNames(clause).filter(([local]) => !this.#isType(local));
    return names.length === 0 ? [] : [this.#importStatement(moduleSpecifier, names, statement)];
  }

  /** Local name and exported name of all that an import declares as a value. */
  #importedNames({ isTypeOnly, name, namedBindings }: ts.ImportClause): (readonly [string, string])[] {
    if (isTypeOnly) return [];
    const own = name ? [[name.text, "default"] as const] : [];
    if (!namedBindings) return own;
    if (compiler.isNamespaceImport(namedBindings)) return [...own, [namedBindings.name.text, "*"]];
    const values = namedBindings.elements.filter((element) => !element.isTypeOnly);
    return [...own, ...values.map((element) => [element.name.text, (element.propertyName ?? element.name).text] as const)];
  }

  #importStatement(
    specifier: ts.Expression,
    names: readonly (readonly [string, string])[],
    statement: ts.ImportDeclaration | ts.ExportDeclaration,
  ): ts.Statement {
    const { createPropertyAssignment, createStringLiteral, createObjectLiteralExpression } = this.#factory;
    const bindings = names.map(([local, exported]) => createPropertyAssignment(local, createStringLiteral(exported)));
    const attributes = statement.attributes?.elements.map(({ name, value }) =>
      createPropertyAssignment(createStringLiteral(name.text), value),
    );
    const call = this.#factory.createCallExpression(this.#factory.createIdentifier(CELL_HELPERS.importNames), undefined, [
      this.#module(specifier as ts.StringLiteral),
      createObjectLiteralExpression(bindings),
      ...(attributes ? [createObjectLiteralExpression(attributes)] : []),
    ]);
    const awaited = this.#factory.createExpressionStatement(
      this.#factory.createAwaitExpression(compiler.setTextRange(call, statement)),
    );
    return compiler.setTextRange(awaited, statement);
  }

  /** `import a = b.c`, and `import a = require("b")`. What is a type only is not there. */
  #alias({ name, moduleReference, isTypeOnly }: ts.ImportEqualsDeclaration): ts.Statement | undefined {
    if (isTypeOnly) return undefined;
    const value = compiler.isExternalModuleReference(moduleReference)
      ? this.#required(moduleReference.expression as ts.StringLiteral)
      : this.#entity(moduleReference);
    const assignment = this.#factory.createAssignment(this.#property(name.text), value);
    return compiler.setTextRange(this.#factory.createExpressionStatement(assignment), moduleReference);
  }

  #required(module: ts.StringLiteral): ts.Expression {
    return this.#factory.createCallExpression(this.#factory.createIdentifier("require"), undefined, [this.#module(module)]);
  }

  #entity(name: ts.EntityName): ts.Expression {
    if (compiler.isIdentifier(name)) return this.#shared(name);
    const dot = this.#factory.createToken(compiler.SyntaxKind.QuestionDotToken);
    return this.#factory.createPropertyAccessChain(this.#entity(name.left), dot, name.right.text);
  }

  #module(name: ts.StringLiteral): ts.StringLiteral {
    return this.#factory.createStringLiteral(this.#moduleName(name.text));
  }

  #assign(name: string): ts.Statement {
    const value = this.#factory.createIdentifier(name);
    return this.#factory.createExpressionStatement(this.#factory.createAssignment(this.#property(name), value));
  }

  /** A namespace that holds only types has no value. */
  #assignWhenThere(name: string): ts.Statement {
    const { createIdentifier, createTypeOfExpression, createStringLiteral, createStrictInequality } = this.#factory;
    const isThere = createStrictInequality(createTypeOfExpression(createIdentifier(name)), createStringLiteral("undefined"));
    return this.#factory.createIfStatement(isThere, this.#assign(name));
  }

  #property(name: string): ts.PropertyAccessExpression {
    return this.#factory.createPropertyAccessExpression(this.#factory.createIdentifier(CELL_HELPERS.cells), name);
  }

  #shared(name: ts.Identifier): ts.Expression {
    return compiler.setTextRange(this.#property(name.text), name);
  }
}

/** Assignments that give a function or class without a name that of the variable. */
const NAMING: readonly ts.SyntaxKind[] = [
  compiler.SyntaxKind.EqualsToken,
  compiler.SyntaxKind.QuestionQuestionEqualsToken,
  compiler.SyntaxKind.BarBarEqualsToken,
  compiler.SyntaxKind.AmpersandAmpersandEqualsToken,
];

/** What is left of an expression without parentheses around it and without what is said of its type. */
function bare(node: ts.Expression): ts.Expression {
  const isWrapped = compiler.isParenthesizedExpression(node) || compiler.isAssertionExpression(node);
  return isWrapped || compiler.isNonNullExpression(node) || compiler.isSatisfiesExpression(node) ? bare(node.expression) : node;
}

/** Whether a function or class takes its name from what it is assigned to. */
function isAnonymous(value: ts.Expression): boolean {
  const made = bare(value);
  if (compiler.isArrowFunction(made)) return true;
  return (compiler.isFunctionExpression(made) || compiler.isClassExpression(made)) && !made.name;
}

function isAmbient(statement: ts.Statement): boolean {
  if (compiler.isFunctionDeclaration(statement) && !statement.body) return true;
  const modifiers = compiler.canHaveModifiers(statement) ? compiler.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === compiler.SyntaxKind.DeclareKeyword) ?? false;
}
