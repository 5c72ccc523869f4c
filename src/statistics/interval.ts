/** An estimate with the range around it. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** The share of repetitions in which such a range is meant to hold the true value, say 0.95. */
  readonly level: number;
}

/** An interval from ranks, whose level moves in steps. */
export interface ExactInterval extends Interval {
  /** What the interval holds in truth: at least `level`, or the most so few values can give, and then less. */
  readonly attained: number;
}

/** A test that counts arrangements instead of assuming a distribution. */
export interface ExactTest {
  /** Two-sided. */
  readonly p: number;
  /** The smallest p-value that so many values can give: above 0.05, no data could have shown a difference. */
  readonly smallestP: number;
}
