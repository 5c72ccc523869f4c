/** What a cell of a frame may hold. A missing number is NaN, any other missing value null: danfojs takes both for missing. */
export type Cell = number | string | boolean | Date | null;

/** One column with danfojs's name for its type. Its `int32` and `float32` are float64 here; the names mean whole or not. */
export interface TypedColumn {
  readonly dtype: "int32" | "float32" | "string" | "boolean" | "datetime";
  readonly values: readonly Cell[];
}

type Kind = "number" | "string" | "boolean" | "datetime";

/**
 * The type of a column from all of its cells (danfojs looks at the first 20 rows), and its cells as exact numbers, text,
 * booleans or dates. A `bigint` becomes a number where that is exact. `undefined`, `null` and NaN are missing.
 *
 * @throws TypeError for cells of several types and for objects; RangeError for a counter of 2^53 or more. Rows count from 0.
 * @example
 * typedColumn("rx_packets", [14_880_952n, 0n]) // { dtype: "int32", values: [14_880_952, 0] }
 * typedColumn("ns", [67.2, undefined]) // { dtype: "float32", values: [67.2, NaN] }
 * typedColumn("device", ["eth0", undefined]) // { dtype: "string", values: ["eth0", null] }
 */
export function typedColumn(name: string, cells: readonly unknown[]): TypedColumn {
  const kinds = cells.map((cell, row) => kindOf(name, cell, row));
  const first = kinds.findIndex((kind) => kind !== undefined);
  const kind = kinds[first] ?? "number";
  const other = kinds.findIndex((found) => found !== undefined && found !== kind);
  if (other !== -1) {
    const seen = `${shown(cells[other])} in row ${other} after ${shown(cells[first])} in row ${first}`;
    throw new TypeError(`column "${name}" requires cells of one type: got ${seen}`);
  }
  if (kind !== "number") return { dtype: kind, values: cells.map((cell) => (isMissing(cell) ? null : (cell as Cell))) };
  const values = cells.map((cell, row) => exactNumber(name, cell, row));
  return { dtype: values.every(Number.isInteger) ? "int32" : "float32", values };
}

/**
 * Whether a cell holds no value, as danfojs sees it.
 *
 * @example
 * [undefined, null, NaN, 0, ""].map(isMissing) // [true, true, true, false, false]
 */
export function isMissing(cell: unknown): boolean {
  return cell === undefined || cell === null || Number.isNaN(cell);
}

function kindOf(name: string, cell: unknown, row: number): Kind | undefined {
  if (isMissing(cell)) return undefined;
  if (typeof cell === "number" || typeof cell === "bigint") return "number";
  if (typeof cell === "string" || typeof cell === "boolean") return typeof cell as Kind;
  if (cell instanceof Date) return "datetime";
  const remedy = "make a column of each part you need first";
  throw new TypeError(
    `column "${name}" requires numbers, text, booleans or dates: got ${shown(cell)} in row ${row}; ${remedy}`,
  );
}

function exactNumber(name: string, cell: unknown, row: number): number {
  if (isMissing(cell)) return Number.NaN;
  if (typeof cell === "bigint" && !Number.isSafeInteger(Number(cell))) {
    const remedy = "subtract two snapshots first, or keep it as text with String()";
    throw new RangeError(`column "${name}" requires counters below 2^53: got ${cell} in row ${row}; ${remedy}`);
  }
  return Number(cell);
}

const SHOWN_CHARACTERS = 40;

function shown(cell: unknown): string {
  const text = typeof cell === "string" ? JSON.stringify(cell) : String(cell);
  return `${typeof cell} ${text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text}`;
}
