const SUFFIXES = ["", "K", "M", "G", "T", "P"];
const STEP = 10;
const RANGE_COLUMNS = 14;
const COUNT_COLUMNS = 9;

/**
 * A histogram over powers of 2 in plain text, as bpftrace's `hist()` prints it: `[4K, 8K)  417543 |@@@@    |`. From the first bucket
 * with a value to the last; 0 and 1 have their own. K is 1024.
 *
 * @throws RangeError for no values, and for one that is no number from 0 to 2^53.
 * @example
 * log2Histogram({ values: [1, 5, 6, 9], columns: 34 }) // ["[1]                    1 |@@@@    |", "[2, 4)                 0 |        |", "[4, 8)                 2 |@@@@@@@@|", "[8, 16)                1 |@@@@    |"]
 */
export function log2Histogram({ values, columns = 70 }: { values: readonly number[]; columns?: number }): string[] {
  if (values.length === 0) throw new RangeError("log2Histogram requires values: got none");
  const bad = values.find((value) => !(value >= 0 && value <= Number.MAX_SAFE_INTEGER));
  if (bad !== undefined) throw new RangeError(`log2Histogram requires values of 0 to 2^53: got ${bad}`);
  const counts = new Map<number, number>();
  for (const value of values) {
    const rounded = Math.floor(Math.log2(value)); // which of 2^49 - 1 is 49
    const bucket = value < 1 ? -1 : 2 ** rounded > value ? rounded - 1 : rounded;
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  const buckets = [...counts.keys()];
  const [first, last] = [Math.min(...buckets), Math.max(...buckets)];
  const most = Math.max(...counts.values());
  const width = columns - RANGE_COLUMNS - COUNT_COLUMNS - 3;
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const count = counts.get(first + index) ?? 0;
    const bar = "@".repeat(Math.round((width * count) / most)).padEnd(width);
    return `${range(first + index).padEnd(RANGE_COLUMNS)} ${String(count).padStart(COUNT_COLUMNS)} |${bar}|`;
  });
}

function range(bucket: number): string {
  if (bucket < 0) return "[0]";
  return bucket === 0 ? "[1]" : `[${power(bucket)}, ${power(bucket + 1)})`;
}

function power(exponent: number): string {
  return `${2 ** (exponent % STEP)}${SUFFIXES[Math.floor(exponent / STEP)]}`;
}
