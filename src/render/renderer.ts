import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The packages that draw. */
const PACKAGES = ["@resvg/resvg-js", "dejavu-fonts-ttf", "jsdom", "plotly.js-cartesian-dist-min"];
/** A module of this room that another imports, at once or later. */
const IMPORTED = /(?:from |import\()"\.\/([\w-]+\.js)"/g;

let known: string | undefined;

/**
 * Names what pictures are drawn with: a hash of `png-from-plotly` and all that it imports, and of the versions of the packages. The same
 * figure gives the same picture where it is the same.
 *
 * @example
 * rendererId().length // 16
 */
export function rendererId(): string {
  known ??= newId();
  return known;
}

function newId(): string {
  const own = createRequire(import.meta.url);
  const hash = createHash("sha256");
  const names = new Set(["png-from-plotly.js"]);
  for (const name of names) {
    const code = readFileSync(new URL(name, import.meta.url), "utf8");
    hash.update(`${name}\n${code}\n`);
    for (const [, imported = ""] of code.matchAll(IMPORTED)) names.add(imported);
  }
  for (const name of PACKAGES) hash.update(`${name} ${own(`${name}/package.json`).version}\n`);
  return hash.digest("hex").slice(0, 16);
}
