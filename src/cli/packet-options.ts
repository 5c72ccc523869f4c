import { type Command, Option } from "commander";
import type { Profile } from "../profile/profile.js";
import { type PacketRate, type PacketUnit, packetRate } from "../runs/packet-rate.js";
import { type Ns, secondsFromNs } from "../units.js";
import { positiveOption } from "./options.js";
import { type SampleOptions, sampleFilter } from "./profile-options.js";

/** The options that say how many packets there were. */
export interface PacketOptions {
  readonly pps?: number;
  readonly packets?: number;
  readonly packetUnit: PacketUnit;
}

/**
 * Adds the options that say how many packets there were.
 *
 * @example
 * withPacketOptions({ option() { return this; }, addOption() { return this; } }) !== undefined // true
 */
export function withPacketOptions(command: Command): Command {
  const units = ["wire packet", "skb", "aggregate"];
  return command
    .option("--pps <rate>", "packets per second of the recorded time", positiveOption)
    .option("--packets <count>", "packets of the recorded time", positiveOption)
    .addOption(new Option("--packet-unit <unit>", "what one of them is").choices(units).default("wire packet"));
}

/**
 * The packet rate that the options give, if they do; in the time that was recorded, by default that of the samples.
 *
 * @throws RangeError for both, and for a count where the recording has no times.
 * @example
 * packetsGiven({ file: "a.data" }, { pps: 1e6, packetUnit: "skb" }).pps // 1e6
 */
export function packetsGiven(
  profile: Profile,
  options: PacketOptions & SampleOptions,
  recordedNs?: Ns,
): PacketRate | undefined {
  const { pps, packets, packetUnit } = options;
  if (pps !== undefined && packets !== undefined) throw new RangeError("--pps and --packets exclude each other: give one");
  if (pps !== undefined) return { pps, packetUnit, source: "--pps", warnings: [] };
  if (packets === undefined) return undefined;
  const windowNs = recordedNs ?? windowLength({ durationNs: profile.durationNs, ...sampleFilter(profile, options) });
  if (windowNs === undefined) throw new RangeError("--packets requires a recording with times: this one has none, give --pps");
  return packetRate({ packets, windowNs, packetUnit, source: `--packets in ${secondsFromNs(windowNs).toFixed(3)} s` });
}

function windowLength({
  durationNs,
  fromNs = 0,
  toNs = Number.POSITIVE_INFINITY,
}: {
  durationNs?: Ns | undefined;
  fromNs?: Ns | undefined;
  toNs?: Ns | undefined;
}): Ns | undefined {
  return durationNs === undefined ? undefined : Math.min(durationNs, toNs) - Math.max(0, fromNs);
}
