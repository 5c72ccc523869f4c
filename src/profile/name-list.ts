/**
 * Names for a message, the first of them where they are many.
 *
 * @example
 * nameList(["cycles", "instructions"]) // "cycles, instructions"
 * nameList(Array.from({ length: 30 }, () => "e")).slice(-11) // "and 10 more"
 */
export function nameList(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

const MOST_NAMES = 20;
