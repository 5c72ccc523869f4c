import { InvalidArgumentError } from "commander";
import { type Format, formatNamed } from "../formats.js";

/**
 * Reads the name of a format.
 *
 * @throws InvalidArgumentError naming the formats there are, which makes the command exit 2.
 * @example
 * formatOption("pktgen").name // "pktgen"
 */
export function formatOption(value: string): Format {
  try {
    return formatNamed(value);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof RangeError ? error.message : String(error));
  }
}
