import type { Warning } from "../../captures/parsed.js";
import { Dictionary } from "../dictionary.js";
import type { ProfileEvent } from "../profile.js";
import type { ProfilePart } from "../profile-part.js";

/** What was read of a later part of a text: plain data, as one thread can give it to another. */
export interface ScriptPart {
  readonly profile: ProfilePart;
  /** The time from which its samples count. */
  readonly originNs: bigint;
  /** Whether the heads of an event have a period. */
  readonly periods: ReadonlyMap<string, boolean>;
  readonly beginsWithHead: boolean;
  readonly statesLosses: boolean;
  readonly lostRecords: number;
  readonly closedByBlank: number;
  readonly endsInSample: boolean;
  readonly skippedLines: number;
  readonly lines: number;
  readonly warnings: readonly Warning[];
}

/**
 * Whether parts of a text give what the text gives as a whole. They do not where one begins within a sample, and where what a line
 * is may depend on the lines before the part: a head that lacks what an earlier head of its event has, a line that is none.
 *
 * @example
 * areJoinable(new Map([["cycles", true]]), [{ beginsWithHead: true, skippedLines: 0, periods: new Map([["cycles", false]]), profile: { events: [] } }]) // false
 */
export function areJoinable(periods: ReadonlyMap<string, boolean>, later: readonly ScriptPart[]): boolean {
  const all = new Map(periods);
  return later.every((part) => {
    const agrees = [...part.periods].every(([event, has]) => (all.get(event) ?? has) === has);
    for (const [event, has] of part.periods) all.set(event, has);
    return (
      agrees && part.beginsWithHead && part.skippedLines === 0 && part.profile.events.every(({ refused }) => refused === 0)
    );
  });
}

/**
 * The parts of a text with the same comms, events and origin of time in all, as `joinedParts` takes them.
 *
 * @example
 * withSharedNames({ samples: { length: 0 }, comms: ["ping"], events: [], earliestNs: 0, latestNs: 9 }, 0n, [])[0].comms // ["ping"]
 */
export function withSharedNames(first: ProfilePart, originNs: bigint, later: readonly ScriptPart[]): ProfilePart[] {
  const comms = new Dictionary();
  const names = new Dictionary();
  const events: ProfileEvent[] = [];
  const shared = [{ profile: first, originNs }, ...later].map(({ profile, originNs: ownOrigin }) => {
    const commOf = profile.comms.map((comm) => comms.intern(comm));
    const eventOf = profile.events.map((event) => {
      const id = names.intern(event.name);
      events[id] ??= { ...event, decoded: 0 }; // what was refused is all in the first part
      return id;
    });
    const { samples } = profile;
    for (let row = 0; row < samples.length; row++) {
      samples.comm[row] = commOf[samples.comm[row] as number] as number;
      samples.event[row] = eventOf[samples.event[row] as number] as number;
    }
    const offsetNs = Number(ownOrigin - originNs);
    const { earliestNs, latestNs } = profile;
    return { ...profile, eventOf, earliestNs: earliestNs + offsetNs, latestNs: latestNs + offsetNs };
  });
  return shared.map(({ eventOf, ...profile }) => {
    const decoded = new Map(profile.events.map((event, id) => [eventOf[id], event.decoded]));
    return { ...profile, comms: comms.names, events: events.map((event, id) => ({ ...event, decoded: decoded.get(id) ?? 0 })) };
  });
}
