import type { CounterRate } from "../../captures/counter-rates.js";
import type { Iperf3Result } from "../../captures/iperf3.js";
import type { XdpBenchCount } from "../../captures/xdp-bench.js";
import type { Profile } from "../../profile/profile.js";
import { type Ns, secondsFromNs } from "../../units.js";
import type { Run } from "../open-run.js";
import { type PacketRate, windowInRecording } from "../packet-rate.js";
import { snapshotPairs } from "../packet-rates.js";
import { xdpBenchIntervals } from "../xdp-bench-rate.js";
import { type Check, type CheckName, doubted, type Evidence, notChecked, passed } from "./check.js";

/** Of a sum, in which packets on their way may be missing: snapshots are not atomic. */
const BALANCE = 0.01;
const DIP = 0.05;
/** Two windows that share as much of each are one. */
const WHOLE = 0.98;
const FEW_INTERVALS = 3;

/**
 * The checks of the packets: whether the NIC's counts balance (S3), where packets were dropped (S4), whether there is a rate (S6) and
 * it was steady (S11), and whether the packets are of the recorded time (S25) and CPUs (S26).
 *
 * @example
 * packetChecks({ run: { captures: [] }, rates: { rates: [], refused: [] } }).map(({ severity }) => severity) // ["not checked", "not checked", "warning", "not checked", "not checked", "not checked"]
 */
export function packetChecks(evidence: Evidence): Check[] {
  const risen = risenCounters(evidence.run);
  return [balance(risen), drops(risen), rate(evidence), steadiness(evidence), sameTime(evidence), sameCpus(evidence)];
}

/** What rose between snapshots, and why some could not be held against each other. */
interface Risen {
  /** Of each two snapshots: of a device, or of the stack. */
  readonly counters: readonly (readonly CounterRate[])[];
  readonly refused: readonly string[];
}

/** Undefined where there are no two snapshots. */
function risenCounters({ captures }: Run): Risen | undefined {
  const seconds = 1; // the differences alone are looked at
  const pairs = snapshotPairs(captures).filter(({ before, after }) => before.format === after.format && after.format.rates);
  if (pairs.length === 0) return undefined;
  const refused: string[] = [];
  const counters = pairs.map(({ before, after }) => {
    try {
      return after.format.rates?.({ before, after, seconds }).rates.filter(({ delta }) => delta > 0n) ?? [];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refused.push(`${before.name} to ${after.name}: ${error.message}`);
      return [];
    }
  });
  return { counters, refused };
}

function balance(risen: Risen | undefined): Check {
  const name = { id: "S3", about: "the NIC's counts balance" };
  const devices = (risen?.counters ?? []).flatMap((counters) => {
    const of = (counter: string) => Number(counters.find(({ name }) => name === counter)?.delta ?? 0n);
    const [port, driver] = [of("rx_packets_phy"), of("rx_packets")];
    const lost = of("rx_discards_phy") + of("rx_out_of_buffer");
    const isBalanced = Math.abs(port - lost - driver) <= BALANCE * port;
    return port === 0 || driver === 0
      ? []
      : [{ isBalanced, seen: `${port} at the port, ${lost} dropped, ${driver} in the driver` }];
  });
  const shown = devices.find(({ isBalanced }) => !isBalanced) ?? devices[0];
  if (!shown) return notChecked(name, "rx_packets_phy and rx_packets of two ethtool -S");
  if (shown.isBalanced) return passed(name, shown.seen);
  const effect = "packets went ways that the counters do not show: the rate may be of others";
  return doubted(name, { severity: "warning", seen: shown.seen, effect });
}

/** Counters of packets that got lost, or that flow control held back, as drivers and the kernel call them. */
const DROP = /drop|discard|missed|out_of_buffer|no_buffer|no_dma_resources|fifo_err|xoff/i;
const SHOWN = 5;

function drops(risen: Risen | undefined): Check {
  const name = { id: "S4", about: "drops are located" };
  if (!risen) return notChecked(name, "two ethtool -S or softnet_stat, before and after");
  const { counters, refused } = risen;
  const dropped = counters.flat().filter(({ name }) => DROP.test(name));
  if (dropped.length === 0 && refused.length > 0) return notChecked(name, `snapshots of one kind: ${refused.join("; ")}`);
  if (dropped.length === 0) return passed(name, "no counter of drops or of flow control rose");
  const shown = dropped.slice(0, SHOWN).map(({ name, delta }) => `${name} +${delta}`);
  const more = dropped.length > SHOWN ? `, and ${dropped.length - SHOWN} more` : "";
  const effect = "what was offered is more than what was handled, and part of the cost is of packets that no rate counts";
  return doubted(name, { severity: "warning", seen: `${shown.join(", ")}${more}`, effect });
}

/** How an error of ours begins: a reader of the check wants to know what is needed, not by what. */
const FUNCTION = /^(?:packetRate|\w+PacketRate) requires/;

