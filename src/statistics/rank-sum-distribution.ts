/** More runs than this are not counted choice by choice; nobody makes them, and seconds of a run are not runs. */
export const MOST_RANKED = 100;

/**
 * How probable each rank sum of `size` values is when all choices of them among `ranks` are alike; index is the sum.
 *
 * Ranks are positive integers: with ties give the doubled mid-ranks, which are. Counts choices one rank at a time.
 * Source: the recurrence of H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is stochastically larger
 * than the other", Annals of Mathematical Statistics 18, 1947, over the ranks given.
 * @example
 * [...rankSumDistribution({ ranks: [1, 2], size: 1 })] // [0, 0.5, 0.5]
 */
export function rankSumDistribution({ ranks, size }: { ranks: readonly number[]; size: number }): Float64Array {
  const largest = [...ranks].sort((left, right) => right - left).slice(0, size);
  const width = largest.reduce((sum, rank) => sum + rank, 1);
  // choices[k] counts, per sum, the choices of k values among the ranks seen so far.
  const choices = Array.from({ length: size + 1 }, () => new Float64Array(width));
  (choices[0] as Float64Array)[0] = 1;
  for (const [seen, rank] of ranks.entries()) {
    for (let k = Math.min(size, seen + 1); k >= 1; k--) {
      const [fewer, more] = [choices[k - 1] as Float64Array, choices[k] as Float64Array];
      for (let sum = width - 1; sum >= rank; sum--) more[sum] = (more[sum] as number) + (fewer[sum - rank] as number);
    }
  }
  const counts = choices[size] as Float64Array;
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / all);
}
