import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../cli/main.js", import.meta.url));

/**
 * The command that starts a kernel, with absolute paths: neither node nor linerate need be on anybody's PATH.
 *
 * @example
 * kernelCommand("{connection_file}").slice(2) // ["kernel", "start", "--connection-file", "{connection_file}"]
 */
export function kernelCommand(connectionFile: string): string[] {
  return [process.execPath, MAIN, "kernel", "start", "--connection-file", connectionFile];
}
