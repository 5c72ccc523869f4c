import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type AddressRange, AddressRanges, addressSum } from "./address-ranges.js";

interface Named extends AddressRange {
  readonly name: number;
}

const address = (value: bigint) => ({ high: Number(BigInt.asIntN(32, value >> 32n)), low: Number(BigInt.asIntN(32, value)) });

describe("AddressRanges", () => {
  it("finds what a list of all ranges finds, the newest first; a copy keeps what it had", () => {
    // Around the places where signed words and carries could go wrong.
    const place = fc.tuple(
      fc.constantFrom(0n, 0x7fff_fff8n, 0xffff_fff8n, 0x7fff_ffff_ffff_fff0n),
      fc.bigInt({ min: 0n, max: 20n }),
    );
    const step = fc.oneof(
      fc.record({ kind: fc.constant("insert" as const), start: place, length: fc.bigInt({ min: 1n, max: 12n }) }),
      fc.record({ kind: fc.constant("copy" as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.array(place, { maxLength: 40 }), (steps, places) => {
        let ranges = new AddressRanges<Named>();
        let all: { start: bigint; end: bigint; name: number }[] = [];
        const kept: [AddressRanges<Named>, typeof all][] = [];
        for (const [name, each] of steps.entries()) {
          if (each.kind === "copy") {
            kept.push([ranges, all]);
            ranges = ranges.copy();
            continue;
          }
          const start = each.start[0] + each.start[1];
          const before = ranges.length;
          ranges.insert({ start: address(start), end: address(start + each.length), name });
          all = [{ start, end: start + each.length, name }, ...all];
          assert.ok(ranges.length <= before + 2);
        }
        for (const [some, list] of [...kept, [ranges, all] as const]) {
          for (const [base, offset] of places) {
            const { high, low } = address(base + offset);
            const expected = list.find(({ start, end }) => base + offset >= start && base + offset < end);
            assert.equal(some.find(high, low)?.name, expected?.name);
            if (some.isBeyond(high, low)) assert.equal(expected, undefined);
          }
        }
      }),
    );
  });

  it("removes the range that begins at an address, and no other", () => {
    const ranges = new AddressRanges<Named>();
    ranges.insert({ start: address(16n), end: address(32n), name: 1 });
    ranges.remove(0, 17);
    assert.equal(ranges.find(0, 20)?.name, 1);
    ranges.remove(0, 16);
    assert.equal(ranges.find(0, 20), undefined);
  });
});

describe("addressSum()", () => {
  it("is the sum of 64-bit numbers, cut at the largest", () => {
    const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(word, word, (one, other) => {
        const sum = one + other < 2n ** 64n ? one + other : 2n ** 64n - 1n;
        assert.deepEqual(addressSum(address(one), address(other)), address(sum));
      }),
    );
  });
});
