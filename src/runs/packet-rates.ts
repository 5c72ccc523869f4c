import type { EthtoolCounter } from "../captures/ethtool-stats.js";
import type { Iperf3Result } from "../captures/iperf3.js";
import type { NstatCounter } from "../captures/nstat.js";
import type { CaptureLine, Warning } from "../captures/parsed.js";
import type { PktgenResult } from "../captures/pktgen-result.js";
import type { SoftnetStat } from "../captures/softnet-stat.js";
import type { UdpSinkResult } from "../captures/udp-sink.js";
import type { XdpBenchCount } from "../captures/xdp-bench.js";
import type { Profile } from "../profile/profile.js";
import { secondsFromNs } from "../units.js";
import { ethtoolPacketRate } from "./ethtool-rate.js";
import { iperf3PacketRate } from "./iperf3-rate.js";
import { type NstatPair, nstatPacketRate } from "./nstat-rate.js";
import type { Run, RunCapture } from "./open-run.js";
import type { PacketRate, TimedPair } from "./packet-rate.js";
import { pktgenPacketRate } from "./pktgen-rate.js";
import { placeWindow } from "./recording-clock.js";
import { beforeName } from "./run-manifest.js";
import { softnetPacketRate } from "./softnet-rate.js";
import { udpSinkPacketRate } from "./udp-sink-rate.js";
import { xdpBenchPacketRate } from "./xdp-bench-rate.js";

/** All that a run says of its packets. */
export interface PacketRates {
  /** In the order of preference. */
  readonly rates: readonly PacketRate[];
  /** Counters that give no rate, each with the reason. */
  readonly refused: readonly Warning[];
}

/**
 * The packet rates of a run, each from one of its counters.
 *
 * In the order of preference: pktgen and xdp-bench, which count what their own code handled, on CPUs that are known; a device's
 * `ethtool -S`, which does not know the CPU; udp_sink and iperf3, which count an application's datagrams; `nstat`, which counts those
 * of all applications; `softnet_stat`, which counts what comes from any device. Of two snapshots of a counter the time between must be known: from the manifest, or as `seconds`.
 * With the profile, windows are placed on its clock. Sources and warnings call files as the run does.
 * @example
 * packetRatesOf({ run: { captures: [] } }).rates // []
 */
export function packetRatesOf({
  run: { captures },
  profile,
  seconds,
}: {
  run: Pick<Run, "captures">;
  profile?: Profile | undefined;
  seconds?: number | undefined;
}): PacketRates {
  const of = (format: string) => captures.filter((capture) => capture.format.name === format);
  const rates: PacketRate[] = [];
  const refused: Warning[] = [];
  const attempt = (file: string, rate: () => PacketRate) => {
    try {
      rates.push(rate());
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refused.push({ file, line: 0, message: error.message });
    }
  };
  for (const { name: file, rows } of of("pktgen")) {
    attempt(file, () => pktgenPacketRate({ file, rows: rows as readonly PktgenResult[], profile }));
  }
  for (const { name: file, rows } of of("xdp-bench")) {
    attempt(file, () => xdpBenchPacketRate({ file, rows: rows as readonly XdpBenchCount[] }));
  }
  const pairs = (format: string, rate: (pair: TimedPair<object>) => PacketRate) => {
    for (const { before, after } of snapshotPairs(of(format))) {
      attempt(after.name, () => rate(timed({ before, after, profile, seconds })));
    }
  };
  pairs("ethtool-stats", (pair) => ethtoolPacketRate(pair as TimedPair<EthtoolCounter>));
  for (const { name: file, rows } of of("udp_sink")) {
    attempt(file, () => udpSinkPacketRate({ file, rows: rows as readonly UdpSinkResult[] }));
  }
  for (const { name: file, rows } of of("iperf3")) {
    for (const row of rows as readonly Iperf3Result[]) attempt(file, () => iperf3PacketRate({ file, row }));
  }
  for (const { file, pair } of nstatPairs({ captures, seconds })) attempt(file, () => nstatPacketRate(pair()));
  pairs("softnet_stat", (pair) => softnetPacketRate(pair as TimedPair<SoftnetStat>));
  return { rates, refused };
}

/**
 * The outputs of nstat in a run, in pairs of snapshots, and alone those of increments: they have a window and no capture before, or the
 * session that was copied with them says how long it slept, `nstat -n && sleep 1 && nstat`.
 *
 * @example
 * nstatPairs({ captures: [] }) // []
 */
