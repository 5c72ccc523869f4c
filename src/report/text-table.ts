/** A column of a text table. Numbers stand to the right, words to the left. */
export interface TextColumn {
  readonly heading: string;
  readonly align?: "left" | "right";
}

/**
 * An aligned table in plain text, indented by two, columns two apart, no trailing blanks: it survives a mail.
 *
 * @throws RangeError when a row has another number of cells than there are columns.
 * @example
 * textTable({ columns: [{ heading: "order" }, { heading: "ns", align: "right" }], rows: [["0", "68.0"], ["1", "98.8"]] }) // "  order    ns\n  0      68.0\n  1      98.8\n"
 */
export function textTable({ columns, rows }: { columns: readonly TextColumn[]; rows: readonly (readonly string[])[] }): string {
  const wrong = rows.find((row) => row.length !== columns.length);
  if (wrong) throw new RangeError(`textTable requires ${columns.length} cells per row: got ${wrong.length}`);
  const lines = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, column) => lines.reduce((width, line) => Math.max(width, (line[column] ?? "").length), 0));
  const aligned = (cell: string, column: number) =>
    columns[column]?.align === "right" ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return lines
    .map((line) => `  ${line.map(aligned).join("  ")}`.trimEnd())
    .map((line) => `${line}\n`)
    .join("");
}
