// AssemblyScript: the one loop of this project that is compiled to WebAssembly. `sample-loop.ts` starts it and says what it is for.
//
// It takes samples of the plain layout, in the order they are to be added, and writes them as rows. What it does not know it asks of
// the host, which is the reader in TypeScript, and remembers: origins (thread, CPU, event, mode) until `forget()`, and stacks by the
// words of their call chains, compared word by word. At a sample that is not plain it stops.

/** The origin of the sample at a place, and in `SPACE` what its user addresses mean; -1: the sample is not plain. */
declare function origin(at: usize): i32;
/** The stack of the user's addresses from `start` to before `end`. */
declare function userStack(at: usize, start: usize, end: usize, innermost: bool): i32;
/** The stack that the kernel's addresses from `start` to before `end` lead to, callers all, from another one. */
declare function kernelCallers(start: usize, end: usize, parent: i32): i32;
/** The stack of the kernel's innermost address, at a place, called from another one. */
declare function kernelCalled(at: usize, parent: i32): i32;

// PERF_CONTEXT_* of include/uapi/linux/perf_event.h.
const CONTEXT_FIRST: u64 = <u64>-4095;
const CONTEXT_KERNEL: u64 = <u64>-128;
const CONTEXT_USER: u64 = <u64>-512;
const MISC_CPU_MODE: u32 = 7;
const SAMPLE: u32 = 9;
const WORD: f64 = 4294967296;
/** A record has at most 65,535 bytes. */
const MOST_FRAMES: u64 = 8192;

// The memory: samples to take and rows to give, which the host writes and reads; then what is remembered; then blocks of the recording.
/** The version of what user addresses mean, and from 8 bytes on the bounds of what is mapped: start and end twice. */
export const SPACE: usize = 0x400;
/** Words of a few addresses, as they are compared. */
const WORDS: usize = 0x440;
/** What is known of the next samples before they are taken: the end of the chain and of its kernel's addresses, and their hash. */
const AHEAD: i32 = 16;
const CHAIN_ENDS: usize = 0x480;
const KERNEL_ENDS: usize = CHAIN_ENDS + 4 * <usize>AHEAD;
const HASHES: usize = KERNEL_ENDS + 4 * <usize>AHEAD;
/** What is mapped nowhere: no mapping reaches so far. */
const NOWHERE: u64 = -1;
export const MOST_ROWS: usize = 4096;
export const PLACES: usize = 0x1000;
export const ROW_ORIGIN: usize = PLACES + 4 * MOST_ROWS;
export const ROW_STACK: usize = ROW_ORIGIN + 4 * MOST_ROWS;
export const ROW_WEIGHT: usize = ROW_STACK + 4 * MOST_ROWS;
export const ROW_TIME: usize = ROW_WEIGHT + 8 * MOST_ROWS;

/** Samples that `walk()` has found: where they are and their times. */
export const WALKED_PLACES: usize = ROW_TIME + 8 * MOST_ROWS;
export const WALKED_TIMES: usize = WALKED_PLACES + 4 * MOST_ROWS;

