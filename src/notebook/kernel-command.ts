import { fileURLToPath } from "node:url";
import type { EngineName } from "./engine.js";

const MAIN = fileURLToPath(new URL("../cli/kernel-process.js", import.meta.url));

/**
 * The command that starts a kernel, with absolute paths: neither node nor linerate need be on anybody's PATH. `notebook` is the
 * one whose cells are coming, as it was executed before; a kernel that is eager has cells coming as soon as it answers, with
 * figures in them or not.
 *
 * @example
 * kernelCommand("{connection_file}").slice(3) // ["--connection-file", "{connection_file}"]
 */
export function kernelCommand(
  connectionFile: string,
  {
    engine,
    notebook,
    isEager,
    hasFigures,
  }: { engine?: EngineName | undefined; notebook?: string | undefined; isEager?: boolean; hasFigures?: boolean } = {},
): string[] {
  // From Node 22 on, requiring an ES module warns on standard error, which would be in the first cell of every notebook.
  return [
    process.execPath,
    "--disable-warning=ExperimentalWarning",
    MAIN,
    "--connection-file",
    connectionFile,
    ...(engine === undefined ? [] : ["--engine", engine]),
    ...(notebook === undefined ? [] : ["--notebook", notebook]),
    ...(isEager ? ["--eager"] : []),
    ...(hasFigures ? ["--figures"] : []),
  ];
}
