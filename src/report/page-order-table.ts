import type { BudgetedCost } from "../models/budgeted-cost.js";
import type { PageOrder } from "../models/page-order.js";
import { grouped } from "./number-format.js";
import type { Table } from "./text-table.js";

/**
 * The page allocator's cost per order: ns per call, per 4 KiB and per fragment, each with what it is over (+) or under (-) the
 * budget of one packet.
 *
 * @example
 * pageOrderTable({ link: { gbps: 10, frameBytes: 64 }, budgetNs: 67.2, tscGhz: 4, fragBytes: 2048, orders: [] }).headings // ["order", "KiB", "call ns", "over", "4 KiB ns", "over", "2048 B ns", "over"]
 */
export function pageOrderTable({ orders, fragBytes }: PageOrder): Table {
  const cells = ({ ns, overNs }: BudgetedCost) => [grouped(ns, 2), `${overNs > 0 ? "+" : ""}${grouped(overNs, 2)}`];
  return {
    headings: ["order", "KiB", "call ns", "over", "4 KiB ns", "over", `${fragBytes} B ns`, "over"],
    rows: orders.map(({ order, bytes, perCall, per4k, perFragment }) => [
      `${order}`,
      grouped(bytes / 1024),
      ...[perCall, per4k, perFragment].flatMap(cells),
    ]),
  };
}

/**
 * What the table says in a sentence: which orders cost more than a packet may, shared out in which way.
 *
 * @example
 * pageOrderVerdict({ link: { gbps: 10, frameBytes: 64 }, budgetNs: 67.2, tscGhz: 4, fragBytes: 2048, orders: [] }) // "Over 67.2 ns at 4 GHz per call: no order; per 4 KiB: no order; per 2048 B fragment: no order."
 */
export function pageOrderVerdict({ orders, budgetNs, tscGhz, fragBytes }: PageOrder): string {
  const over = (share: "perCall" | "per4k" | "perFragment") => {
    const names = orders.filter((cost) => cost[share].verdict === "over").map(({ order }) => order);
    if (names.length === 0) return "no order";
    return names.length === orders.length ? "every order" : `order ${names.join(", ")}`;
  };
  const shares = [
    `per call: ${over("perCall")}`,
    `per 4 KiB: ${over("per4k")}`,
    `per ${fragBytes} B fragment: ${over("perFragment")}`,
  ];
  return `Over ${grouped(budgetNs, 1)} ns at ${tscGhz} GHz ${shares.join("; ")}.`;
}
