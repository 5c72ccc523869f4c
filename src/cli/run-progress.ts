import { readMeasuredRun } from "../comparison/measure-run.js";
import type { MeasuredRun } from "../comparison/measured-run.js";

const BAR_CELLS = 24;
const CLEAR_LINE = "\r\u001b[K";

/** Says how many of so many runs are read. */
export interface RunProgress {
  done(name: string): void;
  end(): void;
}

/**
 * Shows on standard error how many of `runs` are read, where that is a terminal.
 *
 * @example
 * runProgress(2).end() // undefined
 */
export function runProgress(runs: number): RunProgress {
  if (!process.stderr.isTTY) return { done: () => undefined, end: () => undefined };
  let done = 0;
  const show = (name: string) =>
    process.stderr.write(CLEAR_LINE + runProgressText({ done, runs, name, columns: process.stderr.columns }));
  show("");
  return {
    done(name) {
      done += 1;
      show(name);
    },
    end: () => void process.stderr.write(CLEAR_LINE),
  };
}

/**
 * How many runs are read, as one line: of a long path the end, for a line that the terminal breaks would stay there.
 *
 * @example
 * runProgressText({ done: 5, runs: 20, name: "runs/a-05" }) // "[======                  ] 5 of 20 runs: runs/a-05"
 * runProgressText({ done: 5, runs: 20, name: "runs/a-05", columns: 46 }) // "[======                  ] 5 of 20 runs: a-05"
 */
export function runProgressText({
  done,
  runs,
  name,
  columns = 80,
}: {
  done: number;
  runs: number;
  name: string;
  /** Of the terminal. */
  columns?: number | undefined;
}): string {
  const bar = "=".repeat(Math.floor((BAR_CELLS * done) / runs)).padEnd(BAR_CELLS);
  const count = `[${bar}] ${done} of ${runs} runs`;
  const room = columns - 1 - count.length - 2;
  return name === "" || room <= 0 ? count : `${count}: ${name.slice(-room)}`;
}

/**
 * Reads runs for a comparison, one after the other, so that a recording is let go once it is measured.
 *
 * @throws as `readMeasuredRun`.
 * @example
 * await readRuns({ paths: [], progress: { done: () => undefined, end: () => undefined } }) // []
 */
export async function readRuns({
  paths,
  seconds,
  progress,
}: {
  paths: readonly string[];
  seconds?: number | undefined;
  progress: RunProgress;
}): Promise<MeasuredRun[]> {
  const runs: MeasuredRun[] = [];
  for (const path of paths) {
    runs.push(await readMeasuredRun(path, { seconds }));
    progress.done(path);
  }
  return runs;
}
