import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { PairTable } from "./pair-table.js";
import { framesOf } from "./profile.js";
import { ProfileBuilder, type Sample } from "./profile-builder.js";
import { TupleTable } from "./tuple-table.js";

const SAMPLE: Sample = { timeNs: 0, cpu: 0, pid: 1, tid: 1, comm: 0, event: 0, context: 1, weight: 1, stack: 0 };

function builder(merge = false): ProfileBuilder {
  const profile = new ProfileBuilder({ file: "script.txt", merge });
  profile.event("cycles", "occurrences");
  profile.comm("iperf3");
  return profile;
}

describe("ProfileBuilder", () => {
  it("shares the outer part of stacks and gives each stack back, innermost frame first", () => {
    const profile = builder();
    const [outer, middle, leaf] = ["main", "send", "memset"].map((name) => profile.frame(profile.symbol(name), -1));
    const one = profile.child(profile.child(profile.child(0, outer as number), middle as number), leaf as number);
    const two = profile.child(profile.child(0, outer as number), leaf as number);
    const { stacks, frames, symbols } = profile.finish();
    const names = (stack: number) => framesOf(stacks, stack).map((frame) => symbols[frames.symbol[frame] as number]);
    assert.deepEqual(names(one), ["memset", "send", "main"]);
    assert.deepEqual(names(two), ["memset", "main"]);
    assert.deepEqual(names(0), []);
    assert.equal(stacks.length, 5);
  });

  it("keeps the addresses of unresolved frames apart, up to the last", () => {
    const profile = builder();
    const dso = profile.dso("[kernel.kallsyms]");
    const high = profile.unresolvedFrame(dso, 0xffff_ffff_ffff_ffffn);
    const low = profile.unresolvedFrame(dso, 0xffff_ffffn);
    assert.notEqual(high, low);
    assert.equal(profile.unresolvedFrame(dso, 0xffff_ffffn), low);
    assert.deepEqual([...profile.finish().frames.address], [0xffff_ffff_ffff_ffffn, 0xffff_ffffn]);
  });

  it("counts times from the earliest sample, exactly, whatever the origin", () => {
    const profile = builder();
    // 2^53 ns are 104 days of uptime: beyond, a plain number would round.
    const originNs = 28_075_374_517_811_001n;
    for (const timeNs of [2000, -1, 5]) profile.add({ ...SAMPLE, timeNs });
    const { startTimeNs, durationNs, samples } = profile.finish({ originNs });
    assert.equal(startTimeNs, originNs - 1n);
    assert.equal(durationNs, 2001);
    assert.deepEqual([...(samples.timeNs ?? [])], [2001, 0, 6]);
  });

  it("has no times where the recording has none, and says so when only some are missing", () => {
    const none = builder();
    none.add({ ...SAMPLE, timeNs: Number.NaN });
    const { startTimeNs, samples, warnings } = none.finish();
    assert.deepEqual([startTimeNs, samples.timeNs, warnings], [undefined, undefined, []]);

    const some = builder();
    some.add(SAMPLE);
    some.add({ ...SAMPLE, timeNs: Number.NaN });
    const mixed = some.finish();
    assert.equal(mixed.samples.timeNs, undefined);
    assert.match(mixed.warnings[0]?.message ?? "", /1 of 2 samples have no time/);
  });

  it("accounts for decoded, refused, lost and throttled", () => {
    const profile = builder();
    profile.add({ ...SAMPLE, timeNs: 100 });
    profile.refuse(0);
    profile.lost({ records: 3 });
    profile.lost({ samples: 4 });
    profile.throttle({ cpu: 0, event: 0, fromNs: 150, toNs: 160 });
    const { events, quality } = profile.finish();
    assert.deepEqual(events, [{ name: "cycles", unit: "occurrences", decoded: 1, refused: 1 }]);
    assert.deepEqual([quality.lostRecords, quality.lostSamples], [3, 4]);
    assert.deepEqual(quality.throttled, [{ cpu: 0, event: 0, fromNs: 50, toNs: 60 }]);
  });

  it("merged: one row per distinct sample, all but the times and their order as unmerged", () => {
    const sample = fc.record({
      timeNs: fc.nat(1e6),
      cpu: fc.integer({ min: -1, max: 2 }),
      pid: fc.integer({ min: -1, max: 1 }),
      tid: fc.integer({ min: -1, max: 1 }),
      comm: fc.constant(0),
      event: fc.constant(0),
      context: fc.nat(5),
      weight: fc.nat(1e9),
      stack: fc.constant(0),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 3000 }), (samples) => {
        const [merged, plain] = [builder(true), builder(false)];
        for (const each of samples) {
          merged.add(each);
          plain.add(each);
        }
        const [one, all] = [merged.finish(), plain.finish()];
        assert.equal(all.samples.length, samples.length);
        assert.ok(one.samples.length <= 4 * 3 * 3 * 6);
        assert.deepEqual(one.events, all.events);
        assert.equal(one.durationNs, all.durationNs);
        const sum = (column: { [Symbol.iterator](): Iterator<number> }) =>
          [...column].reduce((total, value) => total + value, 0);
        assert.equal(sum(one.samples.weight), sum(all.samples.weight));
        assert.equal(sum(one.samples.count), samples.length);
      }),
    );
  });
});

describe("PairTable", () => {
  it("numbers distinct pairs in the order of their first sight", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -3, max: 60 }), fc.integer({ min: -3, max: 60 })), { maxLength: 2000 }),
        (pairs) => {
          const table = new PairTable();
          const distinct = new Map<string, number>();
          for (const [first, second] of pairs) {
            const name = `${first} ${second}`;
            if (!distinct.has(name)) distinct.set(name, distinct.size);
            assert.equal(table.intern(first, second), distinct.get(name));
          }
          const seconds = table.seconds();
          assert.deepEqual(
            [...table.firsts()].map((first, pair) => `${first} ${seconds[pair]}`),
            [...distinct.keys()],
          );
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("TupleTable", () => {
  it("numbers distinct tuples in the order of their first sight", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer(), fc.integer({ min: -3, max: 3 })), { maxLength: 2000 }), (tuples) => {
        const table = new TupleTable(2);
        const distinct = new Map<string, number>();
        for (const tuple of tuples) {
          table.key.set(tuple);
          const name = tuple.join(" ");
          if (!distinct.has(name)) distinct.set(name, distinct.size);
          assert.equal(table.intern(), distinct.get(name));
        }
        assert.equal(table.length, distinct.size);
        const rows = [...table.column(0)].map((value, row) => `${value} ${table.column(1)[row]}`);
        assert.deepEqual(rows, [...distinct.keys()]);
      }),
      { numRuns: 20 },
    );
  });
});
