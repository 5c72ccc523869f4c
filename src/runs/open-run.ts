import { createHash } from "node:crypto";
import { lstat, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { CaptureError } from "../captures/capture-error.js";
import { ParseError } from "../captures/parse-error.js";
import type { CaptureText, Warning } from "../captures/parsed.js";
import { filePieces, openCapture } from "../captures/read-capture.js";
import { type CaptureFile, formatOf, formats, readCaptureFile } from "../formats.js";
import { type EnvironmentKind, kindByName, type RunEnvironment } from "./run-environment.js";
import { type FileWindow, MANIFEST_FILE, parseManifest, type RunFile, type RunManifest } from "./run-manifest.js";

/** A run that was opened: what belongs to one measurement, as its tools wrote it. */
export interface Run {
  /** The folder, as given. */
  readonly path: string;
  /** Absent where a folder of loose captures was opened. */
  readonly manifest?: RunManifest;
  readonly files: readonly OpenedFile[];
  /** The recording to read: the path of a perf.data or of the text of perf script. */
  readonly profile?: string;
  /** The path of the kernel's symbols of that boot. */
  readonly kallsyms?: string;
  /** The rows of the captures that are no recordings, read. */
  readonly captures: readonly RunCapture[];
  readonly environment: RunEnvironment;
  readonly warnings: readonly Warning[];
}

/** A file of a run. */
export interface OpenedFile {
  /** Within the run: what its manifest calls it. */
  readonly name: string;
  /** To open it with. */
  readonly path: string;
  /** Its format, `kallsyms`, or what of the environment it holds; absent where nobody knows it. */
  readonly kind?: string;
  readonly window?: FileWindow;
}

/** A capture of a run with its rows. */
export interface RunCapture extends CaptureFile {
  readonly name: string;
  readonly window?: FileWindow;
}

/**
 * Opens a run: a folder with a `manifest.json`, or a plain folder of loose captures, whose formats are detected. Nothing is changed.
 *
 * With a manifest the run is what it lists: each file is checked against its size and sha256, and what lies beside them is not of the
 * run. Without one the files right in the folder are the run, and what it has not itself of the environment (`uname.txt`,
 * `cmdline.txt`, `cpuinfo.txt`, ..., `kallsyms.gz`) is taken from the folder above, where runs of one boot keep it once.
 * The recording is a perf.data with its kallsyms, else a text of perf script, else a perf.data. Pack and unpack a `.tar.gz` with tar.
 * @throws CaptureError for a path that is no folder of captures, and for a file that is missing or is not what the manifest says;
 * ManifestError for a manifest that does not read.
 * @example
 * await openRun("no-such-run").catch(({ problem }) => problem) // "missing"
 */
export async function openRun(path: string): Promise<Run> {
  await requireFolder(path);
  const manifest = await readManifest(join(path, MANIFEST_FILE));
  const { files, warnings } = manifest ? await listedFiles(path, manifest) : await looseFiles(path);
  const contents = await readContents(files);
  const found = recordingOf(path, files);
  return {
    path,
    ...(manifest && { manifest }),
    files,
    ...found.recording,
    captures: contents.captures,
    environment: contents.environment,
    warnings: [...warnings, ...contents.warnings, ...found.warnings],
  };
}

/** How the warning of a file begins that does not read: the run goes on without it. */
export const NOT_USED = "not used: ";

const RECORDINGS = ["perf-data", "perf-script"];

async function requireFolder(path: string): Promise<void> {
  const entry = await stat(path).catch(() => undefined);
  if (!entry) {
    throw new CaptureError({ file: path, problem: "missing", message: "no such run: expected a folder of captures" });
  }
  if (entry.isDirectory()) return;
  const archive = /\.(?:tar|tgz|tar\.\w+)$/.test(path);
  const advice = archive ? "unpack it first with `tar -xf`" : "make one with `linerate import FILE... -o FOLDER`";
  throw new CaptureError({ file: path, problem: "format", message: `no folder: expected that of a run; ${advice}` });
}

async function readManifest(path: string): Promise<RunManifest | undefined> {
  if (!(await stat(path).catch(() => undefined))) return undefined;
  return parseManifest(await readText(path));
}

async function readText(path: string): Promise<CaptureText> {
  const capture = await openCapture(path);
  try {
    return await capture.text();
  } finally {
    await capture.close();
  }
}

interface FoundFiles {
  readonly files: readonly OpenedFile[];
  readonly warnings: readonly Warning[];
}

async function listedFiles(folder: string, { files }: RunManifest): Promise<FoundFiles> {
  const opened: OpenedFile[] = [];
  for (const file of files) {
    const path = join(folder, file.path);
    await requireUnchanged(path, file);
    // A format that the writer of the manifest did not know may be known by now.
    const { kind } = file.format === undefined ? await kindOfFile(path) : { kind: file.format };
    opened.push({ name: file.path, path, ...(kind !== undefined && { kind }), ...(file.window && { window: file.window }) });
  }
  const names = new Set(files.map(({ path }) => path));
  const beside = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name !== MANIFEST_FILE && !names.has(entry.name))
    .map(({ name }) => name)
    .sort();
  const message = `not in the manifest, so not of the run: ${beside.join(", ")}`;
  return { files: opened, warnings: beside.length > 0 ? [{ file: folder, line: 0, message }] : [] };
}

/** Raw files are never changed: one that was is no evidence any more. */
async function requireUnchanged(path: string, { sha256, sizeBytes }: RunFile): Promise<void> {
  const entry = await lstat(path).catch(() => undefined);
  const refuse = (problem: "missing" | "changed", message: string) => new CaptureError({ file: path, problem, message });
  if (!entry?.isFile()) throw refuse("missing", "no such file: expected what manifest.json lists; copy the whole run again");
  if (entry.size !== sizeBytes) {
    throw refuse("changed", `${entry.size} bytes: expected the ${sizeBytes} of manifest.json; the file was changed or cut`);
  }
  const seen = await sha256Of(path);
  if (seen !== sha256) throw refuse("changed", `sha256 ${seen}: expected ${sha256} of manifest.json; the file was changed`);
}

