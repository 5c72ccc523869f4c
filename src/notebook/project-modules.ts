import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";
import type { CompiledModule } from "./native-helpers.js";
import type { SourcePositions } from "./source-positions.js";

const HEADER = "(function (exports, require, module, __filename, __dirname, __import_meta) { ";

interface LoadedModule {
  exports: unknown;
}

/** The project's own modules on the main thread: loaded when they are asked for, and again when they or what they import changed. */
export class ProjectModules {
  readonly #compiled = new Map<string, CompiledModule>();
  readonly #loaded = new Map<string, LoadedModule>();
  readonly #positions: SourcePositions;

  constructor(positions: SourcePositions) {
    this.#positions = positions;
  }

  has(path: string): boolean {
    return this.#compiled.has(path);
  }

  /** Takes new versions of files; what depends on them is loaded again when it is asked for. */
  update(modules: readonly CompiledModule[]): void {
    for (const module of modules) this.#compiled.set(module.path, module);
    const stale = modules.map(({ path }) => path);
    for (let path = stale.pop(); path !== undefined; path = stale.pop()) {
      if (!this.#loaded.delete(path)) continue;
      for (const { path: user, imports } of this.#compiled.values()) {
        if (Object.values(imports).includes(path)) stale.push(user);
      }
    }
  }

  /** What a module exports. @throws what its code throws. */
  require(path: string): unknown {
    const loaded = this.#loaded.get(path);
    if (loaded) return loaded.exports;
    const compiled = this.#compiled.get(path);
    if (!compiled) throw new Error(`${path} is no compiled file of the project`);
    const module: LoadedModule = { exports: {} };
    this.#loaded.set(path, module); // before it runs: modules may import each other
    try {
      this.#run(compiled, module);
    } catch (error) {
      this.#loaded.delete(path);
      throw error;
    }
    return module.exports;
  }

  #run({ path, code, imports }: CompiledModule, module: LoadedModule): void {
    const body = this.#positions.add({ name: path, output: code, prefixLines: 0 });
    const script = new Script(`${HEADER}${body}\n})`, { filename: path, columnOffset: -HEADER.length });
    const own = createRequire(path);
    const load = (name: string) => {
      const file = imports[name];
      return file === undefined ? own(name) : this.require(file);
    };
    const folder = dirname(path);
    const meta = { url: pathToFileURL(path).href, filename: path, dirname: folder, resolve: own.resolve };
    script.runInThisContext().call(module.exports, module.exports, Object.assign(load, own), module, path, folder, meta);
  }
}
