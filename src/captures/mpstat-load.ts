import type { Warning } from "./parsed.js";

/** What a CPU did in one interval, each share in % of the interval. mpstat leaves guests out of `usr` and `nice`: the shares add up to 100. */
export interface MpstatLoad {
  readonly line: number;
  /** From 1; 0 for the mean over all intervals that mpstat prints when it ends. */
  readonly interval: number;
  /** As printed: the end of the interval, or the word for mean; absent where the capture has no such column. */
  readonly time?: string;
  /** Absent in the row of all CPUs together. */
  readonly cpu?: number;
  /** That the interval began with the machine: mpstat ran without one. */
  readonly sinceBoot?: true;
  readonly usr?: number;
  readonly nice?: number;
  readonly sys?: number;
  readonly iowait?: number;
  readonly irq?: number;
  /** Time in softirqs: receiving packets is most of it under load. */
  readonly soft?: number;
  readonly steal?: number;
  readonly guest?: number;
  readonly gnice?: number;
  readonly idle?: number;
}

/** The shares by mpstat's names, with and without `%`. */
export const SHARES = ["usr", "nice", "sys", "iowait", "irq", "soft", "steal", "guest", "gnice", "idle"] as const;

/** A column of mpstat's report. */
export interface LoadColumn {
  readonly title: string;
  readonly name: (typeof SHARES)[number];
}

/**
 * The columns of a heading, undefined where one is none of mpstat's shares, or stands elsewhere than mpstat puts it, as in sar's report.
 *
 * @example
 * loadColumns(["%usr", "%idle"]).map(({ name }) => name) // ["usr", "idle"]
 * loadColumns(["%steal", "%irq"]) // undefined
 */
export function loadColumns(titles: readonly string[]): LoadColumn[] | undefined {
  const columns = titles.flatMap((title) => {
    const name = SHARES.find((share) => title === `%${share}`);
    return name ? [{ title, name }] : [];
  });
  const ordered = columns.every(
    ({ name }, at) => SHARES.indexOf(name) > SHARES.indexOf(columns[at - 1]?.name ?? name) || at === 0,
  );
  return ordered && columns.length > 0 && columns.length === titles.length ? columns : undefined;
}

/**
 * A share as printed, with the decimal mark of any locale.
 *
 * @example
 * shareOf("76,65") // 76.65
 */
export function shareOf(digits: string): number {
  return Number(digits.replace(/[,\u066b]/, "."));
}

/** Ten shares rounded to a hundredth each are nearer to 100, and so are those while a CPU comes or goes; `--dec=0` rounds each to 1. */
const ROUNDING = { fraction: 0.5, whole: 6 };

/**
 * The doubts about mpstat's rows: shares that do not add up to 100 %, CPUs that are not in every interval, a mean since the machine's start.
 *
 * @example
 * sharesWarnings({ file: "mpstat.txt", rows: [{ line: 2, interval: 1, cpu: 0, usr: 40, idle: 10 }] })[0].message // "the shares of CPU 0 add up to 50.00 %, not 100: a column is missing, or the numbers were edited"
 */
export function sharesWarnings({ file, rows }: { file: string; rows: readonly MpstatLoad[] }): Warning[] {
  const whole = rows.every((row) => SHARES.every((share) => Number.isInteger(row[share] ?? 0)));
  const sums = rows.map((row) => ({ row, sum: SHARES.reduce((total, share) => total + (row[share] ?? 0), 0) }));
  const off = sums.filter(({ sum }) => Math.abs(sum - 100) > (whole ? ROUNDING.whole : ROUNDING.fraction));
  const [first] = off;
  const warnings: Warning[] = [];
  if (first) {
    const { row, sum } = first;
    const who = row.cpu === undefined ? "all CPUs" : `CPU ${row.cpu}`;
    const more = off.length > 1 ? ` (and of ${off.length - 1} more rows)` : "";
    const message = `the shares of ${who}${more} add up to ${sum.toFixed(2)} %, not 100: a column is missing, or the numbers were edited`;
    warnings.push({ file, line: row.line, message });
  }
  const since = rows.find(({ sinceBoot }) => sinceBoot);
  if (since) {
    const message = "one report without an interval: the mean since the machine started, not that of a measurement";
    warnings.push({ file, line: since.line, message });
  }
  return [...warnings, ...comingAndGoing({ file, rows })];
}

function comingAndGoing({ file, rows }: { file: string; rows: readonly MpstatLoad[] }): Warning[] {
  const intervals = new Set(rows.flatMap(({ interval }) => (interval > 0 ? [interval] : [])));
  const seen = new Map<number, Set<number>>();
  for (const { cpu, interval } of rows) {
    if (cpu !== undefined && interval > 0) seen.set(cpu, (seen.get(cpu) ?? new Set()).add(interval));
  }
  const partly = [...seen].filter(([, of]) => of.size < intervals.size).map(([cpu, of]) => `CPU ${cpu} in ${of.size}`);
  const message = `${partly.join(", ")} of ${intervals.size} intervals: it was offline in the others, or the report was cut`;
  return partly.length > 0 ? [{ file, line: 0, message }] : [];
}
