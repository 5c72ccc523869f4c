import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { positionAt } from "./cell-position.js";
import { exactJson, parseExactJson } from "./exact-json.js";
import { isJsonType, type MimeBundle } from "./mime-bundle.js";

/** A notebook of nbformat 4 in memory: every text is one string, and every cell has an id. Field names are the format's. */
export interface Notebook {
  readonly nbformat: 4;
  readonly nbformat_minor: 5;
  readonly metadata: NotebookMetadata;
  readonly cells: readonly NotebookCell[];
}

/** Metadata of any depth, kept as it is; an integer beyond 2^53 is a `bigint`, here and in the JSON of outputs. */
export interface NotebookMetadata {
  readonly [key: string]: unknown;
}

export type NotebookCell = CodeCell | TextCell;

export interface CodeCell {
  readonly cell_type: "code";
  readonly id: string;
  readonly metadata: NotebookMetadata;
  readonly source: string;
  readonly execution_count: number | null;
  readonly outputs: readonly CellOutputRecord[];
}

export interface TextCell {
  readonly cell_type: "markdown" | "raw";
  readonly id: string;
  readonly metadata: NotebookMetadata;
  readonly source: string;
  readonly attachments?: Readonly<Record<string, MimeBundle>>;
}

/** One output of a code cell, as the format stores it. */
export type CellOutputRecord =
  | { readonly output_type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly output_type: "display_data"; readonly data: MimeBundle; readonly metadata: NotebookMetadata }
  | {
      readonly output_type: "execute_result";
      readonly data: MimeBundle;
      readonly metadata: NotebookMetadata;
      readonly execution_count: number | null;
    }
  | {
      readonly output_type: "error";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

/** A file that is no notebook this package can read; the message says what was seen and what to do. */
export class NotebookFileError extends Error {
  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
    this.name = "NotebookFileError";
  }
}

/**
 * Reads a notebook file.
 *
 * @throws NotebookFileError when it cannot be read, and as `parseNotebook`.
 * @example
 * (() => { try { readNotebook("/nowhere.ipynb") } catch (error) { return error.message } })() // "/nowhere.ipynb: there is no such file"
 */
export function readNotebook(file: string): Notebook {
  let text: Uint8Array;
  try {
    text = readFileSync(file);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new NotebookFileError(file, UNREADABLE[code] ?? `it cannot be read (${code})`);
  }
  return parseNotebook({ file, text });
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "expected a notebook, this is a folder",
  EACCES: "it cannot be read: permission denied",
};

/**
 * The notebook of a text in nbformat 4, or of the bytes of one. Minor versions before 5 get what 5 asks for: an id in every cell,
 * made from its source.
 *
 * Source: https://nbformat.readthedocs.io/en/latest/format_description.html and nbformat.v4.5.schema.json.
 * @throws NotebookFileError for bytes that are not UTF-8, for a text that is no JSON, no notebook or of another nbformat, and for a cell or output that is not as
 * the format says.
 * @example
 * parseNotebook({
 *   file: "a.ipynb",
 *   text: '{ "nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [{ "cell_type": "markdown", "metadata": {}, "source": ["# a\\n", "b"] }] }',
 * }).cells[0].source // "# a\nb"
 */
export function parseNotebook({ file, text }: { file: string; text: string | Uint8Array }): Notebook {
  const notebook = new NotebookReader(file).notebook(typeof text === "string" ? text : decoded(file, text));
  const taken = new Set<string>();
  return { ...notebook, cells: notebook.cells.map((cell) => ({ ...cell, id: freeId(cell, taken) })) };
}

