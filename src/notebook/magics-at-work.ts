import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { CellOutput } from "./cell-output.js";
import { signalTree } from "./child-tree.js";

/** A command of `%sh` failed. */
export class ShellError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "ShellError";
  }
}

/**
 * Runs a command by `sh`; what it writes is the cell's, as it comes. An abort interrupts it, and all that it has started.
 *
 * @throws ShellError when it does not end with 0.
 * @example
 * (async () => runShell({ command: "exit 2", output: { write: () => {} } }).catch(({ message }) => message))() // "%sh ended with exit code 2: exit 2"
 */
export async function runShell({
  command,
  output,
  signal,
}: {
  command: string;
  output: Pick<CellOutput, "write">;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const shell = spawn("sh", ["-c", command], { stdio: ["ignore", "pipe", "pipe"] });
  const interrupt = () => {
    if (shell.pid !== undefined) signalTree(shell.pid, "SIGINT");
  };
  signal?.addEventListener("abort", interrupt, { once: true });
  for (const name of ["stdout", "stderr"] as const) {
    shell[name].setEncoding("utf8").on("data", (text: string) => output.write(name, text));
  }
  const ended = await new Promise<string>((resolve) => {
    shell.once("error", ({ message }) => resolve(`cannot be started: ${message}`));
    shell.once("close", (code, ended) => resolve(code === 0 ? "" : howEnded(code, ended)));
  });
  signal?.removeEventListener("abort", interrupt);
  if (ended !== "") throw new ShellError(`%sh ${ended}: ${command}`);
}

const MS_PER_S = 1000;
const DIGITS = 4;

/**
 * A time as `%time` shows it.
 *
 * @example
 * elapsed(0.06721) // "0.06721 ms"
 * elapsed(1234.6) // "1.235 s"
 */
export function elapsed(ms: number): string {
  const inSeconds = ms >= MS_PER_S;
  return `${Number((inSeconds ? ms / MS_PER_S : ms).toPrecision(DIGITS))} ${inSeconds ? "s" : "ms"}`;
}

/**
 * The line that `%time` adds to what a cell prints.
 *
 * @example
 * timeLine(1234.6) // "time: 1.235 s\n"
 */
export function timeLine(ms: number): string {
  return `time: ${elapsed(ms)}\n`;
}

/**
 * What a cell under `%time` printed, with no time in the line that `%time` added: the last one of its kind.
 *
 * @example
 * withoutTime("time: 2 s\ntime: 0.06721 ms\n") // "time: 2 s\ntime: ...\n"
 */
export function withoutTime(text: string): string {
  const last = [...text.matchAll(TIME_LINE)].at(-1);
  if (!last) return text;
  return `${text.slice(0, last.index)}time: ...\n${text.slice(last.index + last[0].length)}`;
}

const TIME_LINE = /time: \d[\d.e+-]* m?s\n/g;

function howEnded(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `was ended by ${signal} (${constants.signals[signal]})`;
  return `ended with exit code ${code}`;
}
