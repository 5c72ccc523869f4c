import { type Kallsyms, kernelSymbolIndexAt, kernelSymbolName } from "../kallsyms.js";
import type { ProfileBuilder } from "../profile-builder.js";
import { type Address, type AddressRange, AddressRanges, isSame } from "./address-ranges.js";
import { KnownFrames } from "./known-frames.js";
import type { AddressSpace } from "./tasks.js";

/** A part of the kernel: itself, a module, or a program that it compiled at run time. Ids are the builder's. */
export interface KernelMapping extends AddressRange {
  readonly dso: number;
  /** Whose symbols of kallsyms lie here: a module's name, `""` for the kernel itself. */
  readonly module: string;
  /** The one symbol of a program compiled at run time (KSYMBOL). */
  readonly symbol: number | undefined;
}

/** The symbol at a place of a mapped file, `dso` being the builder's id; undefined where it is not known. */
export type UserSymbolAt = (dso: number, fileOffset: number) => string | undefined;

/**
 * The frames of addresses: as perf resolves them, from what was recorded alone. An innermost frame without symbol keeps its
 * address, a caller without symbol is its dso alone.
 */
export class Frames {
  readonly #builder: ProfileBuilder;
  readonly #kallsyms: Kallsyms | undefined;
  readonly #userSymbolAt: UserSymbolAt | undefined;
  readonly #kernel: AddressRanges<KernelMapping> = new AddressRanges();
  /** Changes with the kernel's mappings, as that of an `AddressSpace`. */
  kernelVersion = 0;
  readonly #known: KnownFrames = new KnownFrames();
  /** Frames of callers without symbol, by the id of their dso + 1. */
  readonly #callers: number[] = [];

  constructor(options: { builder: ProfileBuilder; kallsyms: Kallsyms | undefined; userSymbolAt: UserSymbolAt | undefined }) {
    this.#builder = options.builder;
    this.#kallsyms = options.kallsyms;
    this.#userSymbolAt = options.userSymbolAt;
  }

  mapKernel(mapping: KernelMapping): void {
    const known = this.#kernel.find(mapping.start.high, mapping.start.low);
    if (known?.dso === mapping.dso && isSame(known.start, mapping.start) && isSame(known.end, mapping.end)) return;
    this.#kernel.insert(mapping);
    this.kernelVersion++;
  }

  unmapKernel({ high, low }: Address): void {
    this.#kernel.remove(high, low);
    this.kernelVersion++;
  }

  /** The frame of an address of the kernel. */
  kernelFrame(high: number, low: number, innermost: boolean): number {
    const key = -1 - 2 * this.kernelVersion - Number(innermost);
    const known = this.#known.find(key, high, low);
    if (known >= 0) return known;
    const frame = this.#newKernelFrame(high, low, innermost);
    this.#known.add(frame, key, high, low);
    return frame;
  }

  /** The frame of an address of a process. */
  userFrame({ mappings }: AddressSpace, high: number, low: number, innermost: boolean): number {
    const mapping = mappings.isBeyond(high, low) ? undefined : mappings.find(high, low);
    if (!mapping) return this.#unresolved(-1, high, low, innermost);
    const { origin, dso } = mapping;
    if (!innermost && !this.#userSymbolAt) return this.#caller(dso);
    const fileOffset = (high - origin.high) * WORD + ((low >>> 0) - (origin.low >>> 0)) + mapping.fileOffset;
    const offsetHigh = Math.floor(fileOffset / WORD) | 0;
    const key = 2 * dso + Number(innermost);
    const known = this.#known.find(key, offsetHigh, fileOffset | 0);
    if (known >= 0) return known;
    const symbol = this.#userSymbolAt?.(dso, fileOffset);
    const frame =
      symbol === undefined
        ? this.#unresolved(dso, offsetHigh, fileOffset | 0, innermost)
        : this.#builder.frame(this.#builder.symbol(symbol), dso);
    this.#known.add(frame, key, offsetHigh, fileOffset | 0);
    return frame;
  }

  /** The frame of an address of which only the address is known: of a guest, or of a context that is not understood. */
  unknownFrame(high: number, low: number, innermost: boolean): number {
    return this.#unresolved(-1, high, low, innermost);
  }

  #newKernelFrame(high: number, low: number, innermost: boolean): number {
    const builder = this.#builder;
    const mapping = this.#kernel.find(high, low);
    if (mapping?.symbol !== undefined) return builder.frame(mapping.symbol, mapping.dso);
    const kallsyms = this.#kallsyms;
    const symbol = kallsyms ? kernelSymbolIndexAt(kallsyms, high >>> 0, low >>> 0) : -1;
    if (kallsyms && symbol >= 0) {
      const module = kallsyms.modules[kallsyms.module[symbol] as number] as string;
      // What no record maps is in kallsyms alone: code of the kernel behind its text, programs loaded before the recording.
      const name = mapping && mapping.module !== module ? undefined : kernelSymbolName(kallsyms, symbol);
      if (name !== undefined) return builder.frame(builder.symbol(name), mapping?.dso ?? builder.dso(kernelDso(module)));
    }
    return this.#unresolved(mapping?.dso ?? -1, high, low, innermost);
  }

  #unresolved(dso: number, high: number, low: number, innermost: boolean): number {
    if (!innermost) return this.#caller(dso);
    return this.#builder.unresolvedFrame(dso, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
  }

  #caller(dso: number): number {
    const known = this.#callers[dso + 1];
    if (known !== undefined) return known;
    const frame = this.#builder.frame(-1, dso);
    this.#callers[dso + 1] = frame;
    return frame;
  }
}

const WORD = 2 ** 32;

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
