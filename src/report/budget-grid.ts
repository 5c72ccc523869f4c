import { packetBudget } from "../models/packet-budget.js";
import type { Bytes, Gbps, Ghz } from "../units.js";
import { grouped } from "./number-format.js";
import { textTable } from "./text-table.js";

/**
 * The budget of one packet on one CPU over link rates and frame sizes, as text: pps (cut), ns, and cycles of a clock of `ghz`.
 *
 * @throws RangeError as `packetBudget`.
 * @example
 * budgetGrid({ gbps: [10], frameBytes: [64], ghz: 3 }).split("\n")[1] // "  10 Gbit/s     64  14,880,952  67.20   201.6"
 */
export function budgetGrid({
  gbps,
  frameBytes,
  ghz,
}: {
  gbps: readonly Gbps[];
  frameBytes: readonly Bytes[];
  ghz: Ghz;
}): string {
  const budgets = frameBytes.flatMap((bytes) =>
    gbps.map((rate) => ({ rate, budget: packetBudget({ gbps: rate, frameBytes: bytes, ghz }) })),
  );
  return textTable({
    columns: [
      { heading: "link" },
      { heading: "frame", align: "right" },
      { heading: "pps", align: "right" },
      { heading: "ns", align: "right" },
      { heading: "cycles", align: "right" },
    ],
    rows: budgets.map(({ rate, budget }) => [
      `${rate} Gbit/s`,
      `${budget.frameBytes}`,
      grouped(Math.floor(budget.pps)),
      grouped(budget.nsPerPacket, 2),
      grouped(budget.cyclesPerPacket, 1),
    ]),
  });
}