export function nstatPairs({
  captures,
  seconds,
}: {
  captures: readonly RunCapture[];
  seconds?: number | undefined;
}): { readonly file: string; readonly pair: () => NstatPair }[] {
  const of = captures.filter(({ format }) => format.name === "nstat");
  const paired = snapshotPairs(of);
  const alone = of.filter((one) => !paired.some(({ before, after }) => before === one || after === one));
  return [
    ...paired.map(({ before, after }) => ({
      file: after.name,
      pair: () => timed({ before, after, profile: undefined, seconds }) as TimedPair<NstatCounter>,
    })),
    ...alone.flatMap(({ name: file, rows, window, skipped }) => {
      if (window?.since !== undefined) return []; // its first snapshot does not read: a warning of the run says so
      const grown = { file, rows: rows as readonly NstatCounter[] };
      return [
        {
          file,
          pair: () => ({ after: grown, seconds: window ? secondsFromNs(window.durationNs) : sleptSeconds(file, skipped) }),
        },
      ];
    }),
  ];
}

/** How long a session waited between the call of nstat that began its window and the one that ended it. */
function sleptSeconds(file: string, skipped: readonly CaptureLine[]): number {
  const slept = skipped.map(({ text }) => SLEPT.exec(text)?.[1]).find((seconds) => seconds !== undefined);
  if (slept !== undefined) return Number(slept);
  throw new RangeError(`the time that ${file} counted is not known: make a run of it with linerate import --seconds`);
}

const SLEPT = /\bnstat\b[^;&|]*(?:;|&&)\s*sleep\s+(\d{1,9}(?:\.\d{1,9})?)\s*(?:;|&&)[^;&|]*\bnstat\b/;

/**
 * The packet rate of a run: the first of `packetRatesOf`. A warning names those that differ from it by more than 5 percent.
 *
 * @throws RangeError where the run has no packet rate; the message says what was refused, and why.
 * @example
 * (() => { try { return packetRateOf({ run: { path: "r", captures: [] } }); } catch ({ message }) { return message; } })() // "r has no packet rate (there are no counters of packets): give --pps or --packets"
 */
export function packetRateOf({
  run,
  profile,
  seconds,
}: {
  run: Pick<Run, "captures" | "path">;
  profile?: Profile | undefined;
  seconds?: number | undefined;
}): PacketRate {
  const { rates, refused } = packetRatesOf({ run, profile, seconds });
  const [first, ...others] = rates;
  if (!first) {
    const reasons = refused.map(({ message }) => message).join("; ") || "there are no counters of packets";
    throw new RangeError(`${run.path} has no packet rate (${reasons}): give --pps or --packets`);
  }
  const apart = others.filter(({ pps }) => Math.abs(pps / first.pps - 1) > DISAGREEMENT);
  const warnings = apart.map(({ pps, packetUnit, source }) => ({
    file: run.path,
    line: 0,
    message: `${source} says ${Math.round(pps)} ${packetUnit}s per second, ${first.source} ${Math.round(first.pps)} ${first.packetUnit}s: other packets, another time, or an error; the latter is used`,
  }));
  return { ...first, warnings: [...first.warnings, ...warnings] };
}

/** Two counters of the same packets over slightly different windows agree within a few percent. */
const DISAGREEMENT = 0.05;

/**
 * The pairs of snapshots that the manifest names, or whose file names say so.
 *
 * @example
 * snapshotPairs([{ name: "a.before" }, { name: "a.after" }]) // [{ before: { name: "a.before" }, after: { name: "a.after" } }]
 */
export function snapshotPairs(captures: readonly RunCapture[]): { before: RunCapture; after: RunCapture }[] {
  return captures.flatMap((after) => {
    const since = after.window?.since ?? beforeName(after.name);
    const before = captures.find(({ name }) => name === since);
    return before ? [{ before, after }] : [];
  });
}

function timed({
  before,
  after,
  profile,
  seconds: given,
}: {
  before: RunCapture;
  after: RunCapture;
  profile: Profile | undefined;
  seconds: number | undefined;
}): TimedPair<object> {
  const { window, name } = after;
  const seconds = window ? secondsFromNs(window.durationNs) : given;
  if (seconds === undefined) {
    throw new RangeError(
      `the time from ${before.name} to ${name} is not known: make a run of them with linerate import --seconds`,
    );
  }
  const pair = { before: { file: before.name, rows: before.rows }, after: { file: name, rows: after.rows }, seconds };
  if (window?.startNs === undefined || !profile) return pair;
  const { startTimeNs } = placeWindow({ startNs: window.startNs, windowNs: window.durationNs, profile, source: name });
  return { ...pair, startTimeNs };
}
