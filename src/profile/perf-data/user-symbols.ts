import type { ByteFile } from "../../captures/byte-file.js";
import { type ElfSymbols, readElf } from "./elf-symbols.js";

/** Opens a file of the recorded machine by its path there; undefined where it is not at hand. */
export type OpenUserFile = (path: string) => ByteFile | undefined;

/** A mapped file as the recording names it. */
export interface MappedFile {
  readonly name: string;
  /** In hexadecimal; undefined where it was not recorded. */
  readonly buildId: string | undefined;
}

interface SymbolFiles {
  readonly loaded: ElfSymbols;
  readonly symbols: ElfSymbols;
}

/**
 * Symbols of user code from files at hand that have the recorded build id, and from no others. Stubs of the procedure linkage table
 * have no symbol in a file and get none here: the `name@plt` that perf script makes up for them is often that of another stub.
 */
export class UserSymbols {
  readonly #open: OpenUserFile | undefined;
  readonly #files: Map<string, SymbolFiles | undefined> = new Map();
  /** Files that are at hand and not those that were recorded, in words. */
  readonly refused: string[] = [];

  constructor(open: OpenUserFile | undefined) {
    this.#open = open;
  }

  /** The symbol at a place of a mapped file; undefined where there is none, or no file to ask. */
  at(mapped: MappedFile, fileOffset: number): string | undefined {
    if (!this.#open || !mapped.name.startsWith("/") || mapped.name.startsWith("//")) return undefined;
    const key = `${mapped.name} ${mapped.buildId}`;
    if (!this.#files.has(key)) this.#files.set(key, this.#find(this.#open, mapped));
    const files = this.#files.get(key);
    const address = files?.loaded.addressOf(fileOffset);
    return address === undefined ? undefined : files?.symbols.symbolAt(address);
  }

  /** The file itself; its symbols from the file for debuggers where it was stripped of them. */
  #find(open: OpenUserFile, { name, buildId }: MappedFile): SymbolFiles | undefined {
    const loaded = read(open(name));
    if (!loaded) return undefined;
    if (buildId === undefined || loaded.buildId !== buildId) {
      const recorded = buildId === undefined ? "the recording has no build id of it" : `build id ${buildId} was recorded`;
      this.refused.push(`${name} (${recorded}, the file at hand has ${loaded.buildId ?? "none"})`);
      return undefined;
    }
    if (loaded.complete) return { loaded, symbols: loaded };
    const symbols = read(open(`/usr/lib/debug/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`));
    return { loaded, symbols: symbols?.buildId === buildId && symbols.complete ? symbols : loaded };
  }
}

function read(file: ByteFile | undefined): ElfSymbols | undefined {
  if (!file) return undefined;
  try {
    return readElf(file);
  } finally {
    file.close();
  }
}
