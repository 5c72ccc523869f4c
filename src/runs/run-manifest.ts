import type { Bytes, Ns } from "../units.js";

/** What a run bundle says of itself, in its `manifest.json`. The raw files lie beside it as the tools wrote them. */
export interface RunManifest {
  /** Raised when a field changes its meaning; a reader refuses the versions that it does not know. */
  readonly schemaVersion: 1;
  readonly runId: string;
  /** `/proc/sys/kernel/random/boot_id`: runs of one boot share kernel addresses and the layout of memory. */
  readonly bootId?: string;
  /** What is compared: `before`, `after`, a kernel, a setting. */
  readonly arm?: string;
  /** Place of this run in the order in which the runs of a comparison were made, from 1. */
  readonly position?: number;
  readonly start?: Moment;
  readonly stop?: Moment;
  readonly commands: readonly RunCommand[];
  readonly tools: readonly ToolVersion[];
  readonly files: readonly RunFile[];
  readonly note?: string;
  /** What was taken out of the files, in words: `MAC addresses`. */
  readonly redactions: readonly string[];
}

/** A moment on both clocks of a machine. */
export interface Moment {
  /** ISO 8601 with its zone: `2026-11-22T06:54:51Z`. */
  readonly wall: string;
  /** CLOCK_MONOTONIC. In the JSON a string of digits: 2^53 ns are 104 days of uptime. */
  readonly monotonicNs?: bigint;
}

export interface RunCommand {
  readonly command: string;
  readonly exitCode?: number;
  /** The file of the bundle that holds its output. */
  readonly output?: string;
}

export interface ToolVersion {
  readonly tool: string;
  readonly version: string;
}

export interface RunFile {
  /** Within the bundle, with `/`. */
  readonly path: string;
  /** Of the file as it lies there, compressed or not. */
  readonly sha256: string;
  readonly sizeBytes: Bytes;
  /** Name of its format or kind (`pktgen`, `kallsyms`, `uname`); absent where none is known. */
  readonly format?: string;
  readonly window?: FileWindow;
}

/** The time over which a file's numbers were counted. */
export interface FileWindow {
  readonly durationNs: Ns;
  /** CLOCK_MONOTONIC at its start. */
  readonly startNs?: bigint;
  /** The file of the bundle that holds the same counters at its start: the two are one measurement. */
  readonly since?: string;
}

/** What the manifest of a bundle is called. */
export const MANIFEST_FILE = "manifest.json";

/** A manifest that does not hold what it must. The message is `file: field: expected ..., got ...`. */
export class ManifestError extends SyntaxError {
  readonly file: string;
  /** `files[2].sha256`; empty when the whole file is meant. */
  readonly field: string;

  constructor({ file, field, expected, seen }: Place & { expected: string; seen: unknown }) {
    const shown = (JSON.stringify(seen) ?? "nothing").slice(0, SHOWN_CHARACTERS);
    super(`${file}: ${field === "" ? "" : `${field}: `}expected ${expected}, got ${shown}`);
    this.name = "ManifestError";
    this.file = file;
    this.field = field;
  }
}

const SHOWN_CHARACTERS = 120;

/**
 * Reads the text of a `manifest.json`. Strict: a field that is missing, misspelt or of another type is an error and not a guess.
 *
 * @throws ManifestError naming the field, what was seen and what was expected.
 * @example
 * parseManifest({ file: "manifest.json", text: manifestText({ schemaVersion: 1, runId: "r1", commands: [], tools: [], files: [], redactions: [] }) }).runId // "r1"
 */
export function parseManifest({ file, text }: { file: string; text: string }): RunManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ManifestError({ file, field: "", expected: `JSON (${String(error)})`, seen: text });
  }
  const at = { file, field: "" };
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== 1) {
    const expected = "1, the version that this linerate reads; a newer one may read it";
    throw new ManifestError({ file, field: "schemaVersion", expected, seen: version });
  }
  const manifest = manifestOf(value, at);
  const paths = new Set<string>();
  for (const [index, { path }] of manifest.files.entries()) {
    if (paths.has(path)) {
      throw new ManifestError({ file, field: `files[${index}].path`, expected: "a path that is named once", seen: path });
    }
    paths.add(path);
  }
  for (const [index, { window }] of manifest.files.entries()) {
    if (window?.since !== undefined && !paths.has(window.since)) {
      const field = `files[${index}].window.since`;
      throw new ManifestError({ file, field, expected: "a path of the files", seen: window.since });
    }
  }
  return manifest;
}

/**
 * The text of a `manifest.json`: the same manifest gives the same bytes, with its files in the order of their paths.
 *
 * @throws ManifestError for a manifest that could not be read back.
 * @example
 * manifestText({ schemaVersion: 1, runId: "r1", commands: [], tools: [], files: [], redactions: [] }).startsWith('{\n  "schemaVersion": 1,\n  "runId": "r1",') // true
 */
