import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ExportedPicture } from "./export-markdown.js";
import { writeAtomically } from "./write-atomically.js";

/** What an export has written into its folder, as `sha256sum` lists files, so that the next one knows its own. */
const LIST = ".linerate-export";
const LISTED = /^([0-9a-f]{64}) {2}([^/]+)$/;

/**
 * Takes the pictures of an earlier export out of a folder that are not among those of this one, and remembers these. A file that no
 * export wrote stays, and so does one that was changed since. The folder goes when nothing is left in it.
 *
 * @throws Error of the file system.
 * @example
 * removeStalePictures({ folder: "/nowhere/lab_files", pictures: [] }) // undefined
 */
export function removeStalePictures({ folder, pictures }: { folder: string; pictures: readonly ExportedPicture[] }): void {
  const list = join(folder, LIST);
  const listed = existsSync(list) ? readFileSync(list, "utf8").split("\n") : [];
  for (const [, hash, name = ""] of listed.flatMap((line) => [LISTED.exec(line) ?? []])) {
    const file = join(folder, name);
    const isFile = lstatSync(file, { throwIfNoEntry: false })?.isFile();
    if (isFile && !pictures.some((picture) => picture.name === name) && sha256(readFileSync(file)) === hash) rmSync(file);
  }
  if (pictures.length > 0) {
    writeAtomically({ file: list, data: pictures.map(({ name, data }) => `${sha256(data)}  ${name}\n`).join("") });
  } else if (listed.length > 0) {
    rmSync(list);
    if (readdirSync(folder).length === 0) rmdirSync(folder);
  }
}

function sha256(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
