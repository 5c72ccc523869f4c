import { CaptureError } from "../../captures/capture-error.js";
import { ParseError } from "../../captures/parse-error.js";
import { byCpu } from "../../profile/by-cpu.js";
import { lossesText } from "../../profile/losses.js";
import type { Profile } from "../../profile/profile.js";
import { summarizeProfile } from "../../profile/profile-summary.js";
import { type CpuLoad, cpuLoads } from "../cpu-loads.js";
import type { Run } from "../open-run.js";
import { pktgenCpus } from "../pktgen-cpus.js";
import { type Check, doubted, type Evidence, notChecked, passed } from "./check.js";

const RECORDING = "a recording: perf.data or the text of perf script";
/** More idle than this, and the CPU waited for packets. */
const MOST_IDLE = 0.01;
const FEW_SAMPLES = 1000;
const MOST_UNRESOLVED = 0.05;
/** Of the time of a CPU that a software clock sampled. */
const WHOLE = 0.05;
/** More of a CPU than this, and the packets' cost holds another's. */
const OTHERS = 0.01;

/**
 * The checks of the recording: whether the CPUs were busy (S1), samples lost, few or without symbols (S10), missing (S12), other work
 * on the CPUs (S13), and whether the symbols are of that boot (S24).
 *
 * @example
 * recordingChecks({ run: { path: "r", files: [], captures: [] }, rates: { rates: [], refused: [] } }).map(({ severity }) => severity) // ["not checked", "not checked", "not checked", "not checked", "not checked"]
 */
export function recordingChecks(evidence: Evidence): Check[] {
  return [idle, samples, coverage, otherWork, symbols].map((check) => check(evidence));
}

/** The CPUs that handle the packets: those of the counter, or of pktgen's threads. */
function packetCpus({ packets, profile }: Evidence): readonly number[] {
  return packets?.cpus ?? (profile ? pktgenCpus(profile) : []);
}

/** The event that samples all the time of a CPU, idle too; cycles do not fire while it is halted. */
function clockOf(profile: Profile): string | undefined {
  return profile.events.find(({ unit, decoded }) => unit === "ns" && decoded > 0)?.name;
}

function idle(evidence: Evidence): Check {
  const name = { id: "S1", about: "the CPUs were busy" };
  const { profile, run } = evidence;
  const event = profile && clockOf(profile);
  const loads = event === undefined ? loadsOf(run) : [];
  if (event === undefined && loads.length === 0) {
    return notChecked(name, "samples of cpu-clock, or mpstat: cycles do not fire on an idle CPU");
  }
  const cpus = packetCpus(evidence);
  if (cpus.length === 0) return notChecked(name, "to know which CPUs handle the packets: pktgen, xdp-bench or softnet_stat");
  const shares =
    profile && event !== undefined
      ? byCpu(profile, { event, cpus }).flatMap(({ cpu, weight, idleWeight }) =>
          weight > 0 ? { cpu, idle: idleWeight / weight } : [],
        )
      : loads.filter(({ cpu }) => cpus.includes(cpu)).map(({ cpu, busy }) => ({ cpu, idle: 1 - busy }));
  const what = event === undefined ? "mpstat" : "samples";
  if (shares.length === 0) return notChecked(name, `${what} of CPU ${cpus.join(", ")}, where the packets were`);
  const seen = shares.map(({ cpu, idle }) => `CPU ${cpu} idle ${percent(idle)} %`).join(", ");
  if (shares.every(({ idle }) => idle <= MOST_IDLE)) return passed(name, seen);
  const effect = "limited by the offered load: ns per packet is an upper bound of what a packet costs";
  return doubted(name, { severity: "warning", seen, effect });
}

