// Sequences of addresses, found by all their words.
import { FEWEST_SLOT_BITS, HASH_FACTOR, MOST_SLOT_BITS, SEQUENCE_BYTES, SEQUENCES, SEQUENCES_END, SLOTS } from "./memory.as";

let slots: i32 = 0;
let slotBits: u32 = FEWEST_SLOT_BITS;
let used: usize = SEQUENCES;

export function hashOf(start: usize, end: usize, key: u64): u64 {
  let hash: u64 = 0;
  for (let at = start; at < end; at += 8) hash = hashWith(hash, load<u64>(at));
  return mixed(hash, key);
}

/** The hash of words, not yet mixed with the key, with one word more. */
export function hashWith(hash: u64, word: u64): u64 {
  return hash * HASH_FACTOR + word;
}

export function mixed(hash: u64, key: u64): u64 {
  const both = hash ^ key;
  return (both ^ (both >> 32)) * HASH_FACTOR;
}

/** Where a sequence of addresses is kept under a key; 0 where it is not. */
export function find(start: usize, end: usize, key: u64, hash: u64): usize {
  let slot = slotOf(hash);
  while (true) {
    const sequence = <usize>load<u32>(slot);
    if (sequence == 0 || (load<u32>(slot, 4) == <u32>(hash >> 32) && isAt(sequence, start, end, key))) return sequence;
    slot = slotAfter(slot);
  }
}

/** Has the CPU fetch what is kept under a hash: what comes of it has to be used for something. */
export function fetch(hash: u64): u64 {
  return load<u64>(<usize>load<u32>(slotOf(hash)));
}

/** Keeps what a sequence stands for that `find()` did not know, and gives where. When there is no room, all is forgotten first. */
export function remember(start: usize, end: usize, key: u64, hash: u64, value: i32): usize {
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
  memory.fill(sequence + 16, 0, SEQUENCE_BYTES - 16);
  used = sequence + SEQUENCE_BYTES;
  for (let at = start; at < end; at += 8, used += 8) store<u64>(used, load<u64>(at));
  addSlot(sequence, hash);
  return sequence;
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
