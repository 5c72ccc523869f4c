import { fileURLToPath } from "node:url";

const FOLDER = new URL("../../data/", import.meta.url);

/**
 * The path of a file or folder of the project's `data/`, wherever the notebook that asks is run from. Nothing is opened.
 *
 * @example
 * dataPath("runs/kernel-6.1-vm").endsWith("data/runs/kernel-6.1-vm") // true
 */
export function dataPath(name: string): string {
  return fileURLToPath(new URL(name, FOLDER));
}
