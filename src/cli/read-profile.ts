import { stat } from "node:fs/promises";
import { openCapture } from "../captures/read-capture.js";
import { parsePerfScript } from "../profile/perf-script.js";
import type { Profile } from "../profile/profile.js";
import { withProgress } from "./progress.js";

/**
 * Reads a recording, `-` for standard input, and shows how far it is. With `merge` the samples that differ only in time are one, so
 * that memory does not grow with the length of the recording.
 *
 * @throws CaptureError for a file that cannot be read, ParseError for one without samples.
 * @example
 * await readProfile({ path: "no-such-file", merge: true }).catch(({ problem }) => problem) // "missing"
 */
export async function readProfile({ path, merge }: { path: string; merge: boolean }): Promise<Profile> {
  const capture = await openCapture(path);
  try {
    const chunks = withProgress({ chunks: capture.chunks(), totalBytes: await plainBytes(path) });
    return await parsePerfScript({ file: capture.file, chunks, merge });
  } finally {
    await capture.close();
  }
}

/** The length of a file that is not compressed, as its name says: it is only shown. */
async function plainBytes(path: string): Promise<number | undefined> {
  if (path === "-" || /\.(?:gz|zst)$/.test(path)) return undefined;
  const entry = await stat(path);
  return entry.isFile() ? entry.size : undefined;
}
