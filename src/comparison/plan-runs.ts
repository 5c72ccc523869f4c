import { mean, sampleStandardDeviation } from "simple-statistics";
import { exactSignFlip } from "../statistics/exact-sign-flip.js";
import type { Arm } from "../statistics/interleaving.js";
import { neededRuns } from "../statistics/needed-runs.js";
import { nsFromPps } from "../units.js";
import type { MeasuredRun } from "./measured-run.js";

/** How many runs find a difference, and in which order to make them. */
export interface RunPlan {
  /** Of each arm. */
  readonly runs: number;
  /** ABBA again and again, so that drift is alike in both arms. */
  readonly order: readonly Arm[];
  /** Of the pilot: mean ns per packet, and the standard deviation of single runs. */
  readonly nsPerPacket: number;
  readonly standardDeviationNs: number;
  readonly pilotRuns: number;
  readonly resolveNs: number;
  /** The smallest p of an exact test of so many pairs: above 5 %, only the t test can find the difference. */
  readonly smallestExactP: number;
}

/** A plan of more runs is no plan. */
const MOST_RUNS = 100_000;

/**
 * How many runs of each arm find a difference of `resolveNs` per packet with 80 % power at 5 %, from runs of one arm.
 *
 * The spread of few runs is itself uncertain: of 3 pilot runs it may be off by a factor of 2, and the number by 4.
 * @throws RangeError for fewer than 2 pilot runs, one without a packet rate, runs that do not vary, and a difference that is not above 0.
 * @example
 * planRuns({ pilot: [3_960_000, 4_000_000, 4_040_000].map((pps) => ({ runId: "r", metrics: [{ name: "pps", value: pps }] })), resolveNs: 2.5 }).runs // 18
 */
export function planRuns({
  pilot,
  resolveNs,
}: {
  pilot: readonly Pick<MeasuredRun, "runId" | "metrics" | "withoutPackets">[];
  resolveNs: number;
}): RunPlan {
  if (pilot.length < 2) throw new RangeError(`planRuns requires 2 pilot runs or more, for their spread: got ${pilot.length}`);
  const values = pilot.map(({ runId, metrics, withoutPackets }) => {
    const pps = metrics.find(({ name }) => name === "pps")?.value;
    if (pps !== undefined) return nsFromPps(pps);
    throw new RangeError(
      `planRuns requires a packet rate of every run: ${runId} has none (${withoutPackets ?? "no counters"})`,
    );
  });
  const standardDeviationNs = sampleStandardDeviation(values);
  if (!(standardDeviationNs > 0)) throw new RangeError("planRuns requires pilot runs that vary: they are all alike");
  if (!(resolveNs > 0)) throw new RangeError(`planRuns requires resolveNs > 0: got ${resolveNs}`);
  if (standardDeviationNs / resolveNs > Math.sqrt(MOST_RUNS) / 4) {
    throw new RangeError(
      `planRuns requires fewer than ${MOST_RUNS} runs: runs vary by ${standardDeviationNs.toFixed(1)} ns, ${resolveNs} ns cannot be resolved; make the machine quieter`,
    );
  }
  const runs = neededRuns({ standardDeviation: standardDeviationNs, difference: resolveNs, paired: true });
  const order = Array.from({ length: runs }, (_, pair): Arm[] => (pair % 2 === 0 ? ["before", "after"] : ["after", "before"]));
  return {
    runs,
    order: order.flat(),
    nsPerPacket: mean(values),
    standardDeviationNs,
    pilotRuns: pilot.length,
    resolveNs,
    smallestExactP: exactSignFlip(new Array<number>(Math.min(runs, MOST_PAIRS)).fill(1)).smallestP,
  };
}

/** As many as are counted one by one; more have a smaller p yet. */
const MOST_PAIRS = 12;
