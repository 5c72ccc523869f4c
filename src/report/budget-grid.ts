import { packetBudget } from "../models/packet-budget.js";
import type { Bytes, Gbps, Ghz } from "../units.js";
import { grouped } from "./number-format.js";
import type { Table } from "./text-table.js";

/**
 * The budget of one packet on one CPU over link rates and frame sizes: pps (cut to an integer, as the field prints them), ns, and
 * cycles of a clock of `ghz`.
 *
 * @throws RangeError as `packetBudget`.
 * @example
 * budgetGrid({ gbps: [10], frameBytes: [64], ghz: 3 }).rows // [["10 Gbit/s", "64", "14,880,952", "67.20", "201.6"]]
 */
export function budgetGrid({
  gbps,
  frameBytes,
  ghz,
}: {
  gbps: readonly Gbps[];
  frameBytes: readonly Bytes[];
  ghz: Ghz;
}): Table {
  const rows = frameBytes.flatMap((bytes) =>
    gbps.map((rate) => {
      const { pps, nsPerPacket, cyclesPerPacket } = packetBudget({ gbps: rate, frameBytes: bytes, ghz });
      return [`${rate} Gbit/s`, `${bytes}`, grouped(Math.floor(pps)), grouped(nsPerPacket, 2), grouped(cyclesPerPacket, 1)];
    }),
  );
  return {
    headings: ["link", "frame B", "pps", "ns", `cycles at ${ghz} GHz`],
    rows,
  };
}
