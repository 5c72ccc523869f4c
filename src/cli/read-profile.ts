import { join } from "node:path";
import { type ByteFile, openByteFile } from "../captures/byte-file.js";
import { openCapture } from "../captures/read-capture.js";
import { type Kallsyms, parseKallsyms } from "../profile/kallsyms.js";
import { looksLikePerfData } from "../profile/perf-data/file-header.js";
import { type PerfDataOptions, readPerfData } from "../profile/perf-data/read-perf-data.js";
import { parsePerfScript } from "../profile/perf-script.js";
import type { Profile } from "../profile/profile.js";
import type { SymbolOptions } from "./profile-options.js";
import { fileWithProgress, withProgress } from "./progress.js";

/**
 * Reads a recording, perf.data or the text of perf script, `-` for standard input, and shows how far it is. With `merge` the samples
 * that differ only in time are one, so that memory does not grow with the length of the recording.
 *
 * @throws CaptureError for a file that cannot be read, ParseError for one without samples; RangeError for symbols to a text.
 * @example
 * await readProfile({ path: "no-such-file", merge: true }).catch(({ problem }) => problem) // "missing"
 */
export async function readProfile({
  path,
  merge,
  kallsyms,
  symfs,
}: { path: string; merge: boolean } & SymbolOptions): Promise<Profile> {
  const options: PerfDataOptions = {
    merge,
    kallsyms: kallsyms === undefined ? undefined : await readKallsyms(kallsyms),
    openUserFile: symfs === undefined ? undefined : (file) => openByteFile(join(symfs, file)),
  };
  const source = path === "-" ? undefined : openByteFile(path);
  const shown = source && fileWithProgress(source);
  try {
    if (shown && looksLikePerfData(beginning(shown))) return await readPerfData(shown, options);
  } finally {
    shown?.close();
  }
  const capture = await openCapture(path);
  try {
    const { file, head } = capture;
    const chunks = withProgress({ chunks: capture.chunks(), totalBytes: plainBytes(path, source) });
    if (looksLikePerfData(new TextEncoder().encode(head.slice(0, MAGIC_BYTES)))) {
      return await readPerfData({ file, chunks }, options);
    }
    if (kallsyms !== undefined || symfs !== undefined) {
      throw new RangeError(`${file} is text, which has its symbols: --kallsyms and --symfs are for perf.data`);
    }
    return await parsePerfScript({ file, chunks, merge });
  } finally {
    await capture.close();
  }
}

const MAGIC_BYTES = 8;

function beginning(source: ByteFile): Uint8Array {
  const bytes = new Uint8Array(MAGIC_BYTES);
  return bytes.subarray(0, source.read(0, bytes));
}

async function readKallsyms(path: string): Promise<Kallsyms> {
  const capture = await openCapture(path);
  try {
    const pieces: Uint8Array[] = [];
    for await (const piece of capture.chunks()) pieces.push(new Uint8Array(piece));
    return parseKallsyms({ file: capture.file, bytes: Buffer.concat(pieces) });
  } finally {
    await capture.close();
  }
}

/** The length of a file that is not compressed, as its name says: it is only shown. */
function plainBytes(path: string, source: ByteFile | undefined): number | undefined {
  return /\.(?:gz|zst)$/.test(path) ? undefined : source?.sizeBytes;
}
