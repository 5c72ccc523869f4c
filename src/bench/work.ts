import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Standing } from "./contest.js";

/** What `npm run bench` was asked for, alike for all works. */
export interface BenchOptions {
  /** Runs of each contender. */
  readonly turns: number;
  /** Size of an input that is made. */
  readonly megabytes?: number;
  /** perf.data instead of one that is made, and the kallsyms of its boot. */
  readonly recording?: string;
  readonly kallsyms?: string;
  /** Text of perf script instead of one that is made. */
  readonly script?: string;
  /** A command that collapses the text of perf script to folded stacks. */
  readonly collapser?: string;
  /** One notebook instead of those that are shipped. */
  readonly notebook?: string;
  /** Told before each run. */
  readonly onRun: (what: string) => void;
}

/** One work of the benchmark: who did it, and how fast. */
export interface Work {
  readonly name: string;
  readonly input: string;
  /** Times are shown in seconds where it is not said. */
  readonly unit?: "s" | "ms";
  readonly standings: readonly Standing[];
  /** Contenders that are not on this machine, with what to do about it. */
  readonly skipped: readonly string[];
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The command of a command of linerate. */
export const linerate: readonly string[] = [process.execPath, `${root}dist/cli/main.js`];

/** The notebooks, the recording that inputs are made of, and the kernel symbols of its boot. */
export const shipped: Readonly<Record<"notebooks" | "script" | "recording" | "kallsyms", string>> = {
  notebooks: `${root}notebooks`,
  script: `${root}data/runs/kernel-6.1-vm/dummy_burst1/script.txt.gz`,
  recording: `${root}data/runs/kernel-6.1-vm/nic_eth0/perf.data.gz`,
  kallsyms: `${root}data/runs/kernel-6.1-vm/kallsyms.gz`,
};

/**
 * Whether a program is on this machine.
 *
 * @example
 * isInstalled("no-such-program") // false
 */
export function isInstalled(program: string): boolean {
  return spawnSync("sh", ["-c", 'command -v "$1"', "sh", program]).status === 0;
}
