import type { PageOrderCount, PageOrders } from "../attribution/page-orders.js";
import { secondsFromNs } from "../units.js";
import { grouped } from "./number-format.js";
import { printable, textTable } from "./text-table.js";

/**
 * The page orders of a load as text: blocks by order, and the `top` callers.
 *
 * @example
 * pageOrdersText({ orders: { file: "a.data", windowNs: 1e9, byOrder: [], byCaller: [], warnings: [] }, model: "", top: 5 }).split("\n")[0] // "a.data: blocks of the page allocator in 1.000 s"
 */
export function pageOrdersText({ orders, model, top }: { orders: PageOrders; model: string; top: number }): string {
  const { file, windowNs, packets, byOrder, byCaller } = orders;
  const window = windowNs === undefined ? "" : ` in ${grouped(secondsFromNs(windowNs), 3)} s`;
  const counts = (count: PageOrderCount) => [
    String(count.order),
    grouped(count.allocations),
    grouped(count.frees),
    perPacket(count.allocationsPerPacket),
    perPacket(count.freesPerPacket),
    perPacket(count.modelledNsPerPacket),
  ];
  const headings = ["order", "allocated", "freed", "allocated/packet", "freed/packet", "modelled ns/packet"];
  const more = byCaller.length - top;
  return [
    `${printable(file)}: blocks of the page allocator${window}`,
    packets && `${grouped(packets.pps)} packets/s (${packets.packetUnit}, ${printable(packets.source)})`,
    packets && model && `modelled: ${model}`,
    `\n${textTable({ headings, rows: byOrder.map(counts) })}`,
    textTable({
      headings: ["caller", "where", ...headings],
      rows: byCaller.slice(0, top).map((one) => [one.caller ?? "[unknown]", one.where, ...counts(one)]),
    }) + (more > 0 ? `${grouped(more)} more callers: --top ${byCaller.length}\n` : ""),
  ]
    .filter((part) => typeof part === "string" && part !== "")
    .join("\n");
}

function perPacket(value: number | undefined): string {
  return value === undefined ? "" : grouped(value, 4);
}
