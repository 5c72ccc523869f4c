import type { ProfileBuilder } from "../profile-builder.js";
import type { Frames } from "./frames.js";
import type { AddressSpace } from "./tasks.js";

// PERF_CONTEXT_* of include/uapi/linux/perf_event.h as the low words of addresses whose high word is all ones.
const CONTEXT_HIGH = 0xffff_ffff;
const CONTEXT_FIRST = 0xffff_f001; // -4095, PERF_CONTEXT_MAX
const CONTEXT_HYPERVISOR = 0xffff_ffe0; // -32
const CONTEXT_KERNEL = 0xffff_ff80; // -128
const CONTEXT_USER = 0xffff_fe00; // -512
const CONTEXT_USER_DEFERRED = 0xffff_fd80; // -640, then a cookie
const CONTEXT_GUEST = 0xffff_f800; // -2048
const CONTEXT_GUEST_KERNEL = 0xffff_f780; // -2176
const CONTEXT_GUEST_USER = 0xffff_f600; // -2560

/** Modes of the CPU whose addresses can be resolved: PERF_RECORD_MISC_KERNEL and _USER, the ids of `CONTEXTS`. */
const KERNEL = 1;
const USER = 2;
const UNKNOWN = 0;

/**
 * The stacks of call chains: `depth` words of 64 bits from `at` on, innermost first. A chain seen before is recognised by
 * its bytes, so only new ones are resolved.
 */
export class Stacks {
  readonly #builder: ProfileBuilder;
  readonly #frames: Frames;
  readonly #littleEndian: boolean;
  /** Open addressing: place in `#chains` + 1; 0 is free. */
  readonly #slots: Int32Array = new Int32Array(SLOTS);
  /** One after the other: versions of the user's and the kernel's mappings, depth, stack, and the words of the chain. */
  readonly #chains: Int32Array = new Int32Array(CHAIN_WORDS);
  #chainsLength = 0;
  #chainsCount = 0;
  readonly #scratch: Int32Array = new Int32Array(MOST_FRAMES);
  /** Whether there was a chain whose user part is in a CALLCHAIN_DEFERRED record. */
  deferred = false;

  constructor(options: { builder: ProfileBuilder; frames: Frames; littleEndian: boolean }) {
    this.#builder = options.builder;
    this.#frames = options.frames;
    this.#littleEndian = options.littleEndian;
  }

  /** The stack of a call chain; 0 where it holds no frame, or a context that is not known. */
  stack(view: DataView, at: number, depth: number, space: AddressSpace): number {
    const chains = this.#chains;
    const words = 2 * depth;
    const { version } = space;
    const { kernelVersion } = this.#frames;
    let hash = version ^ Math.imul(kernelVersion, 0x9e3779b1);
    for (let word = 0; word < words; word++) {
      hash = Math.imul(hash ^ view.getInt32(at + 4 * word, true), 0x5bd1e995);
      hash ^= hash >>> 15;
    }
    let slot = hash & (SLOTS - 1);
    for (let chain = this.#slots[slot] as number; chain !== 0; chain = this.#slots[slot] as number) {
      let start = chain - 1;
      if (chains[start] === version && chains[start + 1] === kernelVersion && chains[start + 2] === depth) {
        const stack = chains[start + 3] as number;
        start += CHAIN_HEADER_WORDS;
        let word = 0;
        while (word < words && chains[start + word] === view.getInt32(at + 4 * word, true)) word++;
        if (word === words) return stack;
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    const stack = this.#resolve(view, at, depth, space);
    this.#remember(slot, [version, kernelVersion, depth, stack], view, at, words);
    return stack;
  }

  /** The stack of a single address, in a mode of the CPU. */
  stackOfAddress(mode: number, high: number, low: number, space: AddressSpace): number {
    return this.#builder.child(0, this.#frame(mode, high, low, space));
  }

  #frame(mode: number, high: number, low: number, space: AddressSpace): number {
    if (mode === KERNEL) return this.#frames.kernelFrame(high, low);
    return mode === USER ? this.#frames.userFrame(space, high, low) : this.#frames.unknownFrame(high, low);
  }

  #resolve(view: DataView, at: number, depth: number, space: AddressSpace): number {
    const littleEndian = this.#littleEndian;
    const [lowAt, highAt] = littleEndian ? [0, 4] : [4, 0];
    const frames = this.#scratch;
    let length = 0;
    let mode = USER; // as perf begins, thread__resolve_callchain_sample()
    for (let place = at; place < at + 8 * depth; place += 8) {
      const high = view.getUint32(place + highAt, littleEndian);
      const low = view.getUint32(place + lowAt, littleEndian);
      if (high !== CONTEXT_HIGH || low < CONTEXT_FIRST) {
        frames[length++] = this.#frame(mode, high, low, space);
        continue;
      }
      if (low === CONTEXT_USER_DEFERRED) {
        this.deferred = true;
        break;
      }
      const next = modeOf(low);
      if (next === undefined) return 0; // the chain is damaged, and perf drops all of it
      mode = next;
    }
    let stack = 0;
    while (length > 0) stack = this.#builder.child(stack, frames[--length] as number);
    return stack;
  }

  #remember(freeSlot: number, header: readonly number[], view: DataView, at: number, words: number): void {
    if (2 * this.#chainsCount >= SLOTS || this.#chainsLength + CHAIN_HEADER_WORDS + words > CHAIN_WORDS) {
      this.#slots.fill(0);
      this.#chainsLength = 0;
      this.#chainsCount = 0;
      return;
    }
    const chains = this.#chains;
    let next = this.#chainsLength;
    this.#slots[freeSlot] = next + 1;
    for (const word of header) chains[next++] = word;
    for (let word = 0; word < words; word++) chains[next++] = view.getInt32(at + 4 * word, true);
    this.#chainsLength = next;
    this.#chainsCount++;
  }
}

// 16 MB for about 80,000 chains of 26 frames; then it forgets all and begins anew.
const CHAIN_WORDS = 4 * 1024 * 1024;
const CHAIN_HEADER_WORDS = 4;
const SLOTS = 2 ** 18;
/** A record has at most 65,535 bytes. */
const MOST_FRAMES = 8192;

/** The mode of the CPU a context announces; undefined for one that is not known. */
function modeOf(contextLow: number): number | undefined {
  switch (contextLow) {
    case CONTEXT_KERNEL:
      return KERNEL;
    case CONTEXT_USER:
      return USER;
    case CONTEXT_HYPERVISOR:
    case CONTEXT_GUEST:
    case CONTEXT_GUEST_KERNEL:
    case CONTEXT_GUEST_USER:
      return UNKNOWN;
    default:
      return undefined;
  }
}
