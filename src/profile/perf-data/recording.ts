import type { Kallsyms } from "../kallsyms.js";
import type { ProfileWithPayloads } from "../perf-script/payload-table.js";
import { CONTEXTS } from "../profile.js";
import { ProfileBuilder, type Sample } from "../profile-builder.js";
import { type Block, copiedWords } from "./block.js";
import { u64At } from "./byte-cursor.js";
import { Events, type RecordingEvent } from "./events.js";
import { type Feature, type Features, noFeatures, readFeature, TRACING_DATA } from "./features.js";
import { Frames } from "./frames.js";
import { applyHeaderRecord } from "./header-records.js";
import { RecordCounts } from "./record-counts.js";
import * as RECORD from "./record-types.js";
import { recordTypeName } from "./record-types.js";
import { RecordWalk } from "./record-walk.js";
import { RecordedPayloads } from "./recorded-payloads.js";
import { recordingWarnings } from "./recording-warnings.js";
import type { SampleLayout } from "./sample-layout.js";
import { SampleLoop } from "./sample-loop.js";
import { SideBand } from "./side-band.js";
import { SortedRecords } from "./sorted-records.js";
import { Stacks } from "./stacks.js";
import { type Task, Tasks } from "./tasks.js";
import { Throttling } from "./throttling.js";
import { TimeOrder, type WaitingRecords } from "./time-order.js";
import { type OpenUserFile, UserSymbols } from "./user-symbols.js";

const WORD = 2 ** 32;
const HEADER_BYTES = 8;
const MISC_CPU_MODE = 7;
const MISC_KERNEL = 1;
const TRACEPOINT = 2; // PERF_TYPE_TRACEPOINT

/** How a recording is read: see `PerfDataOptions`. */
export interface RecordingOptions {
  readonly merge?: boolean;
  readonly payloads?: boolean;
  readonly kallsyms?: Kallsyms | undefined;
  readonly openUserFile?: OpenUserFile | undefined;
  /** Whether `SampleLoop` takes the samples that it can: the profile is the same, and there sooner where they are many. */
  readonly loop?: boolean;
}

/** Takes the records of a recording in the order of the file, and makes the profile of them. */
export class Recording {
  readonly builder: ProfileBuilder;
  readonly events: Events;
  readonly #features: Features = noFeatures();
  readonly #littleEndian: boolean;
  readonly #tasks: Tasks;
  readonly #stacks: Stacks;
  readonly #sideBand: SideBand;
  readonly #frames: Frames;
  readonly #walk: RecordWalk;
  readonly #order: TimeOrder;
  readonly #waiting: WaitingRecords;
  readonly #kallsyms: Kallsyms | undefined;
  readonly #userSymbols: UserSymbols;
  readonly #resolvesUsers: boolean;
  /** Records by type, and those that are too short for it. */
  readonly #counts: RecordCounts = new RecordCounts();
  readonly #short: RecordCounts = new RecordCounts();
  readonly #throttling: Throttling;
  readonly #payloads: RecordedPayloads | undefined;
  readonly #sample: Sample = { timeNs: 0, cpu: 0, pid: 0, tid: 0, comm: 0, event: 0, context: 0, weight: 0, stack: 0 };
  /** High word of the first time: times count from it, exactly up to 2^53 ns. */
  #originHigh = -1;
  readonly #loop: SampleLoop | undefined;
  #unknownEvents = 0;
  #added = 0;
  #hasKernelSamples = false;
  #emptyChains = 0;

