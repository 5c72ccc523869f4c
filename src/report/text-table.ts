/** A table as data: `textTable` makes it text, a page makes it HTML. */
export interface Table {
  readonly headings: readonly string[];
  /** One cell per heading. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * A table of text for a terminal: columns as wide as they must be, numbers to the right, two spaces between.
 * Columns without any cell are left out; control characters show as `?`; when the table is wider than `width`, the cells of the
 * widest column of words are cut, with `...` to show it.
 *
 * @example
 * textTable({ headings: ["counter", "value"], rows: [["rx_packets", "14,728"], ["tx_packets", "9"]] }) // "counter      value\nrx_packets  14,728\ntx_packets       9\n"
 */
export function textTable({ width = 100, ...table }: Table & { width?: number }): string {
  const { headings, rows } = withoutEmptyColumns(table);
  const columns = headings.map((heading, index) => [heading, ...rows.map((row) => printable(row[index] ?? ""))]);
  const excess = columns.map(widest).reduce((sum, cells) => sum + cells + GAP.length, -GAP.length) - width;
  if (excess > 0) shorten(columns, excess);
  const aligned = columns.map((column) => {
    const cells = widest(column);
    const right = isNumeric(column.slice(1));
    return column.map((cell) => (right ? cell.padStart(cells) : cell.padEnd(cells)));
  });
  const lines = ["", ...rows].map((_, line) => aligned.map((column) => column[line] ?? "").join(GAP));
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/**
 * A table without the columns that have no cell.
 *
 * @example
 * withoutEmptyColumns({ headings: ["what", "cycles", "ns"], rows: [["copy", "", "5"]] }) // { headings: ["what", "ns"], rows: [["copy", "5"]] }
 */
export function withoutEmptyColumns({ headings, rows }: Table): Table {
  const filled = headings.map((_, column) => rows.some((row) => (row[column] ?? "") !== ""));
  const keep = (cells: readonly string[]) => cells.filter((_, column) => filled[column]);
  return { headings: keep(headings), rows: rows.map(keep) };
}

/**
 * Whether a column holds nothing but numbers, so that it is aligned to the right.
 *
 * @example
 * isNumeric(["14,728", "-0.8", ""]) // true
 * isNumeric(["10 Gbit/s"]) // false
 */
export function isNumeric(cells: readonly string[]): boolean {
  return cells.every((cell) => /^(?:[-+]?[\d.,]+)?$/.test(cell));
}

/**
 * Text of a capture that a terminal can show: control characters become `?`, tabs a space.
 *
 * @example
 * printable("a\tb\u001b[2J") // "a b?[2J"
 */
export function printable(text: string): string {
  return text.replace(/\t/g, " ").replace(/\p{Cc}/gu, "?");
}

const GAP = "  ";
const CUT = "...";

function widest(column: readonly string[]): number {
  return column.reduce((width, cell) => Math.max(width, cell.length), 0);
}

/** Cuts the widest column of words, so far that the excess is gone or only the mark of the cut is left. */
function shorten(columns: string[][], excess: number): void {
  const words = columns.filter((column) => column.slice(1).some((cell) => /[a-z]/i.test(cell)));
  const [longest] = words.sort((a, b) => widest(b) - widest(a));
  if (!longest) return;
  const limit = Math.max(widest(longest) - excess, CUT.length);
  for (const [index, cell] of longest.entries()) {
    if (cell.length > limit) longest[index] = cell.slice(0, limit - CUT.length) + CUT;
  }
}
