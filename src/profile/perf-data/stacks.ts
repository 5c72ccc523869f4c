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
 * rest is looked up as a whole, and only one that is new on top of a stack is resolved address by address.
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
      if (kernelEnd + 2 < end) stack = this.#userPart(words, kernelEnd + 2, end, task.space, innermost);
    }
    return kernelEnd > start + 2 ? this.#kernelPart(words, start + 2, kernelEnd, stack) : stack;
  }

  /** The stack of a single address, in a mode of the CPU. */
  stackOfAddress(high: number, low: number, mode: number, space: AddressSpace): number {
    return this.#builder.child(0, this.#frame(high, low, mode, space, true));
  }

  /** The stack of the addresses from `start` to before `end`, not none; `innermost`: the first one is that of the chain. */
  #userPart(words: Int32Array, start: number, end: number, space: AddressSpace, innermost: boolean): number {
    // A short one is what an unwinder took for code: a thread has the same again at its next samples, or never.
    const isShort = end - start <= SHORT_WORDS;
    const recent = isShort ? this.#recentShort : this.#recent;
    const outer = innermost && !isShort ? start + 2 : start;
    const key = 2 * space.version + Number(innermost && isShort);
    let stack = recent.find(words, outer, end, 0, key);
    if (stack < 0) {
      stack = 0;
      for (let at = end - 2; at >= outer; at -= 2) {
        const frame = this.#frames.userFrame(space, words[at + 1] as number, words[at] as number, innermost && at === start);
        stack = this.#builder.child(stack, frame);
      }
      recent.remember(words, outer, end, 0, key, stack);
    }
    if (outer === start) return stack;
    return this.#builder.child(stack, this.#frames.userFrame(space, words[start + 1] as number, words[start] as number, true));
  }

  /** The stack that the addresses from `start` to before `end`, not none, lead to from the stack `parent`. */
  #kernelPart(words: Int32Array, start: number, end: number, parent: number): number {
    const outer = start + 2;
    const key = -1 - this.#frames.kernelVersion;
    let stack = outer === end ? parent : this.#recent.find(words, outer, end, parent, key);
    if (stack < 0) {
      stack = parent;
      for (let at = end - 2; at >= outer; at -= 2) {
        const frame = this.#frames.kernelFrame(words[at + 1] as number, words[at] as number, false);
        stack = this.#builder.child(stack, frame);
      }
      this.#recent.remember(words, outer, end, parent, key, stack);
    }
    return this.#builder.child(stack, this.#frames.kernelFrame(words[start + 1] as number, words[start] as number, true));
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
const RECENT_WORDS: number = 2 ** 19; // 2 MB
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
