import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const SIGNIFICANT_DIGITS = 6;

/**
 * Compares `actual` with the golden file `src/<path>` (say `figures/golden/budget.json`): text as it is, anything else as
 * JSON with numbers cut to 6 significant digits. `BLESS=1 npm test` writes the file instead; say in the commit why it changed.
 *
 * @example
 * comparableJson({ ns: 67.20000000000002 }) // '{\n  "ns": 67.2\n}\n'
 */
export function assertGolden(path: string, actual: unknown): void {
  const golden = fileURLToPath(new URL(`../src/${path}`, import.meta.url));
  const text = typeof actual === "string" ? actual : comparableJson(actual);
  if (process.env.BLESS) {
    mkdirSync(dirname(golden), { recursive: true });
    writeFileSync(golden, text);
  }
  assert.ok(existsSync(golden), `there is no golden file src/${path}: look at the output, then run BLESS=1 npm test`);
  assert.equal(text, readFileSync(golden, "utf8"), `differs from src/${path}: if it should, run BLESS=1 npm test`);
}

/**
 * JSON for comparison: indented, numbers cut to 6 significant digits so that the last bits of a float do not matter.
 *
 * @example
 * comparableJson([1 / 3]) // "[\n  0.333333\n]\n"
 */
export function comparableJson(value: unknown): string {
  const cut = (_key: string, item: unknown) => (typeof item === "number" ? Number(item.toPrecision(SIGNIFICANT_DIGITS)) : item);
  return `${JSON.stringify(value, cut, 2)}\n`;
}
