/** The part of a frame that is shown: danfojs's names. */
export interface ShownFrame {
  readonly columns: readonly string[];
  readonly index: readonly (string | number)[];
  /** Row by row. */
  readonly values: readonly (readonly unknown[])[];
}

const MAX_ROWS = 50;
const MAX_COLUMNS = 20;
/** A formula or a sentence in full; a page wraps it, a terminal still shows it. */
const MAX_CHARACTERS = 100;

/**
 * A frame as a table in HTML and in aligned text, the bundle that `Symbol.for("Jupyter.display")` asks for.
 *
 * Numbers are at the right, cut to 6 significant digits behind the point only; the frame keeps them whole. Shown are the
 * first 50 rows, 20 columns and 100 characters; the last line states the size. Control characters show as `\x1b`.
 * @example
 * frameDisplay({ columns: ["ns"], index: [0], values: [[67.2]] })["text/plain"] // "     ns\n0  67.2\n1 row x 1 column"
 */
export function frameDisplay({ columns, index, values }: ShownFrame): { "text/html": string; "text/plain": string } {
  const names = columns.slice(0, MAX_COLUMNS);
  const rows = values.slice(0, MAX_ROWS).map((row) => row.slice(0, MAX_COLUMNS));
  const table = [["", ...names.map(shown)], ...rows.map((row, position) => [shown(index[position]), ...row.map(shown)])];
  const numeric = [false, ...names.map((_, column) => rows.every((row) => typeof row[column] === "number"))];
  const size = `${part(rows.length, values.length, "row")} x ${part(names.length, columns.length, "column")}`;
  return { "text/html": html(table, numeric, size), "text/plain": plain(table, numeric, size) };
}

function part(shownCount: number, count: number, noun: string): string {
  const all = `${count} ${noun}${count === 1 ? "" : "s"}`;
  return shownCount < count ? `first ${shownCount} of ${all}` : all;
}

function shown(value: unknown): string {
  const text = typeof value === "number" ? shownNumber(value) : value instanceof Date ? value.toISOString() : String(value);
  const cut = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}...` : text;
  return cut.replace(/\p{Cc}/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

const SIGNIFICANT_DIGITS = 6;

function shownNumber(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  const wholeDigits = String(Math.trunc(Math.abs(value))).length;
  return String(Number(value.toPrecision(Math.max(SIGNIFICANT_DIGITS, wholeDigits + 1))));
}

function plain(table: readonly (readonly string[])[], numeric: readonly boolean[], size: string): string {
  const widths = numeric.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const align = (text: string, column: number) =>
    numeric[column] ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return [...table.map((row) => row.map(align).join("  ").trimEnd()), size].join("\n");
}

function html(table: readonly (readonly string[])[], numeric: readonly boolean[], size: string): string {
  const cell = (tag: string, text: string, column: number) =>
    `<${tag} style="text-align: ${numeric[column] ? "right" : "left"}">${escaped(text)}</${tag}>`;
  const [head = [], ...body] = table;
  const headRow = `<tr>${head.map((text, column) => cell("th", text, column)).join("")}</tr>`;
  const bodyRows = body.map(
    (row) => `<tr>${row.map((text, column) => cell(column === 0 ? "th" : "td", text, column)).join("")}</tr>`,
  );
  return `<table>\n<thead>${headRow}</thead>\n<tbody>\n${bodyRows.join("\n")}\n</tbody>\n</table>\n<p>${size}</p>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
