import { requireNumber } from "./require-number.js";

/**
 * Refuses samples that no statistic should be taken of: too few points, a value that is not a finite number or out of bounds,
 * values that are all the same (`vary`), or samples of different length where points belong together.
 *
 * @throws RangeError that names the function, the sample with the index of the value, the bound, and what was given.
 * @example
 * requireSamples({ caller: "welch", samples: { before: [1, 2], after: [3, 4] }, points: 2 }) // undefined
 */
export function requireSamples({
  caller,
  samples,
  points = 1,
  above = Number.NEGATIVE_INFINITY,
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
  vary = false,
  sameLength = false,
}: {
  caller: string;
  samples: Readonly<Record<string, readonly number[]>>;
  points?: number;
  above?: number;
  min?: number;
  max?: number;
  vary?: boolean;
  sameLength?: boolean;
}): void {
  const bad = (value: number) => !(Number.isFinite(value) && value > above && value >= min && value <= max);
  for (const [name, values] of Object.entries(samples)) {
    if (values.length < points) {
      throw new RangeError(`${caller} requires ${name} of at least ${points} points: got ${values.length}`);
    }
    const index = values.findIndex(bad);
    if (index >= 0) requireNumber({ caller, name: `${name}[${index}]`, value: values[index] as number, above, min, max });
    if (vary && values.every((value) => value === values[0])) {
      throw new RangeError(`${caller} requires ${name} that vary: all are ${values[0]}`);
    }
  }
  const lengths = Object.values(samples).map((values) => values.length);
  if (sameLength && new Set(lengths).size > 1) {
    throw new RangeError(
      `${caller} requires ${Object.keys(samples).join(" and ")} of one length: got ${lengths.join(" and ")}`,
    );
  }
}
