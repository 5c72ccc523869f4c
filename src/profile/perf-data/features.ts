import type { HeaderEntry } from "../profile.js";
import { ByteCursor, viewOf, zeroTerminated } from "./byte-cursor.js";

/** What the features of a recording say, beside the entries for people. */
export interface Features {
  /** In perf's spelling, as `perf report --header-only` prints them. */
  readonly entries: HeaderEntry[];
  /** Names of the events, in the order of their attributes. */
  eventNames: string[];
  /** Build ids in hexadecimal, by the name of the mapped file. */
  readonly buildIds: Map<string, string>;
  /** Features that do not have the form they should. */
  readonly unreadable: string[];
}

/** A feature: its number (HEADER_*) and its content. */
export interface Feature {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** The number of the feature that has the formats of tracepoints. */
export const TRACING_DATA = 1;
/** The number of the feature that is a sequence of BUILD_ID records. */
export const BUILD_ID = 2;

type Reader = (cursor: ByteCursor, features: Features) => void;

// HEADER_* of tools/perf/util/header.h; contents after tools/perf/util/header.c and perf.data-file-format.txt.
const READERS: ReadonlyMap<number, readonly [name: string, read: Reader]> = new Map([
  [BUILD_ID, ["BUILD_ID", readBuildIds]],
  [3, ["HOSTNAME", text("hostname")]],
  [4, ["OSRELEASE", text("os release")]],
  [5, ["VERSION", text("perf version")]],
  [6, ["ARCH", text("arch")]],
  [7, ["NRCPUS", readCpuCounts]],
  [8, ["CPUDESC", text("cpudesc")]],
  [9, ["CPUID", text("cpuid")]],
  [10, ["TOTAL_MEM", (cursor, { entries }) => entries.push({ key: "total memory", value: `${cursor.u64()} kB` })]],
  [11, ["CMDLINE", (cursor, { entries }) => entries.push({ key: "cmdline", value: cursor.strings().join(" ") })]],
  [12, ["EVENT_DESC", readEventDescriptions]],
  [13, ["CPU_TOPOLOGY", readCpuTopology]],
  [14, ["NUMA_TOPOLOGY", readNumaTopology]],
  [16, ["PMU_MAPPINGS", readPmuMappings]],
  [17, ["GROUP_DESC", readGroups]],
  [21, ["SAMPLE_TIME", readSampleTime]],
  [23, ["CLOCKID", (cursor, { entries }) => entries.push({ key: "clockid frequency", value: `${cursor.u64()} Hz` })]],
  [27, ["COMPRESSED", readCompression]],
  [28, ["CPU_PMU_CAPS", (cursor, { entries }) => entries.push({ key: "cpu pmu capabilities", value: capabilities(cursor) })]],
  [29, ["CLOCK_DATA", readClockData]],
  [30, ["HYBRID_TOPOLOGY", readHybridTopology]],
  [31, ["PMU_CAPS", readPmuCapabilities]],
]);

/**
 * Nothing known yet.
 *
 * @example
 * noFeatures().eventNames // []
 */
export function noFeatures(): Features {
  return { entries: [], eventNames: [], buildIds: new Map(), unreadable: [] };
}

/**
 * Adds what a feature says to `features`. One that describes nothing of the run (tracing data, caches, BPF programs) is
 * passed over; one that is damaged is named in `unreadable`.
 *
 * @example
 * readFeature(noFeatures(), { number: 3, bytes: Uint8Array.of(4, 0, 0, 0, 100, 117, 116, 0) }, true).entries // [{ key: "hostname", value: "dut" }]
 */
export function readFeature(features: Features, { number, bytes }: Feature, littleEndian: boolean): Features {
  const [name, read] = READERS.get(number) ?? [];
  try {
    read?.(new ByteCursor(viewOf(bytes), littleEndian), features);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    features.unreadable.push(`${name}`);
  }
  return features;
}

/** BUILD_ID records: header, pid, build id of 20 bytes (or of as many as the byte behind it says, perf >= 5.11), file name. */
function readBuildIds(cursor: ByteCursor, { buildIds }: Features): void {
  while (cursor.left >= BUILD_ID_BYTES) {
    const { at, view, littleEndian } = cursor;
    const misc = view.getUint16(at + 4, littleEndian);
    const size = view.getUint16(at + 6, littleEndian);
    if (size < BUILD_ID_BYTES) throw new RangeError(`a build id of ${size} bytes`);
    cursor.at = at + 12;
    const id = cursor.bytes(24);
    const idBytes = misc & MISC_BUILD_ID_SIZE ? Math.min(20, id[20] as number) : 20;
    buildIds.set(zeroTerminated(cursor.bytes(size - BUILD_ID_BYTES)), Buffer.from(id.subarray(0, idBytes)).toString("hex"));
  }
}

const BUILD_ID_BYTES = 36;
const MISC_BUILD_ID_SIZE = 1 << 15;

function text(key: string): Reader {
  return (cursor, { entries }) => entries.push({ key, value: cursor.string() });
}

function readCpuCounts(cursor: ByteCursor, { entries }: Features): void {
  // The kernel tree's writer puts the available CPUs first.
  const available = cursor.u32();
  entries.push({ key: "nrcpus online", value: String(cursor.u32()) }, { key: "nrcpus avail", value: String(available) });
}

function readEventDescriptions(cursor: ByteCursor, features: Features): void {
  const events = cursor.u32();
  const attributeBytes = cursor.u32();
  const names: string[] = [];
  for (let left = events; left > 0; left--) {
    cursor.bytes(attributeBytes);
    const ids = cursor.u32();
    names.push(cursor.string());
    cursor.bytes(8 * ids);
  }
  features.eventNames = names;
}

function readCpuTopology(cursor: ByteCursor, { entries }: Features): void {
  for (const cpus of cursor.strings()) entries.push({ key: "sibling sockets", value: cpus });
  for (const cpus of cursor.strings()) entries.push({ key: "sibling threads", value: cpus });
}

function readNumaTopology(cursor: ByteCursor, { entries }: Features): void {
  for (let left = cursor.u32(); left > 0; left--) {
    const node = cursor.u32();
    cursor.bytes(16); // total and free memory
    entries.push({ key: `node${node} cpu list`, value: cursor.string() });
  }
}

function readPmuMappings(cursor: ByteCursor, { entries }: Features): void {
  const mappings: string[] = [];
  for (let left = cursor.u32(); left > 0; left--) {
    const type = cursor.u32();
    mappings.push(`${cursor.string()} = ${type}`);
  }
  entries.push({ key: "pmu mappings", value: mappings.join(", ") });
}

function readGroups(cursor: ByteCursor, { entries }: Features): void {
  for (let left = cursor.u32(); left > 0; left--) {
    const name = cursor.string();
    const leader = cursor.u32();
    entries.push({ key: "group", value: `${name} of ${cursor.u32()} events from event ${leader} on` });
  }
}

function readSampleTime({ view, littleEndian }: ByteCursor, { entries }: Features): void {
  entries.push(
    { key: "time of first sample", value: `${view.getBigUint64(0, littleEndian)} ns` },
    { key: "time of last sample", value: `${view.getBigUint64(8, littleEndian)} ns` },
  );
}

function readCompression(cursor: ByteCursor, { entries }: Features): void {
  cursor.u32(); // version
  const type = cursor.u32();
  const level = cursor.u32();
  const ratio = cursor.u32();
  entries.push({ key: "compressed", value: `${type === 1 ? "Zstd" : `type ${type}`}, level = ${level}, ratio = ${ratio}` });
}

function readClockData({ view, littleEndian }: ByteCursor, { entries }: Features): void {
  // version, clockid, then the same moment on the wall clock and on that clock.
  const clock = view.getUint32(4, littleEndian);
  const [wallNs, clockNs] = [view.getBigUint64(8, littleEndian), view.getBigUint64(16, littleEndian)];
  entries.push({ key: "clock data", value: `clockid ${clock} at ${clockNs} ns is ${wallNs} ns of the wall clock` });
}

function readHybridTopology(cursor: ByteCursor, { entries }: Features): void {
  for (let left = cursor.u32(); left > 0; left--) {
    const pmu = cursor.string();
    entries.push({ key: `${pmu} cpu list`, value: cursor.string() });
  }
}

function readPmuCapabilities(cursor: ByteCursor, { entries }: Features): void {
  for (let left = cursor.u32(); left > 0; left--) {
    const value = capabilities(cursor);
    entries.push({ key: `${cursor.string()} pmu capabilities`, value });
  }
}

function capabilities(cursor: ByteCursor): string {
  const list: string[] = [];
  for (let left = cursor.u32(); left > 0; left--) {
    const name = cursor.string();
    list.push(`${name}=${cursor.string()}`);
  }
  return list.join(", ");
}
