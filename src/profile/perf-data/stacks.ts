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

/** A part of a call chain: what it was called from, and whether its first address is the innermost of the chain. */
interface Part {
  readonly mode: number;
  readonly from: number;
  readonly task: Task;
  readonly innermost: boolean;
}

/**
 * The stacks of call chains. Chains repeat, above all their outer functions: they are taken in runs of a few addresses,
 * outermost first, and only runs that are new on top of a stack are resolved.
 */
export class Stacks {
  readonly #builder: ProfileBuilder;
  readonly #frames: Frames;
  readonly #recent: RecentStacks = new RecentStacks(RECENT_WORDS);
  readonly #recentShort: RecentStacks = new RecentStacks(RECENT_SHORT_WORDS);
  readonly #scratch: Int32Array = new Int32Array(MOST_FRAMES);
  /** Whether there was a chain whose user part is in a CALLCHAIN_DEFERRED record. */
  deferred = false;

  constructor(options: { builder: ProfileBuilder; frames: Frames; expectedSamples: number }) {
    this.#builder = options.builder;
    this.#frames = options.frames;
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
      stack = this.#part(words, kernelEnd + 2, end, { mode: USER, from: 0, task, innermost });
    }
    if (!hasKernel) return stack;
    return this.#part(words, start + 2, kernelEnd, { mode: KERNEL, from: stack, task, innermost: true });
  }

  /** The stack of a single address, in a mode of the CPU. */
  stackOfAddress(high: number, low: number, mode: number, space: AddressSpace): number {
    return this.#builder.child(0, this.#frame(high, low, mode, space, true));
  }

  /** The stack that the addresses from `start` to before `end`, all of one mode, lead to from the stack `from`. */
  #part(words: Int32Array, start: number, end: number, { mode, from, task, innermost }: Part): number {
    if (start >= end) return from;
    // Short parts of the user are what an unwinder took for code: a thread has the same again at its next samples, or never.
    const isShort = mode === USER && end - start <= SHORT_WORDS;
    const recent = isShort ? this.#recentShort : this.#recent;
    // Of long ones the innermost address, one of many in its function, is looked up apart: most with it do not come again.
    const outer = innermost && !isShort ? start + 2 : start;
    const hasInnermost = innermost && isShort;
    const version = 2 * (mode === KERNEL ? -1 - this.#frames.kernelVersion : task.space.version) + Number(hasInnermost);
    let stack = outer === end ? from : recent.find(words, outer, end, from, version);
    if (stack < 0) {
      stack = this.#resolved(words, outer, end, { mode, from, task, innermost: hasInnermost });
      recent.remember(words, outer, end, from, version, stack);
    }
    if (outer === start) return stack;
    return this.#builder.child(stack, this.#frame(words[start + 1] as number, words[start] as number, mode, task.space, true));
  }

  /** The same, address by address. */
  #resolved(words: Int32Array, start: number, end: number, { mode, from, task, innermost }: Part): number {
    let stack = from;
    for (let at = end - 2; at >= start; at -= 2) {
      const frame = this.#frame(words[at + 1] as number, words[at] as number, mode, task.space, innermost && at === start);
      stack = this.#builder.child(stack, frame);
    }
    return stack;
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
