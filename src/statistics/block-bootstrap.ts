import { sum } from "simple-statistics";
import { bcaLimits } from "./bca-limits.js";
import type { Interval } from "./interval.js";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";
import { seededRandom } from "./seeded-random.js";

/** Below this an interval from blocks of one run is not given. */
export const MIN_BLOCKS = 20;

/**
 * Intervals of ratios of sums within one run, from its blocks of time: ns per packet, share of samples, cycles per packet.
 *
 * `rows` holds one list per ratio wanted, its numerator per block; `denominators` is per block too (packets, or all weight).
 * Blocks are drawn with replacement, all rows by the same draws, and the ends are BCa's. A row of zeros gives 0 to 0, which is no
 * bound: `wilsonInterval` gives one. Assumes blocks much longer than what makes neighbouring samples alike (250 ms for samples of
 * softirq bursts), and no drift: see `driftTest`. It is the error within this run; runs differ by more.
 * Source: E. Carlstein, "The use of subseries values for estimating the variance of a general statistic from a stationary
 * sequence", Annals of Statistics 14, 1986; ends: `bcaLimits`.
 * @throws RangeError for fewer than 20 blocks with a denominator above 0, rows of another length, values that are not finite,
 * a negative denominator, a level outside 0 to 1, or fewer than 200 resamples.
 * @example
 * blockBootstrap({ rows: [Array(20).fill(6)], denominators: Array(20).fill(3) })[0].estimate // 2
 */
export function blockBootstrap({
  rows,
  denominators,
  level = 0.95,
  resamples = 2000,
  seed = 1,
}: {
  rows: readonly (readonly number[])[];
  denominators: readonly number[];
  level?: number;
  resamples?: number;
  seed?: number;
}): Interval[] {
  requireSamples({ caller: "blockBootstrap", samples: { denominators }, min: 0 });
  const counted = denominators.filter((denominator) => denominator > 0).length;
  if (counted < MIN_BLOCKS) {
    throw new RangeError(`blockBootstrap requires at least ${MIN_BLOCKS} blocks with a denominator > 0: got ${counted}`);
  }
  for (const [index, row] of rows.entries()) {
    requireSamples({ caller: "blockBootstrap", samples: { denominators, [`rows[${index}]`]: row }, sameLength: true });
  }
  requireNumber({ caller: "blockBootstrap", name: "level", value: level, above: 0, below: 1 });
  requireNumber({ caller: "blockBootstrap", name: "resamples", value: resamples, min: 200, integer: true });

  const replicates = resampledRatios({ rows, denominators, resamples, random: seededRandom(seed) });
  const whole = sum([...denominators]);
  return rows.map((row, index) => {
    const estimate = sum([...row]) / whole;
    const influences = row.map((numerator, block) => numerator - estimate * (denominators[block] as number));
    const [low, high] = bcaLimits({ replicates: replicates[index] as Float64Array, influences, estimate, level });
    return { estimate, low, high, level };
  });
}

/** Per row, the ratio of sums in each resample of blocks. */
function resampledRatios({
  rows,
  denominators,
  resamples,
  random,
}: {
  rows: readonly (readonly number[])[];
  denominators: readonly number[];
  resamples: number;
  random: () => number;
}): Float64Array[] {
  const blocks = denominators.length;
  const [numerators, whole] = [rows.map((row) => Float64Array.from(row)), Float64Array.from(denominators)];
  const ratios = rows.map(() => new Float64Array(resamples));
  const drawn = new Float64Array(blocks);
  for (let resample = 0; resample < resamples; resample++) {
    drawn.fill(0);
    for (let draw = 0; draw < blocks; draw++) {
      const block = Math.floor(random() * blocks);
      drawn[block] = (drawn[block] as number) + 1;
    }
    const sumOfDrawn = dot(drawn, whole);
    for (const [index, row] of numerators.entries()) (ratios[index] as Float64Array)[resample] = dot(drawn, row) / sumOfDrawn;
  }
  return ratios;
}

function dot(counts: Float64Array, values: Float64Array): number {
  let total = 0;
  for (let index = 0; index < counts.length; index++) total += (counts[index] as number) * (values[index] as number);
  return total;
}
