// The stacks of call chains: the kernel's addresses, and then the user's.
import { userStack } from "./host.as";
import { HASH_FACTOR, HINT, SHORT_BITS, SHORT_BYTES, SHORTS, WORDS } from "./memory.as";
import { find, hashOf, remember } from "./sequences.as";
import { addStep, entryOf, kernelCalled } from "./steps.as";

// PERF_CONTEXT_* of include/uapi/linux/perf_event.h.
export const CONTEXT_FIRST: u64 = <u64>-4095;
export const CONTEXT_KERNEL: u64 = <u64>-128;
const CONTEXT_USER: u64 = <u64>-512;
/** What is mapped nowhere: no mapping reaches so far. */
const NOWHERE: u64 = -1;

/** The bits of an address in which those of one page of a mapping are the same. */
let pageMask: u64 = -1;
let kernelVersion: i32 = 0;
let kernelSequences: i32 = 0;
/** Where the row of the stack that was given last may be kept, for `addRow()`. */
export let rowHint: usize = HINT;

/** What addresses mean from now on: `version` of the kernel's mappings; the user's are the same in the bits of `samePage`. */
export function mean(version: i32, samePage: i32): void {
  kernelVersion = version;
  pageMask = <u64>(<i64>samePage);
}

/** The key of the kernel's sequences; those of the user have versions, which are not negative. */
export function kernelKey(): u64 {
  return ~(<u64>kernelVersion);
}

/**
 * The stack of a call chain of the sample at a place; 0: it is not one of the kernel's addresses and then the user's, or is none.
 * `hash` is that of the kernel's callers; `space` is what stood in `SPACE`.
 */
export function stackOf(at: usize, chain: usize, kernelEnd: usize, end: usize, hash: u64, space: usize): i32 {
  const kernelStart = chain + 8;
  let stack = 0;
  rowHint = HINT;
  if (kernelEnd < end) {
    const userStart = kernelEnd + 8;
    if (load<u64>(kernelEnd) != CONTEXT_USER || nextContext(userStart, end) < end) return 0;
    if (userStart < end) {
      const innermost = kernelEnd <= kernelStart;
      const key = ((<u64>load<i32>(space)) << 1) | <u64>innermost;
      stack = end - userStart <= SHORT_BYTES ? shortStack(at, userStart, end, key, space) : longStack(at, userStart, end, key);
    }
  }
  return kernelStart < kernelEnd ? kernelOn(stack, kernelStart, kernelEnd, hash) : stack;
}

/** The stack of the kernel's addresses, innermost first, on top of another stack: both are mostly the last ones of the same callers. */
function kernelOn(parent: i32, start: usize, end: usize, hash: u64): i32 {
  const callers = start + 8;
  if (callers == end) return kernelCalled(parent, start, true, kernelVersion);
  const key = kernelKey();
  let sequence = find(callers, end, key, hash);
  if (sequence == 0) sequence = remember(callers, end, key, hash, ~++kernelSequences);
  if (load<i32>(sequence, 16) != parent || load<i32>(sequence, 20) == 0) {
    store<i32>(sequence, parent, 16);
    store<i32>(sequence, sequenceOn(parent, load<i32>(sequence, 4), callers, end), 20);
    store<i32>(sequence, 0, 32);
  }
  rowHint = sequence + 36;
  const innermost = load<u64>(start);
  if (load<u64>(sequence, 24) == innermost && load<i32>(sequence, 32) != 0) return load<i32>(sequence, 32);
  const stack = kernelCalled(load<i32>(sequence, 20), start, true, kernelVersion);
  store<u64>(sequence, innermost, 24);
  store<i32>(sequence, stack, 32);
  return stack;
}

/**
 * The stack of a few addresses of the user. They are what an unwinder took for code: a thread has the same again at its next samples, or
 * never, and to keep them all would drive out what comes again. Of callers, which have no symbols, only the page matters, or that there
 * is none.
 */
function shortStack(at: usize, start: usize, end: usize, key: u64, space: usize): i32 {
  let length: usize = 0;
  if ((key & 1) != 0) {
    store<u64>(WORDS, load<u64>(start));
    length = 8;
  }
  const lowStart = load<u64>(space, 8);
  const lowEnd = load<u64>(space, 16);
  const highStart = load<u64>(space, 24);
  const highEnd = load<u64>(space, 32);
  for (; start + length < end; length += 8) {
    const word = load<u64>(start + length);
    const isWithin = (word >= lowStart && word < lowEnd) || (word >= highStart && word < highEnd);
    store<u64>(WORDS + length, isWithin ? word & pageMask : NOWHERE);
  }
  const shortKey = (key << 3) | <u64>(length >> 3);
  let hash = shortKey;
  for (let place: usize = 0; place < length; place += 8) hash = (hash ^ load<u64>(WORDS + place)) * HASH_FACTOR;
  const entry = SHORTS + ((<usize>(hash >> (64 - SHORT_BITS))) << 6);
  let isKnown = load<u64>(entry) == shortKey;
  for (let place: usize = 0; isKnown && place < length; place += 8) {
    isKnown = load<u64>(WORDS + place) == load<u64>(entry + 16 + place);
  }
  if (isKnown) return load<i32>(entry, 8);
  const stack = userStack(at, start, end, (key & 1) != 0);
  store<u64>(entry, shortKey);
  store<i32>(entry, stack, 8);
  memory.copy(entry + 16, WORDS, length);
  return stack;
}

/** The stack of more addresses of the user. */
function longStack(at: usize, start: usize, end: usize, key: u64): i32 {
  const hash = hashOf(start, end, key);
  const known = find(start, end, key, hash);
  if (known != 0) return load<i32>(known, 4);
  const stack = userStack(at, start, end, (key & 1) != 0);
  remember(start, end, key, hash, stack);
  return stack;
}

/** The stack of a sequence of the kernel's callers on top of another stack. */
function sequenceOn(parent: i32, sequence: i32, start: usize, end: usize): i32 {
  const known = load<i32>(entryOf(parent, sequence), 8);
  if (known != 0) return known;
  let stack = parent;
  for (let at = end - 8; at >= start; at -= 8) stack = kernelCalled(stack, at, false, kernelVersion);
  addStep(entryOf(parent, sequence), parent, sequence, stack);
  return stack;
}

function nextContext(start: usize, end: usize): usize {
  let at = start;
  while (at < end && load<u64>(at) < CONTEXT_FIRST) at += 8;
  return at;
}
