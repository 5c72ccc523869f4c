import { randomUUID } from "node:crypto";

/**
 * What may be an integer beyond 2^53, and what tells whether it stands in a string: a quote, or an escaped one. Texts that have no
 * such number are not read twice.
 */
const LONG_INTEGER = /\d{16}/;
const QUOTES_AND_INTEGERS = /\\.|"|(?<![\w.+-])-?\d{16,}(?![\d.eE])/gs;
/** What Python writes for floats that JSON has no name for. */
const NO_NUMBER = /NaN|Infinity/;
const QUOTES_AND_NO_NUMBERS = /\\.|"|-?\b(?:NaN|Infinity)\b/gs;

/**
 * The value of a JSON text, with integers beyond 2^53 as `bigint`: a number would round them. Python, and so Jupyter, keeps them.
 * `NaN`, `Infinity` and `-Infinity`, which Python writes and no front end reads, are null, as JavaScript has it.
 *
 * @throws SyntaxError as `JSON.parse`.
 * @example
 * parseExactJson('{ "rx_bytes": 18446744073709551615, "ns": 67.2 }') // { rx_bytes: 18446744073709551615n, ns: 67.2 }
 * parseExactJson('{ "y": [NaN, -Infinity] }') // { y: [null, null] }
 */
export function parseExactJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const known = NO_NUMBER.test(text) ? outsideStrings(text, QUOTES_AND_NO_NUMBERS, () => "null") : text;
    if (known === text) throw error;
    return parseExactJson(known);
  }
  if (!LONG_INTEGER.test(text)) return value;
  const mark = randomUUID();
  let isRounded = false;
  const marked = outsideStrings(text, QUOTES_AND_INTEGERS, (found) => {
    if (Number.isSafeInteger(Number(found))) return found;
    isRounded = true;
    return `"${mark}${found}"`;
  });
  if (!isRounded) return value;
  return JSON.parse(marked, (_key, item) =>
    typeof item === "string" && item.startsWith(mark) ? BigInt(item.slice(mark.length)) : item,
  );
}

/** Replaces what a pattern finds that finds quotes and escapes, too. */
function outsideStrings(text: string, pattern: RegExp, replaced: (found: string) => string): string {
  let isString = false;
  return text.replace(pattern, (found) => {
    if (found === '"') isString = !isString;
    return isString || found === '"' || found[0] === "\\" ? found : replaced(found);
  });
}

/**
 * A value as JSON, with a `bigint` as the integer that it is.
 *
 * @throws TypeError as `JSON.stringify`, for a value that refers to itself.
 * @example
 * exactJson({ rx_bytes: 18446744073709551615n, ns: 67.2 }) // '{"rx_bytes":18446744073709551615,"ns":67.2}'
 */
export function exactJson(value: unknown, indent?: number): string {
  const mark = randomUUID();
  let isMarked = false;
  const text = JSON.stringify(
    value,
    (_key, item) => {
      if (typeof item !== "bigint") return item;
      isMarked = true;
      return mark + item;
    },
    indent,
  );
  return isMarked ? text.replace(new RegExp(`"${mark}(-?\\d+)"`, "g"), "$1") : text;
}

/**
 * JSON data with every integer as a number, rounded as JavaScript rounds it: what draws a figure knows nothing else.
 *
 * @example
 * roundedJson({ y: [18446744073709551615n] }) // { y: [18446744073709552000] }
 */
export function roundedJson<Value>(value: Value): Value {
  return JSON.parse(exactJson(value));
}
