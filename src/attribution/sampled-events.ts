import type { Profile } from "../profile/profile.js";
import { type SampleFilter, selectSamples } from "../profile/sample-filter.js";

/**
 * The events of a profile of which a filter selects samples: those that can be attributed. A second event may well have none on the
 * CPUs of the packets.
 *
 * @throws RangeError as `selectSamples`.
 * @example
 * sampledEvents({ events: [{ name: "cycles", decoded: 1 }, { name: "kmem:mm_page_free", decoded: 1 }], comms: [], samples: { length: 2, event: [0, 1], cpu: [0, 1], weight: [5, 1], count: [1, 1] } }, { cpus: [0] }) // ["cycles"]
 */
export function sampledEvents(profile: Profile, filter: SampleFilter): string[] {
  const decoded = profile.events.filter((event) => event.decoded > 0).map(({ name }) => name);
  return decoded.filter((event) => selectSamples(profile, { ...filter, event }).weight > 0);
}
