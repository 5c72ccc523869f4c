import type { CaptureLine, Warning } from "../captures/parsed.js";
import type { Ns } from "../units.js";
import { Dictionary } from "./dictionary.js";
import { FrameTable } from "./frame-table.js";
import type { HeaderEntry, Profile, RecordCount, SampleColumns, ThrottledInterval, WeightUnit } from "./profile.js";
import { joinedParts, type ProfilePart } from "./profile-part.js";
import { SampleRows, type SampleRun } from "./sample-rows.js";
import { StackTree } from "./stack-tree.js";

/** One sample as a reader decodes it. Ids are those the builder gave. */
export interface Sample {
  /** Offset to a time of the reader's choice, see `finish()`; `NaN` where it was not recorded. */
  timeNs: Ns;
  cpu: number;
  pid: number;
  tid: number;
  comm: number;
  event: number;
  context: number;
  weight: number;
  stack: number;
}

/**
 * Collects samples and their dictionaries, then gives the `Profile`.
 *
 * With `merge` the samples that differ only in time become one row: memory then grows with what is distinct, not with the
 * length of the recording, and the profile has no times but its start and duration.
 */
export class ProfileBuilder {
  readonly #file: string;
  readonly #merge: boolean;
  readonly #samples: SampleRows;
  readonly #comms = new Dictionary();
  readonly #symbols = new Dictionary();
  readonly #dsos = new Dictionary();
  readonly #eventNames = new Dictionary();
  readonly #events: { name: string; unit: WeightUnit; decoded: number; refused: number }[] = [];
  readonly #frames = new FrameTable();
  readonly #stacks = new StackTree();
  readonly #header: HeaderEntry[] = [];
  readonly #warnings: Warning[] = [];
  readonly #throttled: ThrottledInterval[] = [];
  readonly #records: RecordCount[] = [];
  readonly #eventOfOrigin: number[] = [];
  #lostRecords = 0;
  #lostSamples = 0;
  #earliestNs = Number.POSITIVE_INFINITY;
  #latestNs = Number.NEGATIVE_INFINITY;
  #untimed = 0;

  /** @param expectedSamples What a reader thinks will come at most: memory is taken as it is used. */
  constructor({ file, merge = false, expectedSamples = 0 }: { file: string; merge?: boolean; expectedSamples?: number }) {
    this.#file = file;
    this.#merge = merge;
    this.#samples = new SampleRows({ merge, expectedSamples });
  }

  comm(name: string): number {
    return this.#comms.intern(name);
  }

  symbol(name: string): number {
    return this.#symbols.intern(name);
  }

  dso(name: string): number {
    return this.#dsos.intern(name);
  }

