/** An estimate with the range around it. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** The share of repetitions in which such a range is meant to hold the true value, say 0.95. */
  readonly level: number;
}
