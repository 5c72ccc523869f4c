import { accessSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import Papa from "papaparse";
import { groupRepairs } from "./danfojs-groups.js";
import { frameRepairs } from "./danfojs-repairs.js";
import { transposed } from "./transposed.js";
import { typedColumn } from "./typed-column.js";

type Danfojs = typeof import("danfojs-node");
type DataFrame = InstanceType<Danfojs["DataFrame"]>;
type CsvOptions = Parameters<Danfojs["toCSV"]>[1];
type MergeSides = Parameters<Danfojs["merge"]>[0];

let loaded: Danfojs | undefined;

/**
 * The danfojs library (`DataFrame`, `Series`, `concat`, `merge`, `readCSV`, scalers, encoders, ...), its arithmetic exact and
 * its silent errors repaired; loaded at the first call, which keeps `import "linerate"` fast.
 *
 * The repairs are made in danfojs's own classes, so that frames which danfojs derives from others have them too; they are
 * listed in src/tables/README.md. Excel files and URLs are refused. Documentation: https://danfo.jsdata.org
 * @example
 * new (danfojs().DataFrame)([[16_777_217]], { columns: ["rx_packets"] }).add(0).values // [[16_777_217]]
 */
export function danfojs(): Danfojs {
  loaded ??= repaired(createRequire(import.meta.url)("danfojs-node") as Danfojs);
  return loaded;
}

function repaired(library: Danfojs): Danfojs {
  for (const repair of [...frameRepairs, ...groupRepairs]) repair(library);
  const { concat, merge, readCSV, readJSON } = library;
  const toCSV = quoting(library.toCSV);
  for (const { prototype } of [library.NDframe, library.DataFrame]) {
    prototype.toCSV = function (this: DataFrame, options: CsvOptions) {
      return toCSV(this, options) as string;
    };
  }
  return {
    ...library,
    toCSV,
    concat: ({ dfList, axis }) => concat({ dfList: dfList.map((frame) => frame.copy()), axis }), // the first was appended to
    merge: (sides) => merge(distinguishable(sides)),
    readCSV: async (file, options) => retyped(await readCSV(localFile(file), options)),
    readJSON: async (file, options) => readJSON(localFile(file), options),
    readExcel: async () => {
      throw new Error("Excel files are left out on purpose: save the sheet as CSV and use readCSV"); // danfojs ends the process
    },
  };
}

/** Text with a comma, a quote or a line break was written as it is. A missing value becomes an empty field. */
function quoting(original: Danfojs["toCSV"]): Danfojs["toCSV"] {
  return (frame, options = {}) => {
    if (frame.$isSeries) return original(frame, options);
    const { filePath, sep = ",", header = true } = options;
    const rows = (frame.values as unknown[][]).map((row) => row.map((cell) => (Number.isNaN(cell) ? null : cell)));
    const csv = `${Papa.unparse(header ? [frame.columns, ...rows] : rows, { delimiter: sep, newline: "\n" })}\n`;
    return filePath === undefined ? csv : writeFileSync(filePath.endsWith(".csv") ? filePath : `${filePath}.csv`, csv);
  };
}

/** Keys were joined by `_`: ("a_b", "c") met ("a", "b_c"). Such keys are refused, and keys that a side does not have. */
function distinguishable(sides: MergeSides): MergeSides {
  const { left, right, on } = sides;
  const known = new Map<string, string>();
  for (const frame of [left, right]) {
    const places = on.map((name) => frame.columns.indexOf(name));
    if (places.includes(-1)) throw new RangeError(`merge requires ${on.join(", ")} in both frames: got ${frame.columns}`);
    for (const row of frame.values as unknown[][]) {
      const key = places.map((place) => row[place]);
      const exact = JSON.stringify(key);
      const other = known.get(key.join("_")) ?? exact;
      if (other !== exact) throw new RangeError(`merge cannot tell the keys ${other} and ${exact} apart: rename one of them`);
      known.set(key.join("_"), exact);
    }
  }
  return sides;
}

/** A file that is absent ended the process in readJSON, and a name like `httpd.csv` was taken for a URL. */
function localFile(file: string): string {
  if (/^https?:/.test(file)) throw new Error(`reading URLs is left out on purpose: download ${file} to a file, and read that`);
  accessSync(file);
  return resolve(file);
}

/** Types were guessed from the first 20 rows: counters that do not fit a number stayed text in a column of numbers. */
function retyped<Frame extends Pick<DataFrame, "columns" | "values" | "$setValues" | "$setDtypes">>(frame: Frame): Frame {
  const cells = transposed(frame.values as unknown[][]);
  const columns = frame.columns.map((name, place) => typedColumn(name, cells[place] ?? []));
  frame.$setValues(transposed(columns.map(({ values }) => values)) as number[][]);
  frame.$setDtypes(columns.map(({ dtype }) => dtype));
  return frame;
}
