import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { PktgenResult } from "../captures/pktgen-result.js";
import { type DataFrame, toDataFrame } from "./to-data-frame.js";

// danfojs's declarations import packages that are not here; a type that fell to `any` would accept everything silently.
type IsAny<T> = 0 extends 1 & T ? true : false;
const types: [IsAny<DataFrame>, IsAny<ReturnType<DataFrame["groupby"]>>, IsAny<ReturnType<DataFrame["sum"]>>] = [
  false,
  false,
  false,
];
// @ts-expect-error: shape is an array of numbers
const shape: (frame: DataFrame) => string = (frame) => frame.shape;
// @ts-expect-error: nested fields are refused by the compiler too
const nested = () => toDataFrame([{ rates: { rx: 1 } }]);

describe("toDataFrame()", () => {
  it("has types", () => {
    assert.deepEqual(types, [false, false, false]);
    assert.deepEqual(shape(toDataFrame([{ ns: 1 }])), [1, 1]);
    assert.throws(nested, TypeError);
  });

  it("makes a column of each field, of optional ones too, with their types", () => {
    const rows: Pick<PktgenResult, "line" | "device" | "pps">[] = [
      { line: 3, pps: 6_480_562 },
      { line: 9, pps: 14_880_952, device: "eth4@0" },
    ];
    const frame = toDataFrame(rows);
    assert.deepEqual(frame.columns, ["line", "pps", "device"]);
    assert.deepEqual(frame.dtypes, ["int32", "int32", "string"]);
    assert.deepEqual(frame.values, [
      [3, 6_480_562, null],
      [9, 14_880_952, "eth4@0"],
    ]);
  });

  it("types a column by all of its rows", () => {
    const rows = [...Array(30).fill({ n: 1, up: true }), { n: 1.5, at: new Date(0) }];
    assert.deepEqual(toDataFrame(rows).dtypes, ["float32", "boolean", "datetime"]);
  });

  it("keeps 64-bit counters exact or refuses them, by column and row", () => {
    const frame = toDataFrame([{ rx: 9_007_199_254_740_991n }, { rx: 9_007_199_254_740_981n }]);
    assert.deepEqual(frame.diff(-1).values, [[10], [Number.NaN]]);
    assert.throws(() => toDataFrame([{ rx: 1n }, { rx: 18_446_744_073_709_551_615n }]), {
      name: "RangeError",
      message:
        'column "rx" requires counters below 2^53: got 18446744073709551615 in row 1; subtract two snapshots first, or keep it as text with String()',
    });
    fc.assert(
      fc.property(fc.bigInt(), (counter) => {
        try {
          const value = toDataFrame([{ counter }]).iat(0, 0);
          assert.equal(BigInt(value as number), counter);
        } catch (error) {
          assert.ok(error instanceof RangeError && (counter > 2n ** 53n - 1n || counter < -(2n ** 53n) + 1n));
        }
      }),
    );
  });

  it("takes undefined, null and NaN for missing", () => {
    const rows = [{ ns: 67.2, name: "a" }, { ns: undefined, name: null }, { ns: null }, { ns: Number.NaN }];
    const frame = toDataFrame(rows);
    assert.deepEqual(frame.column("ns").values, [67.2, Number.NaN, Number.NaN, Number.NaN]);
    assert.deepEqual(frame.column("name").values, ["a", null, null, null]);
    assert.deepEqual(frame.isNa().values.slice(1), Array(3).fill([true, true]));
    assert.equal(frame.column("ns").mean(), 67.2);
    assert.deepEqual(toDataFrame([{ a: undefined }, { a: 1 }]).values, [[Number.NaN], [1]]);
  });

  it("refuses cells of several types, and objects", () => {
    const refused = (rows: readonly object[], message: string) =>
      assert.throws(() => toDataFrame(rows as { n: number }[]), { name: "TypeError", message });
    refused(
      [{ queue: 0 }, {}, { queue: "eth0" }],
      'column "queue" requires cells of one type: got string "eth0" in row 2 after number 0 in row 0',
    );
    const remedy = "make a column of each part you need first";
    refused([{ n: [1] }], `column "n" requires numbers, text, booleans or dates: got object 1 in row 0; ${remedy}`);
    refused(
      [{ n: { a: 1 } }],
      `column "n" requires numbers, text, booleans or dates: got object [object Object] in row 0; ${remedy}`,
    );
  });

  it("refuses no rows, no fields, no array and raw samples", () => {
    assert.throws(() => toDataFrame([]), /requires at least one row: got none/);
    assert.throws(() => toDataFrame([{}]), /requires rows with fields/);
    assert.throws(
      () => toDataFrame({ rows: [] } as unknown as []),
      /requires an array, say the rows of a parser's result: got object/,
    );
    const samples = Array(100_001).fill({ ns: 1 });
    assert.throws(() => toDataFrame(samples), /at most 100000 rows: got 100001; filter, count or average first/);
    assert.deepEqual(toDataFrame(samples.slice(1)).shape, [100_000, 1]);
  });

  it("keeps keys of groups apart that contain a dash", () => {
    const rows = [
      { x: "a-b", y: "c", packets: 1n },
      { x: "a", y: "b-c", packets: 2n },
    ];
    assert.deepEqual(toDataFrame(rows).groupby(["x", "y"]).sum().values, [
      ["a-b", "c", 1],
      ["a", "b-c", 2],
    ]);
  });
});
