import { type Command, InvalidArgumentError, Option } from "commander";
import { CONTEXTS, type Context, type Profile } from "../profile/profile.js";
import type { SampleFilter } from "../profile/sample-filter.js";
import { nsFromSeconds } from "../units.js";

/** The options that select samples, alike for all commands on profiles. */
export interface SampleOptions {
  readonly event?: string;
  readonly cpu?: readonly number[];
  readonly comm?: string;
  readonly context?: Context[];
  readonly time?: TimeWindow;
}

/** The options that say where the symbols of perf.data come from, alike for all commands on profiles. */
export interface SymbolOptions {
  readonly kallsyms?: string;
  readonly symfs?: string;
}

/** A window on the recording's clock, as `perf script --time` takes it. */
export interface TimeWindow {
  readonly fromNs?: bigint;
  readonly toNs?: bigint;
}

/**
 * Adds the options of commands on profiles: what selects samples, and where the symbols of perf.data come from.
 *
 * @example
 * withSampleOptions({ option() { return this; }, addOption() { return this; } }) !== undefined // true
 */
export function withSampleOptions(command: Command): Command {
  return command
    .option("--event <name>", "event, as recorded: cycles:k, kmem:mm_page_alloc")
    .option("--cpu <list>", "CPUs, say 0,2-3", cpuListOption)
    .option("--comm <name>", "command, as perf prints it")
    .addOption(new Option("--context <names...>", "modes of the CPU").choices(CONTEXTS))
    .option("--time <from,to>", "window in seconds of the recording's clock, say 578.3,579 or 578.3,", timeWindowOption)
    .option("--kallsyms <file>", "kernel symbols for perf.data: /proc/kallsyms of the recorded boot, read as root")
    .option("--symfs <folder>", "user symbols for perf.data: files of the recorded machine, by their paths there");
}

/**
 * Reads a list of CPUs as the kernel writes it.
 *
 * @throws InvalidArgumentError, which makes the command exit 2.
 * @example
 * cpuListOption("0,2-4") // [0, 2, 3, 4]
 */
export function cpuListOption(value: string): number[] {
  return value.split(",").flatMap((range) => {
    const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range) ?? [];
    if (from === undefined || Number(to) < Number(from))
      throw new InvalidArgumentError(`expected CPUs like 0,2-3, got "${value}".`);
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index);
  });
}

/**
 * Reads a window of time: two times in seconds, either of which may be missing.
 *
 * @throws InvalidArgumentError, which makes the command exit 2.
 * @example
 * timeWindowOption("578.318522,579") // { fromNs: 578318522000n, toNs: 579000000000n }
 * timeWindowOption(",579.5") // { toNs: 579500000000n }
 */
export function timeWindowOption(value: string): TimeWindow {
  const [, from = "", to = ""] = /^(\d+(?:\.\d{1,9})?)?,(\d+(?:\.\d{1,9})?)?$/.exec(value) ?? [];
  if (from === "" && to === "") throw new InvalidArgumentError(`expected seconds like 578.3,579, got "${value}".`);
  return { ...(from === "" ? {} : { fromNs: exactNs(from) }), ...(to === "" ? {} : { toNs: exactNs(to) }) };
}

/**
 * The filter that the options mean for a profile: its window counts from the start of the recording.
 *
 * @throws RangeError for a window where the recording has no times.
 * @example
 * sampleFilter({ startTimeNs: 5_000_000_000n }, { comm: "iperf3", time: { fromNs: 5_000_000_250n } }) // { event: undefined, cpus: undefined, comm: "iperf3", contexts: undefined, fromNs: 250, toNs: undefined }
 */
export function sampleFilter({ startTimeNs }: Profile, { event, cpu, comm, context, time }: SampleOptions): SampleFilter {
  if (time && startTimeNs === undefined) throw new RangeError("--time requires a recording with times: this one has none");
  const offset = (ns: bigint | undefined) => (ns === undefined ? undefined : Number(ns - (startTimeNs ?? 0n)));
  return { event, cpus: cpu, comm, contexts: context, fromNs: offset(time?.fromNs), toNs: offset(time?.toNs) };
}

function exactNs(seconds: string): bigint {
  const [whole = "", fraction = ""] = seconds.split(".");
  return BigInt(whole) * BigInt(nsFromSeconds(1)) + BigInt(fraction.padEnd(9, "0"));
}
