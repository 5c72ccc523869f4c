// AssemblyScript: the one loop of this project that is compiled to WebAssembly. `sample-loop.ts` starts it and says what it is for.
//
// It takes samples of the plain layout, in the order they are to be added, and writes them as rows. What it does not know it asks of
// the host, which is the reader in TypeScript, and remembers: origins (thread, CPU, event, mode) until `forget()`, and stacks by the
// words of their call chains, compared word by word. At a sample that is not plain it stops.

/** The origin of the sample at a place, and in `VERSION` the version of what its user addresses mean; -1: the sample is not plain. */
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
const WORD: f64 = 4294967296;
/** A record has at most 65,535 bytes. */
const MOST_FRAMES: u64 = 8192;

// The memory: samples to take and rows to give, which the host writes and reads; then what is remembered; then blocks of the recording.
export const VERSION: usize = 0x400;
export const MOST_ROWS: usize = 4096;
export const PLACES: usize = 0x1000;
export const ROW_ORIGIN: usize = PLACES + 4 * MOST_ROWS;
export const ROW_STACK: usize = ROW_ORIGIN + 4 * MOST_ROWS;
export const ROW_WEIGHT: usize = ROW_STACK + 4 * MOST_ROWS;
export const ROW_TIME: usize = ROW_WEIGHT + 8 * MOST_ROWS;

/** Entries of 40 bytes: id of the event, pid and tid, CPU, mode and epoch, origin, version. */
const ORIGINS: usize = ROW_TIME + 8 * MOST_ROWS;
const ORIGIN_BITS: u64 = 12;
const ORIGIN_BYTES: usize = 40;
/** Entries of 16 bytes: a stack and a sequence above it, the stack of both. */
const PAIRS: usize = ORIGINS + ORIGIN_BYTES * (1 << (<usize>ORIGIN_BITS));
const PAIR_BITS: u64 = 18;
const PAIR_MASK: usize = (1 << 18) - 1;
/** Entries of 8 bytes: where the words of a sequence are kept, and a part of their hash. */
const SLOTS: usize = PAIRS + 16 * (1 << (<usize>PAIR_BITS));
const SLOT_BITS: u64 = 18;
const SLOT_MASK: usize = (1 << 18) - 1;
/** Entries of 16 bytes, one for each hash: the lower word of an innermost address of the kernel, the stack that called it, that of both. */
const LEAVES: usize = SLOTS + 8 * (1 << (<usize>SLOT_BITS));
const LEAF_BITS: u64 = 16;
const LEAF_BYTES: usize = 16 << 16;
/** The upper word of the kernel's addresses. */
const KERNEL_HIGH: u64 = 0xffffffff;
/** Entries of 64 bytes, one for each hash: the key of a short sequence, its stack, and its words from the 16th byte on. */
const SHORTS: usize = LEAVES + LEAF_BYTES;
const SHORT_BITS: u64 = 10;
const SHORT_BYTES: usize = 8 * 4;
/** Sequences of 16 bytes, the number of their bytes, their key and what they stand for, and then their words. */
const SEQUENCES: usize = SHORTS + 64 * (1 << (<usize>SHORT_BITS));
const SEQUENCES_END: usize = SEQUENCES + 16 * 1024 * 1024;
/** Where the host keeps blocks of the recording. */
export const BLOCKS: usize = SEQUENCES_END;

let idAt: usize = 0;
let tidAt: usize = 0;
let timeAt: usize = 0;
let cpuAt: usize = 0;
let periodAt: usize = 0;
let chainAt: usize = 0;
let epoch: u32 = 1;
let pairs: i32 = 0;
/** The version of the kernel's mappings that `LEAVES` are of. */
let leavesVersion: i32 = -1;
let slots: i32 = 0;
let used: usize = SEQUENCES;
let kernelSequences: i32 = 0;
/** Rows that were written since the host set it to 0. */
export let rows: i32 = 0;

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
 * Takes the samples whose places stand in `PLACES`, from one to before another, and gives where it stopped. Times count from one whose
 * high word is `originHigh`, and are computed as the host does: a long one is rounded once.
 */
export function take(from: i32, to: i32, kernelVersion: i32, originHigh: i32, adds: bool): i32 {
  for (let index = from; index < to; index++) {
    const at = <usize>load<u32>(PLACES + 4 * <usize>index);
    const bytes = <u64>load<u16>(at, 6);
    if (<u64>chainAt + 8 > bytes) return index;
    const depth = load<u64>(at + chainAt);
    if (depth == 0 || depth > MOST_FRAMES || <u64>chainAt + 8 + 8 * depth > bytes) return index;
    const from = originOf(at);
    if (from == 0) return index;
    if (!adds) continue;
    const chain = at + chainAt + 8;
    const stack = stackOf(at, chain, chain + 8 * <usize>depth, load<i32>(from, 32), kernelVersion);
    if (stack == 0) return index;
    const row = <usize>rows;
    rows++;
    const time = load<u64>(at + timeAt);
    store<i32>(ROW_ORIGIN + 4 * row, load<i32>(from, 28));
    store<i32>(ROW_STACK + 4 * row, stack);
    store<f64>(ROW_WEIGHT + 8 * row, <f64>load<u64>(at + periodAt));
    store<f64>(
      ROW_TIME + 8 * row,
      time == 0 ? NaN : <f64>(<i64>(time >> 32) - <i64>(<u32>originHigh)) * WORD + <f64>(time & 0xffffffff),
    );
  }
  return to;
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
  store<i32>(entry, load<i32>(VERSION), 32);
  return entry;
}

