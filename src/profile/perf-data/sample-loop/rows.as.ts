// The rows of the profile: a row each, or, merged, a row for all samples that differ only in time.
import { HASH_FACTOR, MOST_ROWS, ROW_BYTES, ROW_SLOT_BITS, ROW_SLOTS, ROWS } from "./memory.as";

let merges: bool = false;
/** Rows since the host has taken them. */
export let rows: i32 = 0;
export let earliest: f64 = Infinity;
export let latest: f64 = -Infinity;
/** Samples of these without a time. */
export let untimed: i32 = 0;

/** Whether samples that differ only in time become one row. */
export function merge(does: bool): void {
  merges = does;
}

/** Adds a sample; false: there is no room before the host has taken the rows. At `hint` the number of its row is kept, and may stand. */
export function addRow(origin: i32, stack: i32, weight: f64, time: f64, hint: usize): bool {
  const key = ((<u64>(<u32>stack)) << 32) | <u64>(<u32>origin);
  const known = merges ? knownRow(key, load<i32>(hint)) : -1;
  if (known < 0 && rows == MOST_ROWS) return false;
  const number = known < 0 ? newRow(key) : known;
  const row = ROWS + ROW_BYTES * <usize>number;
  store<f64>(row, load<f64>(row, 8) + weight, 8);
  store<f64>(row, merges ? load<f64>(row, 16) + 1 : time, 16);
  store<i32>(hint, number);
  if (isNaN(time)) untimed++;
  else {
    if (time < earliest) earliest = time;
    if (time > latest) latest = time;
  }
  return true;
}

/** The row of an origin and a stack; -1: there is none. */
function knownRow(key: u64, hint: i32): i32 {
  if (hint < rows && load<u64>(ROWS + ROW_BYTES * <usize>hint) == key) return hint;
  return load<i32>(slotOf(key)) - 1;
}

function newRow(key: u64): i32 {
  const row = ROWS + ROW_BYTES * <usize>rows;
  store<u64>(row, key);
  store<u64>(row, 0, 8);
  store<u64>(row, 0, 16);
  rows++;
  if (merges) store<i32>(slotOf(key), rows);
  return rows - 1;
}

/** The host has taken the rows, and others will come. */
export function clearRows(): void {
  rows = 0;
  untimed = 0;
  if (merges) memory.fill(ROW_SLOTS, 0, 4 << (<usize>ROW_SLOT_BITS));
}

/** The slot of the row of an origin and a stack, or the free one where it belongs: half of them are free at least. */
function slotOf(key: u64): usize {
  let place = <usize>((key * HASH_FACTOR) >> (64 - ROW_SLOT_BITS));
  while (true) {
    const slot = ROW_SLOTS + (place << 2);
    const row = load<i32>(slot);
    if (row == 0 || load<u64>(ROWS + ROW_BYTES * <usize>(row - 1)) == key) return slot;
    place = (place + 1) & ((1 << (<usize>ROW_SLOT_BITS)) - 1);
  }
}
