import type { DataFrame } from "danfojs-node";
import { danfojs } from "./danfojs.js";
import { transposed } from "./transposed.js";
import { typedColumn } from "./typed-column.js";

export type { DataFrame };

const MAX_ROWS = 100_000;

/**
 * A danfojs DataFrame of the rows that parsers and models return: one column per field, in the order of first appearance.
 *
 * A missing number is NaN, any other missing value null. A `bigint` counter becomes a number, or is refused where that would
 * round it. The frame shows as a table. Its arithmetic is exact (float64), `groupby` keeps keys apart that danfojs would
 * merge, `sortValues` puts missing values last; src/tables/README.md says what else is repaired and what is not.
 * Frames are for results: reduce raw samples first.
 * @throws TypeError for anything but an array of rows, for a field of several types or holding an object; RangeError for no
 * rows or fields, for more than 100,000 rows, and for a counter of 2^53 or more. Messages name column and row, from 0.
 * @example
 * toDataFrame([{ order: 0, cycles: 272 }, { order: 1, cycles: 395 }]).sum({ axis: 0 }).values // [1, 667]
 * toDataFrame([{ rx: 9_007_199_254_740_991n }, { rx: 9_007_199_254_740_981n }]).column("rx").values // [9007199254740991, 9007199254740981]
 */
export function toDataFrame<Row extends FlatRow<Row>>(rows: readonly Row[]): DataFrame {
  if (!Array.isArray(rows)) {
    throw new TypeError(`toDataFrame requires an array, say the rows of a parser's result: got ${typeof rows}`);
  }
  if (rows.length === 0) throw new RangeError("toDataFrame requires at least one row: got none");
  if (rows.length > MAX_ROWS) {
    throw new RangeError(`toDataFrame requires at most ${MAX_ROWS} rows: got ${rows.length}; filter, count or average first`);
  }
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (names.length === 0) throw new RangeError("toDataFrame requires rows with fields: got rows without any");
  const cells = transposed<unknown>(rows.map((row) => names.map((name) => row[name as keyof Row])));
  const columns = names.map((name, place) => typedColumn(name, cells[place] ?? []));
  const values = transposed(columns.map((column) => column.values));
  return new (danfojs().DataFrame)(values, { columns: names, dtypes: columns.map(({ dtype }) => dtype) });
}

/** A row whose fields are single values: interfaces and optional fields fit, nested objects and arrays do not. */
export type FlatRow<Row> = { readonly [Field in keyof Row]: number | bigint | string | boolean | Date | null | undefined };
