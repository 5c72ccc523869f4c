import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";

/** What the numbers of a benchmark depend on. */
export interface Machine {
  readonly cpu: string;
  readonly cpus: number;
  readonly memoryGb: number;
  readonly os: string;
  readonly node: string;
  /** Of the last minute, before the benchmark: above 0 the machine was not idle. */
  readonly load: number;
}

/**
 * The machine that this runs on.
 *
 * @example
 * machine().cpus > 0 // true
 */
export function machine(): Machine {
  const BYTES_PER_GB = 2 ** 30;
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cpus: cpus().length,
    memoryGb: Math.round(totalmem() / BYTES_PER_GB),
    os: `${type()} ${release()}`,
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
}

const KB_PER_MB = 1024;

/**
 * Resident memory of a process in MiB, `VmRSS` of proc(5); 0 where it does not say.
 *
 * @example
 * residentMb(process.pid) > 0 // true
 */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / KB_PER_MB;
}
