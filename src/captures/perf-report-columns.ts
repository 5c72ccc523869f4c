/** The columns of a report of perf, as its headings name them. */
export interface ReportColumns {
  /** As perf spells them: `Overhead`, `Self`, `Shared Object`. */
  readonly names: readonly string[];
  /** Where each begins, by the rule of dots below the headings; absent in a copy of the browser, which has none. */
  readonly starts?: readonly number[];
}

const SEPARATOR = / {2,}/;
/** Columns of which a report has one at least: shares of the samples whose innermost function it is. */
const OWN_SHARE: readonly string[] = ["Overhead", "Self"];
const RULE = /^#? *\.+(?: +\.+)*\s*$/;

/**
 * The columns that a line of headings names, with the rule of dots below it where there is one; undefined for any other line.
 *
 * Source: tools/perf/ui/stdio/hist.c, hists__fprintf_standard_headers(): each heading is as wide as its column, and dots as many.
 * @example
 * reportColumns("# Overhead  Symbol", "# ........  ......") // { names: ["Overhead", "Symbol"], starts: [2, 12] }
 * reportColumns("  Overhead  CPU  Symbol", "+   16.29%  000  [k] nmi") // { names: ["Overhead", "CPU", "Symbol"] }
 * reportColumns("no report", "") // undefined
 */
export function reportColumns(headings: string, below: string): ReportColumns | undefined {
  const text = headings.replace("#", " ");
  const names = text.trim().split(SEPARATOR);
  if (names.length < 2 || !OWN_SHARE.some((name) => names.includes(name))) return undefined;
  if (!RULE.test(below)) return { names };
  const starts = [...below.matchAll(/\.+/g)].map(({ index }) => index);
  return { names: starts.map((start, column) => text.slice(start, starts[column + 1]).trim()), starts };
}

/**
 * The cells of a row, by column. Where the row keeps to the rule of dots the cells are what stands below the headings, since a
 * command may hold blanks; else, in a copy that was edited, what two blanks or more keep apart, with all that is behind a symbol in
 * its cell. Undefined where neither fits.
 *
 * @example
 * reportCells({ names: ["Overhead", "Symbol"] }, "+   16.29%  [k] nmi") // ["16.29%", "[k] nmi"]
 * reportCells({ names: ["Overhead", "CPU", "Symbol"] }, "+   16.29%  [k] nmi") // undefined
 */
export function reportCells({ names, starts }: ReportColumns, row: string): string[] | undefined {
  const isBlank = (at: number) => row[at] === " " || row[at] === undefined;
  if (starts?.every((start) => isBlank(start - 1) && isBlank(start - 2))) {
    return starts.map((start, column) => row.slice(column === 0 ? 0 : start, starts[column + 1]).trim());
  }
  const cells = row.replace(/^[+-]/, "").trim().split(SEPARATOR);
  const last = names.length - 1;
  if (cells.length < names.length || (cells.length > names.length && names[last] !== "Symbol")) return undefined;
  return [...cells.slice(0, last), cells.slice(last).join("  ")];
}