/** Bytes that are no UTF-8 would be read as U+FFFD, and written as such. */
function decoded(file: string, bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new NotebookFileError(file, "it is not UTF-8, as a notebook is: save it in this encoding");
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

class NotebookReader {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  notebook(text: string): Notebook {
    const fields = this.#json(text);
    const { nbformat, cells, worksheets } = fields;
    if (!Number.isInteger(nbformat)) throw this.#error("expected a notebook: there is no nbformat in it");
    if (nbformat !== 4) throw this.#error(`it is nbformat ${nbformat}, and linerate reads nbformat 4: ${REMEDY}`);
    if (!Array.isArray(cells)) {
      throw this.#error(
        worksheets ? `it has worksheets instead of cells: ${REMEDY}` : "expected a list of cells: there is none",
      );
    }
    const metadata = this.#metadata(fields, "the notebook");
    return {
      nbformat: 4,
      nbformat_minor: 5,
      metadata,
      cells: cells.map((cell, index) => this.#cell(cell, `cell ${index + 1}`)),
    };
  }

  #json(written: string): Record<string, unknown> {
    const text = written.replace(/^\ufeff/, ""); // editors on Windows put it there
    if (text.trim() === "") throw this.#error("it is empty: expected a notebook, which is JSON");
    let value: unknown;
    try {
      value = parseExactJson(text);
    } catch (error) {
      throw this.#error(`it is not JSON${placeOf(error as SyntaxError, text)}: expected a notebook`);
    }
    return this.#object(value, "the notebook");
  }

  #cell(value: unknown, where: string): NotebookCell {
    const cell = this.#object(value, where);
    const { cell_type: type, id, attachments } = cell;
    const common = {
      id: typeof id === "string" ? id : "",
      metadata: this.#metadata(cell, where),
      source: this.#text(cell.source, `the source of ${where}`),
    };
    if (type === "markdown" || type === "raw") {
      const attached = Object.entries(this.#object(attachments ?? {}, `the attachments of ${where}`)).map(([name, bundle]) => [
        name,
        this.#bundle(bundle, `attachment ${name} of ${where}`),
      ]);
      return { cell_type: type, ...common, ...(attachments ? { attachments: Object.fromEntries(attached) } : {}) };
    }
    if (type !== "code") throw this.#error(`${where} has the cell_type ${exactJson(type)}: expected code, markdown or raw`);
    const outputs = cell.outputs ?? [];
    if (!Array.isArray(outputs)) throw this.#error(`expected a list of outputs in ${where}`);
    return {
      cell_type: "code",
      ...common,
      execution_count: count(cell),
      outputs: outputs.map((output, index) => this.#output(output, `output ${index + 1} of ${where}`)),
    };
  }

  #output(value: unknown, where: string): CellOutputRecord {
    const output = this.#object(value, where);
    const type = output.output_type;
    switch (type) {
      case "stream":
        return {
          output_type: type,
          name: output.name === "stderr" ? "stderr" : "stdout",
          text: this.#text(output.text, where),
        };
      case "display_data":
        return { output_type: type, data: this.#bundle(output.data, where), metadata: this.#metadata(output, where) };
      case "execute_result": {
        const data = this.#bundle(output.data, where);
        return { output_type: type, data, metadata: this.#metadata(output, where), execution_count: count(output) };
      }
      case "error": {
        const traceback = Array.isArray(output.traceback) ? output.traceback.map(String) : [];
        return { output_type: type, ename: String(output.ename ?? ""), evalue: String(output.evalue ?? ""), traceback };
      }
      default:
        throw this.#error(
          `${where} has the output_type ${exactJson(type)}: expected stream, display_data, execute_result or error`,
        );
    }
  }

  /** JSON types stay as they are, of other types a list of lines becomes one text. */
  #bundle(value: unknown, where: string): MimeBundle {
    const parts = Object.entries(this.#object(value ?? {}, `the data of ${where}`));
    return Object.fromEntries(
      parts.map(([mime, data]) => [mime, isJsonType(mime) || !Array.isArray(data) ? data : this.#text(data, where)]),
    );
  }

  #metadata(parent: Record<string, unknown>, where: string): NotebookMetadata {
    return this.#object(parent.metadata ?? {}, `the metadata of ${where}`);
  }

  #object(value: unknown, what: string): Record<string, unknown> {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw this.#error(`expected ${what} to be a JSON object`);
  }

  #text(value: unknown, what: string): string {
    if (typeof value === "string") return value;
    if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value.join("");
    throw this.#error(`expected ${what} to be text or a list of lines`);
  }

  #error(reason: string): NotebookFileError {
    return new NotebookFileError(this.#file, reason);
  }
}

/** V8 says where by an offset, or by what stands there. */
function placeOf({ message }: SyntaxError, text: string): string {
  const isCut = message.includes("end of JSON input");
  const offset = isCut ? text.trimEnd().length : Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN);
  if (Number.isNaN(offset)) return ` (${message})`;
  const { line, column } = positionAt(text, offset);
  return ` from line ${line + 1}, column ${column + 1} on (${isCut ? "it is cut off" : message.replace(/ in JSON at.*/s, "")})`;
}

const REMEDY = "open it in Jupyter and save it, or run `jupyter nbconvert --to notebook --nbformat 4` on it";

function count({ execution_count: number }: Record<string, unknown>): number | null {
  return Number.isInteger(number) ? Number(number) : null;
}

/** The cell's id when it is valid and not taken, else one made from its source, the same on every run. */
function freeId({ id, source }: NotebookCell, taken: Set<string>): string {
  let free = id;
  for (let copy = 0; !/^[a-zA-Z0-9-_]{1,64}$/.test(free) || taken.has(free); copy++) {
    free = createHash("sha256").update(`${copy}\n${source}`).digest("hex").slice(0, 8);
  }
  taken.add(free);
  return free;
}

/**
 * A notebook as nbformat writes it: keys sorted, indented by one, texts as lists of lines, a newline at the end.
 *
 * Source: nbformat's `v4/nbjson.py` and `v4/rwbase.py`; the text is byte for byte theirs but for how floats are spelled,
 * and for keys that are integers, which JavaScript puts first.
 * @example
 * notebookText({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] }) // '{\n "cells": [],\n "metadata": {},\n "nbformat": 4,\n "nbformat_minor": 5\n}\n'
 */
export function notebookText(notebook: Notebook): string {
  return `${exactJson(sorted({ ...notebook, cells: notebook.cells.map(storedCell) }), 1)}\n`;
}

function storedCell(cell: NotebookCell): object {
  const source = linesOf(cell.source);
  if (cell.cell_type !== "code") {
    const { attachments } = cell;
    const stored = Object.entries(attachments ?? {}).map(([name, bundle]) => [name, storedBundle(bundle)]);
    return { ...cell, source, ...(attachments && { attachments: Object.fromEntries(stored) }) };
  }
  return { ...cell, source, outputs: cell.outputs.map(storedOutput) };
}

function storedOutput(output: CellOutputRecord): object {
  if (output.output_type === "stream") return { ...output, text: linesOf(output.text) };
  if (output.output_type === "error") return output;
  return { ...output, data: storedBundle(output.data) };
}

function storedBundle(bundle: MimeBundle): MimeBundle {
  const parts = Object.entries(bundle).map(([mime, data]) => {
    const isText = mime.startsWith("text/") || mime === "application/javascript" || mime === "image/svg+xml";
    return [mime, isText && typeof data === "string" ? linesOf(data) : data];
  });
  return Object.fromEntries(parts);
}

/** Where Python's str.splitlines, and so nbformat, ends a line: line feed, carriage return, and seven rarer ones. */
const LINE_END = new RegExp(`(?<=[${String.fromCharCode(10, 11, 12, 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029)}]|\\r(?!\\n))`);

function linesOf(text: string): string[] {
  return text === "" ? [] : text.split(LINE_END).filter((line) => line !== "");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
