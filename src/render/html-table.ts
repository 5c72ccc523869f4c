import { escapeHtml } from "./html-page.js";

/**
 * A table as HTML. Columns for which `isNumeric` says so get the class `number`, which a page aligns to the right.
 *
 * @example
 * htmlTable({ headings: ["ns"], rows: [["<1"]], isNumeric: () => true }) // '<table>\n<tr><th class="number">ns</th></tr>\n<tr><td class="number">&lt;1</td></tr>\n</table>\n'
 */
export function htmlTable({
  headings,
  rows,
  isNumeric,
}: {
  headings: readonly string[];
  rows: readonly (readonly string[])[];
  isNumeric: (cells: readonly string[]) => boolean;
}): string {
  const numeric = headings.map((_, at) => isNumeric(rows.map((row) => row[at] ?? "")));
  const line = (element: "td" | "th", cells: readonly string[]) => {
    const cell = (text: string, at: number) =>
      `<${element}${numeric[at] ? ' class="number"' : ""}>${escapeHtml(text)}</${element}>`;
    return `<tr>${cells.map(cell).join("")}</tr>\n`;
  };
  return `<table>\n${line("th", headings)}${rows.map((row) => line("td", row)).join("")}</table>\n`;
}