/** None where mpstat says nothing of the time of the run. */
function loadsOf({ captures }: Run): readonly CpuLoad[] {
  try {
    return cpuLoads(captures);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function samples({ profile, unread, run }: Evidence): Check {
  const name = { id: "S10", about: "samples are whole" };
  if (unread && !isOfKallsyms(unread, run.kallsyms)) {
    return doubted(name, { severity: "fail", seen: unread.message, effect: "nothing can be attributed" });
  }
  if (!profile) return notChecked(name, RECORDING);
  const { throttled } = profile.quality;
  const summaries = summarizeProfile(profile).events;
  const doubts: string[] = [];
  const lost = lossesText(profile.quality);
  if (lost) doubts.push(lost);
  if (throttled.length > 0) doubts.push(`throttled ${throttled.length === 1 ? "once" : `${throttled.length} times`}`);
  for (const { event, samples, refused, unresolvedShare } of summaries) {
    if (samples < FEW_SAMPLES) doubts.push(`${samples} samples of ${event}, under ${FEW_SAMPLES}`);
    if (refused > 0) doubts.push(`${refused} samples of ${event} not decoded`);
    if (unresolvedShare > MOST_UNRESOLVED) doubts.push(`${percent(unresolvedShare)} % of ${event} without symbol`);
  }
  if (doubts.length === 0) {
    const counts = summaries.map(({ event, samples }) => `${samples} of ${event}`).join(", ");
    return passed(name, `${counts}; none lost, throttled or refused`);
  }
  const effect = "shares lean to what was sampled and named; small classes rest on few samples";
  return doubted(name, { severity: "warning", seen: doubts.join("; "), effect });
}

function coverage({ profile }: Evidence): Check {
  const name = { id: "S12", about: "the clock sampled all the time" };
  const event = profile && clockOf(profile);
  if (!profile || event === undefined || !profile.durationNs) return notChecked(name, "samples of cpu-clock with times");
  const durationNs = profile.durationNs;
  const parts = byCpu(profile, { event }).map(({ cpu, weight }) => ({ cpu, part: weight / durationNs }));
  if (parts.some(({ cpu }) => cpu < 0)) return notChecked(name, "the CPU of each sample");
  const seen = parts.map(({ cpu, part }) => `CPU ${cpu} ${percent(part)} %`).join(", ");
  if (parts.every(({ part }) => Math.abs(part - 1) <= WHOLE)) return passed(name, seen);
  const effect = "samples are missing, as where the timer was late: shares are of what was sampled";
  return doubted(name, { severity: "warning", seen, effect });
}

/** Programs that watch: they disturb what they measure. */
const WATCHERS = /^(?:pmcd|pmda\w*|irqbalance|xdp_monitor)$/;
/** The kernel's own on a CPU: the idle task, softirq work, and pktgen, which is the load. */
const KERNEL = /^(?:swapper(?:\/\d+)?|ksoftirqd\/\d+|kpktgend_\d+)$/;

function otherWork(evidence: Evidence): Check {
  const name = { id: "S13", about: "nothing else ran there" };
  const { profile } = evidence;
  if (!profile) return notChecked(name, RECORDING);
  const cpus = packetCpus(evidence);
  if (cpus.length === 0) return notChecked(name, "to know which CPUs handle the packets: pktgen, xdp-bench or softnet_stat");
  if (!profile.samples.cpu.some((cpu) => cpus.includes(cpu))) {
    return notChecked(name, `samples of CPU ${cpus.join(", ")}, where the packets were`);
  }
  const { others, watchers } = commShares(profile, new Set(cpus));
  // Where it is not pktgen, the load is a program: the one that takes most.
  const load = pktgenCpus(profile).length > 0 ? [] : others.slice(0, 1);
  const disturbing = others.filter((other) => !load.includes(other) && other.share > OTHERS);
  const seen = [
    ...disturbing.map(({ comm, share }) => `${comm} ${percent(share)} % of the samples`),
    ...watchers.map((comm) => `${comm} was running`),
  ];
  const cpuList = `CPU ${cpus.join(", ")}`;
  if (seen.length === 0) return passed(name, `no other program above ${percent(OTHERS)} % of ${cpuList}`);
  const effect = "their time is in the cost of a packet";
  return doubted(name, { severity: "warning", seen: `${seen.join("; ")} (${cpuList})`, effect });
}

function commShares(
  { comms, samples }: Profile,
  cpus: ReadonlySet<number>,
): { others: { comm: string; share: number }[]; watchers: string[] } {
  const counts = new Map<number, number>();
  const seen = new Set<number>();
  let all = 0;
  for (let row = 0; row < samples.length; row++) {
    const comm = samples.comm[row] as number;
    seen.add(comm);
    if (!cpus.has(samples.cpu[row] as number)) continue;
    all += samples.count[row] as number;
    counts.set(comm, (counts.get(comm) ?? 0) + (samples.count[row] as number));
  }
  const others = [...counts].map(([comm, count]) => ({ comm: comms[comm] ?? "", share: count / all }));
  return {
    others: others.filter(({ comm }) => !KERNEL.test(comm)).sort((a, b) => b.share - a.share),
    watchers: [...seen].map((comm) => comms[comm] ?? "").filter((comm) => WATCHERS.test(comm)),
  };
}

function symbols({ run, profile, unread }: Evidence): Check {
  const name = { id: "S24", about: "symbols of the recorded boot" };
  if (unread && isOfKallsyms(unread, run.kallsyms)) {
    return doubted(name, { severity: "fail", seen: unread.message, effect: "every kernel function would be named wrongly" });
  }
  if (!profile) return notChecked(name, RECORDING);
  if (profile.quality.records === undefined) return passed(name, "a text, in which perf named the functions");
  const doubt = profile.warnings.find(({ message }) => /\bkallsyms\b/.test(message));
  if (!doubt) return passed(name, `${run.kallsyms ?? "no kallsyms"} agrees with the recording`);
  return doubted(name, {
    severity: "warning",
    seen: doubt.message,
    effect: "kernel functions have no names, or names on trust",
  });
}

function isOfKallsyms(error: Error, kallsyms: string | undefined): boolean {
  return (error instanceof CaptureError || error instanceof ParseError) && error.file === kallsyms;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
