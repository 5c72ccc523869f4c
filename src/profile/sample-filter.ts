import type { Ns } from "../units.js";
import { nameList } from "./name-list.js";
import { CONTEXTS, type Context, type Profile } from "./profile.js";

/** Which samples to look at; a field that is absent restricts nothing. */
export interface SampleFilter {
  /** Name of the event, as recorded. It may be absent only where the profile holds samples of one event. */
  readonly event?: string | undefined;
  readonly cpus?: readonly number[] | undefined;
  readonly comm?: string | undefined;
  readonly contexts?: readonly Context[] | undefined;
  /** Offset to the start of the recording, included. */
  readonly fromNs?: Ns | undefined;
  /** Offset to the start of the recording, excluded. */
  readonly toNs?: Ns | undefined;
}

/** The samples that a filter selects: of one event, so that their weights may be added. */
export interface Selection {
  /** Index into the profile's `events`. */
  readonly event: number;
  /** Rows of the profile's `samples`, ascending. */
  readonly rows: Uint32Array;
  /** Sum of their weights, in the unit of the event. */
  readonly weight: number;
  /** Number of samples: merged rows count for all they stand for. */
  readonly samples: number;
}

/**
 * Selects the samples of one event, by CPU, comm, context and time window.
 *
 * @throws RangeError for an event, comm or context that the profile does not know, for a profile of several events without `event`,
 * and for a time window where the samples have no times.
 * @example
 * selectSamples({ events: [{ name: "cycles", decoded: 2 }], comms: [], samples: { length: 2, event: [0, 0], cpu: [0, 1], weight: [5, 7], count: [1, 1] } }, { cpus: [1] }).weight // 7
 */
export function selectSamples(profile: Profile, filter: SampleFilter = {}): Selection {
  const { samples } = profile;
  const event = eventOf(profile, filter.event);
  const isSelected = test(profile, filter);
  const rows = new Uint32Array(samples.length);
  let [length, weight, count] = [0, 0, 0];
  for (let row = 0; row < samples.length; row++) {
    if (samples.event[row] !== event || !isSelected(row)) continue;
    rows[length++] = row;
    weight += samples.weight[row] as number;
    count += samples.count[row] as number;
  }
  return { event, rows: rows.subarray(0, length), weight, samples: count };
}

/** Whether a row passes all but the event of a filter. */
function test(profile: Profile, { cpus, comm, contexts, fromNs, toNs }: SampleFilter): (row: number) => boolean {
  const { samples, comms } = profile;
  const { timeNs } = samples;
  const commId = comm === undefined ? -1 : known("comm", comms.indexOf(comm), comm);
  const cpuIds = cpus && new Set(cpus);
  const contextIds = contexts && new Set(contexts.map((name) => known("context", CONTEXTS.indexOf(name), name)));
  if ((fromNs !== undefined || toNs !== undefined) && !timeNs) {
    throw new RangeError("selectSamples requires samples with times for a time window: these have none or were merged");
  }
  if (comm === undefined && !cpuIds && !contextIds && fromNs === undefined && toNs === undefined) return () => true;
  return (row) =>
    (comm === undefined || samples.comm[row] === commId) &&
    (!cpuIds || cpuIds.has(samples.cpu[row] as number)) &&
    (!contextIds || contextIds.has(samples.context[row] as number)) &&
    (fromNs === undefined || (timeNs?.[row] as number) >= fromNs) &&
    (toNs === undefined || (timeNs?.[row] as number) < toNs);
}

function eventOf({ events }: Profile, name: string | undefined): number {
  if (name !== undefined) {
    return known(
      "event",
      events.findIndex((event) => event.name === name),
      name,
    );
  }
  const sampled = events.flatMap(({ decoded }, index) => (decoded > 0 ? [index] : []));
  if (sampled.length > 1) {
    const names = nameList(sampled.map((index) => events[index]?.name ?? ""));
    throw new RangeError(`selectSamples requires an event where there are several: ${names}`);
  }
  return sampled[0] ?? 0;
}

function known(what: string, index: number, name: string): number {
  if (index < 0) throw new RangeError(`selectSamples requires a known ${what}: got ${JSON.stringify(name)}`);
  return index;
}
