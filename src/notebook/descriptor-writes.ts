import { createRequire, syncBuiltinESMExports } from "node:module";
import { StringDecoder } from "node:string_decoder";
import type { CellOutput } from "./cell-output.js";

type Stream = "stdout" | "stderr";
type AnyFunction = (...parameters: unknown[]) => unknown;
type Callback = (error: null, bytes?: number, data?: unknown) => void;

/** What means standard output and error as a file. */
const STREAMS: ReadonlyMap<unknown, Stream> = new Map<unknown, Stream>([
  ...[1, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].map((file) => [file, "stdout"] as const),
  ...[2, "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2"].map((file) => [file, "stderr"] as const),
]);

/**
 * Gives the cell what its code writes to standard output and error by their file descriptors or device files, through the functions of
 * `node:fs` and its streams. What native code writes is not seen, nor what goes through a file that was opened by such a name.
 *
 * @example
 * typeof captureDescriptors // "function"
 */
export function captureDescriptors({ output }: { output: () => CellOutput | undefined }): void {
  const fs = createRequire(import.meta.url)("node:fs") as Record<string, AnyFunction> & {
    promises: Record<string, AnyFunction>;
  };
  const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  /** Whether the bytes were the cell's. */
  const taken = (file: unknown, bytes: Uint8Array | undefined): bytes is Uint8Array => {
    const name = STREAMS.get(file);
    const cell = output();
    if (name === undefined || !bytes || !cell) return false;
    cell.write(name, decoders[name].write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
    return true;
  };
  const patch = (of: Record<string, AnyFunction>, name: string, by: (own: AnyFunction) => AnyFunction) => {
    const own = of[name] as AnyFunction;
    of[name] = Object.defineProperties(by(own), Object.getOwnPropertyDescriptors(own)); // util.promisify looks at these
  };
  for (const [name, bytesOf] of [
    ["write", writtenBytes],
    ["writev", vectorBytes],
  ] as const) {
    patch(fs, `${name}Sync`, (own) => (file, data, ...rest) => {
      const bytes = bytesOf(data, rest);
      return taken(file, bytes) ? bytes.byteLength : own(file, data, ...rest);
    });
    patch(fs, name, (own) => (file, data, ...rest) => {
      const bytes = bytesOf(data, rest);
      const done = rest.at(-1);
      if (typeof done !== "function" || !taken(file, bytes)) return own(file, data, ...rest);
      return process.nextTick(done as Callback, null, bytes.byteLength, data);
    });
  }
  for (const name of ["writeFile", "appendFile"]) {
    const isTaken = (file: unknown, data: unknown, [options]: unknown[]) => {
      const { encoding = options } = Object(options) as { encoding?: unknown };
      return taken(file, dataBytes(data, encoding));
    };
    patch(fs, `${name}Sync`, (own) => (file, data, ...rest) => {
      return isTaken(file, data, rest) ? undefined : own(file, data, ...rest);
    });
    patch(fs, name, (own) => (file, data, ...rest) => {
      const done = rest.at(-1);
      if (typeof done !== "function" || !isTaken(file, data, rest)) return own(file, data, ...rest);
      return process.nextTick(done as Callback, null);
    });
    patch(fs.promises, name, (own) => async (file, data, ...rest) => {
      return isTaken(file, data, rest) ? undefined : own(file, data, ...rest);
    });
  }
  syncBuiltinESMExports();
}

/** `write(fd, text, position, encoding)`, `write(fd, bytes, offset, length, position)` or `write(fd, bytes, { offset, length })`. */
function writtenBytes(data: unknown, [first, second]: unknown[]): Uint8Array | undefined {
  if (typeof data === "string") return dataBytes(data, second);
  const bytes = dataBytes(data, undefined);
  const options = (typeof first === "object" && first) || { offset: first, length: second };
  const { offset, length } = options as { offset?: unknown; length?: unknown };
  const start = typeof offset === "number" ? offset : 0;
  return bytes?.subarray(start, typeof length === "number" ? start + length : undefined);
}

function vectorBytes(data: unknown): Uint8Array | undefined {
  const views = Array.isArray(data) ? data.map((view) => dataBytes(view, undefined)) : [undefined];
  return views.every((view) => view !== undefined) ? Buffer.concat(views) : undefined;
}

/** Nothing for what has no bytes: that is for Node to refuse. */
function dataBytes(data: unknown, encoding: unknown): Uint8Array | undefined {
  if (typeof data === "string")
    return Buffer.from(data, Buffer.isEncoding(String(encoding)) ? (encoding as BufferEncoding) : "utf8");
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : undefined;
}
