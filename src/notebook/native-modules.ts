import type ts from "typescript";
import { compiler } from "./compiler-api.js";
import type { CompiledModule } from "./native-helpers.js";
import { emitOptions } from "./native-options.js";
import { type CellProgram, fileVersion, isTypeScriptSource } from "./native-program.js";

/** TS1378: Top-level 'await' is only allowed in certain modules. */
const TOP_LEVEL_AWAIT = 1378;
const CANNOT_AWAIT =
  "this file awaits outside of a function, and a source file that a cell imports is loaded at once, as CommonJS: " +
  "export an asynchronous function and await it in the cell, or write this in a cell";

/** Stands for `import.meta` in a file of the project. */
const META = "__import_meta";

/** Compiles the project's own source files, which Node cannot load, for the cells that import them. */
export class NativeModules {
  readonly #program: CellProgram;
  /** The version of each file that the executor has. */
  readonly #sent = new Map<string, string>();
  /** The version of each file that was found right. */
  readonly #checked = new Map<string, string>();

  constructor(program: CellProgram) {
    this.#program = program;
  }

  /** Errors of the files that cells import, unless they have been looked at as they are. */
  errors(program: ts.Program): readonly ts.Diagnostic[] {
    return this.#files(program).flatMap((file) => {
      const version = fileVersion(file.fileName);
      if (this.#checked.get(file.fileName) === version) return [];
      const own = topLevelAwaits(file);
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      const errors = [...own, ...found.filter(({ start }) => start !== own[0]?.start)];
      if (errors.length === 0) this.#checked.set(file.fileName, version);
      return errors;
    });
  }

  /** What keeps a file from running at all, whatever its types. */
  refused(program: ts.Program): readonly ts.Diagnostic[] {
    return this.#files(program).flatMap(topLevelAwaits);
  }

  /** The files that have changed since the last call, compiled, each with its source map as the last line of its code. */
  changed(program: ts.Program): CompiledModule[] {
    return this.#files(program).flatMap((file) => {
      const version = fileVersion(file.fileName);
      if (this.#sent.get(file.fileName) === version) return [];
      this.#sent.set(file.fileName, version);
      return [{ version, ...this.#compiled(file) }];
    });
  }

  /** The executor has these. */
  adopt(modules: readonly CompiledModule[]): void {
    for (const { path, version } of modules) this.#sent.set(path, version);
  }

  /** Whether a file that the executor has was edited since. */
  hasChanged(): boolean {
    return [...this.#sent].some(([path, version]) => fileVersion(path) !== version);
  }

  #files(program: ts.Program): ts.SourceFile[] {
    return program
      .getSourceFiles()
      .filter((file) => isTypeScriptSource(file.fileName) && !this.#program.isCell(file.fileName))
      .filter((file) => !program.isSourceFileFromExternalLibrary(file));
  }

  #compiled({ fileName, text }: ts.SourceFile): Omit<CompiledModule, "version"> {
    const { outputText } = compiler.transpileModule(text, {
      fileName: fileName.replace(/\.mts$/, ".ts"), // CommonJS is wanted of these too
      compilerOptions: {
        ...emitOptions(this.#program.options),
        target: compiler.ScriptTarget.ES2022,
        module: compiler.ModuleKind.CommonJS,
        esModuleInterop: true,
        inlineSourceMap: true,
      },
      transformers: { before: [withMeta] },
    });
    const names = compiler.preProcessFile(text).importedFiles.map((imported) => imported.fileName);
    const imports = names.flatMap((name) => {
      const path = this.#program.projectFile({ name, from: fileName });
      return path === undefined ? [] : [[name, path] as const];
    });
    return { path: fileName, code: outputText, imports: Object.fromEntries(imports) };
  }
}

/** The first await of a file that stands in no function. */
function topLevelAwaits(file: ts.SourceFile): ts.Diagnostic[] {
  const awaits = (node: ts.Node): ts.Node | undefined => {
    if (compiler.isFunctionLike(node) || compiler.isClassStaticBlockDeclaration(node)) return undefined;
    const isAwait =
      compiler.isAwaitExpression(node) ||
      (compiler.isForOfStatement(node) && node.awaitModifier !== undefined) ||
      (compiler.isVariableDeclarationList(node) &&
        (node.flags & compiler.NodeFlags.AwaitUsing) === compiler.NodeFlags.AwaitUsing);
    return isAwait ? node : compiler.forEachChild(node, awaits);
  };
  const found = awaits(file);
  if (!found) return [];
  const start = found.getStart(file);
  const { Error: category } = compiler.DiagnosticCategory;
  return [{ file, start, length: "await".length, code: TOP_LEVEL_AWAIT, category, messageText: CANNOT_AWAIT }];
}

const withMeta: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
  const visit = (node: ts.Node): ts.Node => {
    const isMeta = compiler.isMetaProperty(node) && node.keywordToken === compiler.SyntaxKind.ImportKeyword;
    return isMeta ? context.factory.createIdentifier(META) : compiler.visitEachChild(node, visit, context);
  };
  return compiler.visitEachChild(file, visit, context);
};