/** The stack of a call chain; 0: it is not one of the kernel's addresses and then the user's, or is none. */
function stackOf(at: usize, chain: usize, end: usize, userVersion: i32, kernelVersion: i32): i32 {
  const kernelStart = chain + 8;
  let kernelEnd = chain;
  if (load<u64>(chain) == CONTEXT_KERNEL) kernelEnd = nextContext(kernelStart, end);
  let stack = 0;
  if (kernelEnd < end) {
    const userStart = kernelEnd + 8;
    if (load<u64>(kernelEnd) != CONTEXT_USER || nextContext(userStart, end) < end) return 0;
    if (userStart < end) {
      const innermost = kernelEnd <= kernelStart;
      const key = ((<u64>userVersion) << 1) | <u64>innermost;
      stack = end - userStart <= SHORT_BYTES ? shortStack(at, userStart, end, key) : find(userStart, end, key);
      if (stack == 0) {
        stack = userStack(at, userStart, end, innermost);
        remember(userStart, end, key, stack);
      }
    }
  }
  if (kernelEnd <= kernelStart) return stack;
  const callers = kernelStart + 8;
  return leafOn(callers < kernelEnd ? callersOn(stack, callers, kernelEnd, kernelVersion) : stack, kernelStart, kernelVersion);
}

/**
 * The stack of a few addresses of the user. They are what an unwinder took for code: a thread has the same again at its next samples, or
 * never, and to keep them all would drive out what comes again.
 */
function shortStack(at: usize, start: usize, end: usize, key: u64): i32 {
  const shortKey = (key << 3) | <u64>((end - start) >> 3);
  let hash = shortKey;
  for (let place = start; place < end; place += 8) hash = (hash ^ load<u64>(place)) * HASH_FACTOR;
  const entry = SHORTS + ((<usize>(hash >> (64 - SHORT_BITS))) << 6);
  let kept = entry + 16;
  let isKnown = load<u64>(entry) == shortKey;
  for (let place = start; isKnown && place < end; place += 8, kept += 8) isKnown = load<u64>(place) == load<u64>(kept);
  if (isKnown) return load<i32>(entry, 8);
  const stack = userStack(at, start, end, (key & 1) != 0);
  store<u64>(entry, shortKey);
  store<i32>(entry, stack, 8);
  memory.copy(entry + 16, start, end - start);
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

/** The stack of the kernel's callers, on top of another one. */
function callersOn(parent: i32, start: usize, end: usize, kernelVersion: i32): i32 {
  const key = ~(<u64>kernelVersion);
  let sequence = find(start, end, key);
  if (sequence == 0) {
    sequence = ++kernelSequences;
    remember(start, end, key, sequence);
  }
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
let slot: usize = 0;
let tag: u32 = 0;

/** What a sequence of addresses stands for under a key; 0 where it is not known, and then `slot` and `tag` are for `remember()`. */
function find(start: usize, end: usize, key: u64): i32 {
  let hash = key;
  for (let at = start; at < end; at += 8) {
    hash = (hash ^ load<u64>(at)) * HASH_FACTOR;
    hash ^= hash >> 32;
  }
  hash *= HASH_FACTOR;
  tag = <u32>hash;
  let place = <usize>(hash >> (64 - SLOT_BITS));
  while (true) {
    slot = SLOTS + (place << 3);
    const entry = <usize>load<u32>(slot);
    if (entry == 0) return 0;
    if (load<u32>(slot, 4) == tag && isAt(entry, start, end, key)) return load<i32>(entry, 4);
    place = (place + 1) & SLOT_MASK;
  }
}

function isAt(entry: usize, start: usize, end: usize, key: u64): bool {
  if (load<u32>(entry) != <u32>(end - start) || load<u64>(entry, 8) != key) return false;
  let kept = entry + 16;
  for (let at = start; at < end; at += 8, kept += 8) if (load<u64>(at) != load<u64>(kept)) return false;
  return true;
}

/** Keeps what a sequence stands for that `find()` did not know. When there is no room, all is forgotten first. */
function remember(start: usize, end: usize, key: u64, value: i32): void {
  const bytes = end - start;
  if (used + 16 + bytes > SEQUENCES_END || slots > 1 << (<i32>SLOT_BITS - 1)) {
    memory.fill(SLOTS, 0, 8 << (<usize>SLOT_BITS));
    used = SEQUENCES;
    slots = 0;
  }
  store<u32>(used, <u32>bytes);
  store<i32>(used, value, 4);
  store<u64>(used, key, 8);
  memory.copy(used + 16, start, bytes);
  store<u32>(slot, <u32>used);
  store<u32>(slot, tag, 4);
  used += 16 + bytes;
  slots++;
}

function nextContext(start: usize, end: usize): usize {
  let at = start;
  while (at < end && load<u64>(at) < CONTEXT_FIRST) at += 8;
  return at;
}
