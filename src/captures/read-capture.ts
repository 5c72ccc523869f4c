import { closeSync, createReadStream, openSync, readSync, statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { CaptureError, type CaptureProblem } from "./capture-error.js";
import { decompressed, peeked } from "./compression.js";
import type { CaptureText, Parsed, Warning } from "./parsed.js";

/** A capture that was opened: its beginning is known, the rest is read once, as text or as bytes. */
export interface Capture {
  /** The path as given, `<stdin>` for `-`: what messages call the capture. */
  readonly file: string;
  /** The first 64 KiB, decompressed and decoded, for the detection of the format. */
  readonly head: string;
  /**
   * The whole capture as text.
   * @throws CaptureError when it is binary, longer than `MAX_TEXT_BYTES` or `MAX_TEXT_LINES`, damaged or unreadable.
   */
  text(): Promise<DecodedText>;
  /** The decompressed bytes for the formats that are streamed: memory stays flat. A piece holds until the next is asked for. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Lets go of the file; reading to the end does so too. */
  close(): Promise<void>;
}

/** The text of a capture, and what is doubtful about its encoding. */
export interface DecodedText extends CaptureText {
  readonly warnings: readonly Warning[];
}

/** Longest capture that is read as one text, decompressed: memory stays bounded. Formats that grow larger are streamed. */
export const MAX_TEXT_BYTES: number = 64 * 2 ** 20;
/** Most lines of a capture that is read as one text. */
export const MAX_TEXT_LINES: number = 4 * 2 ** 20;

const HEAD_BYTES = 64 * 2 ** 10;
/** Read at once: fewer pieces pass faster, and these still fit the cache of a core. */
const PIECE_BYTES = 256 * 2 ** 10;
/** 8 MiB: milliseconds. */
const PIECES_PER_TURN = 32;
const LINE_FEED = 0x0a;

/**
 * Opens a capture: a path, or `-` for standard input. gzip and zstd are undone, told by their first bytes and not by the name.
 *
 * Text is UTF-8, and a UTF-8 byte order mark is left out. Bytes that are not UTF-8 become U+FFFD, and a warning names the first
 * line with one: tools print ASCII, so such bytes sit in a comm name or a remark. UTF-16 is refused.
 * The checksum of gzip data is verified, that of zstd data is not (fzstd does not).
 * @throws CaptureError for a missing, unreadable or empty file, a directory, UTF-16, and damaged gzip or zstd data.
 * @example
 * await openCapture("no-such-file").catch(({ message }) => message) // "no-such-file: no such file: expected the path of a capture, or - for standard input"
 */
export async function openCapture(path: string): Promise<Capture> {
  const file = path === "-" ? "<stdin>" : path;
  const raw = path === "-" ? process.stdin : filePieces(path);
  const { start, all, close } = await peeked(decompressed(refusalsNamed(raw, file), file), HEAD_BYTES);
  const refuse = async (problem: CaptureProblem, message: string) => {
    await close();
    throw new CaptureError({ file, problem, message });
  };
  if (start.length === 0) await refuse("empty", "the file is empty: expected what a tool printed; record it again");
  const mark = `${start[0]} ${start[1]}`;
  if (mark === "255 254" || mark === "254 255") {
    await refuse("encoding", "UTF-16 text (its byte order mark): expected UTF-8; convert it with `iconv -f UTF-16 -t UTF-8`");
  }
  let read = false;
  const once = () => {
    if (read) throw new Error(`${file} was read already: open it again`);
    read = true;
    return all;
  };
  return {
    file,
    head: new TextDecoder().decode(start.subarray(0, HEAD_BYTES), { stream: true }),
    text: async () => decoded(await joined(once(), file), file),
    chunks: once,
    close,
  };
}

/**
 * Reads an opened capture whole with a parser of text. Doubts about the encoding come before the parser's warnings.
 *
 * @throws CaptureError as `Capture.text`, and what the parser throws.
 * @example
 * (await parseOpened({ capture: { text: async () => ({ file: "a.txt", text: "5", warnings: [] }) }, parse: ({ text }) => ({ rows: [text], skipped: [], warnings: [] }) })).rows // ["5"]
 */
export async function parseOpened<Row>({
  capture,
  parse,
}: {
  capture: Pick<Capture, "text">;
  parse: (text: CaptureText) => Parsed<Row>;
}): Promise<Parsed<Row>> {
  const { warnings, ...text } = await capture.text();
  const parsed = parse(text);
  return { ...parsed, warnings: [...warnings, ...parsed.warnings] };
}

/**
 * Reads a file with a parser of text: `await readCapture({ path: "dmesg.txt", parse: parseTimeBench })`.
 *
 * @throws CaptureError as `openCapture` and `Capture.text`, and what the parser throws.
 * @example
 * await readCapture({ path: "no-such-file", parse: () => ({ rows: [], skipped: [], warnings: [] }) }).catch(({ problem }) => problem) // "missing"
 */
export async function readCapture<Row>({
  path,
  parse,
}: {
  path: string;
  parse: (text: CaptureText) => Parsed<Row>;
}): Promise<Parsed<Row>> {
  return parseOpened({ capture: await openCapture(path), parse });
}

async function joined(chunks: AsyncIterable<Uint8Array>, file: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let lines = 0;
  for await (const piece of chunks) {
    const nul = piece.indexOf(0);
    if (nul >= 0) {
      const message = `binary data (a NUL byte at offset ${length + nul}): expected the text that a tool printed`;
      throw new CaptureError({ file, problem: "binary", message });
    }
    length += piece.length;
    lines += lineEnds(piece);
    if (length > MAX_TEXT_BYTES || lines > MAX_TEXT_LINES) {
      const limits = `${MAX_TEXT_BYTES / 2 ** 20} MiB or ${MAX_TEXT_LINES} lines`;
      const message = `longer than ${limits}: expected a shorter text; cut it to the lines of the tool, say with grep`;
      throw new CaptureError({ file, problem: "too long", message });
    }
    pieces.push(new Uint8Array(piece));
  }
  return Buffer.concat(pieces);
}

/**
 * The bytes of a file, each piece in the same memory: new memory for every piece would take the kernel longer to hand out, page by
 * page, than the bytes to read. A file on disk is read at once, without a thread in between, which on a busy machine takes as long
 * to wake as a piece to parse; events are handled in between now and then. Pipes and devices may have nothing yet, and are waited for.
 *
 * @throws the errors of the file system.
 * @example
 * await filePieces("/dev/null").next() // { value: undefined, done: true }
 */
export async function* filePieces(path: string): AsyncGenerator<Uint8Array> {
  if (!statSync(path).isFile()) return yield* createReadStream(path);
  const file = openSync(path, "r");
  try {
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
    for (let pieces = 1; ; pieces++) {
      const bytes = readSync(file, piece, 0, PIECE_BYTES, null);
      if (bytes === 0) return;
      yield piece.subarray(0, bytes);
      if (pieces % PIECES_PER_TURN === 0) await setImmediate();
    }
  } finally {
    closeSync(file);
  }
}

function lineEnds(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}

function decoded(bytes: Uint8Array, file: string): DecodedText {
  try {
    return { file, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), warnings: [] };
  } catch {
    const text = new TextDecoder().decode(bytes);
    const line = text.slice(0, text.indexOf("\uFFFD")).split("\n").length;
    return { file, text, warnings: [{ file, line, message: "bytes that are not UTF-8 here, shown as U+FFFD" }] };
  }
}

/** Errors of the file system as one sentence. */
async function* refusalsNamed(stream: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const [problem, message] = refusal(code);
    throw new CaptureError({ file, problem, message, cause: error });
  }
}

function refusal(code: string): [CaptureProblem, string] {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return ["missing", "no such file: expected the path of a capture, or - for standard input"];
    case "EISDIR":
      return ["directory", "a directory: expected a file; name the captures in it"];
    case "EACCES":
    case "EPERM":
      return ["unreadable", "not readable by this user: expected read permission; change it or run as its owner"];
    default:
      return ["unreadable", `cannot be read (${code}): expected a readable file`];
  }
}
