import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** What draws, besides the files of this room. */
const PACKAGES = ["@resvg/resvg-js", "dejavu-fonts-ttf", "jsdom", "plotly.js-cartesian-dist-min"];

let known: string | undefined;

/**
 * Names what pictures are drawn with: a hash of this room's code and of the versions of the packages that it calls. The same figure
 * gives the same picture where it is the same.
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
  const room = new URL("./", import.meta.url);
  const files = readdirSync(room).filter((name) => name.endsWith(".js") && !name.endsWith(".test.js"));
  const hash = createHash("sha256");
  for (const name of files.sort()) hash.update(`${name}\n`).update(readFileSync(new URL(name, room)));
  for (const name of PACKAGES) hash.update(`${name} ${own(`${name}/package.json`).version}\n`);
  return hash.digest("hex").slice(0, 16);
}
