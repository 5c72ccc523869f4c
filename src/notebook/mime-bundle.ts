import { inspect } from "node:util";

/** A value in several forms, by mime type. Text is a string, pictures are base64, JSON types are plain objects. */
export interface MimeBundle {
  readonly [mime: string]: unknown;
}

/** A method of this name gives an object's mime bundle, or a promise of it. Deno's kernel uses the same symbol. */
export const JUPYTER_DISPLAY: symbol = Symbol.for("Jupyter.display");

const SHOWN_CHARACTERS = 20_000;

/**
 * How a value shows: what its `Symbol.for("Jupyter.display")` method gives, else what `util.inspect` says, cut when it is large.
 * Bytes become base64, numbers text where the type is no JSON. An empty bundle shows nothing.
 *
 * @throws TypeError when the method gives no object, or something else than text for a type that is no JSON.
 * @example
 * mimeBundle([1, 2]) // { "text/plain": "[ 1, 2 ]" }
 * mimeBundle({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>67.2</b>" }) }) // { "text/html": "<b>67.2</b>" }
 */
export function mimeBundle(value: unknown): MimeBundle | Promise<MimeBundle> {
  const method = displayMethod(value);
  if (!method) return { "text/plain": plainText(value) };
  const bundle = method();
  return bundle instanceof Promise ? bundle.then(checkedBundle) : checkedBundle(bundle);
}

/**
 * A value as text for a person: `util.inspect` without colours, cut at 20,000 characters with the whole size stated.
 *
 * @example
 * plainText({ ns: 67.2 }) // "{ ns: 67.2 }"
 * plainText("x".repeat(30_000)).slice(-46) // "... cut: 20,000 of 30,002 characters are shown"
 */
export function plainText(value: unknown): string {
  const text = inspect(value, { maxStringLength: null });
  if (text.length <= SHOWN_CHARACTERS) return text;
  const count = (characters: number) => characters.toLocaleString("en-US");
  return `${text.slice(0, SHOWN_CHARACTERS)}\n... cut: ${count(SHOWN_CHARACTERS)} of ${count(text.length)} characters are shown`;
}

function displayMethod(value: unknown): (() => unknown) | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  try {
    const method = (value as Record<symbol, unknown>)[JUPYTER_DISPLAY];
    return typeof method === "function" ? () => method.call(value) : undefined;
  } catch {
    return undefined; // a proxy may refuse to be asked: util.inspect shows it all the same
  }
}

function checkedBundle(bundle: unknown): MimeBundle {
  if (typeof bundle !== "object" || bundle === null || Array.isArray(bundle)) {
    throw new TypeError(`Symbol.for("Jupyter.display") requires an object of mime types: got ${plainText(bundle)}`);
  }
  const shown = Object.entries(bundle).filter(([, data]) => data !== undefined && data !== null);
  return Object.fromEntries(shown.map(([mime, data]) => [mime, isJsonType(mime) ? data : textOf(mime, data)]));
}

/** A notebook that holds anything else is not valid. */
function textOf(mime: string, data: unknown): string {
  if (data instanceof Uint8Array) return base64(data);
  if (typeof data === "object" || typeof data === "function") {
    throw new TypeError(`Symbol.for("Jupyter.display") requires text or bytes for ${mime}: got ${plainText(data)}`);
  }
  return String(data);
}

/**
 * Whether data of this mime type are JSON, and not text.
 *
 * @example
 * isJsonType("application/vnd.plotly.v1+json") // true
 */
export function isJsonType(mime: string): boolean {
  return mime === "application/json" || /^application\/.*\+json$/.test(mime);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