function rate({ packets, rates: { refused } }: Evidence): Check {
  const name = { id: "S6", about: "packets were counted" };
  const reasons = refused.map(({ message }) => message.replace(FUNCTION, "needs"));
  if (!packets) {
    const seen = reasons.join("; ") || "no counters of packets";
    return doubted(name, { severity: "warning", seen, effect: "shares alone: no ns per packet without --pps" });
  }
  const doubts = packets.warnings.map(({ message }) => message);
  const uncompared = reasons.length > 0 ? [`without comparison: ${reasons.join("; ")}`] : [];
  const rate = `${packets.pps.toFixed(0)} ${packets.packetUnit}s per second (${packets.source})`;
  const seen = [rate, ...doubts, ...uncompared].join("; ");
  if (doubts.length === 0) return passed(name, seen);
  return doubted(name, {
    severity: "warning",
    seen,
    effect: "the rate is in doubt, and with it every ns per packet",
  });
}

function steadiness({ run: { captures } }: Evidence): Check {
  const name = { id: "S11", about: "the rate was steady" };
  const series = captures.flatMap(({ name: file, format, rows }) => {
    if (format.name === "xdp-bench") return [{ file, rates: xdpBenchIntervals(rows as readonly XdpBenchCount[]).slice(1) }];
    if (format.name !== "iperf3") return [];
    return (rows as readonly Iperf3Result[]).map(({ intervalRates }) => ({ file, rates: intervalRates }));
  });
  const long = series.filter(({ rates }) => rates.length >= FEW_INTERVALS);
  if (long.length === 0) return notChecked(name, "counters of each second, as xdp-bench and iperf3 print them");
  const dips = long.flatMap(({ file, rates }) => {
    const median = [...rates].sort((a, b) => a - b)[Math.floor(rates.length / 2)] as number;
    const low = rates.filter((rate) => rate < median * (1 - DIP));
    return low.length === 0 ? [] : [`${low.length} of ${rates.length} intervals of ${file} are 5 % or more below the median`];
  });
  if (dips.length === 0)
    return passed(name, `no dip of 5 % in ${long.reduce((sum, { rates }) => sum + rates.length, 0)} intervals`);
  return doubted(name, {
    severity: "warning",
    seen: dips.join("; "),
    effect: "a mean over unlike times: ns per packet is of no one state",
  });
}

function sameTime({ packets, profile }: Evidence): Check {
  const name = { id: "S25", about: "packets of the recorded time" };
  if (!packets) return notChecked(name, "a packet rate");
  if (!profile || profile.durationNs === undefined || packets.windowNs === undefined) {
    return notChecked(name, "a recording with times and counters with a window");
  }
  return windowCheck(name, { packets, windowNs: packets.windowNs, profile, durationNs: profile.durationNs });
}

interface Windows {
  readonly packets: PacketRate;
  readonly windowNs: Ns;
  readonly profile: Profile;
  readonly durationNs: Ns;
}

function windowCheck(name: CheckName, { packets, windowNs, profile, durationNs }: Windows): Check {
  const lengths = `packets of ${seconds(windowNs)} s, samples of ${seconds(durationNs)} s`;
  const effect = "per packet holds if the rate was the same in both";
  const placed = windowInRecording(packets, profile);
  if (!placed) {
    const seen = `${lengths}; whether they overlap is not known`;
    return doubted(name, { severity: "warning", seen, effect });
  }
  const { fromNs: from, toNs: to } = placed;
  const seen = `${lengths}, from ${seconds(from)} to ${seconds(to)} s of the recording`;
  if (to <= 0 || from >= durationNs) {
    return doubted(name, { severity: "fail", seen, effect: "the packets are not those of the samples: nothing per packet" });
  }
  const both = Math.min(to, durationNs) - Math.max(from, 0);
  if (both >= WHOLE * durationNs && both >= WHOLE * windowNs) return passed(name, seen);
  return doubted(name, { severity: "warning", seen, effect });
}

function sameCpus({ packets, profile }: Evidence): Check {
  const name = { id: "S26", about: "packets of the recorded CPUs" };
  if (!packets?.cpus || !profile) return notChecked(name, "a recording, and a counter that knows its CPUs");
  const recorded = [...new Set(profile.samples.cpu)].sort((a, b) => a - b);
  if (recorded.includes(-1)) return notChecked(name, "the CPU of each sample");
  const both = packets.cpus.filter((cpu) => recorded.includes(cpu));
  const seen = `packets on CPU ${packets.cpus.join(",")}, samples of CPU ${recorded.join(",")}`;
  if (both.length === 0) {
    return doubted(name, { severity: "fail", seen, effect: "the packets are not those of the samples: nothing per packet" });
  }
  if (both.length === recorded.length && both.length === packets.cpus.length) return passed(name, seen);
  const effect = `per packet sums over all sampled CPUs: choose with --cpu ${both.join(",")}`;
  return doubted(name, { severity: "warning", seen, effect });
}

function seconds(ns: Ns): string {
  return secondsFromNs(ns).toFixed(3);
}
