import type { Comparison } from "../comparison/compare.js";
import { absoluteCells, type DifferenceCells, metricCells } from "./difference-format.js";
import { type Table, withoutEmptyColumns } from "./text-table.js";

const LABEL_CHARACTERS = 12;

/**
 * The metrics of a comparison as a table.
 *
 * @example
 * metricTable({ before: { label: "off" }, after: { label: "on" }, metrics: [{ name: "p99", unit: "us", before: 100, after: 102, delta: 2, part: 0.02 }] }).rows // [["p99, us", "100.0", "102.0", "+2.00%", ""]]
 */
export function metricTable({ before, after, metrics }: Pick<Comparison, "before" | "after" | "metrics">): Table {
  return {
    headings: ["metric", arm(before.label), arm(after.label), "delta", levelOf(metrics)],
    rows: metrics.map((metric) => cells(nameWithUnit(metric), metricCells(metric))),
  };
}

/**
 * The cost classes as a table, those first that changed most: `*` marks a difference beyond chance after Holm's correction. The others
 * are summed in a last row, and then all.
 *
 * @example
 * classTable({ comparison: { before: { label: "off" }, after: { label: "on" }, classes: [{ name: "gro", before: 0, after: 20, delta: 20, differs: true }] }, top: 5 }).rows // [["gro *", "0.00", "20.00", "+20.00", ""], ["total", "0.00", "20.00", "+20.00", ""]]
 */
export function classTable({
  comparison,
  top,
}: {
  comparison: Pick<Comparison, "before" | "after" | "classes" | "costCpus">;
  top: number;
}): Table {
  const { before, after, classes, costCpus = 1 } = comparison;
  const shown = classes.slice(0, top);
  const rest = classes.slice(top);
  const sum = (costs: Comparison["classes"]) => ({
    before: costs.reduce((all, cost) => all + cost.before, 0),
    after: costs.reduce((all, cost) => all + cost.after, 0),
    delta: costs.reduce((all, cost) => all + cost.delta, 0),
  });
  return {
    headings: ["class", arm(before.label), arm(after.label), "delta", levelOf(classes)],
    rows: [
      ...shown.map((cost) => cells(`${cost.name}${cost.differs ? " *" : ""}`, absoluteCells(cost))),
      ...(rest.length > 0 ? [cells(`${rest.length} others`, absoluteCells(sum(rest)))] : []),
      cells(costCpus > 1 ? `all, ${costCpus} CPUs` : "total", absoluteCells(sum(classes))),
    ],
  };
}

/**
 * A table in lines of a mail: names to the left, all else to the right, a rule under the headings. Columns without a cell are left out.
 *
 * @example
 * tableLines({ headings: ["metric", "v6.1"], rows: [["pps", "100"]] }) // ["metric  v6.1", "------  ----", "pps      100"]
 */
export function tableLines(table: Table): string[] {
  const { headings, rows } = withoutEmptyColumns(table);
  const widths = headings.map((heading, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), heading.length),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number)))
      .join("  ")
      .trimEnd();
  return [line(headings), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)];
}

function cells(name: string, { before, after, delta, interval }: DifferenceCells): string[] {
  return [name, before, after, delta, interval];
}

function arm(label: string): string {
  return label.length > LABEL_CHARACTERS ? `${label.slice(0, LABEL_CHARACTERS - 2)}..` : label;
}

/** What the intervals hold: all of a table have one method and so one level, but for those without. */
function levelOf(differences: readonly { readonly interval?: { level: number; attained?: number } }[]): string {
  const interval = differences.find(({ interval }) => interval)?.interval;
  if (!interval) return "CI";
  const { level, attained = level } = interval;
  return `${Math.floor(100 * Math.min(level, attained))}% CI`;
}

/** With the unit, where the name does not say it. */
function nameWithUnit({ name, unit }: Comparison["metrics"][number]): string {
  if (name === "instructions/packet") return "insn/packet";
  return name === "pps" || name.endsWith("/packet") || unit === "" ? name : `${name}, ${unit}`;
}