/** Entries of 72 bytes: id of the event, pid and tid, CPU, mode and epoch, origin, and what stood in `SPACE`. */
const ORIGINS: usize = WALKED_TIMES + 8 * MOST_ROWS;
const ORIGIN_BITS: u64 = 12;
const ORIGIN_BYTES: usize = 72;
/** Entries of 16 bytes: a stack and a sequence above it, the stack of both. */
const PAIRS: usize = ORIGINS + ORIGIN_BYTES * (1 << (<usize>ORIGIN_BITS));
const PAIR_BITS: u64 = 18;
const PAIR_MASK: usize = (1 << 18) - 1;
/** Entries of 8 bytes: where the words of a sequence are kept, and their hash. As few as will do: they are all over the memory they take. */
const SLOTS: usize = PAIRS + 16 * (1 << (<usize>PAIR_BITS));
const FEWEST_SLOT_BITS: u32 = 15;
const MOST_SLOT_BITS: u32 = 18;
/** Entries of 16 bytes, one for each hash: the lower word of an innermost address of the kernel, the stack that called it, that of both. */
const LEAVES: usize = SLOTS + 8 * (1 << (<usize>MOST_SLOT_BITS));
const LEAF_BITS: u64 = 16;
const LEAF_BYTES: usize = 16 << 16;
/** The upper word of the kernel's addresses. */
const KERNEL_HIGH: u64 = 0xffffffff;
/** Entries of 64 bytes, one for each hash: the key of a short sequence, its stack, and its words from the 16th byte on. */
const SHORTS: usize = LEAVES + LEAF_BYTES;
const SHORT_BITS: u64 = 10;
const SHORT_BYTES: usize = 8 * 4;
/** Sequences of 24 bytes, and then their words: number of these in bytes, what they stand for, key, and a parent with the stack on it. */
const SEQUENCES: usize = SHORTS + 64 * (1 << (<usize>SHORT_BITS));
const SEQUENCE_BYTES: usize = 24;
const SEQUENCES_END: usize = SEQUENCES + 16 * 1024 * 1024;
/** Where the host keeps blocks of the recording. */
export const BLOCKS: usize = SEQUENCES_END;

let idAt: usize = 0;
let tidAt: usize = 0;
let timeAt: usize = 0;
let cpuAt: usize = 0;
let periodAt: usize = 0;
let chainAt: usize = 0;
/** The bits of an address in which those of one page of a mapping are the same. */
let pageMask: u64 = -1;
let epoch: u32 = 1;
let pairs: i32 = 0;
/** The version of the kernel's mappings that `LEAVES` are of. */
let leavesVersion: i32 = -1;
let slots: i32 = 0;
let slotBits: u32 = FEWEST_SLOT_BITS;
let used: usize = SEQUENCES;
let kernelSequences: i32 = 0;
/** Of no meaning: what `lookAhead()` has fetched has to be used for something. */
let fetched: u64 = 0;
/** Rows that were written since the host set it to 0. */
export let rows: i32 = 0;
/** Samples that `walk()` has found. */
export let walked: i32 = 0;

/** Where the fields of samples are, from their start, as in `Places`; `id` is 0 where they have none. */
export function layout(id: usize, tid: usize, time: usize, cpu: usize, period: usize, chain: usize): void {
  idAt = id;
  tidAt = tid;
  timeAt = time;
  cpuAt = cpu;
  periodAt = period;
  chainAt = chain;
}

/** Origins have to be asked for again. */
export function forget(): void {
  epoch++;
}

/**
 * Walks from one place over the samples that lie whole before another and have a time, and gives where it stopped: at a record of another
 * kind, or for want of room. Times count as those of `take()`.
 */
export function walk(from: usize, to: usize, originHigh: i32): usize {
  walked = 0;
  let at = from;
  while (at + 8 <= to && walked < <i32>MOST_ROWS) {
    const bytes = <usize>load<u16>(at, 6);
    if (load<u32>(at) != SAMPLE || bytes < timeAt + 8 || at + bytes > to) break;
    const time = load<u64>(at + timeAt);
    if (time == 0) break;
    store<u32>(WALKED_PLACES + 4 * <usize>walked, <u32>at);
    store<f64>(WALKED_TIMES + 8 * <usize>walked, sinceOrigin(time, originHigh));
    walked++;
    at += bytes;
  }
  return at;
}

function sinceOrigin(time: u64, originHigh: i32): f64 {
  return <f64>(<i64>(time >> 32) - <i64>(<u32>originHigh)) * WORD + <f64>(time & 0xffffffff);
}

/**
 * Takes the samples whose places stand in `PLACES`, from one to before another, and gives where it stopped. Times count from one whose
 * high word is `originHigh`, and are computed as the host does: a long one is rounded once. User addresses that are the same in the bits
 * of `samePage` have, as callers, the same frame.
 */
