import Papa from "papaparse";
import { captureLines, withoutBlank } from "./capture-lines.js";
import { ParseError } from "./parse-error.js";
import type { CaptureLine, CaptureText, Parsed } from "./parsed.js";

/** How far a published number was followed; data/published/README.md says what each means. */
export type PublishedLevel = "verified" | "derived" | "secondary";

/** Where a published number comes from. */
export interface Citation {
  /** Mail with Message-ID, file of a repository at a commit, or a talk with its minute. */
  readonly source: string;
  readonly level: PublishedLevel;
}

/** One row of data/published: its columns by their name in the file. A cell the source says nothing about is absent. */
export type PublishedRow = Citation & { readonly [column: string]: string | number };

const LEVELS: readonly string[] = ["verified", "derived", "secondary"] satisfies PublishedLevel[];
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/**
 * Reads a table of published figures: CSV with a header line, one record per line, columns `source` and `level` in each.
 *
 * A column whose every cell is a number, empty cells aside, holds numbers; any other holds text. Units are the file's own.
 * Source: the project's own format, data/published/README.md.
 * @throws ParseError for a header or row that does not fit, a row without its source, a level that does not ship (`memory`), or
 * an integer beyond 2^53.
 * @example
 * parsePublished({
 *   file: "page_order_cost.csv",
 *   text: 'order,cycles_tsc,level,source\n0,272,verified,"J. D. Brouer, mail 2016-04-15"\n',
 * }).rows // [{ order: 0, cycles_tsc: 272, level: "verified", source: "J. D. Brouer, mail 2016-04-15" }]
 */
export function parsePublished({ file, text }: CaptureText): Parsed<PublishedRow> {
  const lines = captureLines(text);
  const filled = withoutBlank(lines);
  const [header, ...body] = filled.map((line) => ({ line, cells: cellsOf(file, line) }));
  if (
    !header ||
    new Set(header.cells).size < header.cells.length ||
    !["source", "level"].every((name) => header.cells.includes(name))
  ) {
    const expected = "a header line of distinct columns, `source` and `level` among them";
    throw new ParseError({ file, line: header?.line.line ?? 0, expected, text: header?.line.text ?? "" });
  }
  const numeric = new Set(
    header.cells.filter((_, column) => body.every(({ cells }) => cells[column] === "" || NUMBER.test(cells[column] ?? ""))),
  );
  const rows = body.map(({ line, cells }) => {
    const refuse = (expected: string) => new ParseError({ file, line: line.line, expected, text: line.text });
    if (cells.length !== header.cells.length) throw refuse(`${header.cells.length} columns, got ${cells.length}`);
    const named = header.cells.map((name, column) => [name, cells[column] ?? ""] as const).filter(([, cell]) => cell !== "");
    const row = Object.fromEntries(named.map(([name, cell]) => [name, numeric.has(name) ? Number(cell) : cell]));
    if (!row.source) throw refuse("a row with its `source`");
    if (!LEVELS.includes(String(row.level))) throw refuse(`a level of ${LEVELS.join(", ")}, got ${row.level ?? "none"}`);
    const unsafe = named.find(
      ([name, cell]) => numeric.has(name) && !cell.includes(".") && !Number.isSafeInteger(Number(cell)),
    );
    if (unsafe) throw refuse(`an integer below 2^53 in \`${unsafe[0]}\``);
    return row as PublishedRow;
  });
  return { rows, skipped: [], warnings: [] };
}

/** The cells of one line. Line by line, so that a quote left open is found where it stands. */
function cellsOf(file: string, { line, text }: CaptureLine): string[] {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: "," });
  if (errors[0]) throw new ParseError({ file, line, expected: `a line of CSV (${errors[0].message})`, text });
  return data[0] ?? [];
}
