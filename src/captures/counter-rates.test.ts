import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { counterRates } from "./counter-rates.js";

const LINE_RATE_10G = 14_880_952;
const snapshot = (counters: Record<string, bigint>) => ({
  file: "s.txt",
  counters: Object.entries(counters).map(([name, value]) => ({ name, value })),
});
const one = (before: bigint, after: bigint, options: { seconds: number; widthBits?: number; maxPerSecond?: number }) =>
  counterRates({ before: snapshot({ c: before }), after: snapshot({ c: after }), ...options });

describe("counterRates()", () => {
  it("keeps differences exact where floats are not", () => {
    const [rate] = one(2n ** 60n, 2n ** 60n + 3n, { seconds: 2 }).rates;
    assert.equal(rate?.delta, 3n);
    assert.equal(rate?.perSecond, 1.5);
  });

  it("refuses a counter of unknown width that went down", () => {
    const { rates, refused } = one(16069894n, 59n, { seconds: 2, maxPerSecond: LINE_RATE_10G });
    assert.deepEqual(rates, []);
    assert.deepEqual(refused, [
      { name: "c", reason: "reset", message: "went down from 16069894 to 59: reset, or wrapped at an unknown width" },
    ]);
  });

  it("undoes one wrap where width and highest rate exclude any other reading", () => {
    const [rate] = one(2n ** 32n - 1_000_000n, 9_000_000n, { seconds: 10, widthBits: 32, maxPerSecond: LINE_RATE_10G }).rates;
    assert.deepEqual(rate, {
      name: "c",
      before: 4293967296n,
      after: 9_000_000n,
      delta: 10_000_000n,
      perSecond: 1_000_000,
      wrapped: true,
    });
  });

  it("takes a fall that no wrap explains at the highest rate for a reset", () => {
    // from 5000 to 4000 by a wrap are 4.29e9 events: at 14.88 Mpps no 10 s hold them.
    const { refused } = one(5000n, 4000n, { seconds: 10, widthBits: 32, maxPerSecond: LINE_RATE_10G });
    assert.equal(refused[0]?.reason, "reset");
  });

  it("refuses rising counters too where the interval has room for a whole turn: 2^32 at 14.88 Mpps are 288.6 s", () => {
    const long = { widthBits: 32, maxPerSecond: LINE_RATE_10G };
    assert.equal(one(1n, 2n, { seconds: 288, ...long }).rates.length, 1);
    assert.equal(one(1n, 2n, { seconds: 289, ...long }).refused[0]?.reason, "wrap");
    assert.equal(one(2n, 1n, { seconds: 289, ...long }).refused[0]?.reason, "wrap");
  });

  it("without a highest rate refuses the fall, and says up to which rate a rise holds", () => {
    assert.equal(one(2n, 1n, { seconds: 2, widthBits: 32 }).refused[0]?.reason, "wrap");
    const { rates, warnings } = one(1n, 2n, { seconds: 2, widthBits: 32 });
    assert.equal(rates.length, 1);
    assert.match(warnings[0]?.message ?? "", /none counted more than 2147483648 per second/);
  });

  it("takes an absent counter for absent, not for zero, and a double one for ambiguous", () => {
    const twice = {
      file: "s.txt",
      counters: [
        { name: "twice", value: 1n },
        { name: "twice", value: 2n },
        { name: "old", value: 1n },
      ],
    };
    const { rates, refused } = counterRates({ before: twice, after: snapshot({ twice: 3n, new: 1n }), seconds: 1 });
    assert.deepEqual(rates, []);
    assert.deepEqual(
      refused.map(({ name, reason }) => [name, reason]),
      [
        ["twice", "ambiguous"],
        ["old", "vanished"],
        ["new", "appeared"],
      ],
    );
  });

  it("gives the true rate of any 32 bit counter that stays below the highest rate", () => {
    const seconds = 10;
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }),
        fc.integer({ min: 0, max: LINE_RATE_10G * seconds }),
        (before, events) => {
          const after = (before + BigInt(events)) % 2n ** 32n;
          const { rates } = one(before, after, { seconds, widthBits: 32, maxPerSecond: LINE_RATE_10G });
          assert.equal(rates[0]?.delta, BigInt(events));
          assert.equal(rates[0]?.perSecond, events / seconds);
        },
      ),
      { seed: 1 },
    );
  });

  it("puts each name into exactly one list", () => {
    const counters = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.bigInt({ min: 0n, max: 9n }));
    fc.assert(
      fc.property(counters, counters, (before, after) => {
        const { rates, refused } = counterRates({ before: snapshot(before), after: snapshot(after), seconds: 1 });
        const names = [...rates, ...refused].map(({ name }) => name).sort();
        assert.deepEqual(names, [...new Set([...Object.keys(before), ...Object.keys(after)])].sort());
      }),
      { seed: 1 },
    );
  });

  it("refuses an interval, a width or a highest rate that cannot be", () => {
    assert.throws(() => one(1n, 2n, { seconds: 0 }), {
      name: "RangeError",
      message: "counterRates requires seconds > 0: got 0",
    });
    assert.throws(() => one(1n, 2n, { seconds: 1, widthBits: -1 }), RangeError);
    assert.throws(() => one(1n, 2n, { seconds: 1, maxPerSecond: Number.NaN }), RangeError);
  });
});
