import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Bytes that can be read at any place: an open file, or an array. */
export interface ByteFile {
  /** File name for messages. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Of the open file in this process, with which other threads read it too. */
  readonly descriptor?: number;
  /** Reads into `target` from `position` on and gives the number of bytes read: fewer than asked for only at the end. */
  read(position: number, target: Uint8Array): number;
  close(): void;
  /** Is given what tells how many bytes other threads have read of it: present where somebody looks on. */
  noteOthers?(readBytes: () => number): void;
}

/**
 * An array of bytes as a `ByteFile`.
 *
 * @example
 * byteFile({ file: "perf.data", bytes: Uint8Array.of(1, 2) }).sizeBytes // 2
 */
export function byteFile({ file, bytes }: { file: string; bytes: Uint8Array }): ByteFile {
  return {
    file,
    sizeBytes: bytes.length,
    read(position, target) {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
    close() {},
  };
}

/**
 * Opens a file for reading at any place; undefined for what has no places (a pipe, a directory) or is not there. `openCapture`
 * says what is wrong with it.
 *
 * @example
 * openByteFile("no-such-file") // undefined
 */
export function openByteFile(path: string): ByteFile | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch {
    return undefined;
  }
  const entry = fstatSync(descriptor);
  if (!entry.isFile()) {
    closeSync(descriptor);
    return undefined;
  }
  return openedFile({ file: path, sizeBytes: entry.size, descriptor });
}

/**
 * A file that is open in this process.
 *
 * @example
 * openedFile({ file: "perf.data", sizeBytes: 4, descriptor: 99 }).sizeBytes // 4
 */
export function openedFile({ file, sizeBytes, descriptor }: { file: string; sizeBytes: number; descriptor: number }): ByteFile {
  return {
    file,
    sizeBytes,
    descriptor,
    read: (position, target) => readWhole(descriptor, position, target),
    close: () => closeSync(descriptor),
  };
}

/** One call may read less than was asked for, say 2 GB at most. */
function readWhole(descriptor: number, position: number, target: Uint8Array): number {
  let length = 0;
  while (length < target.length) {
    const read = readSync(descriptor, target, length, target.length - length, position + length);
    if (read === 0) break;
    length += read;
  }
  return length;
}
