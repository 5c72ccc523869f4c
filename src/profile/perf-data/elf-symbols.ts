import type { ByteFile } from "../../captures/byte-file.js";
import { u64At, viewOf, zeroTerminated } from "./byte-cursor.js";

/** What an ELF file says: what of it is loaded where, its functions and its build id. */
export interface ElfSymbols {
  /** In hexadecimal; undefined where the file has none. */
  readonly buildId: string | undefined;
  /** Whether it has all symbols (`.symtab`), not only those for linking (`.dynsym`). */
  readonly complete: boolean;
  /** The address a place of the file is loaded at, before relocation; undefined where it is not loaded. */
  addressOf(fileOffset: number): number | undefined;
  /** The name of the function at such an address as it stands in the file: those of C++ and Rust are mangled. */
  symbolAt(address: number): string | undefined;
}

// Names and numbers of elf(5).
const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46];
const ELFCLASS64 = 2;
const ELFDATA2LSB = 1;
const PT_LOAD = 1;
const PT_NOTE = 4;
const NT_GNU_BUILD_ID = 3;
const SHT_SYMTAB = 2;
const SHT_DYNSYM = 11;
const SHN_UNDEF = 0;
const SHN_ABS = 0xfff1;
const [STT_NOTYPE, STT_FUNC, STT_GNU_IFUNC] = [0, 2, 10];
const [STB_LOCAL, STB_GLOBAL] = [0, 1];
const [STV_INTERNAL, STV_HIDDEN] = [1, 2];
// The largest symbol tables there are (browsers, kernels) have some 100 MB.
const LARGEST_PART_BYTES = 512 * 1024 * 1024;

interface Part {
  readonly type: number;
  /** Of a section of symbols: the number of the section with their names. */
  readonly link: number;
  readonly offset: number;
  readonly address: number;
  readonly bytes: number;
}

/**
 * Reads the functions of an ELF file of either word size and byte order; undefined where the file is no ELF, or damaged.
 *
 * @example
 * readElf({ file: "libc.so.6", sizeBytes: 2, read: () => 2, close() {} }) // undefined
 */
