import { escapeHtml } from "./html-page.js";

/**
 * A table as HTML; a column aligned to the right gets the class `number`.
 *
 * @example
 * htmlTable({ columns: [{ heading: "ns", align: "right" }], rows: [["<1"]] }) // '<table>\n<tr><th class="number">ns</th></tr>\n<tr><td class="number">&lt;1</td></tr>\n</table>\n'
 */
export function htmlTable({
  columns,
  rows,
}: {
  columns: readonly { readonly heading: string; readonly align?: "left" | "right" }[];
  rows: readonly (readonly string[])[];
}): string {
  const line = (element: "td" | "th", cells: readonly string[]) => {
    const kind = (at: number) => (columns[at]?.align === "right" ? ' class="number"' : "");
    return `<tr>${cells.map((cell, at) => `<${element}${kind(at)}>${escapeHtml(cell)}</${element}>`).join("")}</tr>\n`;
  };
  const headings = columns.map(({ heading }) => heading);
  return `<table>\n${line("th", headings)}${rows.map((row) => line("td", row)).join("")}</table>\n`;
}
