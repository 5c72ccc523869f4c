import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The nearest folder upwards with a package.json, else the folder itself.
 *
 * @example
 * projectRoot("/nowhere/notebooks") // "/nowhere/notebooks"
 */
export function projectRoot(
  folder: string,
  disk: { fileExists: (path: string) => boolean } = { fileExists: existsSync },
): string {
  for (let at = folder; ; at = dirname(at)) {
    if (disk.fileExists(join(at, "package.json"))) return at;
    if (dirname(at) === at) return folder;
  }
}
