import Papa from "papaparse";
import { captureLines, unquoted, withoutBlank } from "./capture-lines.js";
import { ParseError } from "./parse-error.js";
import type { CaptureLine, CaptureText, Parsed } from "./parsed.js";

/** A figure of a run that its owner wrote down, from whatever tool. */
export interface StatedMetric {
  readonly line: number;
  /** `p99`, `throughput`, `requests`, ...: what `compare --metric` calls it. */
  readonly metric: string;
  /** Empty where it has none. */
  readonly unit: string;
  readonly value: number;
  /** Absent where the file has no such column, or the cell is empty. */
  readonly better?: "more" | "less";
}

const LOOKS = /^\uFEFF?(?:> ?)*metric,unit,value(?:,better)?[ \t]*\r?(?:\n|$)/;
const VALUE = /^\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?$/;

/**
 * Reads the figures of a run from CSV: the header `metric,unit,value`, or `metric,unit,value,better` with `more` or `less` in the last
 * column, and a line for each metric. Values are decimal numbers above 0, for arms are compared by ratios.
 *
 * Source: the project's own format.
 * @throws ParseError for another header, a line of other columns, a value that is not above 0, and a metric that is there twice.
 * @example
 * parseMetricsCsv({ file: "metrics.csv", text: "metric,unit,value\np99,us,41.5\n" }).rows // [{ line: 2, metric: "p99", unit: "us", value: 41.5 }]
 */
export function parseMetricsCsv({ file, text }: CaptureText): Parsed<StatedMetric> {
  const [header, ...body] = withoutBlank(captureLines(text).map(({ line, text }) => ({ line, text: unquoted(text) })));
  if (!header || !LOOKS.test(header.text)) {
    const expected = "the header metric,unit,value or metric,unit,value,better";
    throw new ParseError({ file, line: header?.line ?? 0, expected, text: header?.text ?? "" });
  }
  if (body.length === 0) {
    throw new ParseError({ file, line: header.line, expected: "a metric below the header", text: header.text });
  }
  const columns = header.text.split(",").length;
  const lines = new Map<string, number>();
  const rows = body.map((line) => {
    const refuse = (expected: string) => new ParseError({ file, line: line.line, expected, text: line.text });
    const row = stated(line, columns, refuse);
    const twice = lines.get(row.metric);
    if (twice !== undefined) throw refuse(`each metric once, and ${row.metric} is on line ${twice}`);
    lines.set(row.metric, line.line);
    return row;
  });
  return { rows, skipped: [], warnings: [] };
}

/**
 * Whether the text begins with the header of a table of metrics.
 *
 * @example
 * looksLikeMetricsCsv("metric,unit,value\np99,us,41.5\n") // true
 */
export function looksLikeMetricsCsv(text: string): boolean {
  return LOOKS.test(text);
}

function stated({ line, text }: CaptureLine, columns: number, refuse: (expected: string) => ParseError): StatedMetric {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: "," });
  if (errors[0]) throw refuse(`a line of CSV (${errors[0].message})`);
  const cells = (data[0] ?? []).map((cell) => cell.trim());
  if (cells.length !== columns) throw refuse(`${columns} columns, got ${cells.length}`);
  const [metric = "", unit = "", value = "", better = ""] = cells;
  if (metric === "") throw refuse("a name in `metric`");
  if (!VALUE.test(value) || !(Number(value) > 0 && Number.isFinite(Number(value)))) {
    throw refuse("a decimal number above 0 in `value`");
  }
  if (!["", "more", "less"].includes(better)) throw refuse("`more`, `less` or nothing in `better`");
  return { line, metric, unit, value: Number(value), ...(better !== "" && { better: better as "more" | "less" }) };
}