export function take(from: i32, to: i32, kernelVersion: i32, originHigh: i32, samePage: i32): i32 {
  pageMask = <u64>(<i64>samePage);
  const kernelKey = keyOf(kernelVersion);
  for (let index = from; index < to; index++) {
    const next = (index - from) & (AHEAD - 1);
    if (next == 0) lookAhead(index, min(index + AHEAD, to), kernelKey);
    const at = <usize>load<u32>(PLACES + 4 * <usize>index);
    const end = <usize>load<u32>(CHAIN_ENDS + 4 * next);
    if (end == 0) return index;
    const entry = originOf(at);
    if (entry == 0) return index;
    const kernelEnd = <usize>load<u32>(KERNEL_ENDS + 4 * next);
    const hash = load<u64>(HASHES + 8 * next);
    const stack = stackOf(at, kernelEnd, end, hash, entry + 32, kernelVersion);
    if (stack == 0) return index;
    const row = <usize>rows;
    rows++;
    const time = load<u64>(at + timeAt);
    store<i32>(ROW_ORIGIN + 4 * row, load<i32>(entry, 28));
    store<i32>(ROW_STACK + 4 * row, stack);
    store<f64>(ROW_WEIGHT + 8 * row, <f64>load<u64>(at + periodAt));
    store<f64>(ROW_TIME + 8 * row, time == 0 ? NaN : sinceOrigin(time, originHigh));
  }
  return to;
}

/**
 * Finds the ends of the next call chains and the hashes of their kernel's callers, and has the CPU fetch what is kept of each: it waits
 * for the memory of several at once, where it would wait for that of one after the other.
 */
function lookAhead(from: i32, to: i32, kernelKey: u64): void {
  for (let index = from; index < to; index++) {
    const next = <usize>(index - from);
    const at = <usize>load<u32>(PLACES + 4 * <usize>index);
    const bytes = <u64>load<u16>(at, 6);
    const depth = <u64>chainAt + 8 > bytes ? 0 : load<u64>(at + chainAt);
    if (depth == 0 || depth > MOST_FRAMES || <u64>chainAt + 8 + 8 * depth > bytes) {
      store<u32>(CHAIN_ENDS + 4 * next, 0);
      continue;
    }
    const chain = at + chainAt + 8;
    const end = chain + 8 * <usize>depth;
    let kernelEnd = chain;
    let hash: u64 = 0;
    if (load<u64>(chain) == CONTEXT_KERNEL) {
      kernelEnd += 8;
      if (kernelEnd < end && load<u64>(kernelEnd) < CONTEXT_FIRST) kernelEnd += 8;
      while (kernelEnd < end) {
        const word = load<u64>(kernelEnd);
        if (word >= CONTEXT_FIRST) break;
        hash = hash * HASH_FACTOR + word;
        kernelEnd += 8;
      }
    }
    hash = mixed(hash, kernelKey);
    store<u32>(CHAIN_ENDS + 4 * next, <u32>end);
    store<u32>(KERNEL_ENDS + 4 * next, <u32>kernelEnd);
    store<u64>(HASHES + 8 * next, hash);
    fetched ^= load<u64>(<usize>load<u32>(slotOf(hash)));
  }
}

/** The entry of the origin of the sample at a place; 0: the sample is not plain. */
function originOf(at: usize): usize {
  const id = idAt == 0 ? 0 : load<u64>(at + idAt);
  const thread = load<u64>(at + tidAt);
  const cpu = load<i32>(at + cpuAt);
  const mode = <u32>load<u16>(at, 4) & MISC_CPU_MODE;
  const hash = ((thread >> 32) ^ ((<u64>cpu) << 20) ^ ((<u64>mode) << 40)) * HASH_FACTOR;
  const entry = ORIGINS + ORIGIN_BYTES * <usize>(hash >> (64 - ORIGIN_BITS));
  const isKnown =
    load<u64>(entry) == id &&
    load<u64>(entry, 8) == thread &&
    load<i32>(entry, 16) == cpu &&
    load<u32>(entry, 20) == mode &&
    load<u32>(entry, 24) == epoch;
  if (isKnown) return entry;
  const found = origin(at);
  if (found < 0) return 0;
  store<u64>(entry, id);
  store<u64>(entry, thread, 8);
  store<i32>(entry, cpu, 16);
  store<u32>(entry, mode, 20);
  store<u32>(entry, epoch, 24);
  store<i32>(entry, found, 28);
  memory.copy(entry + 32, SPACE, 40);
  return entry;
}

