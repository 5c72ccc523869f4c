import type { ProfileBuilder } from "../profile-builder.js";
import { RecentStacks } from "../recent-stacks.js";
import type { Frames } from "./frames.js";
import type { AddressSpace, Task } from "./tasks.js";

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
 * The stacks of call chains. Chains repeat, above all without their innermost address, which is one of many in its function: the
 * rest is looked up as a whole, and where it is new without its inner functions, so that only what is new is resolved.
 *
 * Nothing here makes objects: this runs for each sample.
 */
export class Stacks {
  readonly #builder: ProfileBuilder;
  readonly #frames: Frames;
  readonly #recent: RecentStacks = new RecentStacks(RECENT_WORDS);
  readonly #recentShort: RecentStacks = new RecentStacks(RECENT_SHORT_WORDS);
  readonly #scratch: Int32Array = new Int32Array(MOST_FRAMES);
  /** Whether there was a chain whose user part is in a CALLCHAIN_DEFERRED record. */
  deferred = false;

  constructor({ builder, frames }: { builder: ProfileBuilder; frames: Frames }) {
    this.#builder = builder;
    this.#frames = frames;
  }

  /**
   * The stack of a call chain; 0 where it holds no frame, or a context that is not known. The chain is `depth` addresses,
   * innermost first, as pairs of words from `start` on, the lower one first.
   */
  stack(words: Int32Array, start: number, depth: number, task: Task): number {
    const end = start + 2 * depth;
    const hasKernel = contextAt(words, start) === CONTEXT_KERNEL;
    const kernelEnd = hasKernel ? nextContext(words, start + 2, end) : start;
    const innermost = kernelEnd <= start + 2;
    let stack = 0;
    if (kernelEnd < end) {
      if (contextAt(words, kernelEnd) !== CONTEXT_USER || nextContext(words, kernelEnd + 2, end) < end) {
        return this.#anyStack(words, start, end, task.space);
      }
      if (kernelEnd + 2 < end) stack = this.#recentUserStack(words, kernelEnd + 2, end, task.space, innermost);
    }
    if (kernelEnd <= start + 2) return stack;
    const version = -1 - this.#frames.kernelVersion;
    const caller = this.#callers(words, start + 4, kernelEnd, stack, version, undefined);
    return this.#called(caller, words, start + 2, undefined, true);
  }

  /** The stack of a single address, in a mode of the CPU. */
  stackOfAddress(high: number, low: number, mode: number, space: AddressSpace): number {
    return this.#builder.child(0, this.#frame(high, low, mode, space, true));
  }

  /** The stack of the user's addresses from `start` to before `end`, not none; `innermost`: the first is that of the chain. */
  userStack(words: Int32Array, start: number, end: number, space: AddressSpace, innermost: boolean): number {
    if (end - start > SHORT_WORDS) {
      const stack = this.#callers(words, innermost ? start + 2 : start, end, 0, space.version, space);
      return innermost ? this.#called(stack, words, start, space, true) : stack;
    }
    let stack = 0;
    for (let at = end - 2; at >= start; at -= 2) stack = this.#called(stack, words, at, space, innermost && at === start);
    return stack;
  }

  /** The same, with short ones of the last samples: what an unwinder took for code, a thread has again at its next samples, or never. */
  #recentUserStack(words: Int32Array, start: number, end: number, space: AddressSpace, innermost: boolean): number {
    if (end - start > SHORT_WORDS) return this.userStack(words, start, end, space, innermost);
    const recent = this.#recentShort;
    const key = 2 * space.version + Number(innermost);
    const known = recent.find(words, start, end, 0, key);
    if (known >= 0) return known;
    const { slot } = recent;
    const stack = this.userStack(words, start, end, space, innermost);
    recent.remember(slot, words, start, end, 0, key, stack);
    return stack;
  }

  /** The stack that callers lead to from the stack `parent`: the kernel's, or those of a process. */
  #callers(
    words: Int32Array,
    start: number,
    end: number,
    parent: number,
    version: number,
    space: AddressSpace | undefined,
  ): number {
    if (start === end) return parent;
    const recent = this.#recent;
    const known = recent.find(words, start, end, parent, version);
    if (known >= 0) return known;
    const { slot } = recent;
    const stack = this.#newCallers(words, start, end, parent, version, space);
    recent.remember(slot, words, start, end, parent, version, stack);
    return stack;
  }

  /** The same where the callers are not known as a whole. */
  #newCallers(
    words: Int32Array,
    start: number,
    end: number,
    parent: number,
    version: number,
    space: AddressSpace | undefined,
  ): number {
    // Counted from the outermost function, so that chains of other lengths have the same part.
    const length = end - start;
    const inner = length > SHARED_WORDS ? end - (1 << (31 - Math.clz32(length - 1))) : end;
    let stack = inner < end ? this.#callers(words, inner, end, parent, version, space) : parent;
    for (let at = inner - 2; at >= start; at -= 2) stack = this.#called(stack, words, at, space, false);
    return stack;
  }

  /** The stack of the function at a place of the chain, called from the stack `parent`. */
  #called(parent: number, words: Int32Array, at: number, space: AddressSpace | undefined, innermost: boolean): number {
    const low = words[at] as number;
    const high = words[at + 1] as number;
    const frame = space ? this.#frames.userFrame(space, high, low, innermost) : this.#frames.kernelFrame(high, low, innermost);
    return this.#builder.child(parent, frame);
  }

  #frame(high: number, low: number, mode: number, space: AddressSpace, innermost: boolean): number {
    if (mode === KERNEL) return this.#frames.kernelFrame(high, low, innermost);
    if (mode === USER) return this.#frames.userFrame(space, high, low, innermost);
    return this.#frames.unknownFrame(high, low, innermost);
  }

  /** The stack of a chain with other contexts than the kernel's and then the user's. */
  #anyStack(words: Int32Array, start: number, end: number, space: AddressSpace): number {
    const frames = this.#scratch;
    let length = 0;
    let mode = USER; // as perf begins, thread__resolve_callchain_sample()
    for (let at = start; at < end; at += 2) {
      const context = contextAt(words, at);
      if (context === 0) {
        frames[length] = this.#frame(words[at + 1] as number, words[at] as number, mode, space, length === 0);
        length++;
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

const SHORT_WORDS = 2 * 4;
const SHARED_WORDS = 2 * 8;
const RECENT_WORDS: number = 2 ** 20; // 4 MB
const RECENT_SHORT_WORDS: number = 2 ** 14;

/** The low word of the context that stands at a place; 0 where an address does. */
function contextAt(words: Int32Array, at: number): number {
  const low = words[at] as number;
  return low >= CONTEXT_FIRST && low < 0 && words[at + 1] === -1 ? low : 0;
}

/** The place of the first context from `start` on; `end` where there is none. */
function nextContext(words: Int32Array, start: number, end: number): number {
  let at = start;
  while (at < end && contextAt(words, at) === 0) at += 2;
  return at;
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
