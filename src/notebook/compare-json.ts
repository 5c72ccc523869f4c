import { lineDifferences, sameNumber } from "./compare-text.js";

/** A value in JSON data that is not as expected, and its place: `data[0].y[3]`. What is not there is undefined. */
export interface ValueDifference {
  readonly place: string;
  readonly expected: unknown;
  readonly seen: unknown;
}

/**
 * The values in which JSON data differ from what is expected. Numbers, and numbers in texts, are compared as by `lineDifferences`;
 * the order of keys does not matter.
 *
 * @example
 * jsonDifferences({ expected: { data: [{ y: [68, 1] }] }, seen: { data: [{ y: [69, 1] }] } }) // [{ place: "data[0].y[0]", expected: 68, seen: 69 }]
 */
export function jsonDifferences({
  expected,
  seen,
  tolerance,
  place = "",
}: {
  expected: unknown;
  seen: unknown;
  tolerance?: number | undefined;
  place?: string;
}): ValueDifference[] {
  if (expected === seen) return [];
  if (isObject(expected) && isObject(seen) && Array.isArray(expected) === Array.isArray(seen)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(seen)]);
    const at = (key: string) => (Array.isArray(expected) ? `${place}[${key}]` : place === "" ? key : `${place}.${key}`);
    return [...keys].flatMap((key) => jsonDifferences({ expected: expected[key], seen: seen[key], tolerance, place: at(key) }));
  }
  return sameScalar({ expected, seen, tolerance }) ? [] : [{ place, expected, seen }];
}

function sameScalar({
  expected,
  seen,
  tolerance,
}: {
  expected: unknown;
  seen: unknown;
  tolerance?: number | undefined;
}): boolean {
  if (isNumber(expected) && isNumber(seen)) {
    return sameNumber({ expected: String(expected), seen: String(seen), tolerance });
  }
  return (
    typeof expected === "string" && typeof seen === "string" && lineDifferences({ expected, seen, tolerance }).length === 0
  );
}

/** A cell gives a number where the notebook may hold an integer beyond 2^53, which is read as a `bigint`. */
function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