/** The stack of a call chain; 0: it is not one of the kernel's addresses and then the user's, or is none. */
function stackOf(at: usize, kernelEnd: usize, end: usize, hash: u64, space: usize, kernelVersion: i32): i32 {
  const kernelStart = at + chainAt + 16;
  let stack = 0;
  if (kernelEnd < end) {
    const userStart = kernelEnd + 8;
    if (load<u64>(kernelEnd) != CONTEXT_USER || nextContext(userStart, end) < end) return 0;
    if (userStart < end) {
      const innermost = kernelEnd <= kernelStart;
      const key = ((<u64>load<i32>(space)) << 1) | <u64>innermost;
      stack = end - userStart <= SHORT_BYTES ? shortStack(at, userStart, end, key, space) : longStack(at, userStart, end, key);
    }
  }
  if (kernelEnd <= kernelStart) return stack;
  const callers = kernelStart + 8;
  if (callers < kernelEnd) stack = callersOn(stack, callers, kernelEnd, hash, kernelVersion);
  return leafOn(stack, kernelStart, kernelVersion);
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

/** The stack of an innermost address of the kernel, which is one of many in its function. */
function leafOn(parent: i32, at: usize, kernelVersion: i32): i32 {
  const address = load<u64>(at);
  if (address >> 32 != KERNEL_HIGH) return kernelCalled(at, parent);
  if (kernelVersion != leavesVersion) {
    memory.fill(LEAVES, 0, LEAF_BYTES);
    leavesVersion = kernelVersion;
  }
  const key = ((<u64>(<u32>parent)) << 32) | (address & 0xffffffff);
  const entry = LEAVES + ((<usize>((key * HASH_FACTOR) >> (64 - LEAF_BITS))) << 4);
  if (load<u64>(entry) == key && load<i32>(entry, 8) != 0) return load<i32>(entry, 8);
  const stack = kernelCalled(at, parent);
  store<u64>(entry, key);
  store<i32>(entry, stack, 8);
  return stack;
}

/** The stack of the kernel's callers, on top of another one: mostly the same one. */
function callersOn(parent: i32, start: usize, end: usize, hash: u64, kernelVersion: i32): i32 {
  const key = keyOf(kernelVersion);
  let sequence = find(start, end, key, hash);
  if (sequence == 0) sequence = remember(start, end, key, hash, ++kernelSequences);
  if (load<i32>(sequence, 16) == parent && load<i32>(sequence, 20) != 0) return load<i32>(sequence, 20);
  const stack = pairOf(load<i32>(sequence, 4), parent, start, end);
  store<i32>(sequence, parent, 16);
  store<i32>(sequence, stack, 20);
  return stack;
}

/** The stack of one of the kernel's sequences on top of another stack. */
function pairOf(sequence: i32, parent: i32, start: usize, end: usize): i32 {
  const pair = ((<u64>(<u32>sequence)) << 32) | <u64>(<u32>parent);
  let place = <usize>((pair * HASH_FACTOR) >> (64 - PAIR_BITS));
  while (load<u64>(PAIRS + (place << 4)) != 0) {
    if (load<u64>(PAIRS + (place << 4)) == pair) return load<i32>(PAIRS + (place << 4), 8);
    place = (place + 1) & PAIR_MASK;
  }
  const stack = kernelCallers(start, end, parent);
  store<u64>(PAIRS + (place << 4), pair);
  store<i32>(PAIRS + (place << 4), stack, 8);
  if (++pairs > 1 << (<i32>PAIR_BITS - 1)) {
    memory.fill(PAIRS, 0, 16 << (<usize>PAIR_BITS));
    pairs = 0;
  }
  return stack;
}

const HASH_FACTOR: u64 = 0x9e3779b97f4a7c15; // 2^64 over the golden ratio

/** The key of the kernel's sequences; those of the user have versions, which are not negative. */
function keyOf(kernelVersion: i32): u64 {
  return ~(<u64>kernelVersion);
}

function hashOf(start: usize, end: usize, key: u64): u64 {
  let hash: u64 = 0;
  for (let at = start; at < end; at += 8) hash = hash * HASH_FACTOR + load<u64>(at);
  return mixed(hash, key);
}

function mixed(hash: u64, key: u64): u64 {
  const both = hash ^ key;
  return (both ^ (both >> 32)) * HASH_FACTOR;
}

/** Where a sequence of addresses is kept under a key; 0 where it is not. */
function find(start: usize, end: usize, key: u64, hash: u64): usize {
  let slot = slotOf(hash);
  while (true) {
    const sequence = <usize>load<u32>(slot);
    if (sequence == 0 || (load<u32>(slot, 4) == <u32>(hash >> 32) && isAt(sequence, start, end, key))) return sequence;
    slot = slotAfter(slot);
  }
}

function slotOf(hash: u64): usize {
  return SLOTS + ((<usize>(hash >> (64 - <u64>slotBits))) << 3);
}

function slotAfter(slot: usize): usize {
  return slot + 8 < SLOTS + (8 << (<usize>slotBits)) ? slot + 8 : SLOTS;
}

function isAt(entry: usize, start: usize, end: usize, key: u64): bool {
  if (load<u32>(entry) != <u32>(end - start) || load<u64>(entry, 8) != key) return false;
  let kept = entry + SEQUENCE_BYTES;
  for (let at = start; at < end; at += 8, kept += 8) if (load<u64>(at) != load<u64>(kept)) return false;
  return true;
}

/** Keeps what a sequence stands for that `find()` did not know, and gives where. When there is no room, all is forgotten first. */
function remember(start: usize, end: usize, key: u64, hash: u64, value: i32): usize {
  const bytes = end - start;
  if (slots == 1 << (<i32>slotBits - 1)) {
    if (slotBits == MOST_SLOT_BITS) used = SEQUENCES;
    else slotBits++;
    fillSlots();
  } else if (used + SEQUENCE_BYTES + bytes > SEQUENCES_END) {
    used = SEQUENCES;
    fillSlots();
  }
  const sequence = used;
  store<u32>(sequence, <u32>bytes);
  store<i32>(sequence, value, 4);
  store<u64>(sequence, key, 8);
  store<u64>(sequence, 0, 16);
  used = sequence + SEQUENCE_BYTES;
  for (let at = start; at < end; at += 8, used += 8) store<u64>(used, load<u64>(at));
  addSlot(sequence, hash);
  return sequence;
}

/** Makes the slots of all sequences that are kept. */
function fillSlots(): void {
  memory.fill(SLOTS, 0, 8 << (<usize>slotBits));
  slots = 0;
  for (let sequence = SEQUENCES; sequence < used; ) {
    const words = sequence + SEQUENCE_BYTES;
    const end = words + <usize>load<u32>(sequence);
    addSlot(sequence, hashOf(words, end, load<u64>(sequence, 8)));
    sequence = end;
  }
}

function addSlot(sequence: usize, hash: u64): void {
  let slot = slotOf(hash);
  while (load<u32>(slot) != 0) slot = slotAfter(slot);
  store<u32>(slot, <u32>sequence);
  store<u32>(slot, <u32>(hash >> 32), 4);
  slots++;
}

function nextContext(start: usize, end: usize): usize {
  let at = start;
  while (at < end && load<u64>(at) < CONTEXT_FIRST) at += 8;
  return at;
}
