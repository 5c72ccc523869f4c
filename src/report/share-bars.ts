/** A part of a whole with its name. */
export interface NamedShare {
  readonly name: string;
  /** 0 to 1. */
  readonly share: number;
}

const PERCENT_COLUMNS = 8;

/**
 * Shares as bars of `#` in plain text, in the order given; the longest possible bar is 100 %.
 *
 * @throws RangeError for a share outside 0 to 1.
 * @example
 * shareBars({ shares: [{ name: "copy", share: 0.5 }, { name: "locks", share: 0.25 }], columns: 35 }) // ["copy    50.0 % ##########", "locks   25.0 % #####"]
 */
export function shareBars({ shares, columns = 70 }: { shares: readonly NamedShare[]; columns?: number }): string[] {
  const bad = shares.find(({ share }) => !(share >= 0 && share <= 1));
  if (bad) throw new RangeError(`shareBars requires shares of 0 to 1: got ${bad.share} of ${bad.name}`);
  const names = shares.reduce((most, { name }) => Math.max(most, name.length), 0);
  const width = Math.max(1, columns - names - PERCENT_COLUMNS - 2);
  return shares.map(({ name, share }) => {
    const percent = `${(100 * share).toFixed(1)} %`.padStart(PERCENT_COLUMNS);
    return `${name.padEnd(names)} ${percent} ${"#".repeat(Math.round(share * width))}`.trimEnd();
  });
}