export function manifestText(manifest: RunManifest): string {
  const digits = (_key: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
  const text = JSON.stringify(manifest, digits);
  const { files, ...rest } = parseManifest({ file: MANIFEST_FILE, text }); // in the order of its fields, and checked
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return `${JSON.stringify({ ...rest, files: sorted }, digits, 2)}\n`;
}

/**
 * What the first of two snapshots is called where the second is called after it: their names differ in `before` and `after` alone.
 *
 * @example
 * beforeName("eth0.after.txt") // "eth0.before.txt"
 * beforeName("eth0.txt") // undefined
 */
export function beforeName(name: string): string | undefined {
  const at = name.lastIndexOf("after");
  return at < 0 ? undefined : `${name.slice(0, at)}before${name.slice(at + "after".length)}`;
}

interface Place {
  readonly file: string;
  readonly field: string;
}
type Read<Value> = (value: unknown, at: Place) => Value;
/** How each field of an object is read, in the order in which it is written. */
type Fields<Value> = {
  readonly [Key in keyof Value]-?: { readonly read: Read<Exclude<Value[Key], undefined>>; optional?: true };
};

const required = <Value>(read: Read<Value>): { read: Read<Value> } => ({ read });
const optional = <Value>(read: Read<Value>): { read: Read<Value>; optional: true } => ({ read, optional: true });

function checked<Value>(expected: string, isValue: (value: unknown) => boolean): Read<Value> {
  return (seen, at) => {
    if (!isValue(seen)) throw new ManifestError({ ...at, expected, seen });
    return seen as Value;
  };
}

function object<Value extends object>(fields: Fields<Value>): Read<Value> {
  return (seen, { file, field: parent }) => {
    if (typeof seen !== "object" || seen === null || Array.isArray(seen)) {
      throw new ManifestError({ file, field: parent, expected: "an object", seen });
    }
    const place = (name: string) => ({ file, field: parent === "" ? name : `${parent}.${name}` });
    for (const name of Object.keys(seen)) {
      if (Object.hasOwn(fields, name)) continue;
      throw new ManifestError({ ...place(name), expected: `one of ${Object.keys(fields).join(", ")}`, seen: name });
    }
    const entries = Object.entries<Fields<Value>[keyof Value]>(fields).flatMap(([name, { read, optional }]) => {
      const value = (seen as Record<string, unknown>)[name];
      return optional && value === undefined ? [] : [[name, read(value, place(name))]];
    });
    return Object.fromEntries(entries) as Value;
  };
}

function list<Value>(item: Read<Value>): Read<Value[]> {
  return (seen, { file, field }) => {
    if (!Array.isArray(seen)) throw new ManifestError({ file, field, expected: "an array", seen });
    return seen.map((value, index) => item(value, { file, field: `${field}[${index}]` }));
  };
}

const text = checked<string>("a text that is not empty", (value) => typeof value === "string" && value !== "");
const path = checked<string>("a path within the bundle, with `/` and without `..`", (value) => isBundlePath(value));
const whole = checked<number>("a whole number of 0 or more", (value) => Number.isSafeInteger(value) && Number(value) >= 0);
const above0 = checked<number>("a number above 0", (value) => Number.isFinite(value) && Number(value) > 0);
const nanoseconds: Read<bigint> = (value, at) =>
  BigInt(
    checked<string>("nanoseconds as a string of digits", (value) => typeof value === "string" && NS.test(value))(value, at),
  );
const NS = /^\d{1,20}$/;
const WALL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const SHA256 = /^[0-9a-f]{64}$/;

const MOMENT: Fields<Moment> = {
  wall: required(
    checked(
      "a time like 2026-11-22T06:54:51Z",
      (value) => WALL.test(String(value)) && !Number.isNaN(Date.parse(String(value))),
    ),
  ),
  monotonicNs: optional(nanoseconds),
};
const COMMAND: Fields<RunCommand> = {
  command: required(text),
  exitCode: optional(whole),
  output: optional(path),
};
const TOOL: Fields<ToolVersion> = { tool: required(text), version: required(text) };
const WINDOW: Fields<FileWindow> = {
  durationNs: required(above0),
  startNs: optional(nanoseconds),
  since: optional(path),
};
const FILE: Fields<RunFile> = {
  path: required(path),
  sha256: required(checked("64 hexadecimal digits in lower case", (value) => SHA256.test(String(value)))),
  sizeBytes: required(whole),
  format: optional(text),
  window: optional(object(WINDOW)),
};
const FIELDS: Fields<RunManifest> = {
  schemaVersion: required(checked("1", (value) => value === 1)),
  runId: required(text),
  bootId: optional(text),
  arm: optional(text),
  position: optional(checked("a whole number from 1 on", (value) => Number.isSafeInteger(value) && Number(value) >= 1)),
  start: optional(object(MOMENT)),
  stop: optional(object(MOMENT)),
  commands: required(list(object(COMMAND))),
  tools: required(list(object(TOOL))),
  files: required(list(object(FILE))),
  note: optional(text),
  redactions: required(list(text)),
};
const manifestOf = object(FIELDS);

/** No way out of the bundle, on any system, and no name that two systems read differently. */
function isBundlePath(value: unknown): boolean {
  if (typeof value !== "string" || value === "" || /[\\\0]|^[A-Za-z]:/.test(value)) return false;
  return value.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
