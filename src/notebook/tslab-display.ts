import { createRequire } from "node:module";

/** What `tslab.display` and `tslab.newDisplay()` give: one mime type each. */
export interface TslabDisplay {
  readonly data: Readonly<Record<string, string>>;
  readonly transient: { readonly display_id?: string };
}

/**
 * Makes `import * as tslab from "tslab"` show what it is given here. tslab's own server and its compiler, which the module would
 * load (38 MB, a third of a second), are replaced by the two things it takes from them.
 *
 * @example
 * onTslabDisplay(() => undefined) // undefined
 */
export function onTslabDisplay(show: (data: TslabDisplay, update: boolean | undefined) => void): void {
  const tslab = createRequire(createRequire(import.meta.url).resolve("tslab/package.json"));
  const { version } = tslab("@tslab/typescript-for-tslab/package.json");
  const replaced = { "./dist/jupyter.js": { lastWriteDisplayData: show }, "@tslab/typescript-for-tslab": { version } };
  for (const [name, exports] of Object.entries(replaced)) {
    const id = tslab.resolve(name);
    tslab.cache[id] = { id, filename: id, loaded: true, exports, children: [], paths: [] } as unknown as NodeJS.Module;
  }
}
