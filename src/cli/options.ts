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
