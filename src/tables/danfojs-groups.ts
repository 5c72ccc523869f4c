import type { DataFrame } from "danfojs-node";
import { transposed } from "./transposed.js";
import { isMissing } from "./typed-column.js";

type Danfojs = typeof import("danfojs-node");
type Columns = Record<string, unknown[]>;

/** The members of danfojs's Groupby that the repairs touch, under danfojs's names. */
interface Groups {
  keyCol: string[];
  columnName: string[];
  colDtype: string[];
  colIndex: number[];
  data?: unknown[][];
  colDict: Record<string, Columns>;
  keyToValue: Record<string, unknown[]>;
  group(): Groups;
  getGroup(key: unknown[]): DataFrame;
  colKeyDict(groups: Record<string, Columns>): string[];
  groupMathLog(values: unknown[], operation: string): unknown[];
  toDataFrame(groups: Record<string, Columns>): DataFrame;
}

/** What danfojs-node 1.2.0 does wrong without a word in `groupby`, put right in its class, once. */
export const groupRepairs: readonly ((danfojs: Danfojs) => void)[] = [keepKeysApart, passOverMissing];

function prototype({ DataFrame }: Danfojs): Groups {
  return Object.getPrototypeOf(new DataFrame([[0]], { columns: ["key"] }).groupby(["key"]));
}

/**
 * Keys were joined by `-`: ("a-b", "c") and ("a", "b-c") were one group. A column that is not there made one group of all.
 * Groups come in the order of their first rows, those with the same first value together.
 */
function keepKeysApart(danfojs: Danfojs): void {
  const groups = prototype(danfojs);
  const infinite = (value: unknown) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
  const keyOf = (values: unknown[]) =>
    JSON.stringify(values, (_, value) => (infinite(value) ? { infinite: String(value) } : value));

  groups.group = function () {
    const absent = this.keyCol.filter((_, position) => this.colIndex[position] === -1);
    if (absent.length > 0) throw new RangeError(`groupby requires columns of the frame: got ${absent.join(", ")}`);
    if (!this.data?.length) throw new RangeError("groupby requires at least one row: got none");
    for (const row of this.data) {
      const values = this.colIndex.map((position) => row[position]);
      const key = keyOf(values);
      this.keyToValue[key] ??= values;
      this.colDict[key] ??= Object.fromEntries(this.columnName.map((name) => [name, []]));
      const columns = this.colDict[key];
      this.columnName.forEach((name, position) => {
        columns[name]?.push(row[position]);
      });
    }
    return this;
  };

  groups.getGroup = function (values) {
    const key = keyOf(values);
    const group = this.colDict[key];
    if (!group) throw new RangeError(`getGroup requires the key of a group: got ${key}`);
    return this.toDataFrame({ [key]: group });
  };

  groups.colKeyDict = function (dictionary) {
    const byFirstValue = new Map<unknown, string[]>();
    for (const key of Object.keys(dictionary)) {
      const first = this.keyToValue[key]?.[0];
      const keys = byFirstValue.get(first);
      if (keys) keys.push(key);
      else byFirstValue.set(first, [key]);
    }
    return [...byFirstValue.values()].flat();
  };

  groups.toDataFrame = function (dictionary) {
    const result = new Map<string, unknown[]>();
    for (const key of this.colKeyDict(dictionary)) {
      const columns = dictionary[key] ?? {};
      const rows = Object.values(columns)[0]?.length ?? 0;
      const keys: Columns = {};
      this.keyCol.forEach((name, position) => {
        keys[name] = Array(rows).fill(this.keyToValue[key]?.[position]);
      });
      for (const [name, values] of Object.entries({ ...keys, ...columns })) {
        const whole = result.get(name) ?? [];
        for (const value of values) whole.push(value);
        result.set(name, whole);
      }
    }
    const columns = [...result.keys()];
    const dtypes = columns.map((name) => this.colDtype[this.columnName.indexOf(name)] ?? "float32");
    return new danfojs.DataFrame(transposed([...result.values()]), { columns, dtypes });
  };
}

/** One missing value made min and max depend on the order of the rows, counted as a value, and made the rest NaN. */
function passOverMissing(danfojs: Danfojs): void {
  const groups = prototype(danfojs);
  const { groupMathLog } = groups;
  groups.groupMathLog = function (values, operation) {
    const present = values.filter((value) => !isMissing(value));
    if (operation === "count") return [present.length];
    if (operation.startsWith("cum") && present.length < values.length) {
      throw new TypeError(`group ${operation} requires a value in every cell: drop or fill the missing ones first`);
    }
    if (present.length === 0) return [operation === "sum" ? 0 : Number.NaN];
    return groupMathLog.call(this, present, operation);
  };
}
