import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type ts from "typescript";
import { AskedDisk } from "./asked-disk.js";
import { compiler } from "./compiler-api.js";

/** Kinds of modules in which a cell may await at its top level and import packages as Node does. */
const FITTING_MODULES: readonly (ts.ModuleKind | undefined)[] = [
  compiler.ModuleKind.ES2022,
  compiler.ModuleKind.ESNext,
  compiler.ModuleKind.Node16,
  compiler.ModuleKind.Node18,
  compiler.ModuleKind.Node20,
  compiler.ModuleKind.NodeNext,
  compiler.ModuleKind.Preserve,
];

/** Node 20 reads `/[\p{L}--[a-z]]/v`. */
const SYNTAX = compiler.ScriptTarget.ES2024;
/** What Node 20 has; what a browser has would be no error otherwise. */
const LIBRARY: string[] = ["lib.es2023.d.ts"];

/** What is not for cells: a variable may be for a later cell, and nothing is written. */
const CELL_OPTIONS: ts.CompilerOptions = {
  noEmit: true,
  allowImportingTsExtensions: true,
  moduleDetection: compiler.ModuleDetectionKind.Force,
  noUnusedLocals: false,
  noUnusedParameters: false,
  allowUnusedLabels: true,
  allowUnreachableCode: true,
  isolatedModules: false,
  isolatedDeclarations: false,
  verbatimModuleSyntax: false,
  erasableSyntaxOnly: false,
  composite: false,
  declaration: false,
  incremental: false,
  skipLibCheck: true,
};
const FOR_FILES = [
  "outDir",
  "outFile",
  "rootDir",
  "rootDirs",
  "declarationDir",
  "tsBuildInfoFile",
  "sourceMap",
  "inlineSourceMap",
];

/**
 * How cells are checked: strictly, and as the nearest tsconfig.json above the notebook's folder says.
 *
 * @example
 * compilerOptions({ folder: "/nowhere", root: "/nowhere" }).strict // true
 */
export function compilerOptions({
  folder,
  root,
  disk = new AskedDisk(compiler.sys),
}: {
  folder: string;
  root: string;
  disk?: AskedDisk;
}): ts.CompilerOptions {
  const own = { strict: true, ...projectOptions({ folder, root, disk }) };
  const options: ts.CompilerOptions = { target: SYNTAX, lib: LIBRARY, ...own, ...CELL_OPTIONS };
  for (const name of FOR_FILES) delete options[name];
  if (!FITTING_MODULES.includes(options.module)) {
    options.module = compiler.ModuleKind.NodeNext;
    delete options.moduleResolution;
  }
  return { ...options, types: options.types ?? ["node"], typeRoots: options.typeRoots ?? typeRoots(root, disk) };
}

/**
 * What a project's options say about emitting code: of decorators, class fields and JSX.
 *
 * @example
 * emitOptions({ strict: true, useDefineForClassFields: false }) // { useDefineForClassFields: false }
 */
export function emitOptions(options: ts.CompilerOptions): ts.CompilerOptions {
  const names = ["experimentalDecorators", "emitDecoratorMetadata", "useDefineForClassFields", "jsx"];
  return Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
}

function projectOptions({ folder, root, disk }: { folder: string; root: string; disk: AskedDisk }): ts.CompilerOptions {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, "tsconfig.json");
    if (disk.host.fileExists(file)) return readOptions(file, disk);
    if (at === root || dirname(at) === at) return {};
  }
}

function readOptions(file: string, disk: AskedDisk): ts.CompilerOptions {
  const { config } = compiler.readConfigFile(file, disk.host.readFile);
  const host: ts.ParseConfigHost = {
    ...disk.host,
    useCaseSensitiveFileNames: compiler.sys.useCaseSensitiveFileNames,
    readDirectory: () => [], // only the options are wanted
  };
  return compiler.parseJsonConfigFileContent(config ?? {}, host, dirname(file)).options;
}

/** The project's own types of Node, else those that came with the kernel. */
function typeRoots(root: string, disk: AskedDisk): string[] {
  const own = join(root, "node_modules", "@types");
  if (disk.host.directoryExists(join(own, "node"))) return [own];
  try {
    return [own, dirname(dirname(createRequire(import.meta.url).resolve("@types/node/package.json")))];
  } catch {
    return [own];
  }
}
