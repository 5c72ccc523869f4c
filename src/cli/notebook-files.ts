import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * The notebooks that paths name: a file is itself, a folder is every `.ipynb` in it and below, sorted, but for hidden folders
 * (`.ipynb_checkpoints`) and node_modules. Each file is named once.
 *
 * @throws Error for a path that is not there, and for a folder without notebooks.
 * @example
 * (() => { try { notebookFiles(["/nowhere"]) } catch (error) { return error.message } })() // "/nowhere: there is no such file or folder"
 */
export function notebookFiles(paths: readonly string[]): string[] {
  const files = paths.flatMap((path) => {
    const status = statSync(path, { throwIfNoEntry: false });
    if (!status) throw new Error(`${path}: there is no such file or folder`);
    if (!status.isDirectory()) return path;
    const below = inFolder(path);
    if (below.length === 0) throw new Error(`${path}: there is no notebook (.ipynb) in this folder`);
    return below;
  });
  return [...new Set(files)];
}

function inFolder(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith(".") || entry.name === "node_modules" ? [] : inFolder(path);
    return entry.name.endsWith(".ipynb") ? path : [];
  });
}
