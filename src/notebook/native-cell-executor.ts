import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { constants, Script } from "node:vm";
import type { CellExecutor } from "./engine.js";
import { mapStacks } from "./mapped-stacks.js";
import type { NativeCell } from "./native-cell.js";
import { CELL_PARAMETERS } from "./native-helpers.js";
import { ProjectModules } from "./project-modules.js";
import { SourcePositions } from "./source-positions.js";

type ImportModule = (name: string, options?: object) => Promise<Record<string, unknown>>;

const ARGUMENTS: symbol = Symbol.for("linerate.cellArguments");

/** Runs what `NativeCellCompiler` compiles. The variables of all cells are properties of one object. */
export class NativeCellExecutor implements CellExecutor {
  /** Without a prototype. Object.create(null) would make it a hash table to V8, and loops over variables three times as slow. */
  readonly #cells: Record<string, unknown> = Object.setPrototypeOf({}, null);
  readonly #positions = new SourcePositions();
  readonly #modules = new ProjectModules(this.#positions);
  readonly #import: ImportModule;
  readonly #arguments: readonly unknown[];
  /** What the names that the last cell declares were before it ran. */
  #before: ReadonlyMap<string, PropertyDescriptor | undefined> = new Map();

  constructor({ folder }: { folder: string }) {
    mapStacks(this.#positions);
    const file = join(folder, "cell.js"); // is not there: modules are looked for from its folder
    this.#import = new Script("(name, options) => import(name, options)", {
      filename: file,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext();
    const require = createRequire(file);
    const meta = { url: pathToFileURL(file).href, filename: file, dirname: folder, resolve: resolver(require) };
    const load = (name: string) => {
      if (this.#modules.has(name)) return this.#modules.require(name);
      return require(name.startsWith("file:") ? fileURLToPath(name) : name);
    };
    this.#arguments = [
      this.#cells,
      (name: string, names: Readonly<Record<string, string>>, attributes?: object) =>
        this.#importNames({ name, names, attributes }),
      (name: string, options?: object) => this.#importModule(String(name), options),
      meta,
      Object.assign(load, require),
      folder,
      file,
    ];
  }

  async run({ name, output, modules, file }: NativeCell): Promise<{ readonly value: unknown }> {
    this.#modules.update(modules);
    this.#before = new Map(file.declared.map((declared) => [declared.name, this.#property(declared.name)]));
    const body = this.#positions.add({ name, output, prefixLines: 0 });
    const parameters = `globalThis[Symbol.for(${JSON.stringify(ARGUMENTS.description)})]`;
    // An arrow function in a strict one: `this` is undefined, as at the top of a module.
    const code = `(function () {"use strict"; return async (${CELL_PARAMETERS}) => {\n${body}\n}; })()(...${parameters})`;
    const script = new Script(code, { filename: name, lineOffset: -1 });
    Object.defineProperty(globalThis, ARGUMENTS, { configurable: true, value: this.#arguments });
    const result = await script.runInThisContext();
    return { value: result?.value };
  }

  assigned(): readonly string[] {
    const now = [...this.#before].map(([name, before]) => ({ name, before, property: this.#property(name) }));
    return now.filter(({ before, property }) => property && !isSame(property, before)).map(({ name }) => name);
  }

  #property(name: string): PropertyDescriptor | undefined {
    return Object.getOwnPropertyDescriptor(this.#cells, name);
  }

  async #importNames({
    name,
    names,
    attributes,
  }: {
    name: string;
    names: Readonly<Record<string, string>>;
    attributes: object | undefined;
  }): Promise<void> {
    const module = await this.#importModule(name, attributes && { with: attributes });
    for (const [local, exported] of Object.entries(names)) this.#bind({ local, exported, module });
  }

  /** An imported name follows what the module exports, until a cell assigns to it. */
  #bind({ local, exported, module }: { local: string; exported: string; module: Record<string, unknown> }): void {
    const get = () => {
      if (exported === "*") return module;
      // Node does not see every name that a CommonJS module exports.
      return exported in module ? module[exported] : (module.default as Record<string, unknown> | undefined)?.[exported];
    };
    const own = { configurable: true, enumerable: true };
    const set = (value: unknown) => Object.defineProperty(this.#cells, local, { ...own, writable: true, value });
    Object.defineProperty(this.#cells, local, { ...own, get, set });
  }

  async #importModule(name: string, options?: object): Promise<Record<string, unknown>> {
    if (this.#modules.has(name)) return this.#modules.require(name) as Record<string, unknown>;
    return this.#import(name, options);
  }
}

function resolver(require: NodeJS.Require): (name: string) => string {
  return (name) => {
    const resolved = require.resolve(name);
    return resolved.startsWith("/") ? pathToFileURL(resolved).href : resolved;
  };
}

function isSame(a: PropertyDescriptor, b: PropertyDescriptor | undefined): boolean {
  return b !== undefined && Object.is(a.value, b.value) && a.get === b.get;
}
