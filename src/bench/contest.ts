import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

/** A command whose time and memory are measured; what it prints is thrown away. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  /** Variables of its environment, besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is done before each run, and not measured. */
  readonly before?: () => void;
}

/** One run of a command. */
export interface Run {
  readonly seconds: number;
  /** Largest resident memory of the process and of each that it started, added, in MiB. */
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
export async function contest({
  contenders,
  turns,
  onRun = () => {},
}: {
  contenders: readonly Contender[];
  turns: number;
  /** Told before each run. */
  onRun?: (what: string) => void;
}): Promise<Standing[]> {
  const measured = contenders.map((contender) => ({ ...contender, runs: [] as Run[] }));
  for (let turn = 1; turn <= turns; turn++) {
    for (const contender of measured) {
      onRun(`turn ${turn} of ${turns}: ${contender.name}`);
      contender.runs.push(await measure(contender));
    }
  }
  return standingsOf(measured);
}

/**
 * Compares the runs of contenders with those of the first, run by run.
 *
 * @example
 * standingsOf([{ name: "a", command: [], runs: [{ seconds: 1, peakMb: 50 }] }, { name: "b", command: [], runs: [{ seconds: 3, peakMb: 20 }] }])[1].ratio // 3
 */
export function standingsOf(measured: readonly (Contender & { readonly runs: readonly Run[] })[]): Standing[] {
  const first = measured[0]?.runs ?? [];
  return measured.map(({ name, command, runs }) => ({
    name,
    command,
    runs,
    medianSeconds: median(runs.map(({ seconds }) => seconds)),
    peakMb: Math.max(...runs.map(({ peakMb }) => peakMb)),
    ratio: median(runs.map(({ seconds }, turn) => seconds / (first[turn] ?? first[0] ?? { seconds }).seconds)),
  }));
}

async function measure({ name, command: [program = "", ...args], env, before }: Contender): Promise<Run> {
  before?.();
  const started = performance.now();
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  const peaks = new Map<number, number>();
  let complaint = "";
  child.stderr.on("data", (text) => (complaint = `${complaint}${text}`.slice(-MAX_COMPLAINT)));
  const poll = setInterval(() => child.pid !== undefined && notePeaks(peaks, child.pid), POLL_MS);
  try {
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`${name} exited with ${code}: ${complaint}`);
  } finally {
    clearInterval(poll);
  }
  const peakMb = [...peaks.values()].reduce((sum, peak) => sum + peak, 0);
  return { seconds: (performance.now() - started) / MS_PER_SECOND, peakMb };
}

const POLL_MS = 10;
const MS_PER_SECOND = 1000;
const KB_PER_MB = 1024;
const MAX_COMPLAINT = 1000;

/** The largest resident memory so far of a process and of those it started: `VmHWM` of proc(5). Nothing where there is no such process. */
function notePeaks(peaks: Map<number, number>, pid: number): void {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const peakMb = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / KB_PER_MB;
    // A process that has ended and was not yet waited for has none.
    peaks.set(pid, Math.max(peakMb, peaks.get(pid) ?? 0));
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    for (const child of children.match(/\d+/g) ?? []) notePeaks(peaks, Number(child));
  } catch {
    // It has ended.
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = 0, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
