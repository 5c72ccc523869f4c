import {
  type Bytes,
  type Gbps,
  MIN_FRAME_BYTES,
  type Ns,
  nsFromWireBytes,
  type Pps,
  ppsFromNs,
  VLAN_TAG_BYTES,
  wireBytesFromFrame,
} from "../units.js";

/** What a full link carries, and the time it leaves from one packet to the next. */
export interface LineRate {
  /** Frame with its FCS and its VLAN tags. */
  readonly frameBytes: Bytes;
  /** Frame plus preamble, SFD and inter-packet gap. */
  readonly wireBytes: Bytes;
  /** Packets per second of a full link, exact, not cut to an integer. */
  readonly pps: Pps;
  /** From the start of one packet to the start of the next. */
  readonly ns: Ns;
}

/**
 * Packet rate and time per packet of a full link: `ns = (frame + 20) * 8 / Gbit/s`.
 *
 * `frameBytes` counts the FCS (64 is the minimum; pktgen's size 60 is a frame of 64). Each VLAN tag adds 4 bytes.
 * The inter-packet gap is an average minimum, so single gaps vary.
 * Source: J. D. Brouer, "The calculations: 10Gbit/s wirespeed" (netoptimizer blog, 2014), as quoted in
 * data/published/ethernet_constants.csv.
 * @throws RangeError for a frame below 64 bytes, a rate that is not positive, or a negative number of tags.
 * @example
 * lineRate({ gbps: 10, frameBytes: 64 }).ns // 67.2
 * Math.floor(lineRate({ gbps: 10, frameBytes: 64 }).pps) // 14880952
 */
export function lineRate({ gbps, frameBytes, vlanTags = 0 }: { gbps: Gbps; frameBytes: Bytes; vlanTags?: number }): LineRate {
  if (!(gbps > 0 && Number.isFinite(gbps))) throw new RangeError(`lineRate requires a finite gbps > 0: got ${gbps}`);
  if (!(frameBytes >= MIN_FRAME_BYTES && Number.isInteger(frameBytes))) {
    throw new RangeError(`lineRate requires an integer frameBytes >= ${MIN_FRAME_BYTES} (FCS included): got ${frameBytes}`);
  }
  if (!(vlanTags >= 0 && Number.isInteger(vlanTags))) {
    throw new RangeError(`lineRate requires an integer vlanTags >= 0: got ${vlanTags}`);
  }
  const taggedBytes = frameBytes + vlanTags * VLAN_TAG_BYTES;
  const wireBytes = wireBytesFromFrame(taggedBytes);
  const ns = nsFromWireBytes({ wireBytes, gbps });
  const pps = ppsFromNs(ns);
  if (!(Number.isFinite(ns) && Number.isFinite(pps))) {
    throw new RangeError(`lineRate requires gbps and frameBytes of a finite rate: got ${gbps} and ${taggedBytes}`);
  }
  return { frameBytes: taggedBytes, wireBytes, pps, ns };
}
