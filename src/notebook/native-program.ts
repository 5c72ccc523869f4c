import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type ts from "typescript";
import { AskedDisk, isInPackage } from "./asked-disk.js";
import { compiler } from "./compiler-api.js";
import { withoutExports } from "./native-exports.js";
import { type DeclaredName, declaredNames, parsedCell } from "./native-names.js";
import { compilerOptions } from "./native-options.js";
import { projectRoot } from "./project-root.js";

/** A name of an earlier cell, and the file that stands for that cell. */
export interface EarlierName extends DeclaredName {
  readonly file: string;
}

/** A cell as the type checker sees it: between the names of earlier cells that it mentions and the export of its own. */
export interface CellFile {
  /** Where later cells import from it. */
  readonly path: string;
  readonly text: string;
  /** UTF-16 units before the cell's own code. */
  readonly start: number;
  readonly end: number;
  /** What the cell declares at its top level. */
  readonly declared: readonly DeclaredName[];
}

const OWN_TYPES = fileURLToPath(new URL("../index.d.ts", import.meta.url));
/** A module whatever package.json says, so that it may await and import packages as Node does. */
const CELL_FILE = /__cell_(\d+)__\.mts$/;
/** A cell that is read alone has always this number: a program whose files stay the same is made in a fraction of the time. */
const ALONE = 0;

/** As the language service makes them. */
type VersionedFile = ts.SourceFile & { readonly version?: string };

/** The program that cells and the project's files form together, for TypeScript's language service. */
export class CellProgram {
  readonly root: string;
  readonly options: ts.CompilerOptions;
  readonly disk: AskedDisk = new AskedDisk(compiler.sys);
  #service: ts.LanguageService;
  /** Whether doc comments are read: half of what the declarations of Node and the packages hold, and no cell needs them to run. */
  #isDocumented = false;
  readonly #folder: string;
  readonly #cells = new Map<string, string>();
  readonly #snapshots = new Map<string, { version: string; snapshot: ts.IScriptSnapshot }>();
  readonly #alonePath: string;
  /** The cells that are being read, by their path in the program. */
  #open: ReadonlyMap<string, CellFile> = new Map();
  #program: ts.Program | undefined;
  #files = ALONE;
  #resolutions: ts.ModuleResolutionCache;

  constructor({ folder }: { folder: string }) {
    this.#folder = folder;
    this.#alonePath = this.#path(ALONE);
    this.root = projectRoot(folder, this.disk.host);
    this.options = compilerOptions({ folder, root: this.root, disk: this.disk });
    this.#resolutions = this.#newResolutions();
    this.#service = this.#newService();
  }

  get service(): ts.LanguageService {
    return this.#service;
  }

  /** The service, with what doc comments say. The first call reads all declarations again: about a second. */
  documented(): ts.LanguageService {
    if (!this.#isDocumented) {
      this.#isDocumented = true;
      this.#service = this.#newService();
      this.#program = undefined;
    }
    return this.#service;
  }

  /** A cell's file; it is in the program once it is opened. `mentionsAll` is for code that is being written. */
  file({
    code,
    earlier,
    mentionsAll = false,
  }: {
    code: string;
    earlier: ReadonlyMap<string, EarlierName>;
    mentionsAll?: boolean;
  }): CellFile {
    const declared = declaredNames(parsedCell(code));
    const own = new Set(declared.map(({ name }) => name));
    const seen = mentionsAll ? earlier : mentionedNames(code);
    const before = [...earlier.values()].filter(({ name, kind }) => (kind === "global" || seen.has(name)) && !own.has(name));
    const prelude = `${[...new Set(before.map(declaration))].join(" ")}\n`;
    const exported = new Set(declared.filter(({ kind }) => kind !== "global").map(({ name }) => name));
    const text = `${prelude}${withoutExports(code)}\nexport { ${[...exported].join(", ")} };`;
    return { path: this.#path(++this.#files), text, start: prelude.length, end: prelude.length + code.length, declared };
  }

  /** Makes cells the files of the program, in the place of those that were opened before. */
  open(files: readonly CellFile[]): void {
    const [first] = files;
    this.#open = new Map(files.length === 1 && first ? [[this.#alonePath, first]] : files.map((file) => [file.path, file]));
    this.#program = undefined;
  }

  /** Later cells may refer to this one by its path. */
  keep({ path, text }: CellFile): void {
    this.#files = Math.max(this.#files, Number(CELL_FILE.exec(path)?.[1])); // it may be of an earlier run
    this.#cells.set(path, text);
  }

  /** Looks again for modules that were not there. */
  retryResolutions(): void {
    this.#resolutions = this.#newResolutions();
    this.#program = undefined;
  }

  /** The program of the cells that were opened last, with the project's files as they were then. */
  program(): ts.Program {
    this.#program ??= this.#service.getProgram();
    if (!this.#program) throw new Error("TypeScript's language service gives no program");
    return this.#program;
  }

  /** Where a cell that is open is in the program. */
  pathOf({ path }: CellFile): string {
    return this.#open.has(path) ? path : this.#alonePath;
  }

  /** Whether no file has been edited since a program was made. */
  isFresh(program: ts.Program): boolean {
    const files: readonly VersionedFile[] = program.getSourceFiles();
    return files.every(({ fileName, version }) => this.isCell(fileName) || fileVersion(fileName) === version);
  }

  isCell(path: string): boolean {
    return CELL_FILE.test(path);
  }

  /** The source file of the project that a module's name means, when it is one: to be compiled here. */
  projectFile({ name, from = this.#alonePath }: { name: string; from?: string }): string | undefined {
    const resolved = this.#resolve(name, from, compiler.ModuleKind.ESNext).resolvedModule;
    if (!resolved || resolved.isExternalLibraryImport || this.isCell(resolved.resolvedFileName)) return undefined;
    return isTypeScriptSource(resolved.resolvedFileName) ? resolved.resolvedFileName : undefined;
  }

  #resolve(name: string, from: string, mode: ts.ResolutionMode): ts.ResolvedModuleWithFailedLookupLocations {
    const found = compiler.resolveModuleName(name, from, this.options, this.#host, this.#resolutions, undefined, mode);
    if (found.resolvedModule || (name !== "linerate" && name !== "tslab")) return found;
    const resolvedFileName = name === "linerate" ? OWN_TYPES : tslabTypes();
    const resolvedModule = { resolvedFileName, extension: compiler.Extension.Dts, isExternalLibraryImport: true };
    return { ...found, resolvedModule };
  }

  #path(number: number): string {
    return join(this.#folder, `__cell_${number}__.mts`);
  }

  #cellText(path: string): string | undefined {
    return this.#open.get(path)?.text ?? this.#cells.get(path);
  }

  /** The language service asks for every file's text each time a cell is new. */
  #snapshot(path: string): ts.IScriptSnapshot | undefined {
    const cell = this.#cellText(path);
    if (cell !== undefined) return compiler.ScriptSnapshot.fromString(cell);
    const version = fileVersion(path);
    const known = this.#snapshots.get(path);
    if (known?.version === version) return known.snapshot;
    const text = this.disk.host.readFile(path);
    if (text === undefined) return undefined;
    const snapshot = compiler.ScriptSnapshot.fromString(text);
    this.#snapshots.set(path, { version, snapshot });
    return snapshot;
  }

  #newResolutions(): ts.ModuleResolutionCache {
    return compiler.createModuleResolutionCache(this.root, (name) => name, this.options);
  }