  /** The id of an event; its unit is that of the first call. */
  event(name: string, unit: WeightUnit): number {
    const id = this.#eventNames.intern(name);
    if (id === this.#events.length) this.#events.push({ name, unit, decoded: 0, refused: 0 });
    return id;
  }

  /**
   * A frame at any address of one symbol of one dso. -1 for a dso that is not known, and for no symbol: then it is a frame at any
   * address of the dso.
   */
  frame(symbol: number, dso: number): number {
    return this.#frames.intern(symbol, dso, 0, 0);
  }

  /** A frame without symbol at one address. */
  unresolvedFrame(dso: number, address: bigint): number {
    return this.#frames.intern(-1, dso, Number(BigInt.asIntN(32, address)), Number(BigInt.asIntN(32, address >> 32n)));
  }

  /** The node of `frame` called by `parent`; 0 is the parent of an outermost frame. */
  child(parent: number, frame: number): number {
    return this.#stacks.child(parent, frame);
  }

  /** The node of a whole stack: the first `depth` of `frames`, innermost first. */
  stack(frames: Int32Array, depth: number): number {
    return this.#stacks.stack(frames, depth);
  }

  add(sample: Sample): void {
    this.#noteTime(sample.timeNs);
    const event = this.#events[sample.event];
    if (!event) throw new RangeError(`ProfileBuilder.add requires an event of event(): got ${sample.event}`);
    event.decoded += 1;
    this.#samples.add(sample);
  }

  /** Where a sample is from, for `addRun()`. */
  origin(sample: Sample): number {
    const origin = this.#samples.originOf(sample);
    this.#eventOfOrigin[origin] = sample.event;
    return origin;
  }

  /** Rows of samples whose origins are known: the same as `add()` of one after the other. */
  addRun(run: SampleRun): void {
    const { length, words, values } = run;
    for (let row = 0; row < length; row++) {
      const origin = words[6 * row] as number;
      const event = this.#events[this.#eventOfOrigin[origin] as number];
      if (!event) throw new RangeError(`ProfileBuilder.addRun requires origins of origin(): got ${origin}`);
      event.decoded += this.#merge ? (values[3 * row + 2] as number) : 1;
    }
    this.#earliestNs = Math.min(this.#earliestNs, run.earliestNs);
    this.#latestNs = Math.max(this.#latestNs, run.latestNs);
    this.#untimed += run.untimed;
    this.#samples.addRun(run);
  }

  /** A sample of the recording that could not be decoded. */
  refuse(event: number): void {
    const entry = this.#events[event];
    if (!entry) throw new RangeError(`ProfileBuilder.refuse requires an event of event(): got ${event}`);
    entry.refused += 1;
  }

  lost({ records = 0, samples = 0 }: { records?: number; samples?: number }): void {
    this.#lostRecords += records;
    this.#lostSamples += samples;
  }

  /** Times as in `add()`. */
  throttle(interval: ThrottledInterval): void {
    this.#throttled.push(interval);
  }

  /** Records of the file, by type. */
  records(type: string, count: number): void {
    this.#records.push({ type, count });
  }

  /** Gives an event the name that the recording told late. */
  rename(event: number, name: string): void {
    const entry = this.#events[event];
    if (entry) entry.name = name;
  }

  header(key: string, value: string): void {
    this.#header.push({ key, value });
  }

  /** @param line From 1; 0 when the whole file is meant. */
  warn(line: number, message: string): void {
    this.#warnings.push({ file: this.#file, line, message });
  }

  /** The warnings so far. */
  get warnings(): readonly Warning[] {
    return this.#warnings;
  }

  #noteTime(timeNs: Ns): void {
    if (Number.isNaN(timeNs)) {
      this.#untimed += 1;
    } else {
      if (timeNs < this.#earliestNs) this.#earliestNs = timeNs;
      if (timeNs > this.#latestNs) this.#latestNs = timeNs;
    }
  }

  /** The samples so far, for `finish()` of a builder that takes others of the same recording. */
  part(): ProfilePart {
    return {
      samples: this.#samples.columns(),
      comms: this.#comms.names,
      events: this.#events,
      symbols: this.#symbols.names,
      dsos: this.#dsos.names,
      frames: this.#frames.columns(),
      stacks: this.#stacks.columns(),
      earliestNs: this.#earliestNs,
      latestNs: this.#latestNs,
      untimed: this.#untimed,
    };
  }

  /**
   * The profile. `originNs` is the time on the recording's clock from which the samples' `timeNs` count. `statesLosses` is false
   * for a recording that would not say it if the kernel had dropped samples. `join` puts the samples of this builder among those of
   * others, as `joinedParts` takes them.
   */
  finish({
    originNs = 0n,
    statesLosses = true,
    skippedLines = 0,
    skipped = [],
    join,
  }: {
    originNs?: bigint;
    statesLosses?: boolean;
    skippedLines?: number;
    skipped?: readonly CaptureLine[];
    join?: ((own: ProfilePart) => readonly ProfilePart[]) | undefined;
  } = {}): Profile {
    const own = this.part();
    const all = join ? joinedParts(join(own), { merge: this.#merge }) : own;
    const { samples, comms, events, symbols, dsos, frames, stacks, earliestNs, latestNs, untimed } = all;
    const decoded = events.reduce((sum, event) => sum + event.decoded, 0);
    const timed = decoded > untimed;
    if (timed && untimed > 0) this.warn(0, `${untimed} of ${decoded} samples have no time: the profile has none`);
    const startNs = timed ? earliestNs : 0;
    return {
      file: this.#file,
      ...(timed ? { startTimeNs: originNs + BigInt(startNs), durationNs: latestNs - startNs } : {}),
      samples: sinceStart(samples, untimed > 0 ? undefined : startNs),
      comms,
      events,
      symbols,
      dsos,
      frames,
      stacks,
      header: this.#header,
      quality: {
        ...(statesLosses ? { lostRecords: this.#lostRecords, lostSamples: this.#lostSamples } : {}),
        ...(this.#records.length > 0 ? { records: this.#records } : {}),
        throttled: this.#throttled.map((interval) => shifted(interval, startNs)),
        skippedLines,
        skipped,
      },
      warnings: this.#warnings,
    };
  }
}

/** The samples with the offsets of their times to `startNs`; without times where that is not given. */
function sinceStart({ timeNs, ...samples }: SampleColumns, startNs: Ns | undefined): SampleColumns {
  if (startNs === undefined || !timeNs) return samples;
  for (let row = 0; row < samples.length; row++) timeNs[row] = (timeNs[row] as number) - startNs;
  return { ...samples, timeNs };
}

function shifted({ cpu, event, fromNs, toNs }: ThrottledInterval, startNs: Ns): ThrottledInterval {
  return { cpu, event, fromNs: fromNs - startNs, ...(toNs === undefined ? {} : { toNs: toNs - startNs }) };
}
