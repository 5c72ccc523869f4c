/** A table as data: `textTable` makes it text for a mail or a terminal, a page makes it HTML. */
export interface Table {
  readonly columns: readonly TableColumn[];
  /** One cell per column. */
  readonly rows: readonly (readonly string[])[];
}

/** Numbers stand to the right, words to the left. */
export interface TableColumn {
  readonly heading: string;
  readonly align?: "left" | "right";
}

/**
 * A table in plain text, indented by two, columns two apart, no trailing blanks.
 *
 * @throws RangeError when a row has another number of cells than there are columns.
 * @example
 * textTable({ columns: [{ heading: "order" }, { heading: "ns", align: "right" }], rows: [["0", "68.0"], ["1", "98.8"]] }) // "  order    ns\n  0      68.0\n  1      98.8\n"
 */
export function textTable({ columns, rows }: Table): string {
  const wrong = rows.find((row) => row.length !== columns.length);
  if (wrong) throw new RangeError(`textTable requires ${columns.length} cells per row: got ${wrong.length}`);
  const lines = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, at) => lines.reduce((width, line) => Math.max(width, (line[at] ?? "").length), 0));
  const aligned = (cell: string, at: number) =>
    columns[at]?.align === "right" ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0);
  return lines.map((line) => `${`  ${line.map(aligned).join("  ")}`.trimEnd()}\n`).join("");
}
