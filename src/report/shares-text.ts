import type { ReportShares, ShareCost } from "../attribution/report-shares.js";
import { grouped } from "./number-format.js";
import { printable, textTable } from "./text-table.js";

const SHOWN_SYMBOLS = 3;

/**
 * The classes of a report as text: what they rest on, the classes with their largest functions, and the `top` of those whose class
 * depends on callers.
 *
 * @example
 * sharesText({ shares: { file: "report.txt", rules: "2", whole: { percent: 100 }, byWhat: [], remainder: { name: "remainder", percent: 0, symbols: [], unlisted: { percent: 0 } }, callerDependent: [], warnings: [] }, top: 5 }).split("\n")[0] // "report.txt: shares by class, callers unknown; rules 2"
 */
export function sharesText({ shares, top }: { shares: ReportShares; top: number }): string {
  const { file, event, rules, packets, cpus, byWhat, remainder, callerDependent, whole } = shares;
  const cells = ({ percent, nsPerPacket }: ShareCost) => [
    percent.toFixed(2),
    nsPerPacket === undefined ? "" : grouped(nsPerPacket, 2),
  ];
  const functions = (symbols: readonly string[]) =>
    symbols.slice(0, SHOWN_SYMBOLS).join(", ") +
    (symbols.length > SHOWN_SYMBOLS ? `, ${symbols.length - SHOWN_SYMBOLS} more` : "");
  const classes = textTable({
    headings: ["what", "%", "ns/packet", "functions"],
    rows: [
      ...[...byWhat, remainder].map((one) => [one.name, ...cells(one), functions(one.symbols)]),
      ["  of it unlisted", ...cells(remainder.unlisted), ""],
      ["sum", ...cells(whole), ""],
    ],
  });
  const doubtful = textTable({
    headings: ["function", "%", "ns/packet", "by its callers one of"],
    rows: callerDependent.slice(0, top).map((one) => [one.symbol, ...cells(one), one.classes.join(", ")]),
  });
  return [
    `${printable(file)}: shares${event === undefined ? "" : ` of ${event}`} by class, callers unknown; rules ${rules}`,
    packets &&
      `${grouped(packets.pps)} packets/s (${packets.packetUnit}, ${printable(packets.source)}); ns/packet: share x ${cpus} CPU${cpus === 1 ? "" : "s"} x 1e9 / pps`,
    `\n${classes}`,
    callerDependent.length > 0 && doubtful,
    callerDependent.length > top && `${callerDependent.length - top} more such functions: --top ${callerDependent.length}\n`,
  ]
    .filter((part) => typeof part === "string")
    .join("\n");
}
