import type { Warning } from "../captures/parsed.js";
import { printable } from "../report/text-table.js";

const SIGNIFICANT_DIGITS = 12;

/**
 * A value as the JSON that commands print: fractions cut to 12 significant digits, so that no float prints its last bits
 * (integers stay whole), and counters (`bigint`) as strings, because JSON readers round beyond 2^53.
 *
 * @example
 * json({ cycles: 201.60000000000002, value: 18446744073709551615n }) // '{\n  "cycles": 201.6,\n  "value": "18446744073709551615"\n}\n'
 */
export function json(value: unknown): string {
  const plain = (_key: string, item: unknown) => {
    if (typeof item === "bigint") return String(item);
    return typeof item === "number" && !Number.isInteger(item) ? Number(item.toPrecision(SIGNIFICANT_DIGITS)) : item;
  };
  return `${JSON.stringify(value, plain, 2)}\n`;
}

/**
 * Warnings as lines for standard error, each with its place.
 *
 * @example
 * warningLines([{ file: "a.txt", line: 3, message: "cut" }]) // "warning: a.txt:3: cut\n"
 */
export function warningLines(warnings: readonly Warning[]): string {
  const place = ({ file, line }: Warning) => (line > 0 ? `${file}:${line}` : file);
  return (
    warnings.map((warning) => printable(`warning: ${place(warning)}: ${warning.message}`)).join("\n") +
    (warnings.length > 0 ? "\n" : "")
  );
}
