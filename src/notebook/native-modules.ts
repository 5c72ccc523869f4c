import type ts from "typescript";
import { compiler } from "./compiler-api.js";
import type { CompiledModule } from "./native-helpers.js";
import { type CellProgram, fileVersion, isTypeScriptSource } from "./native-program.js";

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
      const errors = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      if (errors.length === 0) this.#checked.set(file.fileName, version);
      return errors;
    });
  }

  /** The files that have changed since the last call, compiled, each with its source map as the last line of its code. */
  changed(program: ts.Program): CompiledModule[] {
    return this.#files(program).flatMap((file) => {
      const version = fileVersion(file.fileName);
      if (this.#sent.get(file.fileName) === version) return [];
      this.#sent.set(file.fileName, version);
      return [this.#compiled(file)];
    });
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

  #compiled({ fileName, text }: ts.SourceFile): CompiledModule {
    const { experimentalDecorators, emitDecoratorMetadata, useDefineForClassFields, jsx } = this.#program.options;
    const given = Object.entries({ experimentalDecorators, emitDecoratorMetadata, useDefineForClassFields, jsx });
    const { outputText } = compiler.transpileModule(text, {
      fileName: fileName.replace(/\.mts$/, ".ts"), // CommonJS is wanted of these too
      compilerOptions: {
        ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
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

const withMeta: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
  const visit = (node: ts.Node): ts.Node => {
    const isMeta = compiler.isMetaProperty(node) && node.keywordToken === compiler.SyntaxKind.ImportKeyword;
    return isMeta ? context.factory.createIdentifier(META) : compiler.visitEachChild(node, visit, context);
  };
  return compiler.visitEachChild(file, visit, context);
};
