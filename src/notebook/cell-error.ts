import type { CellPosition } from "./cell-position.js";
import type { CellDiagnostic, DescribedError } from "./engine.js";
import type { Thrown } from "./thrown.js";

/** A place in a cell, or in a file that was compiled with it. */
export interface SourcePlace {
  /** What to call the source. */
  readonly title: string;
  readonly code: string;
  readonly at: CellPosition;
}

/** The way from the places that stacks name, which are in compiled code, to those in the sources. */
export interface KnownSources {
  /** Whether a script of this name was compiled here. */
  readonly has: (name: string) => boolean;
  /**
   * Nothing for a place that stands for no source: what the compiler or the kernel put around it. The place is one of a stack, or that
   * at which V8 refuses the script.
   */
  readonly locate: (name: string, at: CellPosition, how: { isRefused: boolean }) => SourcePlace | undefined;
  /** What `assert` says of the call at a place whose value was falsy. */
  readonly falsyCall?: ((place: SourcePlace) => string | undefined) | undefined;
}

interface Frame {
  readonly text: string;
  /** Set when the frame is in a source that is known. */
  readonly place?: SourcePlace;
}

/** Frames from here say how the kernel works, not what the cell did. */
const OWN_FOLDER = new URL(".", import.meta.url).href;
const LONGEST_FRAME = 2000;
const WIDEST_LINE = 160;

/**
 * An error as Jupyter reports it: name, message in full, the stack from the throw to the cell, and the line with a caret.
 * Frames of Node, of the compiler and of the kernel are left out. What is thrown and is no Error is shown as a value.
 *
 * @example
 * describeError({
 *   thrown: { name: "Error", message: "boom", stack: "Error: boom", isSyntaxError: false, isFalsyValue: false, causes: [] },
 *   sources: { has: () => false, locate: () => undefined },
 * }).traceback // ["Error: boom"]
 */
export function describeError({ thrown, sources }: { thrown: Thrown; sources: KnownSources }): DescribedError {
  const { name } = thrown;
  const frames = visibleFrames(thrown, sources);
  const [at] = frames;
  const message = (thrown.isFalsyValue && at?.place && sources.falsyCall?.(at.place)) || thrown.message;
  const place = frames.find((frame) => frame.place)?.place;
  const excerpt = place
    ? ["", `${place.title}:${place.at.line + 1}`, ...codeExcerpt({ code: place.code, start: place.at })]
    : [];
  return {
    name,
    message,
    traceback: [...heading({ name, message }), ...frames.map(({ text }) => text), ...causes(thrown, sources), ...excerpt],
  };
}

/**
 * Errors of the compiler as lines of text: place, number, message, the source line and a caret under what is meant.
 *
 * `sources` gives a file's code by its name; the cell's own goes by `cell`.
 * @example
 * diagnosticLines({
 *   cell: { name: "cell[1]", code: "const x: number = 'a'" },
 *   diagnostic: { message: "Wrong.", code: 2322, start: { line: 0, column: 6 }, end: { line: 0, column: 7 } },
 * }) // ["cell[1]:1:7 - error TS2322: Wrong.", "", "1 | const x: number = 'a'", "  |       ^"]
 */
export function diagnosticLines({
  cell,
  diagnostic,
  file = () => undefined,
}: {
  cell: { name: string; code: string };
  diagnostic: CellDiagnostic;
  file?: (name: string) => string | undefined;
}): readonly string[] {
  const { message, code: number, start, end } = diagnostic;
  const name = diagnostic.file ?? cell.name;
  const code = diagnostic.file === undefined ? cell.code : file(diagnostic.file);
  const excerpt = code === undefined ? [] : ["", ...codeExcerpt({ code, start, end })];
  return [`${name}:${start.line + 1}:${start.column + 1} - error TS${number}: ${message}`, ...excerpt];
}

/**
 * An error as text, for streams.
 *
 * @example
 * errorText({ name: "Error", message: "boom", traceback: ["Error: boom", "    at cell[1]:1:7"] }) // "Error: boom\n    at cell[1]:1:7"
 */
export function errorText({ traceback }: DescribedError): string {
  return traceback.join("\n");
}

