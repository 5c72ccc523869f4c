import { max, mean, min } from "simple-statistics";
import { grouped } from "./number-format.js";

/** The values of one arm. */
export interface DotSeries {
  readonly label: string;
  readonly values: readonly number[];
}

const LABEL_COLUMNS = 12;

/**
 * The runs of arms as dots on one axis, in plain text: each arm has a line of dots (`2` where two fall together, `*` for ten and
 * more) and under it a line from its least to its largest value with the mean, `|---M---|`.
 *
 * As ministat draws them (FreeBSD, P.-H. Kamp), with a line per arm so that none hides another.
 * @throws RangeError for an arm without values, and for a value that is not finite.
 * @example
 * dotPlot({ series: [{ label: "off", values: [1, 2, 3] }, { label: "on", values: [5, 5] }], columns: 21 }) // ["off         o o o", "            |-M-|", "on                  2", "                    M", "            +-------+", "            1       5"]
 */
export function dotPlot({
  series,
  columns = 70,
  decimals = 0,
}: {
  series: readonly DotSeries[];
  columns?: number;
  /** Of the numbers under the axis. */
  decimals?: number;
}): string[] {
  for (const { label, values } of series) {
    if (values.length === 0 || values.some((value) => !Number.isFinite(value)))
      throw new RangeError(`dotPlot requires finite values of ${label}: got ${values.join(", ") || "none"}`);
  }
  const all = series.flatMap(({ values }) => values);
  const [low, high] = [min(all), max(all)];
  const width = columns - LABEL_COLUMNS;
  const at = (value: number) => (high === low ? 0 : Math.round(((value - low) / (high - low)) * (width - 1)));
  const lines = series.flatMap(({ label, values }) => {
    const counts = new Array<number>(width).fill(0);
    for (const value of values) counts[at(value)] = (counts[at(value)] as number) + 1;
    const range = new Array<string>(width).fill(" ");
    range.fill("-", at(min([...values])), at(max([...values])) + 1);
    range[at(min([...values]))] = "|";
    range[at(max([...values]))] = "|";
    range[at(mean([...values]))] = "M";
    return [
      `${label.slice(0, LABEL_COLUMNS - 1).padEnd(LABEL_COLUMNS)}${counts.map(dot).join("")}`.trimEnd(),
      `${" ".repeat(LABEL_COLUMNS)}${range.join("")}`.trimEnd(),
    ];
  });
  const [from, to] = [grouped(low, decimals), grouped(high, decimals)];
  return [
    ...lines,
    `${" ".repeat(LABEL_COLUMNS)}+${"-".repeat(width - 2)}+`,
    `${" ".repeat(LABEL_COLUMNS)}${from}${to.padStart(width - from.length)}`,
  ];
}

function dot(count: number): string {
  if (count === 0) return " ";
  if (count === 1) return "o";
  return count > 9 ? "*" : String(count);
}
