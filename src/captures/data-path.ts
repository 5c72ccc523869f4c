import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = new URL("../../data/", import.meta.url);

/**
 * The path of a file or folder of the project's `data/`, from the folder that the program or the notebook runs in: what a notebook
 * prints of it is the same on every machine. Nothing is opened.
 *
 * @example
 * dataPath("runs/kernel-6.1-vm").endsWith("data/runs/kernel-6.1-vm") // true
 */
export function dataPath(name: string): string {
  return relative(process.cwd(), fileURLToPath(new URL(name, FOLDER)));
}