function codeExcerpt({ code, start, end = start }: { code: string; start: CellPosition; end?: CellPosition }): string[] {
  const line = code.split("\n")[start.line]?.replace(/\r$/, "");
  if (line === undefined) return [];
  const number = String(start.line + 1);
  const { before, part, after } = partOfLine(line, start.column);
  const last = end.line === start.line ? end.column : line.length;
  const indent = (before + line.slice(part.start, start.column)).replace(/[^\t]/gu, (character) =>
    " ".repeat(width(character)),
  );
  const meant = [...line.slice(start.column, Math.min(last, part.end))];
  const carets = "^".repeat(meant.reduce((sum, character) => sum + width(character), 0) || 1);
  return [
    `${number} | ${before}${line.slice(part.start, part.end)}${after}`,
    `${" ".repeat(number.length)} | ${indent}${carets}`,
  ];
}

/** What is shown of a line, and what stands for the rest: a front end wraps a long one, and the caret is under nothing. */
function partOfLine(line: string, column: number): { before: string; part: { start: number; end: number }; after: string } {
  if (line.length <= WIDEST_LINE) return { before: "", part: { start: 0, end: line.length }, after: "" };
  const middle = Math.max(0, Math.min(column - WIDEST_LINE / 2, line.length - WIDEST_LINE));
  const start = isLowSurrogate(line.charCodeAt(middle)) ? middle - 1 : middle;
  const cut = start + WIDEST_LINE;
  const end = isLowSurrogate(line.charCodeAt(cut)) ? cut + 1 : cut;
  return { before: start > 0 ? "…" : "", part: { start, end }, after: end < line.length ? "…" : "" };
}

/** Two columns in a font of one width: ideographs and emoji. Source: Unicode Standard Annex 11, East Asian Width. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60]/u;
const COMBINING = /\p{Mn}/u;

function width(character: string): number {
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

function heading({ name, message }: Pick<Thrown, "name" | "message">): string[] {
  return `${name}${message === "" ? "" : `: ${message}`}`.split("\n");
}

function causes(thrown: Thrown, sources: KnownSources): string[] {
  return thrown.causes.flatMap((cause) => [
    "",
    ...heading(cause).map((line, index) => (index === 0 ? `Caused by ${line}` : line)),
    ...visibleFrames(cause, sources).map(({ text }) => text),
  ]);
}

/** The frames down to the cell that was run; all that are not the kernel's when there is no cell among them. */
function visibleFrames({ stack = "", message, isSyntaxError }: Thrown, sources: KnownSources): Frame[] {
  const frames = stack // the message before it may have lines that look like frames
    .slice(Math.max(0, stack.indexOf(message)) + message.length)
    .split("\n")
    .filter((line) => /^\s+at /.test(line) && line.length < LONGEST_FRAME)
    .flatMap((line) => visibleFrame({ line, sources }));
  const last = frames.findLastIndex(({ place }) => place);
  if (last >= 0) return frames.slice(0, last + 1);
  // A script that V8 refuses has no frame of its own: Node puts its place on the first line.
  const line = `    at ${stack.split("\n", 1)[0]}:1`;
  const refused = isSyntaxError ? visibleFrame({ line, sources, isRefused: true }) : [];
  return refused.some(({ place }) => place) ? refused : frames;
}

function visibleFrame({
  line,
  sources,
  isRefused = false,
}: {
  line: string;
  sources: KnownSources;
  isRefused?: boolean;
}): Frame[] {
  const text = line.trimEnd();
  const found = placeInFrame(text);
  if (!found) return [{ text }];
  const { name, at, before, after } = found;
  if (sources.has(name)) {
    const place = sources.locate(name, at, { isRefused });
    return place ? [{ text: `${before}${place.title}:${place.at.line + 1}:${place.at.column + 1}${after}`, place }] : [];
  }
  const isInternal = name.startsWith("node:") || name.startsWith(OWN_FOLDER) || name.includes("/node_modules/tslab/dist/");
  return isInternal ? [] : [{ text }];
}

/**
 * Where a line of a stack says that it is: the script's name, the place in it, from 0, and what is around these.
 *
 * @example
 * placeInFrame("    at f (cell[3]:2:1)") // { before: "    at f (", name: "cell[3]", at: { line: 1, column: 0 }, after: ")" }
 */
export function placeInFrame(text: string): { before: string; name: string; at: CellPosition; after: string } | undefined {
  const numbers = /:(\d+):(\d+)\)?$/.exec(text);
  if (!numbers) return undefined;
  // `    at name (place)`, `    at place` or `    at async place`
  const bracket = text.lastIndexOf(" (", numbers.index);
  const start = bracket >= 0 ? bracket + 2 : (/^\s*at (?:async )?/.exec(text)?.[0].length ?? 0);
  const at = { line: Number(numbers[1]) - 1, column: Number(numbers[2]) - 1 };
  return { before: text.slice(0, start), name: text.slice(start, numbers.index), at, after: bracket >= 0 ? ")" : "" };
}
