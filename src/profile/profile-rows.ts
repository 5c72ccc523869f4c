import type { Parsed, Warning } from "../captures/parsed.js";
import { bySymbol, functionName } from "./by-symbol.js";
import type { Profile } from "./profile.js";

/** One function of one event of a profile, as a row of a table. */
export interface ProfileRow {
  readonly event: string;
  /** Samples whose innermost function it is. */
  readonly samples: number;
  /** Percent of the event's weight. */
  readonly selfPercent: number;
  /** Percent of the event's weight with the function anywhere on the stack. */
  readonly childrenPercent: number;
  /** As `functionName()` calls it where no symbol is known. */
  readonly symbol: string;
  readonly dso?: string;
}

const PERCENT = 100;

/**
 * A profile as the rows of a parser: the functions of each event, those with the largest self cost first. Lines that belong to no
 * sample are the skipped ones; of more than 1000 the rest is counted in a warning.
 *
 * @example
 * profileRows({ file: "a", events: [], quality: { skipped: [], skippedLines: 3 }, warnings: [] }).warnings[0].message // "3 more lines belong to no sample"
 */
export function profileRows(profile: Profile): Parsed<ProfileRow> {
  const { file, events, quality, warnings } = profile;
  const rows = events.flatMap(({ name: event, decoded }) => (decoded === 0 ? [] : eventRows(profile, event)));
  const more = quality.skippedLines - quality.skipped.length;
  const uncounted: Warning[] = more > 0 ? [{ file, line: 0, message: `${more} more lines belong to no sample` }] : [];
  return { rows, skipped: quality.skipped, warnings: [...warnings, ...uncounted] };
}

function eventRows(profile: Profile, event: string): ProfileRow[] {
  return bySymbol(profile, { event }).map(({ samples, selfShare, childrenShare, symbol, address, dso }) => ({
    event,
    samples,
    selfPercent: selfShare * PERCENT,
    childrenPercent: childrenShare * PERCENT,
    symbol: functionName({ symbol, address }),
    ...(dso === undefined ? {} : { dso }),
  }));
}
