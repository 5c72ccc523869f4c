import type { DataFrame, Series } from "danfojs-node";
import { frameDisplay } from "./frame-display.js";
import { transposed } from "./transposed.js";
import { isMissing } from "./typed-column.js";

type Danfojs = typeof import("danfojs-node");

/** What danfojs-node 1.2.0 does wrong without a word in frames and series, put right in its classes, once. */
export const frameRepairs: readonly ((danfojs: Danfojs) => void)[] = [
  keepMembers,
  takeMasksByPosition,
  sortWithMissing,
  sampleByPosition,
  describeWithMissing,
  refuseShiftedSums,
  leaveTheOriginalAlone,
  showAsTable,
];

/**
 * The prototypes that methods are looked up in. danfojs derives frames (`frame.head()`) of its base classes, from which the
 * exported ones descend, so the base is the place for a repair.
 */
function prototypes({ DataFrame, Series }: Danfojs): { frames: DataFrame; internals: FrameInternals; series: Series } {
  const frames = Object.getPrototypeOf(DataFrame.prototype);
  return { frames, internals: frames, series: Object.getPrototypeOf(Series.prototype) };
}

/** Members of danfojs's DataFrame that its declarations keep private. */
interface FrameInternals {
  $setInternalColumnDataProperty(column?: string): void;
  cumOps(operation: string, axis: 0 | 1, inplace: boolean): DataFrame;
}

/** A column named like a member (`mean`, `index`, `values`) took the member's place; it is reached by `column(name)`. */
function keepMembers(danfojs: Danfojs): void {
  const { internals } = prototypes(danfojs);
  const define = internals.$setInternalColumnDataProperty;
  internals.$setInternalColumnDataProperty = function (this: DataFrame, column) {
    for (const name of column === undefined ? this.columns : [column]) {
      if (name !== "" && !(name in this)) define.call(this, name);
    }
  };
}

/** `query(mask)` and `iloc` took the labels of the marked rows for positions: wrong rows after a sort or another filter. */
function takeMasksByPosition(danfojs: Danfojs): void {
  const { frames, series } = prototypes(danfojs);
  const { iloc, query } = frames;
  const ilocOfSeries = series.iloc;
  frames.iloc = function (this: DataFrame, { rows, ...columns }) {
    return iloc.call(this, rows === undefined ? columns : { rows: positions(rows, this.index.length), ...columns });
  };
  frames.query = function (this: DataFrame, condition, options) {
    return query.call(this, positions(condition, this.index.length) as boolean[], options);
  };
  series.iloc = function (this: Series, rows) {
    return ilocOfSeries.call(this, positions(rows, this.index.length) as number[]);
  };
}

type Places = (string | number | boolean)[];

/** The positions a mask marks; anything but a mask as it is. */
function positions(rows: Series | Places, count: number): Places {
  const places = (Array.isArray(rows) ? rows : rows?.values) as Places;
  if (!places?.some((place) => typeof place === "boolean")) return rows as Places;
  if (places.length !== count) throw new RangeError(`a mask requires a boolean per row: got ${places.length} for ${count}`);
  return places.flatMap((marked, position) => (marked ? [position] : []));
}

/** `sortValues` left rows unsorted around a NaN, and sorted a series of text backwards. Missing values go last, either way. */
function sortWithMissing(danfojs: Danfojs): void {
  const { frames, series } = prototypes(danfojs);
  frames.sortValues = function (this: DataFrame, column, { ascending = true, inplace = false } = {}) {
    const sorted = this.iloc({ rows: sortedPositions(this.column(column).values, ascending) });
    return inplace ? replaceRows(this, sorted) : sorted;
  };
  series.sortValues = function (this: Series, { ascending = true, inplace = false } = {}) {
    const sorted = this.iloc(sortedPositions(this.values, ascending));
    return inplace ? replaceRows(this, sorted) : sorted;
  } as Series["sortValues"];
}

