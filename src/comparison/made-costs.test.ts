// What a comparison says of costs by class and function: runs made with known differences.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { comparisonCover } from "../report/comparison-mails.js";
import { type Comparison, compare } from "./compare.js";
import { type MeasuredRun, quotedRun } from "./measured-run.js";

const ORDER = "ABBAAB";
type Costs = Readonly<Record<string, readonly [before: number, after: number]>>;

/** Runs in ABBAAB order of so many ns per packet before and after; all vary by some 0.1 %, so that each difference is beyond chance. */
function made({
  ns: [nsBefore, nsAfter],
  classes,
  symbols = {},
  whole = {},
  changed = () => ({}),
}: {
  ns: readonly [number, number];
  classes: Costs;
  symbols?: Costs;
  whole?: Costs;
  changed?: (index: number) => Partial<MeasuredRun>;
}): { before: MeasuredRun[]; after: MeasuredRun[] } {
  const runs = [...ORDER].map((letter, index) => {
    const wobble = (salt: number) => 1 + (((index * 7 + salt * 3) % 5) - 2) / 2000;
    const costs = (table: Costs) =>
      Object.entries(table).map(([name, [before, after]], salt) => ({
        name,
        perPacket: (letter === "A" ? before : after) * wobble(salt),
        samples: 1000,
      }));
    const run = quotedRun({
      runId: `r${index}`,
      position: index + 1,
      pps: 1e9 / ((letter === "A" ? nsBefore : nsAfter) * wobble(2)),
      classes: costs(classes),
      symbols: costs(symbols).filter(({ perPacket }) => perPacket > 0),
      whole: new Map(costs(whole).map(({ name, perPacket }) => [name, perPacket])),
      costUnit: "ns",
      costOf: "cpu-clock, CPU 0",
      costCpus: 1,
      ...changed(index),
    });
    return { letter, run };
  });
  const of = (arm: string) => runs.filter(({ letter }) => letter === arm).map(({ run }) => run);
  return { before: of("A"), after: of("B") };
}
const s22 = ({ checks }: Comparison) => checks.find(({ id }) => id === "S22");

describe("S22, the plausible gain", () => {
  const others: Costs = { driver: [60, 60], gro: [30, 30] };

  it("passes a gain that what got cheaper bears", () => {
    const check = s22(compare(made({ ns: [100, 92], classes: { ...others, "skb-free": [10, 2] } })));
    assert.equal(check?.severity, "ok", check?.seen);
    assert.match(check?.seen ?? "", /^a gain of 8\.0 ns of 10\.0 ns that what got cheaper cost$/);
  });

  it("warns of a gain above the whole cost of what got cheaper, and the figures stand", () => {
    const comparison = compare(made({ ns: [100, 86], classes: { ...others, "skb-free": [9, 1] } }));
    const check = s22(comparison);
    assert.equal(check?.severity, "warning");
    assert.match(check?.seen ?? "", /^a gain of 14\.0 ns per packet, and what got cheaper \(skb-free\) cost 9\.0 ns in all$/);
    assert.equal(comparison.claim.verdict, "difference");
    assert.match(comparisonCover({ comparison, version: "0" }), /S22/);
  });

  it("warns where no class got cheaper beyond chance", () => {
    const check = s22(compare(made({ ns: [100, 95], classes: others })));
    assert.match(check?.seen ?? "", /^a gain of 5\.0 ns per packet, and no class got cheaper beyond chance$/);
  });

  it("has nothing against a loss, and is not checked without costs", () => {
    assert.equal(s22(compare(made({ ns: [100, 110], classes: others })))?.seen, "no gain");
    const without = made({ ns: [100, 90], classes: {}, changed: () => ({ symbols: [] }) });
    const bare = (runs: readonly MeasuredRun[]) => runs.map(({ costUnit: _, costOf: __, ...run }) => run);
    assert.equal(s22(compare({ before: bare(without.before), after: bare(without.after) }))?.severity, "not checked");
  });

  const patched = made({
    ns: [100, 90],
    classes: { ...others, "skb-free": [20, 10] },
    whole: { kfree_skb_list: [5, 1], napi_consume_skb: [14, 8] },
  });

  it("of named functions: they with all they call must have cost the gain", () => {
    const check = (...functions: string[]) => s22(compare({ ...patched, functions }));
    assert.match(
      check("kfree_skb_list")?.seen ?? "",
      /^a gain of 10\.0 ns per packet, and kfree_skb_list with all they call cost 5\.0 ns in all$/,
    );
    assert.equal(check("napi_consume_skb")?.severity, "ok");
    assert.equal(check("napi_consume_skb", "kfree_skb_list")?.severity, "ok");
    // As a profile spells them: the cost is that of the function whatever the compiler added to its name.
    assert.match(check("kfree_skb_list.isra.0")?.seen ?? "", /kfree_skb_list\.isra\.0 with all they call cost 5\.0 ns in all$/);
  });

  it("of a function that no run has says that it cost 0", () => {
    const check = s22(compare({ ...patched, functions: ["kfree_skb_lsit"] }));
    assert.equal(check?.severity, "warning");
    assert.match(check?.seen ?? "", /kfree_skb_lsit with all they call cost 0\.0 ns in all$/);
  });
});

describe("functions that only one arm has", () => {
  const comparison = compare(
    made({
      ns: [100, 96],
      classes: { driver: [60, 60], "skb-alloc": [30, 26] },
      symbols: { __build_skb: [8, 0], napi_build_skb: [0, 5], kfree: [6, 4], memcpy: [10, 10], tiny: [0, 0.02] },
    }),
  );

  it("are listed where most runs of that arm have them and they cost 0.05 % or more", () => {
    const { appeared, vanished } = comparison.symbols;
    assert.deepEqual([appeared, vanished], [["napi_build_skb"], ["__build_skb"]]);
  });

  it("are among those that differ, with what both arms have and costs otherwise; what does not is not", () => {
    const changed = comparison.symbols.changed.map(({ name, delta }) => [name, delta.toFixed(0)]);
    assert.deepEqual(changed, [
      ["__build_skb", "-8"],
      ["napi_build_skb", "5"],
      ["kfree", "-2"],
    ]);
    assert.equal(comparison.symbols.tested, 4);
  });

  it("stand in the cover letter", () => {
    const text = comparisonCover({ comparison, version: "0" });
    assert.match(text, /napi_build_skb/);
    assert.match(text, /__build_skb/);
  });

  it("are not listed where one run of three has them", () => {
    const { symbols } = compare(
      made({
        ns: [100, 96],
        classes: { driver: [60, 60] },
        symbols: { memcpy: [10, 10] },
        changed: (index) =>
          index === 2
            ? {
                symbols: [
                  { name: "kthread", perPacket: 3, samples: 50 },
                  { name: "memcpy", perPacket: 10, samples: 90 },
                ],
              }
            : {},
      }),
    );
    assert.deepEqual([symbols.appeared, symbols.vanished], [[], []]);
  });
});
