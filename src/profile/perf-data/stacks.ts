import type { ProfileBuilder } from "../profile-builder.js";
import type { Frames } from "./frames.js";
import { KnownParts } from "./known-parts.js";
import { RecentValues } from "./recent-values.js";
import type { AddressSpace } from "./tasks.js";

// PERF_CONTEXT_* of include/uapi/linux/perf_event.h: the low words of addresses whose high word is all ones.
const CONTEXT_FIRST = -4095; // PERF_CONTEXT_MAX
const CONTEXT_HYPERVISOR = -32;
const CONTEXT_KERNEL = -128;
const CONTEXT_USER = -512;
const CONTEXT_USER_DEFERRED = -640; // then a cookie
const CONTEXT_GUEST = -2048;
const CONTEXT_GUEST_KERNEL = -2176;
const CONTEXT_GUEST_USER = -2560;

/** Modes of the CPU whose addresses can be resolved: PERF_RECORD_MISC_KERNEL and _USER, the ids of `CONTEXTS`. */
const KERNEL = 1;
const USER = 2;
const UNKNOWN = 0;

/**
 * The stacks of call chains. A chain is its kernel part and its user part; both repeat, so they are recognised by their
 * words, and only new ones are resolved. So are the pairs of both.
 */
export class Stacks {
  readonly #builder: ProfileBuilder;
  readonly #frames: Frames;
  readonly #userParts: KnownParts = new KnownParts();
  readonly #kernelParts: KnownParts = new KnownParts();
  #kernelPartCount = 0;
  /** The stack of a user part's stack and the number of a kernel part. */
  readonly #pairs: RecentValues = new RecentValues();
  readonly #scratch: Int32Array = new Int32Array(MOST_FRAMES);
  /** Whether there was a chain whose user part is in a CALLCHAIN_DEFERRED record. */
  deferred = false;

  constructor(options: { builder: ProfileBuilder; frames: Frames }) {
    this.#builder = options.builder;
    this.#frames = options.frames;
  }

  /**
   * The stack of a call chain; 0 where it holds no frame, or a context that is not known. The chain is `depth` addresses,
   * innermost first, as pairs of words from `start` on, the lower one first.
   */
  stack(words: Int32Array, start: number, depth: number, space: AddressSpace): number {
    const end = start + 2 * depth;
    let at = start;
    let hash = 0;
    if (contextAt(words, at) === CONTEXT_KERNEL) {
      for (at += 2; at < end && contextAt(words, at) === 0; at += 2)
        hash = mixed(hash, words[at] as number, words[at + 1] as number);
    }
    const kernelEnd = at;
    const kernelHash = hash;
    let userStack = 0;
    if (at < end) {
      if (contextAt(words, at) !== CONTEXT_USER) return this.#anyStack(words, start, end, space);
      hash = space.version;
      for (at += 2; at < end && contextAt(words, at) === 0; at += 2)
        hash = mixed(hash, words[at] as number, words[at + 1] as number);
      if (at < end) return this.#anyStack(words, start, end, space);
      userStack = this.#userStack(words, kernelEnd + 2, end, space, hash);
    }
    return kernelEnd > start + 2 ? this.#kernelStack(words, start + 2, kernelEnd, userStack, kernelHash) : userStack;
  }

  /** The stack of a single address, in a mode of the CPU. */
  stackOfAddress(high: number, low: number, mode: number, space: AddressSpace): number {
    return this.#builder.child(0, this.#frame(high, low, mode, space));
  }

  /** The stack of a user part. Short ones are resolved each time: most are what is no code, and never seen again. */
  #userStack(words: Int32Array, start: number, end: number, space: AddressSpace, hash: number): number {
    const long = end - start > 2 * SHORT_PART;
    const known = long ? this.#userParts.find(words, start, end, space.version, hash) : -1;
    if (known >= 0) return known;
    let stack = 0;
    for (let at = end - 2; at >= start; at -= 2) {
      const frame = this.#frames.userFrame(space, words[at + 1] as number, words[at] as number);
      stack = this.#builder.child(stack, frame);
    }
    if (long) this.#userParts.add(words, start, end, space.version, stack);
    return stack;
  }

  /** The stack of a kernel part that was entered from a user part's stack. */
  #kernelStack(words: Int32Array, start: number, end: number, userStack: number, hash: number): number {
    const { kernelVersion } = this.#frames;
    let part = this.#kernelParts.find(words, start, end, kernelVersion, hash);
    if (part < 0) {
      part = this.#kernelPartCount++;
      this.#kernelParts.add(words, start, end, kernelVersion, part);
    }
    const known = this.#pairs.find(userStack, part, 0);
    if (known >= 0) return known;
    let stack = userStack;
    for (let at = end - 2; at >= start; at -= 2) {
      stack = this.#builder.child(stack, this.#frames.kernelFrame(words[at + 1] as number, words[at] as number));
    }
    return this.#pairs.add(stack, userStack, part, 0);
  }

  #frame(high: number, low: number, mode: number, space: AddressSpace): number {
    if (mode === KERNEL) return this.#frames.kernelFrame(high, low);
    return mode === USER ? this.#frames.userFrame(space, high, low) : this.#frames.unknownFrame(high, low);
  }

  /** The stack of a chain with other contexts than the kernel's and then the user's. */
  #anyStack(words: Int32Array, start: number, end: number, space: AddressSpace): number {
    const frames = this.#scratch;
    let length = 0;
    let mode = USER; // as perf begins, thread__resolve_callchain_sample()
    for (let at = start; at < end; at += 2) {
      const context = contextAt(words, at);
      if (context === 0) {
        frames[length++] = this.#frame(words[at + 1] as number, words[at] as number, mode, space);
      } else if (context === CONTEXT_USER_DEFERRED) {
        this.deferred = true;
        break;
      } else {
        const next = MODES.get(context);
        if (next === undefined) return 0; // the chain is damaged, and perf drops all of it
        mode = next;
      }
    }
    let stack = 0;
    while (length > 0) stack = this.#builder.child(stack, frames[--length] as number);
    return stack;
  }
}

const SHORT_PART = 4;

/** The low word of the context that stands at a place; 0 where an address does. */
function contextAt(words: Int32Array, at: number): number {
  const low = words[at] as number;
  return words[at + 1] === -1 && low >= CONTEXT_FIRST && low < 0 ? low : 0;
}

/** The hash of what came before and of one more address. */
function mixed(hash: number, low: number, high: number): number {
  const first = Math.imul(hash ^ low, 0x5bd1e995);
  const second = Math.imul(first ^ (first >>> 15) ^ high, 0x9e3779b1);
  return second ^ (second >>> 13);
}

/** A record has at most 65,535 bytes. */
const MOST_FRAMES = 8192;

/** The mode of the CPU a context announces. */
const MODES: ReadonlyMap<number, number> = new Map([
  [CONTEXT_KERNEL, KERNEL],
  [CONTEXT_USER, USER],
  [CONTEXT_HYPERVISOR, UNKNOWN],
  [CONTEXT_GUEST, UNKNOWN],
  [CONTEXT_GUEST_KERNEL, UNKNOWN],
  [CONTEXT_GUEST_USER, UNKNOWN],
]);