function sortedPositions(values: readonly unknown[], ascending: boolean): number[] {
  const all = values.map((_, position) => position);
  const direction = ascending ? 1 : -1;
  const present = all.filter((position) => !isMissing(values[position]));
  const order = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
  present.sort((a, b) => direction * order(values[a] as number, values[b] as number));
  return [...present, ...all.filter((position) => isMissing(values[position]))];
}

function replaceRows<Frame extends DataFrame | Series>(frame: Frame, { values, index }: Frame): never {
  frame.$setValues(values);
  frame.$setIndex(index);
  return undefined as never; // as danfojs does with `inplace`, and does not declare
}

/** `sample` drew labels and took them for positions. */
function sampleByPosition(danfojs: Danfojs): void {
  const { frames, series } = prototypes(danfojs);
  const { sample } = frames;
  const sampleOfSeries = series.sample;
  frames.sample = async function (this: DataFrame, count, options) {
    return this.iloc({ rows: (await sample.call(this.resetIndex(), count, options)).index });
  };
  series.sample = async function (this: Series, count, options) {
    return this.iloc((await sampleOfSeries.call(this.resetIndex() as Series, count, options)).index as number[]);
  };
}

/** `describe` gave count, min and max without the missing values, and NaN for mean, median and std because of them. */
function describeWithMissing(danfojs: Danfojs): void {
  const statistics = ["count", "mean", "std", "min", "median", "max", "variance"];
  const { frames } = prototypes(danfojs);
  frames.describe = function (this: DataFrame) {
    const names = this.columns.filter((_, position) => !["string", "datetime"].includes(this.dtypes[position] ?? ""));
    if (names.length === 0) throw new TypeError(`describe requires a column of numbers: got ${this.columns}`);
    const described = names.map((name) => {
      const column = this.column(name);
      return column.count() === 0 ? [0, ...statistics.slice(1).map(() => Number.NaN)] : column.describe().values;
    });
    return new danfojs.DataFrame(transposed<unknown>(described), { columns: names, index: statistics });
  };
}

/** `cumSum` and its like dropped missing values, and so moved the values below them up. */
function refuseShiftedSums(danfojs: Danfojs): void {
  const { internals } = prototypes(danfojs);
  const { cumOps } = internals;
  internals.cumOps = function (this: DataFrame, operation, axis, inplace) {
    if ((this.values as unknown[][]).some((row) => row.some(isMissing))) {
      throw new TypeError(`cumulative ${operation} requires a value in every cell: drop or fill the missing ones first`);
    }
    return cumOps.call(this, operation, axis, inplace);
  };
}

/** `asType` and `fillNa` also changed the frame they were called on, and a `copy` shared its rows. */
function leaveTheOriginalAlone(danfojs: Danfojs): void {
  const { frames } = prototypes(danfojs);
  const { asType, copy, fillNa } = frames;
  frames.copy = function (this: DataFrame) {
    const twin = copy.call(this);
    twin.$setValues((this.values as number[][]).map((row) => [...row]));
    twin.$setDtypes([...this.dtypes]);
    return twin;
  };
  frames.asType = function (this: DataFrame, column, dtype, options) {
    return asType.call(options?.inplace ? this : this.copy(), column, dtype, options);
  };
  frames.fillNa = function (this: DataFrame, values, options) {
    return fillNa.call(options?.inplace ? this : this.copy(), values, options);
  };
}

/** A frame as the value of a cell, or in console.log(), showed danfojs's internals; it shows a table. */
function showAsTable({ NDframe }: Danfojs): void {
  const display = function (this: DataFrame | Series) {
    const values = (this.values as unknown[]).map((row) => (this.$isSeries ? [row] : (row as unknown[])));
    return frameDisplay({ columns: this.columns, index: this.index, values });
  };
  Object.defineProperties(NDframe.prototype, {
    [Symbol.for("Jupyter.display")]: { value: display },
    [Symbol.for("nodejs.util.inspect.custom")]: {
      value(this: DataFrame | Series) {
        return display.call(this)["text/plain"];
      },
    },
  });
}
