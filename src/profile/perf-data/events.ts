import { CaptureError } from "../../captures/capture-error.js";
import type { ProfileBuilder } from "../profile-builder.js";
import { u64At } from "./byte-cursor.js";
import { eventName, eventUnit, isDummy } from "./event-attribute.js";
import type { RecordedEvent } from "./file-header.js";
import { SampleLayout } from "./sample-layout.js";

/** An event of a recording. */
export interface RecordingEvent {
  readonly layout: SampleLayout;
  /** Weight of a sample that does not say its period. */
  readonly defaultWeight: number;
  name: string;
  /** The builder's id; -1 until the event has a sample, so that names may come late. */
  id: number;
}

/** The events of a recording, and which of them a record belongs to. */
export class Events {
  readonly #file: string;
  readonly #littleEndian: boolean;
  readonly #events: RecordingEvent[] = [];
  readonly #byId: Map<number, RecordingEvent> = new Map();
  /** Whether the time stands at the same place in the samples of all events, as it mostly does. */
  timesAgree = true;
  /** The ids that were asked for lately, by their last bits: an event has one for each CPU. */
  readonly #lateIds: Float64Array = new Float64Array(LATE_IDS).fill(-1);
  readonly #lateEvents: (RecordingEvent | undefined)[] = [];

  constructor({ file, littleEndian }: { file: string; littleEndian: boolean }) {
    this.#file = file;
    this.#littleEndian = littleEndian;
  }

  /** @throws CaptureError where the event keeps its ids at another place than the events before it. */
  add({ attribute, ids }: RecordedEvent): void {
    const layout = new SampleLayout(attribute, this.#littleEndian);
    const [first] = this.#events;
    if (first && (first.layout.sample.id !== layout.sample.id || first.layout.trailer.id !== layout.trailer.id)) {
      const types = [attribute, first.layout.attribute].map(({ sampleType }) => `0x${sampleType.toString(16)}`).join(" and ");
      const message = `events of sample_type ${types}: expected all to have their ids at the same place; record them apart`;
      throw new CaptureError({ file: this.#file, problem: "format", message });
    }
    if (first && first.layout.sample.time !== layout.sample.time) this.timesAgree = false;
    const event = { layout, name: eventName(attribute), defaultWeight: attribute.fixedPeriod || 1, id: -1 };
    this.#events.push(event);
    for (const id of ids) this.#byId.set(id, event);
    this.#lateIds.fill(-1);
  }

  /** Names by position (EVENT_DESC), as the events were given to `perf record`. */
  nameAll(names: readonly string[]): void {
    names.forEach((name, index) => {
      const event = this.#events[index];
      if (event) event.name = name;
    });
  }

  /** The name of the event with an id (EVENT_UPDATE). */
  name(id: number, name: string): void {
    const event = this.#byId.get(id);
    if (event) event.name = name;
  }

  /** The name of the events of a configuration (EVENT_TYPE, before Linux 3.7). */
  nameType(config: number, name: string): void {
    for (const event of this.#events) if (event.layout.attribute.config === BigInt(config)) event.name = name;
  }

  /** The event of a sample; undefined where its id is of none. With one event ids do not matter, and 0 is the first. */
  ofSample(view: DataView, at: number, size: number): RecordingEvent | undefined {
    const [first] = this.#events;
    const place = first?.layout.sample.id;
    return place === undefined || this.#events.length === 1 ? first : this.#ofId(view, at + place, at + size);
  }

  /** Where the time of a sample stands, from its start; undefined where it has none. */
  timeOfSample(view: DataView, at: number, size: number): number | undefined {
    return (this.timesAgree ? this.#events[0] : this.ofSample(view, at, size))?.layout.sample.time;
  }

  /** The event of a record that is no sample, by the identity at its end. */
  ofOther(view: DataView, at: number, size: number): RecordingEvent | undefined {
    const [first] = this.#events;
    const place = first?.layout.trailer.id;
    if (place === undefined || this.#events.length === 1) return first;
    return size + place >= 8 ? this.#ofId(view, at + size + place, at + size) : undefined;
  }

  /** The event of an id; undefined where it is of none. */
  ofNumber(id: number): RecordingEvent | undefined {
    return this.#byId.get(id) ?? (id === 0 || this.#events.length === 1 ? this.#events[0] : undefined);
  }

  /** The builder's id of an event. */
  builderId(event: RecordingEvent, builder: ProfileBuilder): number {
    // Its name may come late, and `finish` gives it.
    if (event.id < 0) event.id = builder.event(`event ${this.#events.indexOf(event)}`, eventUnit(event.layout.attribute));
    return event.id;
  }

  /** Makes the builder know the events that had no samples and late names, and says what was left out of those with samples. */
  finish(builder: ProfileBuilder): void {
    const names = new Set<string>();
    for (const [index, event] of this.#events.entries()) {
      const { attribute } = event.layout;
      const hasSamples = event.id >= 0;
      if (!hasSamples && isDummy(attribute)) continue;
      const name = names.has(event.name) ? `${event.name} (event ${index})` : event.name;
      names.add(name);
      builder.rename(this.builderId(event, builder), name);
      if (hasSamples) for (const omission of event.layout.omissions()) builder.warn(0, `${name}: ${omission}`);
    }
  }

  #ofId(view: DataView, at: number, end: number): RecordingEvent | undefined {
    if (at + 8 > end) return undefined;
    const id = u64At(view, at, this.#littleEndian);
    const place = id & (LATE_IDS - 1);
    if (this.#lateIds[place] !== id) {
      this.#lateIds[place] = id;
      this.#lateEvents[place] = this.ofNumber(id);
    }
    return this.#lateEvents[place];
  }
}

const LATE_IDS = 64;
