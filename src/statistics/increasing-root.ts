/**
 * Where an increasing function crosses 0 between `low` and `high`, to the last two bits; a `high` of Infinity is looked for by doubling.
 *
 * Source: T. R. Chandrupatla, "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function without
 * using derivatives", Advances in Engineering Software 28(3), 1997.
 * @throws RangeError when the function does not change sign between the two.
 * @example
 * increasingRoot({ f: (x) => x * x - 2, low: 0, high: Infinity }).toFixed(12) // "1.414213562373"
 */
export function increasingRoot({ f, low, high }: { f: (x: number) => number; low: number; high: number }): number {
  let [x1, x2] = high === Number.POSITIVE_INFINITY ? doubledUntilPositive(f, low) : [low, high];
  let [f1, f2] = [f(x1), f(x2)];
  if (f1 === 0) return x1;
  if (f2 === 0) return x2;
  if (!(f1 < 0 && f2 > 0)) throw new RangeError(`increasingRoot requires f(low) <= 0 <= f(high): got ${f1} and ${f2}`);
  for (let step = 0.5; ; ) {
    const x = x1 + step * (x2 - x1);
    const fx = f(x);
    const sameSide = fx > 0 === f1 > 0;
    const [x3, f3] = sameSide ? [x1, f1] : [x2, f2];
    if (!sameSide) [x2, f2] = [x1, f1];
    [x1, f1] = [x, fx];
    const [best, atBest] = Math.abs(f2) < Math.abs(f1) ? [x2, f2] : [x1, f1];
    const tolerance = (2 * Number.EPSILON * Math.abs(best) + Number.MIN_VALUE) / Math.abs(x2 - x1);
    if (!(tolerance <= 0.5) || atBest === 0) return best;
    const xi = (x1 - x2) / (x3 - x2);
    const phi = (f1 - f2) / (f3 - f2);
    const quadratic = phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi;
    step = quadratic
      ? (f1 / (f2 - f1)) * (f3 / (f2 - f3)) + ((x3 - x1) / (x2 - x1)) * (f1 / (f3 - f1)) * (f2 / (f3 - f2))
      : 0.5;
    step = Math.min(1 - tolerance, Math.max(tolerance, step));
  }
}

function doubledUntilPositive(f: (x: number) => number, low: number): [number, number] {
  let [from, to] = [low, Math.max(1, 2 * low)];
  while (f(to) < 0 && to < Number.MAX_VALUE / 2) [from, to] = [to, 2 * to];
  return [from, to];
}
