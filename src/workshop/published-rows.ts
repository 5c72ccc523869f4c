import { type PublishedTables, readPublished } from "../captures/read-published.js";

type Row<Name extends keyof PublishedTables> = PublishedTables[Name];

/** Tables that were read: a path takes a dozen rows of them. */
const tables = new Map<keyof PublishedTables, readonly object[]>();

/**
 * The one row of a published table that a figure is made from.
 *
 * @throws RangeError for a table without it: the tables are the project's own, so a figure without its row is a fault.
 * @example
 * publishedRow("claims", ({ what }) => what === "UDP receiver moved to another CPU").value // 1.6
 */
export function publishedRow<Name extends keyof PublishedTables>(name: Name, fits: (row: Row<Name>) => boolean): Row<Name> {
  const rows = (tables.get(name) ?? readPublished(name)) as readonly Row<Name>[];
  tables.set(name, rows);
  const row = rows.find(fits);
  if (row === undefined) throw new RangeError(`${name}.csv has no row that fits ${fits}`);
  return row;
}

/**
 * Two packet rates by what was changed between them.
 *
 * @example
 * beforeAfter("skb list RX, sfc, all 8 patches").stated_percent // 25.6
 */
export function beforeAfter(what: string): Row<"before_after"> {
  return publishedRow("before_after", (row) => row.what === what);
}

/**
 * A primitive by its name, on a CPU by the beginning of its name.
 *
 * @example
 * primitiveOf("spin_lock_unlock", "E5-2695").ns // 16.449
 */
export function primitiveOf(primitive: string, cpu: string): Row<"primitives"> {
  return publishedRow("primitives", (row) => row.primitive === primitive && row.cpu.startsWith(cpu));
}

/**
 * A number that was said or written without a table.
 *
 * @example
 * claimOf("UDP receive, with it").unit // "Mpps"
 */
export function claimOf(what: string): Row<"claims"> {
  return publishedRow("claims", (row) => row.what === what);
}