  #newService(): ts.LanguageService {
    return compiler.createLanguageService(this.#serviceHost());
  }

  readonly #host: AskedDisk["host"] = {
    ...this.disk.host,
    fileExists: (path) => (CELL_FILE.test(path) ? this.#cellText(path) !== undefined : this.disk.host.fileExists(path)),
    readFile: (path) => this.#cellText(path) ?? this.disk.host.readFile(path),
    getCurrentDirectory: () => this.root,
  };

  /** The cache is not declared for this host, and saves reading every package.json again for each cell. */
  #serviceHost(): ts.LanguageServiceHost & Pick<ts.CompilerHost, "getModuleResolutionCache"> {
    return {
      ...this.#host,
      readDirectory: compiler.sys.readDirectory,
      useCaseSensitiveFileNames: () => compiler.sys.useCaseSensitiveFileNames,
      jsDocParsingMode: this.#isDocumented ? compiler.JSDocParsingMode.ParseAll : compiler.JSDocParsingMode.ParseNone,
      getCompilationSettings: () => this.options,
      getScriptFileNames: () => [...this.#open.keys()],
      getScriptVersion: (path) => {
        if (path === this.#alonePath) return String(this.#open.get(path)?.path);
        return this.isCell(path) ? "1" : fileVersion(path);
      },
      getScriptSnapshot: (path) => this.#snapshot(path),
      getModuleResolutionCache: () => this.#resolutions,
      getDefaultLibFileName: (options) => compiler.getDefaultLibFilePath(options),
      resolveModuleNameLiterals: (literals, from, _redirect, options, file) =>
        literals.map((literal) => this.#resolve(literal.text, from, compiler.getModeForUsageLocation(file, literal, options))),
    };
  }
}

/**
 * Whether a path is TypeScript that has to be compiled: no declarations.
 *
 * @example
 * isTypeScriptSource("/p/src/x.ts") // true
 * isTypeScriptSource("/p/dist/x.d.ts") // false
 */
export function isTypeScriptSource(path: string): boolean {
  return /\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path);
}

/**
 * Tells versions of a file apart. What is in packages does not change under a running kernel.
 *
 * @example
 * fileVersion("/p/node_modules/x/index.d.ts") // "1"
 */
export function fileVersion(path: string): string {
  return isInPackage(path) ? "1" : String(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
}

function declaration({ name, kind, file }: EarlierName): string {
  const module = JSON.stringify(file);
  if (kind === "variable") return `declare let ${name}: typeof import(${module}).${name};`;
  if (kind === "global") return `import ${module};`;
  if (kind === "constant") return `declare const ${name}: typeof import(${module}).${name};`;
  return `import { ${name} } from ${module};`;
}

function mentionedNames(code: string): ReadonlySet<string> {
  const text = code.replace(/\\u(?:\{([0-9a-f]{1,5})\}|([0-9a-f]{4}))/gi, (_, long, short) => {
    return String.fromCodePoint(Number.parseInt(long ?? short, 16)); // a name may be written with escapes
  });
  return new Set(text.match(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu));
}

function tslabTypes(): string {
  return join(dirname(fileURLToPath(import.meta.resolve("tslab"))), "public.d.ts");
}
