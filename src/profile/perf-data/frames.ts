import { type Kallsyms, symbolIndexAt, symbolName } from "../kallsyms.js";
import type { ProfileBuilder } from "../profile-builder.js";
import { type Address, type AddressRange, AddressRanges, bytesBetween } from "./address-ranges.js";
import type { AddressSpace } from "./tasks.js";

/** A part of the kernel: itself, a module, or a program that it compiled at run time. Ids are the builder's. */
export interface KernelMapping extends AddressRange {
  readonly dso: number;
  /** Whose symbols of kallsyms lie here: a module's name, `""` for the kernel itself. */
  readonly module: string;
  /** The one symbol of a program compiled at run time (KSYMBOL). */
  readonly symbol?: number;
}

/** The symbol at a place of a mapped file, `dso` being the builder's id; undefined where it is not known. */
export type UserSymbolAt = (dso: number, fileOffset: number) => string | undefined;

/** The frames of addresses: as perf resolves them, from what was recorded alone. */
export class Frames {
  readonly #builder: ProfileBuilder;
  readonly #kallsyms: Kallsyms | undefined;
  readonly #userSymbolAt: UserSymbolAt;
  readonly #kernel: AddressRanges<KernelMapping> = new AddressRanges();
  /** Changes with the kernel's mappings, as that of an `AddressSpace`. */
  kernelVersion = 0;
  readonly #known: FrameMemory = new FrameMemory();

  constructor(options: { builder: ProfileBuilder; kallsyms: Kallsyms | undefined; userSymbolAt: UserSymbolAt }) {
    this.#builder = options.builder;
    this.#kallsyms = options.kallsyms;
    this.#userSymbolAt = options.userSymbolAt;
  }

  mapKernel(mapping: KernelMapping): void {
    this.#kernel.insert(mapping);
    this.kernelVersion++;
  }

  unmapKernel({ high, low }: Address): void {
    this.#kernel.remove(high, low);
    this.kernelVersion++;
  }

  /** The frame of an address of the kernel. */
  kernelFrame(high: number, low: number): number {
    const known = this.#known.find(-1 - this.kernelVersion, high, low);
    return known >= 0 ? known : this.#known.add(this.#kernelFrame(high, low));
  }

  /** The frame of an address of a process. */
  userFrame(space: AddressSpace, high: number, low: number): number {
    const known = this.#known.find(space.version, high, low);
    return known >= 0 ? known : this.#known.add(this.#userFrame(space, high, low));
  }

  /** The frame of an address of which only the address is known: of a guest, or of a context that is not understood. */
  unknownFrame(high: number, low: number): number {
    return this.#builder.unresolvedFrame(-1, bigAddress(high, low));
  }

  #kernelFrame(high: number, low: number): number {
    const builder = this.#builder;
    const mapping = this.#kernel.find(high, low);
    if (mapping?.symbol !== undefined) return builder.frame(mapping.symbol, mapping.dso);
    const kallsyms = this.#kallsyms;
    const symbol = kallsyms ? symbolIndexAt(kallsyms, high, low) : -1;
    if (kallsyms && symbol >= 0) {
      const module = kallsyms.modules[kallsyms.module[symbol] as number] as string;
      // What no record maps is in kallsyms alone: code of the kernel behind its text, programs loaded before the recording.
      const name = mapping && mapping.module !== module ? undefined : symbolName(kallsyms, symbol);
      if (name !== undefined) return builder.frame(builder.symbol(name), mapping?.dso ?? builder.dso(kernelDso(module)));
    }
    return builder.unresolvedFrame(mapping?.dso ?? -1, bigAddress(high, low));
  }

  #userFrame({ mappings }: AddressSpace, high: number, low: number): number {
    const builder = this.#builder;
    const mapping = mappings.find(high, low);
    if (!mapping) return builder.unresolvedFrame(-1, bigAddress(high, low));
    const fileOffset = bytesBetween(mapping.origin, { high, low }) + mapping.fileOffset;
    const symbol = this.#userSymbolAt(mapping.dso, fileOffset);
    if (symbol !== undefined) return builder.frame(builder.symbol(symbol), mapping.dso);
    return builder.unresolvedFrame(mapping.dso, BigInt(fileOffset));
  }
}

/**
 * The name of a part of the kernel among the dsos: as perf prints it.
 *
 * @example
 * kernelDso("veth") // "[veth]"
 * kernelDso("") // "[kernel.kallsyms]"
 */
export function kernelDso(module: string): string {
  return `[${module || "kernel.kallsyms"}]`;
}

function bigAddress(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

/** Frames found before, by version of an address space and address. It forgets all when it is full. */
class FrameMemory {
  readonly #versions: Int32Array = new Int32Array(FRAMES);
  readonly #high: Int32Array = new Int32Array(FRAMES);
  readonly #low: Int32Array = new Int32Array(FRAMES);
  /** Frame + 1; 0 is free. */
  readonly #frames: Int32Array = new Int32Array(FRAMES);
  #length = 0;
  /** Where `find` looked last, and for what. */
  #slot = 0;
  #key: [version: number, high: number, low: number] = [0, 0, 0];

  /** -1: not known. */
  find(version: number, high: number, low: number): number {
    const [signedHigh, signedLow] = [high | 0, low | 0];
    let slot = (Math.imul(signedLow ^ Math.imul(signedHigh, 0x9e3779b1) ^ version, 0x85ebca6b) >>> FRAMES_SHIFT) % FRAMES;
    for (let frame = this.#frames[slot] as number; frame !== 0; frame = this.#frames[slot] as number) {
      if (this.#low[slot] === signedLow && this.#high[slot] === signedHigh && this.#versions[slot] === version)
        return frame - 1;
      slot = (slot + 1) & (FRAMES - 1);
    }
    this.#slot = slot;
    this.#key = [version, signedHigh, signedLow];
    return -1;
  }

  /** Keeps the frame of what `find` did not find. */
  add(frame: number): number {
    if (2 * this.#length >= FRAMES) {
      this.#frames.fill(0);
      this.#length = 0;
      return frame;
    }
    const [version, high, low] = this.#key;
    this.#versions[this.#slot] = version;
    this.#high[this.#slot] = high;
    this.#low[this.#slot] = low;
    this.#frames[this.#slot] = frame + 1;
    this.#length++;
    return frame;
  }
}

const FRAMES = 2 ** 18;
const FRAMES_SHIFT = 32 - 18;
