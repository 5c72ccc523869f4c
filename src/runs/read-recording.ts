import { statSync } from "node:fs";
import { join } from "node:path";
import { type ByteFile, openByteFile } from "../captures/byte-file.js";
import { isCompressed } from "../captures/compression.js";
import { openCapture } from "../captures/read-capture.js";
import { type Kallsyms, parseKallsyms } from "../profile/kallsyms.js";
import { looksLikePerfData } from "../profile/perf-data/file-header.js";
import { type PerfDataOptions, readPerfData } from "../profile/perf-data/read-perf-data.js";
import type { ProfileWithPayloads } from "../profile/perf-script/payload-table.js";
import type { Run } from "./open-run.js";

/** How a recording is read. */
export interface RecordingOptions {
  /** Adds up the samples that differ only in time, so that memory does not grow with the length of the recording. */
  readonly merge?: boolean | undefined;
  /** Keeps the fields of tracepoints, of samples that are not merged. */
  readonly payloads?: boolean | undefined;
  /** The kernel's symbols for perf.data: /proc/kallsyms of the recorded boot, plain or compressed. */
  readonly kallsyms?: string | undefined;
  /** A folder with files of the recorded machine, by their paths there, for the symbols of user code. */
  readonly symfs?: string | undefined;
  /** Looks on while it is read: a command shows how far it is. */
  readonly onlooker?: ReadingOnlooker | undefined;
}

/** Stands between a file and its reader. */
export interface ReadingOnlooker {
  file(source: ByteFile): ByteFile;
  chunks(pieces: { chunks: AsyncIterable<Uint8Array>; totalBytes?: number | undefined }): AsyncIterable<Uint8Array>;
}

/**
 * Reads a recording: perf.data or the text of perf script, compressed or not, `-` for standard input.
 *
 * @throws CaptureError for a file that cannot be read, ParseError for one without samples; RangeError for symbols to a text.
 * @example
 * await readRecording({ path: "no-such-file" }).catch(({ problem }) => problem) // "missing"
 */
export async function readRecording({
  path,
  merge = false,
  payloads = false,
  kallsyms,
  symfs,
  onlooker = UNSEEN,
}: { path: string } & RecordingOptions): Promise<ProfileWithPayloads> {
  const options = async (): Promise<PerfDataOptions> => ({
    merge,
    payloads,
    kallsyms: kallsyms === undefined ? undefined : await readKallsyms(kallsyms),
    openUserFile: symfs === undefined ? undefined : (file) => openByteFile(join(symfs, file)),
  });
  const source = path === "-" ? undefined : openByteFile(path);
  const shown = source && onlooker.file(source);
  const isBytes = shown !== undefined && !isCompressed(beginning(shown));
  try {
    if (isBytes && looksLikePerfData(beginning(shown))) return await readPerfData(shown, await options());
    const capture = await openCapture(path);
    try {
      const { file, head } = capture;
      const chunks = onlooker.chunks({ chunks: capture.chunks(), totalBytes: isBytes ? shown.sizeBytes : undefined });
      if (looksLikePerfData(new TextEncoder().encode(head.slice(0, MAGIC_BYTES)))) {
        return await readPerfData({ file, chunks }, await options());
      }
      if (kallsyms !== undefined || symfs !== undefined) {
        throw new RangeError(`${file} is text, which has its symbols: --kallsyms and --symfs are for perf.data`);
      }
      // Loaded when it is needed: a command on perf.data starts sooner without.
      const { parsePerfScript, parsePerfScriptFile } = await import("../profile/perf-script.js");
      return isBytes && merge ? await parsePerfScriptFile(shown) : await parsePerfScript({ file, chunks, merge, payloads });
    } finally {
      await capture.close();
    }
  } finally {
    shown?.close();
  }
}

/**
 * Reads the recording of a run, with the kernel's symbols that are in the run.
 *
 * @throws RangeError for a run without a recording; as `readRecording`.
 * @example
 * await readRun({ path: "a-run", files: [] }).catch(({ message }) => message) // "a-run has no recording: expected perf.data, or output of perf script, among its files"
 */
export async function readRun(run: Run, options: RecordingOptions = {}): Promise<ProfileWithPayloads> {
  const { profile: path, files } = run;
  if (path === undefined) {
    throw new RangeError(`${run.path} has no recording: expected perf.data, or output of perf script, among its files`);
  }
  const isData = files.some((file) => file.path === path && file.kind === "perf-data");
  const kallsyms = options.kallsyms ?? (isData ? run.kallsyms : undefined);
  return readRecording({ ...options, path, kallsyms });
}

const UNSEEN: ReadingOnlooker = { file: (source) => source, chunks: ({ chunks }) => chunks };
const MAGIC_BYTES = 8;

function beginning(source: ByteFile): Uint8Array {
  const bytes = new Uint8Array(MAGIC_BYTES);
  return bytes.subarray(0, source.read(0, bytes));
}

/** What was read last, while somebody has it: the recordings of one boot have one kallsyms, and reading it takes longer than they do. */
let last: { readonly identity: string; readonly kallsyms: WeakRef<Kallsyms> } | undefined;

async function readKallsyms(path: string): Promise<Kallsyms> {
  const identity = identityOf(path);
  const known = identity !== undefined && identity === last?.identity ? last.kallsyms.deref() : undefined;
  if (known) return known;
  const kallsyms = await parsedKallsyms(path);
  if (identity !== undefined) last = { identity, kallsyms: new WeakRef(kallsyms) };
  return kallsyms;
}

/** Changes when the file does; undefined for what is no file. */
function identityOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat?.isFile() ? `${path} ${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}` : undefined;
}

async function parsedKallsyms(path: string): Promise<Kallsyms> {
  // As a whole where it can be, plain or gzip: kallsyms has megabytes, and each copy of them costs, for another
  // thread too.
  const source = path.endsWith(".zst") ? undefined : openByteFile(path);
  if (source) {
    const bytes = new Uint8Array(new SharedArrayBuffer(source.sizeBytes));
    const length = source.read(0, bytes);
    source.close();
    if (length > 0) return parseKallsyms({ file: path, bytes: bytes.subarray(0, length) });
  }
  const capture = await openCapture(path);
  try {
    const pieces: Uint8Array[] = [];
    for await (const piece of capture.chunks()) pieces.push(new Uint8Array(piece));
    return parseKallsyms({ file: capture.file, bytes: Buffer.concat(pieces) });
  } finally {
    await capture.close();
  }
}
