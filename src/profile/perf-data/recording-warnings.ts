import type { RecordCounts } from "./record-counts.js";
import { recordTypeName } from "./record-types.js";

/** The warning of a recording whose kernel addresses have no names: what looks at times alone leaves it out. */
export const NO_KERNEL_SYMBOLS =
  "kernel addresses have no symbols: give the kallsyms that was copied as root on the recorded machine before it booted again";

/** What a reader met in a recording. */
export interface RecordingDoubts {
  /** Records by type, and those that are too short for it. */
  readonly counts: RecordCounts;
  readonly short: RecordCounts;
  readonly unknownEvents: number;
  readonly late: number;
  readonly refusedMappings: number;
  readonly emptyChains: number;
  readonly deferred: boolean;
  /** Files with symbols that are not the recorded ones, in words. */
  readonly refusedFiles: readonly string[];
  readonly unreadableFeatures: readonly string[];
  readonly lacksKallsyms: boolean;
  /** The kallsyms that nothing of the recording could be held against. */
  readonly uncomparedKallsyms: string | undefined;
}

/**
 * What a recording makes doubtful of a profile, as sentences.
 *
 * @example
 * recordingWarnings({ counts: new Map(), short: new Map(), late: 2, refusedFiles: [], unreadableFeatures: [] }) // ["2 records came out of order: their samples may have the names of another moment"]
 */
export function recordingWarnings(doubts: RecordingDoubts): string[] {
  const { unknownEvents, late, refusedMappings, emptyChains, unreadableFeatures, uncomparedKallsyms } = doubts;
  const when = (doubtful: unknown, message: string) => (doubtful ? [message] : []);
  return [
    ...[...doubts.counts.entries()].flatMap(([type, count]) =>
      when(recordTypeName(type) === undefined, `${count} records of a type this reader does not know: ${type}`),
    ),
    ...[...doubts.short.entries()].flatMap(([type, count]) =>
      when(count, `${count} ${recordTypeName(type)} records are too short and were not used`),
    ),
    ...when(unknownEvents, `${unknownEvents} samples carry the id of an event that the header does not have`),
    ...when(late, `${late} records came out of order: their samples may have the names of another moment`),
    ...when(refusedMappings, `${refusedMappings} mappings are more than this reader keeps`),
    ...when(emptyChains, `${emptyChains} call chains are damaged or empty: the sampled address stands for them`),
    ...when(doubts.deferred, "user stacks are in CALLCHAIN_DEFERRED records: only kernel frames are read"),
    ...doubts.refusedFiles.map((refused) => `no symbols from a file that is not the recorded one: ${refused}`),
    ...when(unreadableFeatures.length, `features of the header that are damaged: ${unreadableFeatures.join(", ")}`),
    ...when(doubts.lacksKallsyms, NO_KERNEL_SYMBOLS),
    ...when(
      uncomparedKallsyms,
      `${uncomparedKallsyms} could not be compared with the recording, which does not say where its kernel was`,
    ),
  ];
}
