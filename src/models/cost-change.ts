import { requireNumber } from "../statistics/require-number.js";
import { type Ns, nsFromPps, type Pps } from "../units.js";

/** Two packet rates of one CPU as times of a packet. */
export interface CostChange {
  readonly beforeNs: Ns;
  readonly afterNs: Ns;
  /** Before less after: positive where it got faster. Times add up along a path; percent of rates do not. */
  readonly savedNs: Ns;
  /** `after / before - 1` of the rates, in percent. */
  readonly ppsPercent: number;
}

/**
 * What a change of packet rate is per packet: `1e9 / before - 1e9 / after`.
 *
 * Both rates must be of CPUs at full load, of one packet type. Rates differ by themselves from run to run, by up to 20 ns at 3.7 Mpps
 * in data/published/run_variation.csv: a smaller change needs repeated runs.
 * Source: netoptimizer/network-testing, bin/perf_report_pps_stats.pl.
 * @throws RangeError for a rate that is not above 0.
 * @example
 * costChange({ beforePps: 6e6, afterPps: 16e6 }).savedNs.toFixed(1) // "104.2"
 */
export function costChange({ beforePps, afterPps }: { beforePps: Pps; afterPps: Pps }): CostChange {
  for (const [name, value] of Object.entries({ beforePps, afterPps })) {
    requireNumber({ caller: "costChange", name, value, above: 0 });
  }
  const [beforeNs, afterNs] = [nsFromPps(beforePps), nsFromPps(afterPps)];
  return { beforeNs, afterNs, savedNs: beforeNs - afterNs, ppsPercent: 100 * (afterPps / beforePps - 1) };
}

/**
 * The least that a shared cost can be, from a rate without sharing and one with as much of it as a link lets through.
 *
 * With a burst of 1 a packet pays `packetNs + doorbellNs`; at the limit of the link at most the link's own time: the difference is a
 * lower bound, because the link hides how much faster the CPU is.
 * Source: J. D. Brouer, Network Performance Workshop, netdev 1.2 2016, min 00:05: 4 Mpps to 10G wirespeed.
 * @throws RangeError for a rate that is not above 0, and for one that does not grow.
 * @example
 * sharedCostBound({ alonePps: 4e6, sharedPps: 14_880_952 }).toFixed(1) // "182.8"
 */
export function sharedCostBound({ alonePps, sharedPps }: { alonePps: Pps; sharedPps: Pps }): Ns {
  requireNumber({ caller: "sharedCostBound", name: "alonePps", value: alonePps, above: 0 });
  requireNumber({ caller: "sharedCostBound", name: "sharedPps", value: sharedPps, min: alonePps });
  return nsFromPps(alonePps) - nsFromPps(sharedPps);
}

/**
 * How much faster a packet gets without a part that takes a share of its time: `1 / (1 - share)`, at most.
 *
 * A share of a profile may hold waits that another part then pays, as the miss on a packet that is copied: the gain is less.
 * Source: G. M. Amdahl, AFIPS 30, 1967.
 * @throws RangeError for a share outside 0 to below 1.
 * @example
 * gainWithout({ share: 0.2 }) // 1.25
 */
export function gainWithout({ share }: { share: number }): number {
  requireNumber({ caller: "gainWithout", name: "share", value: share, min: 0, below: 1 });
  return 1 / (1 - share);
}
