import { type Bytes, type Cycles, cyclesFromNs, type Gbps, type Ghz, type Ns } from "../units.js";
import { type LineRate, lineRate } from "./line-rate.js";

/** What one packet may cost before a full link outruns the CPUs that share it. */
export interface PacketBudget extends LineRate {
  /** CPUs among which the link's packets are spread. */
  readonly cpus: number;
  /** Time one CPU has per packet of its own: `cpus` times the time between packets. */
  readonly nsPerPacket: Ns;
  /** The same in cycles of the stated clock. */
  readonly cyclesPerPacket: Cycles;
  /** The clock of `cyclesPerPacket`: the TSC's against time_bench numbers, the core's against PMU cycles. */
  readonly ghz: Ghz;
}

/**
 * The per-packet budget of one CPU at line rate, in ns and in cycles of a clock of `ghz`.
 *
 * Over several CPUs the budget grows in proportion only as far as the work scales, which the model does not claim.
 * Source: as `lineRate`; the talk's 201 cycles at 3 GHz are 201.6 truncated.
 * @throws RangeError as `lineRate`, and for a clock or a number of CPUs that is not positive.
 * @example
 * packetBudget({ gbps: 10, frameBytes: 64, ghz: 3 }).cyclesPerPacket.toFixed(1) // "201.6"
 * packetBudget({ gbps: 10, frameBytes: 64, ghz: 4 }).cyclesPerPacket.toFixed(1) // "268.8"
 */
export function packetBudget({
  gbps,
  frameBytes,
  ghz,
  vlanTags = 0,
  cpus = 1,
}: {
  gbps: Gbps;
  frameBytes: Bytes;
  ghz: Ghz;
  vlanTags?: number;
  cpus?: number;
}): PacketBudget {
  if (!(ghz > 0 && Number.isFinite(ghz))) throw new RangeError(`packetBudget requires a finite ghz > 0: got ${ghz}`);
  if (!(cpus >= 1 && Number.isInteger(cpus))) throw new RangeError(`packetBudget requires an integer cpus >= 1: got ${cpus}`);
  const rate = lineRate({ gbps, frameBytes, vlanTags });
  const nsPerPacket = rate.ns * cpus;
  return { ...rate, cpus, nsPerPacket, cyclesPerPacket: cyclesFromNs({ ns: nsPerPacket, ghz }), ghz };
}
