/**
 * Refuses an argument that is not a finite number within its bounds; bounds that are left out do not apply.
 *
 * @throws RangeError that names the function, the argument, the bound and the value.
 * @example
 * requireNumber({ caller: "wilsonInterval", name: "level", value: 0.95, above: 0, below: 1 }) // undefined
 */
export function requireNumber({
  caller,
  name,
  value,
  above = Number.NEGATIVE_INFINITY,
  below = Number.POSITIVE_INFINITY,
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
  integer = false,
}: {
  caller: string;
  name: string;
  value: number;
  above?: number;
  below?: number;
  min?: number;
  max?: number;
  integer?: boolean;
}): void {
  const within = value > above && value < below && value >= min && value <= max;
  if (within && Number.isFinite(value) && (!integer || Number.isInteger(value))) return;
  const text = (bound: number) => Number(bound.toPrecision(12)); // 1 - 0.95 is 0.05 to a reader
  const bounds = [
    ...(above > Number.NEGATIVE_INFINITY ? [`> ${text(above)}`] : []),
    ...(min > Number.NEGATIVE_INFINITY ? [`>= ${text(min)}`] : []),
    ...(below < Number.POSITIVE_INFINITY ? [`< ${text(below)}`] : []),
    ...(max < Number.POSITIVE_INFINITY ? [`<= ${text(max)}`] : []),
  ];
  throw new RangeError(
    `${caller} requires ${integer ? "an integer" : "a finite"} ${[name, bounds.join(" and ")].join(" ").trim()}: got ${value}`,
  );
}
