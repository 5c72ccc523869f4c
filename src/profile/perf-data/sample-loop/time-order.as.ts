// Records that wait for their time, and the order of their times: as `time-order.ts` has it.
import { BLOCK_BYTES, BLOCKS, HELD, MOST_RECORDS, OTHER_RECORDS, RECORDS, RUNS } from "./memory.as";

const SAMPLE: u32 = 9;
const WORD: f64 = 4294967296;
/** The bit of a place that is none: the rest is a number of the host's. */
const ELSEWHERE: u32 = 1 << 31;

/** Records that wait. */
export let waiting: i32 = 0;
export let latestWaiting: f64 = -Infinity;
/** The latest time up to which records were handed over, and those that came too late for that. */
let delivered: f64 = -Infinity;
export let late: i32 = 0;
/** Where they stand. */
let records: usize = RECORDS;

/** Lets a record wait. */
export function wait(place: u32, time: f64): void {
  const record = records + ((<usize>waiting) << 4);
  waiting++;
  store<f64>(record, time);
  store<u32>(record, place, 8);
  if (time > latestWaiting) latestWaiting = time;
  if (time < delivered) late++;
}

/**
 * Walks from one place over the samples that lie whole before another and have a time, `timeAt` bytes from their start, and gives where
 * it stopped: at a record of another kind, or for want of room.
 */
export function walkSamples(from: usize, to: usize, timeAt: usize, originHigh: i32): usize {
  let at = from;
  while (at + 8 <= to && waiting < MOST_RECORDS) {
    const bytes = <usize>load<u16>(at, 6);
    if (load<u32>(at) != SAMPLE || bytes < timeAt + 8 || at + bytes > to || (at & 3) != 0) break;
    const time = load<u64>(at + timeAt);
    if (time == 0) break;
    wait(<u32>at, sinceOrigin(time, originHigh));
    at += bytes;
  }
  return at;
}

/** A time, from one whose high word is `originHigh`: computed as the host does, a long one is rounded once. */
export function sinceOrigin(time: u64, originHigh: i32): f64 {
  return <f64>(<i64>(time >> 32) - <i64>(<u32>originHigh)) * WORD + <f64>(time & 0xffffffff);
}

/** The place of a record that waits, and its time. */
export function placeOf(index: i32): u32 {
  return load<u32>(records + ((<usize>index) << 4), 8);
}

export function setPlace(index: i32, place: u32): void {
  store<u32>(records + ((<usize>index) << 4), place, 8);
}

export function timeOf(index: i32): f64 {
  return load<f64>(records + ((<usize>index) << 4));
}

export function isElsewhere(place: u32): bool {
  return (place & ELSEWHERE) != 0;
}

/**
 * Brings the records that wait into the order of their times, those of one time as they came, and gives how many are to be handed over:
 * what is not later than `final`, and at least `least`.
 */
export function sort(final: f64, least: i32): i32 {
  let runs = 0;
  let last = Infinity;
  for (let index = 0; index < waiting; index++) {
    const time = timeOf(index);
    if (time < last) {
      store<i32>(RUNS + 4 * <usize>runs, index);
      runs++;
    }
    last = time;
  }
  for (; runs > 1; runs = (runs + 1) >> 1) mergeRuns(runs);
  let end = least;
  while (end < waiting && timeOf(end) <= final) end++;
  if (end > 0) delivered = max(delivered, timeOf(end - 1));
  return end;
}

/** Merges each run with the next. */
function mergeRuns(runs: i32): void {
  const to = records == RECORDS ? OTHER_RECORDS : RECORDS;
  for (let run = 0; run < runs; run += 2) {
    const start = runStart(run, runs);
    mergeRecords(start, runStart(run + 1, runs), runStart(run + 2, runs), to);
    store<i32>(RUNS + 4 * <usize>(run >> 1), start);
  }
  records = to;
}

function runStart(run: i32, runs: i32): i32 {
  return run < runs ? load<i32>(RUNS + 4 * <usize>run) : waiting;
}

/** Merges the records from `start` and those from `middle`, which ends before `end`. */
function mergeRecords(start: i32, middle: i32, end: i32, records2: usize): void {
  let left = records + ((<usize>start) << 4);
  let right = records + ((<usize>middle) << 4);
  const leftEnd = right;
  const rightEnd = records + ((<usize>end) << 4);
  let to = records2 + ((<usize>start) << 4);
  while (left < leftEnd && right < rightEnd) {
    const rightFirst = load<f64>(right) < load<f64>(left);
    const from = rightFirst ? right : left;
    store<u64>(to, load<u64>(from));
    store<u64>(to, load<u64>(from, 8), 8);
    to += 16;
    right += (<usize>rightFirst) << 4;
    left += (<usize>!rightFirst) << 4;
  }
  memory.copy(to, left, leftEnd - left);
  memory.copy(to + (leftEnd - left), right, rightEnd - right);
}

/** The first records were handed over. Says in `HELD` in which blocks the others are, and gives how many are in none. */
export function keep(from: i32): i32 {
  memory.fill(HELD, 0, RECORDS - HELD);
  memory.copy(records, records + ((<usize>from) << 4), (<usize>(waiting - from)) << 4);
  waiting -= from;
  let elsewhere = 0;
  for (let index = 0; index < waiting; index++) {
    const place = placeOf(index);
    if (isElsewhere(place)) elsewhere++;
    else store<u8>(HELD + (<usize>place - BLOCKS) / BLOCK_BYTES, 1);
  }
  return elsewhere;
}
