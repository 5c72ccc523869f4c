// What the room claims of its intervals and tests, tried on simulated sessions whose truth is known. Seeded: the same every time.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { median } from "simple-statistics";
import { batchMeans } from "./batch-means.js";
import { benjaminiHochberg } from "./benjamini-hochberg.js";
import { blockBootstrap } from "./block-bootstrap.js";
import { detectionLimit } from "./detection-limit.js";
import { equivalence } from "./equivalence.js";
import { exactPermutation } from "./exact-permutation.js";
import { exactSignFlip } from "./exact-sign-flip.js";
import { fiellerInterval } from "./fieller-interval.js";
import { hodgesLehmann } from "./hodges-lehmann.js";
import { type Arm, interleaving } from "./interleaving.js";
import type { Interval } from "./interval.js";
import { mannWhitney } from "./mann-whitney.js";
import { meanInterval } from "./mean-interval.js";
import { medianInterval } from "./median-interval.js";
import { multimodality } from "./multimodality.js";
import { orderDrift } from "./order-drift.js";
import { pairedRatio } from "./paired-ratio.js";
import { ratioDifference } from "./ratio-difference.js";
import { seededRandom } from "./seeded-random.js";
import { seriesDrift } from "./series-drift.js";
import { warmUpCut } from "./warm-up-cut.js";
import { welch } from "./welch.js";