/**
 * The sha256 of a file as it lies there, in hexadecimal.
 *
 * @example
 * await sha256Of("/dev/null") // "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
 */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of filePieces(path)) hash.update(piece);
  return hash.digest("hex");
}

/**
 * What a file is: by its name where that says so, else by the format that its beginning shows; no `kind` where nobody knows. A file
 * that cannot be read, or is empty or damaged, has a `problem`.
 *
 * @example
 * await kindOfFile("no-such-folder/uname.txt") // { kind: "uname" }
 * (await kindOfFile("no-such-folder/a.txt")).problem.problem // "missing"
 */
export async function kindOfFile(path: string): Promise<{ kind?: string; problem?: CaptureError }> {
  const named = kindByName(basename(path));
  if (named) return { kind: named };
  try {
    const capture = await openCapture(path);
    await capture.close();
    const format = formatOf(capture);
    return format ? { kind: format.name } : {};
  } catch (error) {
    if (error instanceof CaptureError) return { problem: error };
    throw error;
  }
}

async function looseFiles(folder: string): Promise<FoundFiles> {
  const own: OpenedFile[] = [];
  const problems: Warning[] = [];
  for (const name of await fileNames(folder)) {
    const path = join(folder, name);
    const { kind, problem } = await kindOfFile(path);
    own.push({ name, path, ...(kind !== undefined && { kind }) });
    if (problem) problems.push({ file: path, line: 0, message: `${NOT_USED}${problem.message}` });
  }
  if (own.length === 0) {
    const message = "no files in this folder: expected the captures of a run, or its manifest.json";
    throw new CaptureError({ file: folder, problem: "empty", message });
  }
  const above = await missingEnvironment(folder, own);
  const warn = (message: string) => ({ file: folder, line: 0, message });
  const warnings = [
    warn("no manifest.json: that these files are of one run, and unchanged, is taken on trust; `linerate import` makes one"),
  ];
  if (above.length > 0) {
    const names = above.map(({ name }) => name).join(", ");
    warnings.push(warn(`from the folder above, as the run has none of its own: ${names}`));
  }
  return { files: [...own, ...above], warnings: [...warnings, ...problems] };
}

async function missingEnvironment(folder: string, own: readonly OpenedFile[]): Promise<OpenedFile[]> {
  const has = new Set(own.map(({ kind }) => kind));
  const above = join(folder, "..");
  return (await fileNames(above)).flatMap((name) => {
    const kind = kindByName(name);
    return kind === undefined || has.has(kind) ? [] : [{ name: `../${name}`, path: join(above, name), kind }];
  });
}

/** Regular files, hidden ones not, in the order of their names. */
async function fileNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() && !entry.name.startsWith(".") ? [entry.name] : [])).sort();
}

/** The texts and rows of the files; what does not read is a warning, for the others may be all that is needed. */
async function readContents(files: readonly OpenedFile[]): Promise<Pick<Run, "captures" | "environment" | "warnings">> {
  const environment: { [Kind in EnvironmentKind]?: CaptureText } = {};
  const captures: RunCapture[] = [];
  const warnings: Warning[] = [];
  for (const file of files) {
    const { name, path, window } = file;
    try {
      const kind = kindByName(file.kind ?? "");
      const known = kind === undefined || kind === "kallsyms" ? undefined : environment[kind];
      if (known)
        warnings.push({ file: path, line: 0, message: `not looked at: ${kind} of the run is ${basename(known.file)}` });
      else if (kind !== undefined && kind !== "kallsyms") environment[kind] = await readText(path);
      const format = await captureFormat(file);
      if (format) captures.push({ ...(await readCaptureFile({ path, format })), name, ...(window && { window }) });
    } catch (error) {
      if (!(error instanceof CaptureError || error instanceof ParseError)) throw error;
      warnings.push({ file: path, line: 0, message: `${NOT_USED}${error.message}` });
    }
  }
  return { captures, environment, warnings: [...warnings, ...captures.flatMap((capture) => capture.warnings)] };
}

/** The format in which the rows of a file are read, if it holds any: of a dmesg those of time_bench. */
async function captureFormat({ path, kind }: OpenedFile): Promise<CaptureFile["format"] | undefined> {
  if (kind === undefined || RECORDINGS.includes(kind)) return undefined;
  const format = formats.find(({ name }) => name === kind);
  if (format || kind !== "dmesg") return format;
  const timeBench = formats.find(({ name }) => name === "time_bench");
  const { text } = await readText(path);
  return timeBench?.looksLike(text) ? timeBench : undefined;
}

function recordingOf(
  folder: string,
  files: readonly OpenedFile[],
): { recording: { profile?: string; kallsyms?: string }; warnings: Warning[] } {
  const kallsyms = files.find(({ kind }) => kind === "kallsyms")?.path;
  const [data = [], script = []] = RECORDINGS.map((name) => files.filter(({ kind }) => kind === name));
  const candidates = kallsyms !== undefined || script.length === 0 ? [...data, ...script] : [...script, ...data];
  const [first] = candidates;
  const alike = candidates.filter(({ kind }) => kind === first?.kind);
  const message = `${alike.length} recordings: ${first?.name} is taken; keep one recording per run`;
  return {
    recording: { ...(first && { profile: first.path }), ...(kallsyms !== undefined && { kallsyms }) },
    warnings: alike.length > 1 ? [{ file: folder, line: 0, message }] : [],
  };
}
