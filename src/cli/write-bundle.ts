import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { CaptureError } from "../captures/capture-error.js";
import type { Warning } from "../captures/parsed.js";
import { kindOfFile } from "../runs/open-run.js";
import { beforeName, MANIFEST_FILE, manifestText, type RunFile, type RunManifest } from "../runs/run-manifest.js";
import { nsFromSeconds } from "../units.js";

/** What goes into a bundle besides the files. */
export interface BundleContents {
  readonly paths: readonly string[];
  readonly folder: string;
  readonly note?: string | undefined;
  readonly arm?: string | undefined;
  /** Between the snapshots of counters whose names say `before` and `after`, and between the last call of an nstat alone and this. */
  readonly seconds?: number | undefined;
}

/**
 * Copies files into a new bundle and writes its manifest. It is made beside its place and renamed when it is whole, so that the folder
 * is a complete bundle or not there: an error or an abort leaves nothing. The run's id is made of the files' hashes: the same files
 * give the same bundle.
 *
 * @throws CaptureError for a file that cannot be read and a folder that is not empty; RangeError for files of one name, and for
 * `seconds` without snapshots; the reason of `signal`.
 * @example
 * await writeBundle({ paths: ["no-such-file"], folder: "no-such-run" }).catch(({ problem }) => problem) // "missing"
 */
export async function writeBundle(
  { paths, folder, note, arm, seconds }: BundleContents,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ manifest: RunManifest; warnings: readonly Warning[] }> {
  const names = uniqueNames(paths);
  for (const path of paths) await requireFile(path);
  await requireVacant(folder);
  const unfinished = join(dirname(folder), `.${basename(folder)}.${process.pid}.tmp`);
  try {
    await mkdir(unfinished, { recursive: true });
    const copies: RunFile[] = [];
    const warnings: Warning[] = [];
    for (const [index, path] of paths.entries()) {
      const name = names[index] as string;
      const { kind, problem } = await kindOfFile(path);
      copies.push({
        path: name,
        ...(await copied(path, join(unfinished, name), signal)),
        ...(kind !== undefined && { format: kind }),
      });
      const why = problem?.message ?? "no format knows it";
      if (kind === undefined)
        warnings.push({ file: path, line: 0, message: `kept as it is, and nothing is read from it: ${why}` });
    }
    const files = withWindows(copies, seconds);
    const bootId = await bootIdOf(unfinished, files);
    const manifest: RunManifest = {
      schemaVersion: 1,
      runId: runIdOf(files),
      ...(bootId !== undefined && { bootId }),
      ...(arm !== undefined && { arm }),
      commands: [],
      tools: [],
      files,
      ...(note !== undefined && { note }),
      redactions: [],
    };
    await writeFile(join(unfinished, MANIFEST_FILE), manifestText(manifest));
    signal.throwIfAborted();
    await rename(unfinished, folder);
    return { manifest, warnings };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

function uniqueNames(paths: readonly string[]): string[] {
  const names = new Map<string, string>([[MANIFEST_FILE, "the manifest that is written"]]);
  return paths.map((path) => {
    const name = basename(path);
    const other = names.get(name);
    if (other !== undefined) {
      throw new RangeError(`${path} and ${other} would both be ${name} in the bundle: rename one of them`);
    }
    names.set(name, path);
    return name;
  });
}

async function requireFile(path: string): Promise<void> {
  const entry = await stat(path).catch(() => undefined);
  if (entry?.isFile()) return;
  const [problem, seen] = entry ? (["directory", "no regular file"] as const) : (["missing", "no such file"] as const);
  throw new CaptureError({ file: path, problem, message: `${seen}: expected a capture to copy; name each file of the run` });
}

/** An empty folder may stand there: the bundle takes its place. */
async function requireVacant(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    const message = `no folder for a bundle (${error.code}): expected a new or an empty one; choose another`;
    throw new CaptureError({ file: folder, problem: "unreadable", message });
  });
  if (entries.length === 0) return;
  const message = "not empty: expected a new folder, for a bundle is never overwritten; choose another, or remove it";
  throw new CaptureError({ file: folder, problem: "directory", message });
}

/** Copies a file, and says what was copied. */
async function copied(from: string, to: string, signal: AbortSignal): Promise<Pick<RunFile, "sha256" | "sizeBytes">> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const counted = async function* (pieces: AsyncIterable<Uint8Array>) {
    for await (const piece of pieces) {
      hash.update(piece);
      sizeBytes += piece.length;
      yield piece;
    }
  };
  await pipeline(createReadStream(from), counted, createWriteStream(to, { flags: "wx" }), { signal });
  return { sha256: hash.digest("hex"), sizeBytes };
}

function withWindows(files: readonly RunFile[], seconds: number | undefined): RunFile[] {
  if (seconds === undefined) return [...files];
  const names = new Set(files.map(({ path }) => path));
  const durationNs = nsFromSeconds(seconds);
  const sinceOf = ({ path }: RunFile) => [beforeName(path) ?? ""].find((name) => names.has(name));
  const firsts = new Set(files.map(sinceOf));
  const timed = files.map((file): RunFile => {
    const since = sinceOf(file);
    if (since !== undefined) return { ...file, window: { durationNs, since } };
    // nstat without a snapshot before it prints what grew since its last call.
    return file.format === "nstat" && !firsts.has(file.path) ? { ...file, window: { durationNs } } : file;
  });
  if (timed.some(({ window }) => window)) return timed;
  throw new RangeError(
    "--seconds requires two snapshots whose names differ in before and after, or an nstat of increments: there are none",
  );
}

async function bootIdOf(folder: string, files: readonly RunFile[]): Promise<string | undefined> {
  const file = files.find(({ format }) => format === "boot_id");
  return file && ((await readFile(join(folder, file.path), "utf8")).trim() || undefined);
}

const ID_DIGITS = 16;

function runIdOf(files: readonly RunFile[]): string {
  const lines = files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).sort();
  return createHash("sha256").update(lines.join("")).digest("hex").slice(0, ID_DIGITS);
}