/** Normal numbers by Box and Muller's formula. */
function normals(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A series of standard deviation 1 whose neighbours correlate by `rho`. */
function correlated(normal: () => number, { length, rho }: { length: number; rho: number }): number[] {
  let value = normal();
  return Array.from({ length }, () => {
    value = rho * value + Math.sqrt(1 - rho * rho) * normal();
    return value;
  });
}

const share = (times: number, happens: (index: number) => boolean) =>
  Array.from({ length: times }, (_, index) => happens(index)).filter(Boolean).length / times;
const holds = ({ low, high }: Interval, truth: number) => low <= truth && truth <= high;
const between = (value: number, least: number, most: number) =>
  assert.ok(least <= value && value <= most, `got ${value}, expected ${least} to ${most}`);

const RUN_SD = 0.002;
const EFFECT = Math.log(1.01);

/**
 * One pps per run: the median of 12 correlated seconds of 0.4 %, runs that differ by 0.2 %, a drift over the session, an effect of 1 %.
 */
function session({
  arms,
  drift,
  normal,
  effect = EFFECT,
}: {
  arms: readonly Arm[];
  drift: number;
  normal: () => number;
  effect?: number;
}): number[] {
  return arms.map((arm, run) => {
    const seconds = correlated(normal, { length: 12, rho: 0.6 }).map((value) => 0.004 * value);
    const level = (arm === "after" ? effect : 0) + drift * (run / (arms.length - 1)) + RUN_SD * normal();
    return median(seconds.map((second) => 4e6 * Math.exp(level + second)));
  });
}

const order = (letters: string): Arm[] => [...letters].map((letter) => (letter === "A" ? "before" : "after"));
const randomPairs = (pairs: number, normal: () => number) =>
  Array.from({ length: pairs }, () => (normal() < 0 ? "AB" : "BA")).join("");
const armsOf = (arms: readonly Arm[], values: readonly number[]) => ({
  before: values.filter((_, run) => arms[run] === "before"),
  after: values.filter((_, run) => arms[run] === "after"),
});

describe("pairedRatio() in interleaved blocks", () => {
  const ORDERS: readonly [name: string, arms: (normal: () => number) => Arm[]][] = [
    ["ABBA, 6 runs per arm", () => order("ABBA".repeat(3))],
    ["ABBA, 10 runs per arm", () => order("ABBA".repeat(5))],
    ["random pairs, 5 runs per arm", (normal) => order(randomPairs(5, normal))],
    ["random pairs, 8 runs per arm", (normal) => order(randomPairs(8, normal))],
  ];
  for (const [index, [name, arms]] of ORDERS.entries()) {
    const covered = (drift: number) => {
      const normal = normals(100 + index);
      return share(2000, () => {
        const runs = arms(normal);
        return holds(pairedRatio({ arms: runs, values: session({ arms: runs, drift, normal }) }), Math.exp(EFFECT));
      });
    };
    it(`${name}: covers the truth in 93 to 97 % without drift, and in at least 93 % under 1 %`, () => {
      between(covered(0), 0.93, 0.97);
      between(covered(0.01), 0.93, 1);
    });
  }

  it("refuses AAAAABBBBB, which is one block, where drift alone would have made a difference", () => {
    const arms = order("AAAAABBBBB");
    const normal = normals(5);
    const values = session({ arms, drift: 0.01, normal });
    assert.throws(() => pairedRatio({ arms, values }), /at least 2 balanced blocks: got before before .* after, which has 1/);
    const declared = share(500, () => mannWhitney(armsOf(arms, session({ arms, drift: 0.01, normal, effect: 0 }))).p < 0.05);
    between(declared, 0.4, 1);
  });
});

describe("a drift of 1 % over the session", () => {
  it("is flagged in ABAB, by its order and by its values, and leaves nothing in ABBA", () => {
    const [abab, abba] = [order("AB".repeat(8)), order("ABBA".repeat(4))];
    assert.equal(interleaving(abab).positionGap, 1);
    assert.equal(interleaving(abba).positionGap, 0);
    const normal = normals(6);
    const flagged = (arms: readonly Arm[], drift: number) =>
      share(1000, () => orderDrift({ arms, values: session({ arms, drift, normal }) }).confounded);
    between(flagged(abab, 0.01), 0.6, 1);
    between(flagged(abab, 0), 0, 0.065);
    assert.equal(flagged(abba, 0.01), 0);
  });

  it("is measured without bias beside an effect", () => {
    const arms = order("ABBA".repeat(4));
    const normal = normals(7);
    between(
      share(1000, () => holds(orderDrift({ arms, values: session({ arms, drift: 0.01, normal }) }).change, 0.01)),
      0.93,
      0.97,
    );
  });
});

describe("exact methods", () => {
  const heavy = (normal: () => number) => normal() ** 3;
  for (const runs of [5, 8]) {
    it(`cover at least the level they say they attain, at ${runs} runs per arm and tails far from normal`, () => {
      const normal = normals(200 + runs);
      const arm = (shift: number) => Array.from({ length: runs }, () => heavy(normal) + shift);
      let [attained, attainedMedian] = [0, 0];
      const covered = share(3000, () => {
        const interval = hodgesLehmann({ before: arm(0), after: arm(2) });
        attained = interval.attained;
        return holds(interval, 2);
      });
      between(covered, attained - 0.01, 1);
      const coveredMedian = share(3000, () => {
        const interval = medianInterval({ values: arm(2) });
        attainedMedian = interval.attained;
        return holds(interval, 2);
      });
      between(coveredMedian, attainedMedian - 0.01, 1);
    });
  }

  it("covers a ratio on logarithms as it says", () => {
    const normal = normals(9);
    const arm = (factor: number) => Array.from({ length: 6 }, () => factor * Math.exp(0.02 * normal()));
    between(
      share(3000, () => holds(hodgesLehmann({ before: arm(1), after: arm(1.1), scale: "ratio" }), 1.1)),
      0.945,
      1,
    );
  });
});

describe("two arms of the same kernel (A/A)", () => {
  const arms = order("ABBA".repeat(3));
  const declared = (seed: number, p: (arms: { before: number[]; after: number[] }, values: number[]) => number) => {
    const normal = normals(seed);
    return share(2000, () => {
      const values = session({ arms, drift: 0, normal, effect: 0 });
      return p(armsOf(arms, values), values) < 0.05;
    });
  };
  // 1 % is what chance adds to 5 % in 2000 sessions.
  it("are different by mannWhitney() in at most 5 %", () =>
    between(
      declared(11, (runs) => mannWhitney(runs).p),
      0,
      0.06,
    ));
  it("by exactPermutation()", () =>
    between(
      declared(12, (runs) => exactPermutation(runs).p),
      0,
      0.06,
    ));
  it("by welch()", () =>
    between(
      declared(13, (runs) => welch(runs).p),
      0,
      0.06,
    ));
  it("by pairedRatio() and by exactSignFlip() of its log ratios", () => {
    const ratio = (values: number[]) => pairedRatio({ arms, values });
    between(
      declared(14, (_, values) => ratio(values).log.p),
      0,
      0.06,
    );
    between(
      declared(15, (_, values) => exactSignFlip(ratio(values).logRatios).p),
      0,
      0.06,
    );
  });

  it("show a symbol among 50 in at most 5 % of sessions after benjaminiHochberg(), of interleaved blocks of one recording", () => {
    const normal = normals(16);
    const parts = () => {
      const denominators = correlated(normal, { length: 46, rho: 0.3 }).map((value) => 1e5 * (1 + 0.03 * value));
      return { denominators, numerators: denominators.map((packets) => packets * 8 * (1 + 0.2 * normal())) };
    };
    const any = share(200, () => {
      const pValues = Array.from({ length: 50 }, () => ratioDifference({ before: parts(), after: parts() }).p);
      return benjaminiHochberg(pValues).some((p) => p < 0.05);
    });
    between(any, 0, 0.08);
  });
});

describe("within one run", () => {
  it("blockBootstrap() covers a ratio in 90 to 97 %, of 40 blocks whose cost is skewed", () => {
    const normal = normals(21);
    const covered = share(300, (seed) => {
      const denominators = Array.from({ length: 40 }, () => 1e5 * (1 + 0.05 * normal()));
      const row = denominators.map((packets) => packets * 4 * (normal() ** 2 + normal() ** 2)); // a mean of 8
      const [interval] = blockBootstrap({ rows: [row], denominators, resamples: 600, seed });
      return holds(interval as Interval, 8);
    });
    between(covered, 0.9, 0.97);
  });

  it("fiellerInterval() covers a ratio of 5 pairs in 95 %", () => {
    const normal = normals(22);
    const covered = share(3000, () => {
      const denominators = Array.from({ length: 5 }, () => 12 + 0.5 * normal());
      const numerators = denominators.map((packets) => packets * 300 + 40 * normal());
      return holds(fiellerInterval({ numerators, denominators }), 300);
    });
    between(covered, 0.935, 0.965);
  });

  it("batchMeans() repair the interval of correlated seconds, which a plain one gets wrong", () => {
    // Published for this design (60 seconds, correlation 0.6): a plain interval covers 70 %, 6 batches of 10 cover 94 %.
    const normal = normals(23);
    const runs = Array.from({ length: 2000 }, () => correlated(normal, { length: 60, rho: 0.6 }));
    between(
      share(2000, (run) => holds(meanInterval({ values: runs[run] as number[] }), 0)),
      0.65,
      0.75,
    );
    between(
      share(2000, (run) => holds(meanInterval({ values: batchMeans({ values: runs[run] as number[] }) }), 0)),
      0.92,
      0.96,
    );
  });

  it("seriesDrift() finds a drift of 5 % in 93 blocks, and cries in at most 5 % of steady ones", () => {
    const normal = normals(24);
    const found = (drift: number, rho: number) =>
      share(1000, () => {
        const noise = correlated(normal, { length: 93, rho });
        return seriesDrift({ values: noise.map((value, block) => 100 * (1 + (drift * block) / 93 + 0.03 * value)) }).drifts;
      });
    between(found(0.05, 0), 0.93, 1);
    between(found(0, 0), 0, 0.065);
    between(found(0, 0.3), 0, 0.07);
  });

  it("warmUpCut() drops a warm-up, and little of a run without one", () => {
    const normal = normals(25);
    const run = (warmUp: number) =>
      Array.from({ length: 60 }, (_, second) => 100 - (second < warmUp ? 5 * (1 - second / warmUp) : 0) + 0.5 * normal());
    const cuts = Array.from({ length: 200 }, () => warmUpCut(run(12)));
    between(median(cuts.map(({ drop }) => drop)), 10, 15);
    between(median(Array.from({ length: 200 }, () => warmUpCut(run(0)).drop)), 0, 10);
    assert.ok(!warmUpCut(run(60)).steady);
  });

  it("multimodality() flags two levels, and at most 5 % of samples of one mode", () => {
    const normal = normals(26);
    const flagged = (gap: number) =>
      share(
        40,
        (run) =>
          multimodality({ values: Array.from({ length: 60 }, () => normal() + (normal() < 0 ? gap : 0)), seed: run })
            .multimodal,
      );
    between(flagged(6), 0.95, 1);
    between(flagged(0), 0, 0.05);
  });

  it("multimodality() does not take the steps of rounded values for modes, and still sees two levels", () => {
    const normal = normals(27);
    const flagged = (sd: number, gap: number) =>
      share(
        40,
        (run) =>
          multimodality({
            values: Array.from({ length: 100 }, () => Math.round(100 + sd * normal() + (normal() < 0 ? gap : 0))),
            seed: run,
          }).multimodal,
      );
    for (const sd of [0.5, 1, 2, 4]) between(flagged(sd, 0), 0, 0.05);
    between(flagged(2, 12), 0.95, 1);
  });
});

describe("what a comparison can see", () => {
  it("a difference of the detection limit is found in 80 %", () => {
    const normal = normals(31);
    const difference = detectionLimit({ standardError: Math.sqrt(2 / 6), degreesOfFreedom: 10 });
    const arm = (shift: number) => Array.from({ length: 6 }, () => normal() + shift);
    between(
      share(3000, () => welch({ before: arm(0), after: arm(difference) }).p < 0.05),
      0.77,
      0.82,
    );
  });

  it("equivalence() is claimed for a difference of just the margin in at most 5 %, and for none in most", () => {
    const normal = normals(32);
    const claimed = (shift: number) =>
      share(3000, () => {
        const arm = (level: number) => Array.from({ length: 8 }, () => 0.5 * normal() + level);
        return equivalence({ ...welch({ before: arm(0), after: arm(shift) }), margin: 1 }).equivalent;
      });
    between(claimed(1), 0.035, 0.06);
    between(claimed(0), 0.9, 1);
  });
});
