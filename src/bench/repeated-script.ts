import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A text that was made for a benchmark. */
export interface MadeText {
  readonly path: string;
  readonly bytes: number;
  remove(): void;
}

/**
 * A text of perf script of at least `megabytes`, made by repeating a shipped one. Every stack of it comes again and again: a long
 * recording of a varied load has more that is new.
 *
 * @example
 * (({ bytes, remove }) => (remove(), bytes > 1e6))(await repeatedScript({ recording: "data/runs/kernel-6.1-vm/dummy_burst1/script.txt.gz", megabytes: 1 })) // true
 */
export async function repeatedScript({ recording, megabytes }: { recording: string; megabytes: number }): Promise<MadeText> {
  const text = gunzipSync(await readFile(recording));
  const folder = mkdtempSync(join(tmpdir(), "linerate-bench-"));
  const path = join(folder, "script.txt");
  const file = openSync(path, "w");
  let bytes = 0;
  for (; bytes < megabytes * BYTES_PER_MB; bytes += text.length) writeSync(file, text);
  closeSync(file);
  return { path, bytes, remove: () => rmSync(folder, { recursive: true }) };
}

const BYTES_PER_MB = 1_000_000;
