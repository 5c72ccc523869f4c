import type { Warning } from "../captures/parsed.js";
import { type Ns, nsFromPps, type Pps } from "../units.js";

/** What parts of a profile are said to cost, held against what the packet rate changed without them. */
export interface ClaimedAgainstMeasured {
  readonly claimedNs: Ns;
  /** Cost per packet with the parts, less that without them. */
  readonly measuredNs: Ns;
  /** Claimed beyond what was measured; negative: measured and not claimed. */
  readonly beyondNs: Ns;
  readonly warnings: readonly Warning[];
}

/**
 * Holds the sum of what a profile attributes to some parts against the measured difference of two packet rates, with the parts and
 * without them. Both are ns of one packet on one CPU.
 *
 * A profile shows where the CPU waited: work that overlaps with a wait costs less to have than it shows, so a claim may exceed what
 * leaving the part out gains. It is a warning where it does by more than `toleranceNs`, or where it exceeds the whole packet.
 * Source: netoptimizer/prototype-kernel, kernel/Documentation/blogposts/xdp25_eval_generic_xdp_tx.rst, which has such a case.
 * @throws RangeError for packet rates that are not above 0, and for no claims.
 * @example
 * claimedAgainstMeasured({ file: "notes", claims: [{ name: "build_skb", ns: 30 }], ppsWith: 10_000_000, ppsWithout: 12_500_000 }).beyondNs // 10
 */
export function claimedAgainstMeasured({
  file,
  claims,
  ppsWith,
  ppsWithout,
  toleranceNs = 1,
}: {
  file: string;
  claims: readonly { readonly name: string; readonly ns: Ns }[];
  /** The packet rate of the profiled load. */
  ppsWith: Pps;
  /** The packet rate without the claimed parts. */
  ppsWithout: Pps;
  toleranceNs?: Ns;
}): ClaimedAgainstMeasured {
  for (const [name, pps] of Object.entries({ ppsWith, ppsWithout })) {
    if (!(pps > 0 && Number.isFinite(pps))) throw new RangeError(`claimedAgainstMeasured requires ${name} > 0: got ${pps}`);
  }
  if (claims.length === 0) throw new RangeError("claimedAgainstMeasured requires claims: got none");
  const claimedNs = claims.reduce((sum, { ns }) => sum + ns, 0);
  const wholeNs = nsFromPps(ppsWith);
  const measuredNs = wholeNs - nsFromPps(ppsWithout);
  const beyondNs = claimedNs - measuredNs;
  const parts = claims.map(({ name, ns }) => `${name} ${ns.toFixed(1)}`).join(" + ");
  const claimed = `${claimedNs.toFixed(1)} ns are attributed (${parts})`;
  const messages: string[] = [];
  if (claimedNs > wholeNs) messages.push(`${claimed}, more than the ${wholeNs.toFixed(1)} ns of a packet: impossible`);
  else if (beyondNs > toleranceNs) {
    messages.push(
      `${claimed}, but the packet rate changed by ${measuredNs.toFixed(1)} ns: ${beyondNs.toFixed(1)} ns of them are not gained by leaving the parts out`,
    );
  }
  return { claimedNs, measuredNs, beyondNs, warnings: messages.map((message) => ({ file, line: 0, message })) };
}
