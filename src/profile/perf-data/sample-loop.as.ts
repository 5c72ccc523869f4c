// AssemblyScript: the one loop of this project that is compiled to WebAssembly. `sample-loop.ts` starts it and says what it is for.
//
// Samples of the plain layout wait for their time, are taken in the order of their times, and become rows. What it does not know it asks
// of the host, which is the reader in TypeScript, and remembers: origins (thread, CPU, event, mode) until `forget()`, and stacks by the
// words of their call chains, compared word by word. At a record that is no plain sample it stops.
import { origin } from "./sample-loop/host.as";
import {
  AHEAD,
  CHAIN_ENDS,
  HASH_FACTOR,
  HASHES,
  HINT,
  KERNEL_ENDS,
  ORIGIN_BITS,
  ORIGIN_BYTES,
  ORIGINS,
  SPACE,
  SPACE_BYTES,
} from "./sample-loop/memory.as";
import { addRow } from "./sample-loop/rows.as";
import { fetch, hashWith, mixed } from "./sample-loop/sequences.as";
import { CONTEXT_FIRST, CONTEXT_KERNEL, kernelKey, mean, rowHint, stackOf } from "./sample-loop/stacks.as";
import { isElsewhere, placeOf, sinceOrigin, timeOf, walkSamples } from "./sample-loop/time-order.as";

export { BLOCKS, HELD, MOST_RECORDS, MOST_ROWS, ROWS, SPACE } from "./sample-loop/memory.as";
export { clearRows, earliest, latest, merge, rows, untimed } from "./sample-loop/rows.as";
export { keep, late, latestWaiting, placeOf, setPlace, sort, wait, waiting } from "./sample-loop/time-order.as";

const MISC_CPU_MODE: u32 = 7;
/** A record has at most 65,535 bytes. */
const MOST_FRAMES: u64 = 8192;

let idAt: usize = 0;
let tidAt: usize = 0;
let timeAt: usize = 0;
let cpuAt: usize = 0;
let periodAt: usize = 0;
let chainAt: usize = 0;
let epoch: u32 = 1;
/** Of no meaning: what `lookAhead()` has fetched has to be used for something. */
let fetched: u64 = 0;

/** Where the fields of samples are, from their start, as in `Places`; `id` is 0 where they have none. */
export function layout(id: usize, tid: usize, time: usize, cpu: usize, period: usize, chain: usize): void {
  idAt = id;
  tidAt = tid;
  timeAt = time;
  cpuAt = cpu;
  periodAt = period;
  chainAt = chain;
}

/** Adds a sample that was not taken; false: there is no room before the host has taken the rows. */
export function add(origin: i32, stack: i32, weight: f64, time: f64): bool {
  return addRow(origin, stack, weight, time, HINT);
}

/** Origins have to be asked for again. */
export function forget(): void {
  epoch++;
}

/** Lets the samples wait that lie whole between two places and have a time, and gives where it stopped: see `walkSamples()`. */
export function walk(from: usize, to: usize, originHigh: i32): usize {
  return walkSamples(from, to, timeAt, originHigh);
}

/**
 * Makes rows of the samples that wait, from one to before another, and gives where it stopped: at one that is not plain, or for want of
 * room for rows. What addresses mean: see `mean()`.
 */
export function take(from: i32, to: i32, kernelVersion: i32, samePage: i32): i32 {
  mean(kernelVersion, samePage);
  for (let index = from; index < to; index++) {
    const next = <usize>((index - from) & (AHEAD - 1));
    if (next == 0) lookAhead(index, min(index + AHEAD, to));
    const end = <usize>load<u32>(CHAIN_ENDS + 4 * next);
    if (end == 0) return index;
    const at = <usize>placeOf(index);
    const entry = originOf(at);
    if (entry == 0) return index;
    const kernelEnd = <usize>load<u32>(KERNEL_ENDS + 4 * next);
    const stack = stackOf(at, at + chainAt + 8, kernelEnd, end, load<u64>(HASHES + 8 * next), entry + 32);
    if (stack == 0 || !addRow(load<i32>(entry, 28), stack, <f64>load<u64>(at + periodAt), timeOf(index), rowHint)) return index;
  }
  return to;
}

/**
 * Finds the ends of the next call chains and the hashes of their kernel's callers, and has the CPU fetch what is kept of each: it waits
 * for the memory of several at once, where it would wait for that of one after the other.
 */
function lookAhead(from: i32, to: i32): void {
  const key = kernelKey();
  for (let index = from; index < to; index++) {
    const next = <usize>(index - from);
    const at = <usize>placeOf(index);
    store<u32>(CHAIN_ENDS + 4 * next, 0);
    if (isElsewhere(<u32>at)) continue;
    const bytes = <u64>load<u16>(at, 6);
    const depth = <u64>chainAt + 8 > bytes ? 0 : load<u64>(at + chainAt);
    if (depth == 0 || depth > MOST_FRAMES || <u64>chainAt + 8 + 8 * depth > bytes) continue;
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
        hash = hashWith(hash, word);
        kernelEnd += 8;
      }
    }
    hash = mixed(hash, key);
    store<u32>(CHAIN_ENDS + 4 * next, <u32>end);
    store<u32>(KERNEL_ENDS + 4 * next, <u32>kernelEnd);
    store<u64>(HASHES + 8 * next, hash);
    fetched ^= fetch(hash);
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
  memory.copy(entry + 32, SPACE, SPACE_BYTES);
  return entry;
}
