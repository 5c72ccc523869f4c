import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { blockOf } from "./block.js";
import { type OnOrdered, SortedRecords } from "./sorted-records.js";
import { TimeOrder } from "./time-order.js";

function orderOf(onOrdered: OnOrdered): { waiting: SortedRecords; timeOrder: TimeOrder } {
  const waiting = new SortedRecords(onOrdered);
  return { waiting, timeOrder: new TimeOrder(waiting) };
}

/** Hands records over whose places are their numbers, a block for each of `blockRecords`. */
function ordered(rounds: readonly (readonly number[])[], blockRecords = 3): { order: number[]; late: number } {
  const order: number[] = [];
  const { waiting, timeOrder } = orderOf((_, at) => order.push(at));
  let record = 0;
  let block = blockOf(new Uint8Array(8), true);
  for (const round of rounds) {
    for (const time of round) {
      if (record % blockRecords === 0) block = blockOf(new Uint8Array(8), true);
      timeOrder.push(block, record++, time);
    }
    timeOrder.finishRound();
  }
  timeOrder.finish();
  return { order, late: waiting.late };
}

describe("TimeOrder", () => {
  it("gives each record once, by time, those of one time in the order of the file", () => {
    const round = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(round, { maxLength: 10 }), (rounds) => {
        const times = rounds.flat();
        const expected = times.map((_, record) => record).sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
        assert.deepEqual(ordered(rounds).order, expected);
      }),
    );
  });

  it("hands over before the end what a later round cannot precede, and holds no more", () => {
    // Two CPUs, each in order; what one round holds of a CPU the next continues.
    const rounds = Array.from({ length: 200 }, (_, round) => {
      const times = Array.from({ length: 100 }, (_, index) => 100 * round + index);
      return [...times, ...times.map((time) => time - 50)];
    });
    let most = 0;
    let held = 0;
    const { waiting, timeOrder } = orderOf(() => held--);
    for (const round of rounds) {
      for (const time of round) {
        timeOrder.push(blockOf(new Uint8Array(8), true), 0, Math.max(0, time));
        most = Math.max(most, ++held);
      }
      timeOrder.finishRound();
    }
    timeOrder.finish();
    assert.equal(held, 0);
    assert.ok(most < 9000, `${most} of ${rounds.flat().length} records held`);
    assert.equal(waiting.late, 0);
  });

  it("holds a recording without rounds only so far, and counts what comes too late", () => {
    const { waiting, timeOrder } = orderOf(() => {});
    const megabyte = new Uint8Array(1024 * 1024);
    for (let record = 0; record < 100; record++) timeOrder.push(blockOf(megabyte, true), 0, record + 1000);
    assert.equal(waiting.late, 0);
    timeOrder.push(blockOf(megabyte, true), 0, 5);
    assert.equal(waiting.late, 1);
  });

  it("keeps the order of times beyond 2^32", () => {
    assert.deepEqual(ordered([[2 ** 33 + 1, 2 ** 33, 3]]).order, [2, 1, 0]);
  });

  it("says which memory it still needs", () => {
    const { waiting, timeOrder } = orderOf(() => {});
    const block = blockOf(new Uint8Array(8), true);
    timeOrder.push(block, 0, 1);
    assert.ok(waiting.holds(new Uint8Array(block.buffer)));
    timeOrder.finish();
    assert.ok(!waiting.holds(new Uint8Array(block.buffer)));
  });
});
