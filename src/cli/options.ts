import { InvalidArgumentError } from "commander";

/**
 * Reads the value of an option that is a number, in English notation.
 *
 * @throws InvalidArgumentError, which makes the command exit 2.
 * @example
 * numberOption("3.6") // 3.6
 */
export function numberOption(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number)) throw new InvalidArgumentError(`expected a number, got "${value}".`);
  return number;
}

/**
 * Reads the value of an option that is a number above 0.
 *
 * @throws InvalidArgumentError, which makes the command exit 2.
 * @example
 * positiveOption("2") // 2
 */
export function positiveOption(value: string): number {
  const number = numberOption(value);
  if (number <= 0) throw new InvalidArgumentError(`expected a number above 0, got "${value}".`);
  return number;
}

/**
 * Reads the value of an option that counts things: a whole number above 0.
 *
 * @throws InvalidArgumentError, which makes the command exit 2.
 * @example
 * countOption("20") // 20
 */
export function countOption(value: string): number {
  const number = positiveOption(value);
  if (!Number.isSafeInteger(number)) throw new InvalidArgumentError(`expected a whole number, got "${value}".`);
  return number;
}

/**
 * Reads the value of an option that is a number, 0 or above.
 *
 * @throws InvalidArgumentError, which makes the command exit 2.
 * @example
 * nonNegativeOption("0") // 0
 */
export function nonNegativeOption(value: string): number {
  const number = numberOption(value);
  if (number < 0) throw new InvalidArgumentError(`expected a number, 0 or above, got "${value}".`);
  return number;
}
