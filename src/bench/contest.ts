import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

/** A command whose time and memory are measured; what it prints is thrown away. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
}

/** One run of a command. */
export interface Run {
  readonly seconds: number;
  /** Largest resident memory of the process itself, in MiB. */
  readonly peakMb: number;
}

/** What a contender took in all its runs. */
export interface Standing {
  readonly name: string;
  readonly command: readonly string[];
  readonly runs: readonly Run[];
  readonly medianSeconds: number;
  readonly peakMb: number;
  /** Median of its time over the time of the first contender, run by run; 1 for the first. */
  readonly ratio: number;
}

/**
 * Runs commands in turns, so that each meets the same load of the machine, and compares all with the first.
 *
 * @throws Error for a command that cannot be run or does not exit with 0.
 * @example
 * (await contest({ contenders: [{ name: "true", command: ["true"] }], turns: 1 })).map(({ name, ratio }) => ({ name, ratio })) // [{ name: "true", ratio: 1 }]
 */
export async function contest({ contenders, turns }: { contenders: readonly Contender[]; turns: number }): Promise<Standing[]> {
  const runs: Run[][] = contenders.map(() => []);
  for (let turn = 0; turn < turns; turn++) {
    for (const [index, contender] of contenders.entries()) runs[index]?.push(await measure(contender));
  }
  const [first = []] = runs;
  return contenders.map(({ name, command }, index) => {
    const own = runs[index] ?? [];
    return {
      name,
      command,
      runs: own,
      medianSeconds: median(own.map(({ seconds }) => seconds)),
      peakMb: Math.max(...own.map(({ peakMb }) => peakMb)),
      ratio: median(own.map(({ seconds }, turn) => seconds / (first[turn]?.seconds ?? seconds))),
    };
  });
}

async function measure({ name, command: [program = "", ...args] }: Contender): Promise<Run> {
  const started = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let peakMb = 0;
  let complaint = "";
  child.stderr.on("data", (text) => (complaint = `${complaint}${text}`.slice(-MAX_COMPLAINT)));
  const poll = setInterval(() => (peakMb = Math.max(peakMb, highWaterMb(child.pid))), POLL_MS);
  try {
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`${name} exited with ${code}: ${complaint}`);
  } finally {
    clearInterval(poll);
  }
  return { seconds: (performance.now() - started) / MS_PER_SECOND, peakMb };
}

const POLL_MS = 10;
const MS_PER_SECOND = 1000;
const KB_PER_MB = 1024;
const MAX_COMPLAINT = 1000;

/** `VmHWM` of proc(5): the largest resident memory so far. 0 where there is no such process. */
function highWaterMb(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / KB_PER_MB;
  } catch {
    return 0;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = 0, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
