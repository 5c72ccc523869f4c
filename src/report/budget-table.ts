import type { PacketBudget } from "../models/packet-budget.js";
import type { Gbps } from "../units.js";
import { grouped } from "./number-format.js";

/**
 * The budget of one packet as text: rate, time and cycles. Packets per second are cut, as the field prints them.
 *
 * @example
 * budgetTable({ gbps: 10, budget: { frameBytes: 64, wireBytes: 84, pps: 14880952.4, ns: 67.2, cpus: 1, nsPerPacket: 67.2, cyclesPerPacket: 201.6, ghz: 3 } }).split("\n")[1] // "  rate         14,880,952 pps"
 */
export function budgetTable({ gbps, budget }: { gbps: Gbps; budget: PacketBudget }): string {
  const { frameBytes, wireBytes, pps, cpus, nsPerPacket, cyclesPerPacket, ghz } = budget;
  const rows = [
    ["rate", `${grouped(Math.floor(pps))} pps`],
    ["per packet", `${ns(nsPerPacket)} ns`],
    ["", `${ns(cyclesPerPacket)} cycles at ${ghz} GHz`],
  ];
  const shared = cpus > 1 ? `, shared by ${cpus} CPUs` : "";
  const head = `${gbps} Gbit/s, frames of ${frameBytes} bytes (${wireBytes} on the wire)${shared}`;
  return `${[head, ...rows.map(([label = "", value]) => `  ${label.padEnd(12)} ${value}`)].join("\n")}\n`;
}

/** Three decimals below 10, two above, without zeros at the end: 0.084, 6.72, 67.2, 1,230.4. */
function ns(value: number): string {
  const text = grouped(value, value < 10 ? 3 : 2);
  return text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}