  constructor(options: RecordingOptions & { file: string; littleEndian: boolean; expectedSamples?: number }) {
    const { file, littleEndian, kallsyms, merge = false, expectedSamples = 0 } = options;
    const builder = new ProfileBuilder({ file, merge, expectedSamples });
    const userSymbols = new UserSymbols(options.openUserFile);
    this.#userSymbols = userSymbols;
    this.#resolvesUsers = options.openUserFile !== undefined;
    const userSymbolAt = (dso: number, fileOffset: number) => {
      const mapped = this.#sideBand.files.get(dso);
      const buildId = mapped?.buildId ?? this.#features.buildIds.get(mapped?.name ?? "");
      return mapped && userSymbols.at({ ...mapped, buildId }, fileOffset);
    };
    const frames = new Frames({ builder, kallsyms, userSymbolAt: options.openUserFile && userSymbolAt });
    this.builder = builder;
    this.#throttling = new Throttling(builder);
    this.#frames = frames;
    this.#tasks = new Tasks({ idleComm: builder.comm("swapper") });
    this.events = new Events({ file, littleEndian });
    this.#littleEndian = littleEndian;
    this.#kallsyms = kallsyms;
    this.#stacks = new Stacks({ builder, frames });
    this.#sideBand = new SideBand({ builder, tasks: this.#tasks, frames, kallsyms, littleEndian });
    this.#payloads = options.payloads ? new RecordedPayloads(littleEndian) : undefined;
    const { payloads = false, loop = false } = options;
    this.#loop = loop && littleEndian && !payloads ? this.#newLoop(merge) : undefined;
    this.#waiting = this.#loop ?? new SortedRecords((block, at) => this.#apply(block, at));
    this.#order = new TimeOrder(this.#waiting);
    this.#walk = new RecordWalk({
      littleEndian,
      onRecord: (view, at, type, size) => this.#record(view, at, type, size),
      onBlock: (block, at) => this.#samples(block, at),
      onTracingData: (bytes) => this.#payloads?.tracingData(bytes),
    });
  }

  /** A feature of the recording; in file mode all come before the records. */
  feature(feature: Feature): void {
    if (feature.number === TRACING_DATA) this.#payloads?.tracingData(feature.bytes);
    readFeature(this.#features, feature, this.#littleEndian);
    this.events.nameAll(this.#features.eventNames);
  }

  /** Memory for blocks of the recording, to be used before any other. */
  blocks(): Uint8Array[] {
    return this.#loop?.blocks() ?? [];
  }

  /** The next bytes of the file's records. */
  push(bytes: Uint8Array): void {
    this.#walk.push(bytes);
  }

  /** The same, but leaves a record at the end that they do not hold whole: gives how many bytes it took. */
  pushWhole(bytes: Uint8Array): number {
    return this.#walk.pushWhole(bytes);
  }

  /** Whether records in bytes that were pushed are still to be looked at. */
  holds(bytes: Uint8Array): boolean {
    return this.#waiting.holds(bytes);
  }

  /** The end of the recording. `missingBytes`: what the header announces and the file does not have; `finished`: whether it does. */
  finish({ missingBytes, finished }: { missingBytes: number; finished: boolean }): ProfileWithPayloads {
    const cut = this.#walk.end();
    this.#order.finish();
    this.#loop?.finish();
    this.#throttling.finish();
    this.events.finish(this.builder);
    for (const { key, value } of this.#features.entries) this.builder.header(key, value);
    if (!finished)
      this.builder.warn(0, "the header was never finished: perf record was cut off, and what it had not written is missing");
    if (missingBytes > 0) this.builder.warn(0, `the file is cut short: ${missingBytes} bytes of its records are missing`);
    if (cut !== undefined) this.builder.warn(0, cut);
    this.#warn();
    const decoded = this.#payloads?.finish();
    for (const problem of decoded?.problems ?? []) this.builder.warn(0, problem);
    const profile = this.builder.finish({ originNs: BigInt(Math.max(0, this.#originHigh)) << 32n });
    return decoded ? { ...profile, payloads: decoded.payloads } : profile;
  }

  /** Lets the plain samples of a block wait for their time, from a place on, and gives where it stopped. */
  #samples(block: Block, at: number): number {
    const loop = this.#loop;
    if (!loop?.layout || this.#originHigh < 0 || !this.events.timesAgree) return at;
    this.#order.begin(block);
    const before = loop.length;
    const end = loop.walk(block, at, this.#originHigh);
    this.#counts.add(RECORD.SAMPLE, loop.length - before);
    return end;
  }

  #record(view: Block, at: number, type: number, size: number): void {
    this.#counts.add(type);
    if (type === RECORD.SAMPLE && this.#loop && !this.#loop.layout) this.#useLoop(this.#loop, view, at, size);
    this.#inTime(view, at, type, size);
  }

  /** Lets the loop take samples from now on, if they are plain. */
  #useLoop(loop: SampleLoop, view: Block, at: number, size: number): void {
    const event = this.events.ofSample(view, at, size);
    if (event) loop.use(event.layout);
  }

  /** Applies a record, or lets it wait for its time. */
  #inTime(view: Block, at: number, type: number, size: number): void {
    if (type >= RECORD.FIRST_USER_TYPE) {
      this.#userRecord(view, at, type, size);
      return;
    }
    // As perf does, what has no time is applied at once: the records perf wrote of what was there at the start.
    const place = this.#timePlace(view, at, type, size);
    const high = place < 0 ? 0 : view.getUint32(this.#littleEndian ? place + 4 : place, this.#littleEndian);
    const low = place < 0 ? 0 : view.getUint32(this.#littleEndian ? place : place + 4, this.#littleEndian);
    if (high === 0 && low === 0) {
      this.#apply(view, at);
      return;
    }
    if (this.#originHigh < 0) this.#originHigh = high;
    this.#order.push(view, at, (high - this.#originHigh) * WORD + low);
  }

  /** Where the time of a record stands; -1 where it has none. */
  #timePlace(view: DataView, at: number, type: number, size: number): number {
    const isSample = type === RECORD.SAMPLE;
    const offset = isSample
      ? this.events.timeOfSample(view, at, size)
      : this.events.ofOther(view, at, size)?.layout.trailer.time;
    if (offset === undefined) return -1;
    const place = isSample ? at + offset : at + size + offset;
    return place >= at + HEADER_BYTES && place + 8 <= at + size ? place : -1;
  }

  /** The time at a place, from the origin; `NaN` where there is none: another type would be memory for each sample. */
  #time(view: DataView, place: number): number {
    const high = view.getUint32(this.#littleEndian ? place + 4 : place, this.#littleEndian);
    const low = view.getUint32(this.#littleEndian ? place : place + 4, this.#littleEndian);
    if (high === 0 && low === 0) return Number.NaN;
    return (high - this.#originHigh) * WORD + low;
  }

  #apply(view: Block, at: number): void {
    const type = view.getUint32(at, this.#littleEndian);
    const size = view.getUint16(at + 6, this.#littleEndian);
    if (type === RECORD.SAMPLE) {
      this.#applySample(view, at, size);
      return;
    }
    const event = this.events.ofOther(view, at, size);
    const end = at + size - (event?.layout.trailerBytes ?? 0);
    let whole = true;
    if (type === RECORD.LOST) whole = this.#lost(view, at + 16, end, "records");
    else if (type === RECORD.LOST_SAMPLES) whole = this.#lost(view, at + 8, end, "samples");
    else if (type === RECORD.THROTTLE || type === RECORD.UNTHROTTLE) whole = this.#throttle(view, at, type, size);
    else whole = this.#sideBand.apply(view, at, type, end);
    if (!whole) this.#short.add(type);
  }

  #applySample(view: Block, at: number, size: number): void {
    const event = this.events.ofSample(view, at, size);
    if (!event) {
      // Counted as refused, under a name of its own: no sample of the file goes uncounted.
      this.builder.refuse(this.builder.event("unknown event", "samples"));
      this.#unknownEvents++;
      return;
    }
    const id = this.events.builderId(event, this.builder);
    const { layout } = event;
    if (!layout.locate(view, at, at + size)) {
      this.builder.refuse(id);
      return;
    }
    const littleEndian = this.#littleEndian;
    const { ip, time, period } = layout.sample;
    const sample = this.#sample;
    const task = this.#identify(view, at, event);
    sample.timeNs = time === undefined ? Number.NaN : this.#time(view, at + time);
    sample.weight = period === undefined ? event.defaultWeight : u64At(view, at + period, littleEndian);
    sample.stack = layout.depth > 0 ? this.#chainStack(view, layout, task) : 0;
    if (layout.depth > 0 && sample.stack === 0) this.#emptyChains++;
    if (sample.stack === 0 && ip !== undefined) {
      const high = view.getInt32(at + ip + (littleEndian ? 4 : 0), littleEndian);
      const low = view.getInt32(at + ip + (littleEndian ? 0 : 4), littleEndian);
      sample.stack = this.#stacks.stackOfAddress(high, low, sample.context, task.space);
    }
    if (this.#loop) this.#loop.addRow(this.builder.origin(sample), sample.stack, sample.weight, sample.timeNs);
    else this.builder.add(sample);
    this.#keepPayload(view, layout, id);
    this.#added += 1;
  }

  /** Says in `#sample` where a sample is from, and gives its thread. */
  #identify(view: DataView, at: number, event: RecordingEvent): Task {
    const littleEndian = this.#littleEndian;
    const { tid, cpu } = event.layout.sample;
    const sample = this.#sample;
    sample.pid = tid === undefined ? -1 : view.getInt32(at + tid, littleEndian);
    sample.tid = tid === undefined ? -1 : view.getInt32(at + tid + 4, littleEndian);
    sample.cpu = cpu === undefined ? -1 : view.getInt32(at + cpu, littleEndian);
    const mode = view.getUint16(at + 4, littleEndian) & MISC_CPU_MODE;
    if (mode === MISC_KERNEL) this.#hasKernelSamples = true;
    sample.context = mode < CONTEXTS.length ? mode : 0;
    sample.event = this.events.builderId(event, this.builder);
    const task = this.#tasks.task(sample.pid, sample.tid);
    sample.comm = task.comm >= 0 ? task.comm : this.builder.comm(`:${sample.tid}`);
    return task;
  }

  /** A loop that asks this recording. */
  #newLoop(merge: boolean): SampleLoop {
    const loop: SampleLoop = new SampleLoop(
      {
        origin: (at) => {
          const event = this.events.ofSample(loop.block, at, loop.block.getUint16(at + 6, true));
          if (!event || event.layout.attribute.sampleType !== loop.layout?.attribute.sampleType) return undefined;
          const { space } = this.#identify(loop.block, at, event);
          return { id: this.builder.origin(this.#sample), space };
        },
        userStack: (at, start, end, innermost) => {
          const place = at + (loop.layout?.sample.tid ?? 0);
          const { space } = this.#tasks.task(loop.block.getInt32(place, true), loop.block.getInt32(place + 4, true));
          return this.#stacks.userStack(loop.words, start, end, space, innermost);
        },
        kernelFrame: (at, innermost) =>
          this.#frames.kernelFrame(loop.words[at + 1] as number, loop.words[at] as number, innermost),
        child: (parent, frame) => this.builder.child(parent, frame),
        meaning: () => ({
          kernelVersion: this.#frames.kernelVersion,
          samePage: this.#resolvesUsers ? -1 : this.#tasks.samePage,
          threads: this.#tasks.changes,
        }),
        apply: (block, at) => this.#apply(block, at),
        addRun: (run) => this.builder.addRun(run),
      },
      { merge },
    );
    return loop;
  }

  /** The payload of the sample that was added last, if payloads are asked for and it is a tracepoint's. */
  #keepPayload(view: DataView, { attribute, payloadAt }: SampleLayout, event: number): void {
    if (!this.#payloads || payloadAt === 0 || attribute.type !== TRACEPOINT) return;
    const bytes = new Uint8Array(view.buffer, view.byteOffset + payloadAt + 4, view.getUint32(payloadAt, this.#littleEndian));
    this.#payloads.add(Number(attribute.config), event, this.#added, bytes);
  }

  /** The stack of the chain that `layout` found; of words in the machine's own order, copied where they are not. */
  #chainStack(view: Block, { chainAt, depth }: SampleLayout, task: Task): number {
    if (view.words && chainAt % 4 === 0) return this.#stacks.stack(view.words, chainAt >> 2, depth, task);
    return this.#stacks.stack(copiedWords(view, chainAt, depth, this.#littleEndian), 0, depth, task);
  }

  #lost(view: DataView, place: number, end: number, what: "records" | "samples"): boolean {
    if (place + 8 > end) return false;
    this.builder.lost({ [what]: u64At(view, place, this.#littleEndian) });
    return true;
  }

  #throttle(view: DataView, at: number, type: number, size: number): boolean {
    if (size < 32) return false;
    const littleEndian = this.#littleEndian;
    const id = u64At(view, at + 16, littleEndian);
    if (this.#originHigh < 0) this.#originHigh = 0;
    const fromNs = this.#time(view, at + HEADER_BYTES);
    const event = this.events.ofNumber(id);
    if (Number.isNaN(fromNs) || event === undefined) return false;
    if (type === RECORD.THROTTLE) {
      const place = event.layout.trailer.cpu;
      const cpu = place === undefined ? -1 : view.getInt32(at + size + place, littleEndian);
      this.#throttling.begin(id, { cpu, event: this.events.builderId(event, this.builder), fromNs });
    } else {
      this.#throttling.end(id, fromNs);
    }
    return true;
  }

  /** Records that perf itself wrote: they have no time and are applied at once. */
  #userRecord(view: DataView, at: number, type: number, size: number): void {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, size);
    try {
      if (type === RECORD.FINISHED_ROUND) this.#order.finishRound();
      else applyHeaderRecord({ type, bytes, littleEndian: this.#littleEndian }, this);
      if (type === RECORD.HEADER_ATTR) this.#loop?.forget();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#short.add(type);
    }
  }

  #warn(): void {
    for (const [type, count] of this.#counts.entries()) {
      this.builder.records(recordTypeName(type) ?? `type ${type}`, count);
    }
    const warnings = recordingWarnings({
      counts: this.#counts,
      short: this.#short,
      unknownEvents: this.#unknownEvents,
      late: this.#waiting.late,
      refusedMappings: this.#tasks.refusedMappings,
      emptyChains: this.#emptyChains,
      deferred: this.#stacks.deferred,
      refusedFiles: this.#userSymbols.refused,
      unreadableFeatures: this.#features.unreadable,
      lacksKallsyms: this.#hasKernelSamples && !this.#kallsyms,
      uncomparedKallsyms: this.#sideBand.reference === undefined ? this.#kallsyms?.file : undefined,
    });
    for (const message of warnings) this.builder.warn(0, message);
  }
}