export function readElf(source: ByteFile): ElfSymbols | undefined {
  try {
    return new Elf(source).symbols();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The parts of an ELF file. What lies outside of the file is a RangeError, as that of `DataView`. */
class Elf {
  readonly #source: ByteFile;
  readonly #littleEndian: boolean;
  readonly #wide: boolean;
  readonly #header: DataView;

  constructor(source: ByteFile) {
    this.#source = source;
    this.#header = viewOf(this.#read(0, Math.min(64, source.sizeBytes)));
    ELF_MAGIC.forEach((byte, at) => {
      if (this.#header.getUint8(at) !== byte) throw new RangeError("no ELF file");
    });
    this.#wide = this.#header.getUint8(4) === ELFCLASS64;
    this.#littleEndian = this.#header.getUint8(5) === ELFDATA2LSB;
  }

  symbols(): ElfSymbols {
    const segments = this.#segments();
    const sections = this.#sections();
    const all = sections.find(({ type }) => type === SHT_SYMTAB);
    const table = all ?? sections.find(({ type }) => type === SHT_DYNSYM);
    const names = sections[table?.link ?? -1];
    const functions = table && names ? this.#functions(table, this.#read(names.offset, names.bytes), sections) : undefined;
    const loaded = segments.filter(({ type }) => type === PT_LOAD);
    return {
      buildId: this.#buildId(segments),
      complete: all !== undefined,
      addressOf(fileOffset) {
        const segment = loaded.find(({ offset, bytes }) => fileOffset >= offset && fileOffset < offset + bytes);
        return segment && fileOffset - segment.offset + segment.address;
      },
      symbolAt: (address) => functions?.at(address),
    };
  }

  #read(offset: number, bytes: number): Uint8Array {
    const { sizeBytes } = this.#source;
    if (bytes > LARGEST_PART_BYTES || offset + bytes > sizeBytes) throw new RangeError("outside of the file");
    const content = new Uint8Array(bytes);
    this.#source.read(offset, content);
    return content;
  }

  /** A number as wide as the file's addresses. */
  #word(view: DataView, narrowAt: number, wideAt: number): number {
    return this.#wide ? u64At(view, wideAt, this.#littleEndian) : view.getUint32(narrowAt, this.#littleEndian);
  }

  /** A table of the header, as views of its entries. */
  #entries(offset: number, entryBytes: number, count: number, smallest: number): DataView[] {
    if (entryBytes < smallest) return [];
    const table = this.#read(offset, entryBytes * count);
    return Array.from({ length: count }, (_, index) => viewOf(table.subarray(index * entryBytes, (index + 1) * entryBytes)));
  }

  #segments(): Part[] {
    const half = (narrowAt: number, wideAt: number) =>
      this.#header.getUint16(this.#wide ? wideAt : narrowAt, this.#littleEndian);
    const offset = this.#word(this.#header, 28, 32);
    return this.#entries(offset, half(42, 54), half(44, 56), this.#wide ? 56 : 32).map((view) => ({
      type: view.getUint32(0, this.#littleEndian),
      link: 0,
      offset: this.#word(view, 4, 8),
      address: this.#word(view, 8, 16),
      bytes: this.#word(view, 16, 32),
    }));
  }

  #sections(): Part[] {
    const half = (narrowAt: number, wideAt: number) =>
      this.#header.getUint16(this.#wide ? wideAt : narrowAt, this.#littleEndian);
    const offset = this.#word(this.#header, 32, 40);
    return this.#entries(offset, half(46, 58), half(48, 60), this.#wide ? 64 : 40).map((view) => ({
      type: view.getUint32(4, this.#littleEndian),
      link: view.getUint32(this.#wide ? 40 : 24, this.#littleEndian),
      offset: this.#word(view, 16, 24),
      address: this.#word(view, 12, 16),
      bytes: this.#word(view, 20, 32),
    }));
  }

  /** Notes are name size, content size, type, name `GNU`, content, each filled up to words of 4 bytes. */
  #buildId(segments: readonly Part[]): string | undefined {
    for (const { offset, bytes } of segments.filter(({ type }) => type === PT_NOTE)) {
      const view = viewOf(this.#read(offset, bytes));
      for (let at = 0; at + 12 <= view.byteLength; ) {
        const [nameBytes, contentBytes, type] = [0, 4, 8].map((place) => view.getUint32(at + place, this.#littleEndian));
        const content = at + 12 + padded(nameBytes as number);
        const gnu = nameBytes === 4 && view.getUint32(at + 12, false) === GNU;
        if (gnu && type === NT_GNU_BUILD_ID && content + (contentBytes as number) <= view.byteLength) {
          return Buffer.from(view.buffer, view.byteOffset + content, contentBytes).toString("hex");
        }
        at = content + padded(contentBytes as number);
      }
    }
    return undefined;
  }

  #functions({ offset, bytes }: Part, names: Uint8Array, sections: readonly Part[]): Functions {
    const entryBytes = this.#wide ? 24 : 16;
    const view = viewOf(this.#read(offset, bytes - (bytes % entryBytes)));
    const functions: ElfFunction[] = [];
    for (let at = 0; at < view.byteLength; at += entryBytes) {
      const info = view.getUint8(at + (this.#wide ? 4 : 12));
      const visibility = view.getUint8(at + (this.#wide ? 5 : 13)) & 3;
      const section = view.getUint16(at + (this.#wide ? 6 : 14), this.#littleEndian);
      const type = info & 15;
      // As elf_sym__is_function() and elf_sym__is_label() of tools/perf/util/symbol-elf.c have it.
      const label = type === STT_NOTYPE && section !== SHN_ABS && visibility !== STV_INTERNAL && visibility !== STV_HIDDEN;
      const name = view.getUint32(at, this.#littleEndian);
      if (name === 0 || section === SHN_UNDEF || !(type === STT_FUNC || type === STT_GNU_IFUNC || label)) continue;
      const entry = viewOf(new Uint8Array(view.buffer, view.byteOffset + at, entryBytes));
      const address = this.#word(entry, 4, 8);
      const bytes = this.#word(entry, 8, 16);
      const within = sections[section];
      const end = bytes > 0 || !within ? address + bytes : within.address + within.bytes;
      functions.push({ address, end, sized: bytes > 0, binding: info >> 4, name });
    }
    return new Functions(functions, names);
  }
}

const GNU = 0x474e5500;

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

interface ElfFunction {
  readonly address: number;
  /** Where the function ends; without a size where its section does, if no other begins before. */
  readonly end: number;
  readonly sized: boolean;
  readonly binding: number;
  /** Offset in the section of names. */
  readonly name: number;
}

/** Functions by address: of several at one address the one that perf prints, and no labels within functions. */
class Functions {
  readonly #names: Uint8Array;
  readonly #functions: ElfFunction[] = [];

  constructor(functions: ElfFunction[], names: Uint8Array) {
    this.#names = names;
    const kept = this.#functions;
    let end = 0;
    for (const found of functions.sort((a, b) => a.address - b.address)) {
      const last = kept.at(-1);
      if (last?.address === found.address) {
        if (this.#isBetter(found, last)) kept[kept.length - 1] = found;
      } else if (found.sized || found.address >= end) {
        kept.push(found);
      }
      if (found.sized && found.end > end) end = found.end;
    }
  }

  at(address: number): string | undefined {
    let [from, to] = [0, this.#functions.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#functions[middle] as ElfFunction).address <= address) from = middle + 1;
      else to = middle;
    }
    const found = this.#functions[from - 1];
    return found && address < found.end ? this.#name(found) : undefined;
  }

  /** choose_best_symbol() of tools/perf/util/symbol.c. */
  #isBetter(one: ElfFunction, other: ElfFunction): boolean {
    if (one.sized !== other.sized) return one.sized;
    const isWeak = ({ binding }: ElfFunction) => binding !== STB_LOCAL && binding !== STB_GLOBAL;
    if (isWeak(one) !== isWeak(other)) return isWeak(other);
    const isGlobal = ({ binding }: ElfFunction) => binding === STB_GLOBAL;
    if (isGlobal(one) !== isGlobal(other)) return isGlobal(one);
    const [name, otherName] = [this.#name(one), this.#name(other)];
    const underscores = (text: string) => text.length - text.replace(/^_+/, "").length;
    if (underscores(name) !== underscores(otherName)) return underscores(name) < underscores(otherName);
    return name.length > otherName.length;
  }

  #name({ name }: ElfFunction): string {
    return zeroTerminated(this.#names.subarray(name, name + LONGEST_NAME));
  }
}

/** Names of templates can have thousands of characters; the bound is for files without ends of names. */
const LONGEST_NAME = 65_536;
