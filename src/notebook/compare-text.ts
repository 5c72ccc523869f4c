/** A line of a text that is not as expected. A line that is not there is undefined. */
export interface LineDifference {
  /** From 1. */
  readonly line: number;
  readonly expected: string | undefined;
  readonly seen: string | undefined;
}

/** Fractions may differ in their last bits from one machine to the next; whole numbers may not. */
const LAST_BITS = 1e-9;
/** A number as people and programs print it: signed, grouped by commas, with decimals and exponent, or a bigint; no part of a name. */
const NUMBER = /(?<![\w.])[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?n?/g;
const WHOLE = /^[-+]?[\d,]+n?$/;

/**
 * The lines in which a text differs from what is expected: words exactly, numbers within `tolerance`, which is relative. With one
 * above 0, blanks before a number count as none, because columns move. Without one, whole numbers are exact and others may differ by
 * 1e-9 of their size; with 0 the text is exact.
 *
 * @example
 * lineDifferences({ expected: "67.2 ns\n201", seen: "67.20000000000002 ns\n202" }) // [{ line: 2, expected: "201", seen: "202" }]
 * lineDifferences({ expected: "it took 9.8 s", seen: "it took 10.1 s", tolerance: 0.05 }) // []
 */
export function lineDifferences({
  expected,
  seen,
  tolerance,
}: {
  expected: string;
  seen: string;
  tolerance?: number | undefined;
}): LineDifference[] {
  if (expected === seen) return [];
  const [expectedLines, seenLines] = [expected.split("\n"), seen.split("\n")];
  return Array.from({ length: Math.max(expectedLines.length, seenLines.length) }, (_, index) => ({
    line: index + 1,
    expected: expectedLines[index],
    seen: seenLines[index],
  })).filter((pair) => !sameLine(pair, tolerance));
}

/**
 * Whether two numbers, as they are printed, are the same by `lineDifferences`' rule.
 *
 * @example
 * sameNumber({ expected: "18446744073709551615n", seen: "18446744073709551614n" }) // false
 * sameNumber({ expected: "14,880,952", seen: "14880000", tolerance: 1e-3 }) // true
 */
export function sameNumber({
  expected,
  seen,
  tolerance,
}: {
  expected: string;
  seen: string;
  tolerance?: number | undefined;
}): boolean {
  if (expected === seen) return true;
  if (tolerance === undefined && WHOLE.test(expected) && WHOLE.test(seen)) return false;
  const [a, b] = [numeric(expected), numeric(seen)];
  return tolerance !== 0 && Math.abs(a - b) <= (tolerance ?? LAST_BITS) * Math.max(Math.abs(a), Math.abs(b));
}

function sameLine({ expected, seen }: LineDifference, tolerance: number | undefined): boolean {
  if (expected === seen) return true;
  if (expected === undefined || seen === undefined || tolerance === 0) return false;
  const words = (line: string) => {
    const between = line.split(NUMBER);
    return between.map((text, index) => (tolerance && index < between.length - 1 ? text.trimEnd() : text)).join("\0");
  };
  if (words(expected) !== words(seen)) return false;
  const numbers = seen.match(NUMBER) ?? [];
  return (expected.match(NUMBER) ?? []).every((number, index) =>
    sameNumber({ expected: number, seen: numbers[index] ?? "", tolerance }),
  );
}

function numeric(number: string): number {
  return Number(number.replace(/[,n]/g, ""));
}
