import { requireNumber } from "../statistics/require-number.js";
import { type Ns, nsFromPps, type Pps, ppsFromNs } from "../units.js";

/** What a receiver gets of what arrives. */
export interface ReceiveLivelock {
  readonly offeredPps: Pps;
  /** With the application on the CPU that runs its softirq. */
  readonly sameCpuPps: Pps;
  /** With the application on another CPU. */
  readonly otherCpuPps: Pps;
  /** The most the same CPU delivers, where it is just full: `1e9 / (softirqNs + applicationNs)`. */
  readonly peakPps: Pps;
  /** From here on softirq takes the CPU whole, and nothing is delivered: `1e9 / softirqNs`. */
  readonly starvedFromPps: Pps;
}

/**
 * Receive livelock: softirq comes first and works on every packet that arrives, the application gets the time that is left.
 *
 * On one CPU `min(offered, (1e9 - offered * softirqNs) / applicationNs)`, not below 0; on two the slower of both sides. ksoftirqd lets
 * the application run now and then, so a real receiver keeps a little: the talk's kept a thousand packets a second.
 * Source: J. C. Mogul, K. K. Ramakrishnan, "Eliminating receive livelock in an interrupt-driven kernel", ACM TOCS 15, 1997;
 * J. D. Brouer, Network Performance Workshop, netdev 1.2 2016, min 01:04.
 * @throws RangeError for a time that is not above 0, and a negative rate.
 * @example
 * receiveLivelock({ softirqNs: 500, applicationNs: 500, offeredPps: 1_500_000 }).sameCpuPps // 500_000
 */
export function receiveLivelock({
  softirqNs,
  applicationNs,
  offeredPps,
}: {
  softirqNs: Ns;
  applicationNs: Ns;
  offeredPps: Pps;
}): ReceiveLivelock {
  const caller = "receiveLivelock";
  requireNumber({ caller, name: "softirqNs", value: softirqNs, above: 0 });
  requireNumber({ caller, name: "applicationNs", value: applicationNs, above: 0 });
  requireNumber({ caller, name: "offeredPps", value: offeredPps, min: 0 });
  const starvedFromPps = ppsFromNs(softirqNs);
  const left = Math.max(0, 1 - offeredPps / starvedFromPps); // of the CPU's time, after softirq
  return {
    offeredPps,
    sameCpuPps: Math.min(offeredPps, left * ppsFromNs(applicationNs)),
    otherCpuPps: Math.min(offeredPps, starvedFromPps, ppsFromNs(applicationNs)),
    peakPps: ppsFromNs(softirqNs + applicationNs),
    starvedFromPps,
  };
}

/**
 * The two times of `receiveLivelock` from its two measured peaks: both sides on one CPU, and each on its own.
 *
 * The sum follows from the first, the slower of the two from the second; which side is the slower one the peaks do not say. Whoever
 * holds the slower one, moving the application is not free, which this leaves out: cache lines travel.
 * Source: as `receiveLivelock`.
 * @throws RangeError for a rate that is not above 0, or an other-CPU rate outside one to two times the same-CPU rate.
 * @example
 * livelockTimes({ sameCpuPeakPps: 900_000, otherCpuPeakPps: 1_600_000 }).slowerNs // 625
 */
export function livelockTimes({ sameCpuPeakPps, otherCpuPeakPps }: { sameCpuPeakPps: Pps; otherCpuPeakPps: Pps }): {
  readonly slowerNs: Ns;
  readonly fasterNs: Ns;
} {
  const caller = "livelockTimes";
  requireNumber({ caller, name: "sameCpuPeakPps", value: sameCpuPeakPps, above: 0 });
  const bounds = { above: sameCpuPeakPps, max: 2 * sameCpuPeakPps };
  requireNumber({ caller, name: "otherCpuPeakPps", value: otherCpuPeakPps, ...bounds });
  const slowerNs = nsFromPps(otherCpuPeakPps);
  return { slowerNs, fasterNs: nsFromPps(sameCpuPeakPps) - slowerNs };
}
