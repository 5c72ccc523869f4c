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
  const show = (name: string) => process.stderr.write(CLEAR_LINE + runProgressText({ done, runs, name }));
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
 * How many runs are read, as one line.
 *
 * @example
 * runProgressText({ done: 5, runs: 20, name: "runs/a-05" }) // "[======                  ] 5 of 20 runs: runs/a-05"
 */
export function runProgressText({ done, runs, name }: { done: number; runs: number; name: string }): string {
  const bar = "=".repeat(Math.floor((BAR_CELLS * done) / runs)).padEnd(BAR_CELLS);
  return `[${bar}] ${done} of ${runs} runs${name === "" ? "" : `: ${name}`}`;
}
