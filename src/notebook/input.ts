import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { runningKernel } from "./display.js";

/**
 * Asks the person at the notebook for a line of text: `const link = await input("Which link? ")`. A password is not shown while it
 * is typed. Outside our kernel the line is read from standard input.
 *
 * @throws InputError where nobody can be asked: in a headless run, or after the cell has ended.
 * @example
 * typeof input // "function"
 */
export async function input(prompt = "", { password = false }: { password?: boolean } = {}): Promise<string> {
  const kernel = runningKernel();
  return kernel ? kernel.ask({ prompt, password }) : askOnTerminal({ prompt, password });
}

function askOnTerminal({ prompt, password }: { prompt: string; password: boolean }): Promise<string> {
  process.stderr.write(prompt);
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = password ? hidden : process.stderr;
  const lines = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY === true });
  return new Promise((resolve) => {
    let line = "";
    lines.once("line", (text) => {
      line = text;
      lines.close();
    });
    lines.once("close", () => {
      if (password) process.stderr.write("\n");
      resolve(line);
    });
  });
}
